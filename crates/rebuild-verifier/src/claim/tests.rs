//! Other rebuilders' attestations: what they claim, and everything that keeps them from being understood.

use serde_json::{Value, json};

use super::*;
use crate::metablock::Metablock;

fn sha(content: &str) -> Value {
    json!(Sha256::of(content.as_bytes()))
}

/// As oss-rebuild describes a rebuild of a wheel.
fn rebuild() -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": "rebuild/a-1.0.whl", "digest": { "sha256": sha("bits"), "sha512": "00" } }],
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
            "products": { "a_1-1_amd64.deb": { "sha256": sha("bits"), "sha512": "00" } },
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

fn read_link(block: Value) -> Result<Reading, String> {
    read(&Content::Link(Metablock::from_value(block)?.link))
}

#[test]
fn a_rebuild_of_oss_rebuild_claims_what_it_gave() {
    let claim = claim(read_statement(&rebuild()));
    assert_eq!(
        claim.builder.unwrap().as_str(),
        "https://docs.oss-rebuild.dev/hosts/Google"
    );
    assert_eq!(claim.product, Product::File("a-1.0.whl".into()));
    assert_eq!(
        claim.outputs,
        [Output {
            name: "a-1.0.whl".into(),
            sha256: Sha256::of(b"bits")
        }]
    );
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
        claim(read_statement(&equivalence("bits"))).outputs[0].sha256,
        Sha256::of(b"bits")
    );
    assert_eq!(
        claim(read_statement(&equivalence("other"))).outputs[0].sha256,
        Sha256::of(b"other")
    );
}

#[test]
fn a_link_of_rebuilderd_claims_its_product_and_names_no_builder() {
    let claim = claim(read_link(link()));
    assert_eq!(claim.builder, None);
    assert_eq!(
        claim.outputs,
        [Output {
            name: "a_1-1_amd64.deb".into(),
            sha256: Sha256::of(b"bits")
        }]
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
            equivalence("bits"),
            format!("{parameters}/target"),
            json!("b"),
            "0 dependencies \"b\"",
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
            (Ok(1), Value::Array(list)) => list.push(value),
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
fn other_predicates_and_payload_types_claim_nothing() {
    let mut summary = rebuild();
    summary["predicateType"] = json!("https://slsa.dev/verification_summary/v1");
    assert!(matches!(read_statement(&summary), Ok(Reading::Other(_))));
    let payload = rebuild().to_string().into_bytes();
    assert!(matches!(
        read(&Content::Payload("text/plain".into(), payload)),
        Ok(Reading::Other(_))
    ));
}

#[test]
fn provenance_of_an_unknown_build_type_claims_bits_under_a_type_that_never_counts() {
    let mut other = rebuild();
    other["predicate"]["buildDefinition"]["buildType"] = json!("https://example.org/build/v1");
    let claim = claim(read_statement(&other));
    assert!(!build_types().contains(claim.build_type.as_str()));
    assert_eq!(claim.outputs[0].name, "rebuild/a-1.0.whl");
}

#[test]
fn two_builds_are_the_same_by_tree_or_by_commit_and_not_by_a_word() {
    let product = |attribute: &str, revision: &str, nar_hash: &str| Product::Flake {
        attribute: attribute.into(),
        platform: "p".into(),
        source: Source {
            revision: Some(revision.into()),
            nar_hash: Some(nar_hash.into()),
        },
    };
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let one = product("a", commit, "n");
    assert!(one.is_same_as(&product("a", commit, "other")));
    assert!(one.is_same_as(&product("a", "dirty", "n")));
    assert!(!one.is_same_as(&product("b", commit, "n")));
    assert!(!product("a", "dirty", "n").is_same_as(&product("a", "dirty", "other")));
    assert!(!one.is_same_as(&Product::File("a".into())));
}
