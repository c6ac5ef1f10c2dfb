//! The claims in valid attestations.

mod refused;

use serde_json::{Value, json};
use untrusted_input::digest::Sha256;

use super::*;
use crate::Limits;
use crate::metablock::Metablock;

fn sha(content: &str) -> Value {
    json!(Sha256::of(content.as_bytes()))
}

/// A well-formed SHA-512 of no known content.
fn sha512() -> String {
    "0".repeat(128)
}

/// oss-rebuild's statement about the rebuild of a wheel.
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

fn read_payload(payload_type: &str, payload: &[u8]) -> Result<Reading, String> {
    read(&SignedContent::Payload {
        payload_type: payload_type.into(),
        payload: payload.into(),
    })
}

fn read_statement(statement: &Value) -> Result<Reading, String> {
    read_payload(IN_TOTO, statement.to_string().as_bytes())
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
    read(&SignedContent::Link {
        link: block.link,
        message: block.message,
    })
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
        assert_eq!(claim(read_statement(&statement)).source, ClaimedSource::default());
    }
}

#[test]
fn a_repository_may_say_twice_at_which_commit_it_is() {
    let commit = "1".repeat(40);
    for digest in [
        json!({ "gitCommit": commit }),
        json!({ "sha1": commit }),
        json!({ "gitCommit": commit, "sha1": commit }),
    ] {
        let mut statement = rebuild();
        statement["predicate"]["buildDefinition"]["resolvedDependencies"][0]["digest"] = digest;
        let source = claim(read_statement(&statement)).source;
        assert_eq!(source.revision.as_ref(), Some(&commit));
    }
}

#[test]
fn an_equivalence_claims_the_bits_of_the_rebuild_and_not_those_it_is_equivalent_to() {
    assert_eq!(
        claim(read_statement(&equivalence("bits"))).outputs[0].digests.sha256,
        Sha256::of(b"bits")
    );
    assert_eq!(
        claim(read_statement(&equivalence("other"))).outputs[0].digests.sha256,
        Sha256::of(b"other")
    );
}

#[test]
fn a_link_of_rebuilderd_claims_its_product_and_names_no_builder() {
    let claim = claim(read_link(link()));
    assert_eq!(claim.builder, None);
    assert_eq!(outputs_of(&claim), [("a_1-1_amd64.deb", Sha256::of(b"bits"))]);
    assert_eq!(claim.outputs[0].digests.others().collect::<Vec<_>>(), ["sha512"]);
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
    for digests in [json!({}), json!({ "sha512": sha512() }), json!({ "sha256": "info" })] {
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
    statement["predicate"]["buildDefinition"]["resolvedDependencies"][0]["digest"]["sha512"] = json!("1".repeat(128));
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
        let reading = read_payload(kind, &payload).unwrap();
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
    assert_eq!(claim.product, Product::Unknown("rebuild/a-1.0.whl".into()));
    // A statement without a named file is about nothing that could be verified.
    other["subject"][0].as_object_mut().unwrap().remove("name");
    assert_eq!(
        read_statement(&other),
        Ok(Reading::Other(
            "its build type \"https://example.org/build/v1\" is not known".into()
        ))
    );
}

#[test]
fn a_statement_of_this_project_claims_every_file_of_one_attribute_built_from_one_source() {
    let golden = sample_files::golden::STATEMENT.as_bytes();
    let claim = claim(read_payload(IN_TOTO, golden));
    assert_eq!(claim.build_type, BUILD_TYPE);
    assert_eq!(
        claim.builder.as_ref().unwrap().as_str(),
        "https://example.org/builders/1"
    );
    let source = ClaimedSource {
        revision: Some("0123456789abcdef0123456789abcdef01234567".into()),
        nar_hash: Some("sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".into()),
    };
    let product = Product::Flake {
        attribute: "server-aarch64-linux".into(),
        platform: "aarch64-linux".into(),
        source: source.clone(),
    };
    assert_eq!((&claim.product, &claim.source), (&product, &source));
    assert_eq!(claim.platform.as_deref(), Some("aarch64-linux"));
    assert_eq!(
        claim.variations.iter().collect::<Vec<_>>(),
        ["build-directory", "time-zone"]
    );
    let sha256 = "65b5499604c64b0dfe0648298951b048936498f0f01685e24d12135b32f85934";
    let sha256 = Sha256::try_from(sha256.to_owned()).unwrap();
    assert_eq!(outputs_of(&claim), [("bin/server", sha256)]);
}

#[test]
fn a_commit_is_forty_lower_case_hex_digits_and_nothing_else() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    for (text, expected) in [
        (commit.to_owned(), true),
        (commit[1..].to_owned(), false),
        (format!("{commit}0"), false),
        (commit.replace('f', "g"), false),
        (commit.to_uppercase(), false),
        (format!("{}-dirty", &commit[..34]), false),
        (String::new(), false),
    ] {
        assert_eq!(is_commit(&text), expected, "{text}");
    }
}
