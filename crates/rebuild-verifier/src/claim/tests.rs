//! Other rebuilders' attestations: what they claim, and everything that keeps them from being understood.

use serde_json::{Value, json};

use super::*;
use crate::digest::Sha256;
use crate::input::Limits;
use crate::metablock::Metablock;

fn sha(content: &str) -> Value {
    json!(Sha256::of(content.as_bytes()))
}

/// A SHA-512 that nothing has, but of its form.
fn sha512() -> String {
    "0".repeat(128)
}

/// As oss-rebuild describes a rebuild of a wheel.
fn rebuild() -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": "rebuild/a-1.0.whl", "digest": { "sha256": sha("bits"), "sha512": sha512() } }],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://docs.oss-rebuild.dev/builds/Rebuild@v0.1",
                "externalParameters": { "ecosystem": "pypi", "package": "a", "version": "1.0", "artifact": "a-1.0.whl" },
                "internalParameters": { "serviceSource": { "ref": "x", "repository": "y" } },
                "resolvedDependencies": [
                    { "name": "git+https://example.org/a", "digest": { "sha1": "0123456789abcdef0123456789abcdef01234567" } },
                    { "name": "build.fix.json", "content": "e30=" }
                ]
            },
            "runDetails": {
                "builder": { "id": "https://docs.oss-rebuild.dev/hosts/Google" },
                "metadata": { "invocationId": "1" },
                "byproducts": [{ "name": "Dockerfile", "content": "" }]
            }
        }
    })
}

fn equivalence(rebuilt: &str) -> Value {
    let mut statement = rebuild();
    statement["subject"] = json!([{ "name": "a-1.0.whl", "digest": { "sha256": sha("bits") } }]);
    let target = "https://example.org/files/a-1.0.whl";
    let build = &mut statement["predicate"]["buildDefinition"];
    build["buildType"] = json!("https://docs.oss-rebuild.dev/builds/ArtifactEquivalence@v0.1");
    build["externalParameters"] = json!({ "candidate": "rebuild/a-1.0.whl", "target": target });
    build["resolvedDependencies"] = json!([
        { "name": "rebuild/a-1.0.whl", "digest": { "sha256": sha(rebuilt) } },
        { "name": target, "digest": { "sha256": sha("bits") } }
    ]);
    statement
}

fn link() -> Value {
    json!({
        "signatures": [{ "keyid": "00", "sig": "00" }],
        "signed": {
            "_type": "link",
            "name": "rebuild a_1-1_amd64.deb",
            "materials": { "a_1-1_amd64.buildinfo": { "sha256": sha("info") } },
            "products": { "a_1-1_amd64.deb": { "sha256": sha("bits"), "sha512": sha512() } },
            "environment": null,
            "byproducts": {},
            "command": []
        }
    })
}

fn read_statement(statement: &Value) -> Result<Reading, String> {
    read(&Content::Payload(
        IN_TOTO.into(),
        statement.to_string().into_bytes(),
    ))
}

fn claim(reading: Result<Reading, String>) -> Claim {
    match reading.unwrap() {
        Reading::Claim(claim) => *claim,
        Reading::Other(what) => panic!("{what}"),
    }
}

fn outputs_of(claim: &Claim) -> Vec<(&str, Sha256)> {
    let outputs = claim.outputs.iter();
    outputs
        .map(|output| (output.name.as_str(), output.digests.sha256))
        .collect()
}

fn read_link(block: Value) -> Result<Reading, String> {
    let block = Metablock::from_json(block.to_string().as_bytes(), &Limits::default())?;
    read(&Content::Link(block.link, block.message))
}

#[test]
fn a_rebuild_of_oss_rebuild_claims_what_it_gave() {
    let claim = claim(read_statement(&rebuild()));
    assert_eq!(
        claim.builder.as_ref().unwrap().as_str(),
        "https://docs.oss-rebuild.dev/hosts/Google"
    );
    assert_eq!(
        claim.product.names().collect::<Vec<_>>(),
        ["pkg:pypi/a@1.0?file_name=a-1.0.whl", "pkg:pypi/a@1.0"]
    );
    assert_eq!(outputs_of(&claim), [("a-1.0.whl", Sha256::of(b"bits"))]);
    assert_eq!(
        claim.source.revision.as_deref(),
        Some("0123456789abcdef0123456789abcdef01234567")
    );
}

#[test]
fn a_rebuild_without_dependencies_is_from_an_unknown_source() {
    for dependencies in [json!(null), json!([])] {
        let mut statement = rebuild();
        statement["predicate"]["buildDefinition"]["resolvedDependencies"] = dependencies;
        assert_eq!(claim(read_statement(&statement)).source, Source::default());
    }
}

#[test]
fn an_equivalence_claims_the_bits_of_the_rebuild_and_not_those_it_is_equivalent_to() {
    assert_eq!(
        claim(read_statement(&equivalence("bits"))).outputs[0]
            .digests
            .sha256,
        Sha256::of(b"bits")
    );
    assert_eq!(
        claim(read_statement(&equivalence("other"))).outputs[0]
            .digests
            .sha256,
        Sha256::of(b"other")
    );
}

#[test]
fn a_link_of_rebuilderd_claims_its_product_and_names_no_builder() {
    let claim = claim(read_link(link()));
    assert_eq!(claim.builder, None);
    assert_eq!(
        outputs_of(&claim),
        [("a_1-1_amd64.deb", Sha256::of(b"bits"))]
    );
    assert_eq!(
        claim.outputs[0].digests.others().collect::<Vec<_>>(),
        ["sha512"]
    );
}

#[test]
fn what_contradicts_itself_or_has_unknown_parameters_is_refused() {
    let parameters = "/predicate/buildDefinition/externalParameters";
    for (mut statement, pointer, value, told) in [
        (
            rebuild(),
            format!("{parameters}/sudo"),
            json!(true),
            "unknown field",
        ),
        (
            rebuild(),
            format!("{parameters}/buildConfigSource"),
            json!({ "ref": "a", "repository": "b", "c": 1 }),
            "unknown field",
        ),
        (
            rebuild(),
            format!("{parameters}/artifact"),
            json!("b.whl"),
            "it rebuilt \"b.whl\"",
        ),
        (
            rebuild(),
            "/subject/0/name".into(),
            json!("a-1.0.whl"),
            "it rebuilt",
        ),
        (
            rebuild(),
            "/subject/0/name".into(),
            json!("rebuild/../a"),
            "not a name inside",
        ),
        (
            rebuild(),
            "/subject/1".into(),
            json!({ "name": "b", "digest": { "sha256": sha("b") } }),
            "2 subjects",
        ),
        (
            rebuild(),
            "/predicate/runDetails/builder/id".into(),
            json!("somebody"),
            "not an absolute URI",
        ),
        (
            rebuild(),
            "/predicate/buildDefinition/buildType".into(),
            json!(1),
            "no buildType",
        ),
        (
            equivalence("bits"),
            format!("{parameters}/extra"),
            json!(1),
            "unknown field",
        ),
        (
            equivalence("bits"),
            format!("{parameters}/candidate"),
            json!("rebuild/b"),
            "its candidate",
        ),
        (
            rebuild(),
            format!("{parameters}/package"),
            json!("../a"),
            "not a name inside",
        ),
        (
            rebuild(),
            format!("{parameters}/version"),
            json!(""),
            "not a line of text",
        ),
        (
            rebuild(),
            format!("{parameters}/ecosystem"),
            json!("py\npi"),
            "not a line of text",
        ),
        (
            rebuild(),
            "/predicate/buildDefinition/externalParameters".into(),
            json!(["a-1.0.whl", "pypi", "a", "1.0", null]),
            "invalid type: sequence",
        ),
        (
            rebuild(),
            "/predicate/buildDefinition/resolvedDependencies/1".into(),
            json!({ "name": "git+https://example.org/b", "digest": { "sha1": "0" } }),
            "from 2 repositories",
        ),
        (
            rebuild(),
            "/predicate/buildDefinition/resolvedDependencies/0/digest".into(),
            json!({ "gitCommit": "1".repeat(40), "sha1": "0".repeat(40) }),
            "is at",
        ),
        (
            rebuild(),
            "/predicate/buildDefinition/resolvedDependencies/0/digest".into(),
            json!({ "gitCommit": "main" }),
            "no commit",
        ),
        (
            rebuild(),
            "/subject/0/digest/md5".into(),
            json!("0"),
            "cannot be checked",
        ),
        (
            equivalence("bits"),
            "/subject/0/digest/sha512".into(),
            json!("00"),
            "128 lower-case hex",
        ),
        (
            equivalence("bits"),
            format!("{parameters}/target"),
            json!("https://example.org/b"),
            "0 dependencies \"https://example.org/b\"",
        ),
        (
            equivalence("bits"),
            format!("{parameters}/target"),
            json!("b"),
            "not an absolute URI",
        ),
        (
            equivalence("bits"),
            "/subject/0/digest/sha256".into(),
            sha("other"),
            "not its target",
        ),
        (
            equivalence("bits"),
            "/predicate/buildDefinition/resolvedDependencies/0/digest".into(),
            json!({ "md5": "0" }),
            "no sha256",
        ),
    ] {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        match (
            name.parse::<usize>(),
            statement.pointer_mut(parent).unwrap(),
        ) {
            (Ok(1), Value::Array(list)) if list.len() == 1 => list.push(value),
            (Ok(index), parent) => parent[index] = value,
            (Err(_), parent) => parent[name] = value,
        }
        let why = read_statement(&statement).unwrap_err();
        assert!(why.contains(told), "{pointer}: {why}");
    }
}

#[test]
fn a_link_about_anything_but_one_rebuilt_file_is_refused() {
    for (pointer, value) in [
        ("/signed/name", json!("build a_1-1_amd64.deb")),
        ("/signed/name", json!("rebuild b.deb")),
        ("/signed/products", json!({})),
        ("/signed/products/b", json!({ "sha256": sha("b") })),
        (
            "/signed/products/a_1-1_amd64.deb",
            json!({ "sha512": "00" }),
        ),
        (
            "/signed/products/a_1-1_amd64.deb",
            json!({ "sha256": "AA" }),
        ),
    ] {
        let mut block = link();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        block.pointer_mut(parent).unwrap()[name] = value;
        assert!(read_link(block).is_err(), "{pointer}");
    }
    let mut leaving = link();
    leaving["signed"]["name"] = json!("rebuild ../a");
    leaving["signed"]["products"] = json!({ "../a": { "sha256": sha("a") } });
    assert!(
        read_link(leaving)
            .unwrap_err()
            .contains("not a name inside")
    );
}

#[test]
fn an_artifact_or_a_product_in_a_folder_is_refused() {
    let mut statement = rebuild();
    statement["subject"][0]["name"] = json!("rebuild/x/a.whl");
    statement["predicate"]["buildDefinition"]["externalParameters"]["artifact"] = json!("x/a.whl");
    let why = read_statement(&statement).unwrap_err();
    assert!(why.contains("without folders"), "{why}");

    let mut block = link();
    block["signed"]["name"] = json!("rebuild x/a.deb");
    block["signed"]["products"] = json!({ "x/a.deb": { "sha256": sha("a") } });
    assert!(read_link(block).unwrap_err().contains("without folders"));
}

#[test]
fn two_statements_of_one_rebuild_are_about_one_thing_only_as_far_as_both_say_so() {
    let product = |statement: &Value| claim(read_statement(statement)).product;
    let (rebuild, equivalence) = (product(&rebuild()), product(&equivalence("bits")));
    assert_eq!(rebuild.relation(&rebuild), Relation::Same);
    assert_eq!(equivalence.relation(&equivalence), Relation::Same);
    assert_eq!(rebuild.relation(&equivalence), Relation::Unknown);
    assert_ne!(rebuild, equivalence);
    assert_eq!(
        equivalence.names().collect::<Vec<_>>(),
        ["https://example.org/files/a-1.0.whl"]
    );
}

#[test]
fn links_from_other_materials_are_not_of_one_build() {
    let product = |block| claim(read_link(block)).product;
    let mut other = link();
    other["signed"]["materials"]["a_1-1_amd64.buildinfo"]["sha256"] = sha("other");
    let (one, other) = (product(link()), product(other));
    assert_ne!(one, other);
    assert_eq!(one.relation(&other), Relation::Same);
    for digests in [
        json!({}),
        json!({ "sha512": sha512() }),
        json!({ "sha256": "info" }),
    ] {
        let mut bad = link();
        bad["signed"]["materials"]["a_1-1_amd64.buildinfo"] = digests;
        assert!(read_link(bad).unwrap_err().contains("material"));
    }
}

#[test]
fn digests_of_the_published_artifact_count_for_a_rebuild_with_the_same_bits() {
    let mut statement = equivalence("bits");
    statement["subject"][0]["digest"]["sha512"] = json!(sha512());
    let others = |claim: Claim| claim.outputs[0].digests.others().count();
    assert_eq!(others(claim(read_statement(&statement))), 1);
    statement["predicate"]["buildDefinition"]["resolvedDependencies"][0]["digest"]["sha512"] =
        json!("1".repeat(128));
    let why = read_statement(&statement).unwrap_err();
    assert!(why.contains("digests of two contents"), "{why}");
}

#[test]
fn other_predicates_and_payload_types_claim_nothing() {
    let mut summary = rebuild();
    summary["predicateType"] = json!("https://slsa.dev/verification_summary/v1");
    assert!(matches!(read_statement(&summary), Ok(Reading::Other(_))));
    let payload = rebuild().to_string().into_bytes();
    for (kind, claims) in [
        ("text/plain", false),
        ("application/json", false),
        ("https://in-toto.io/Statement/v0.1", false),
        ("https://in-toto.io/Statement/v1", true),
    ] {
        let reading = read(&Content::Payload(kind.into(), payload.clone())).unwrap();
        assert_eq!(matches!(reading, Reading::Claim(_)), claims, "{kind}");
    }
}

#[test]
fn provenance_of_an_unknown_build_type_claims_bits_under_a_type_that_never_counts() {
    let mut other = rebuild();
    other["predicate"]["buildDefinition"]["buildType"] = json!("https://example.org/build/v1");
    let claim = claim(read_statement(&other));
    assert!(!build_types().contains(claim.build_type.as_str()));
    assert_eq!(claim.outputs[0].name, "rebuild/a-1.0.whl");
}
