//! The documents against their schemas in `docs/schemas/`, and against the golden ones of `sample-files`.
//!
//! A test in `tests/end_to_end` validates the documents of real runs with an independent library. These tests also
//! cover rare states, damaged documents and the answers of a fake nix, and need no Python. The check knows exactly the
//! keywords that the schemas use, and fails at any other. It does not evaluate patterns, nor how many values of a list
//! match one: other tests check the rules for text.

use std::fs;
use std::path::PathBuf;

use sample_files::golden;
use serde_json::{Value, json};

use crate::builders::{Scene, ed25519, policy};
use crate::util::{Folder, definition, words};

/// NB: read when the test runs, so that a change of a schema compiles nothing.
fn schema(name: &str) -> Value {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas");
    serde_json::from_slice(&fs::read(folder.join(format!("{name}.schema.json"))).unwrap()).unwrap()
}

/// Every way in which `value` breaks `schema`, which is a part of `root`.
fn problems(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (keyword, rule) in schema.as_object().unwrap() {
        let length = value.as_array().map(Vec::len);
        let holds = match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" | "pattern" | "contentEncoding"
            | "contentMediaType" | "maxContains" => true,
            "$ref" => {
                let definition = root.pointer(rule.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
                found.extend(problems(root, definition, value, at));
                true
            }
            "type" => match rule.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "integer" => value.is_u64() || value.is_i64(),
                "boolean" => value.is_boolean(),
                "null" => value.is_null(),
                other => panic!("{at}: type {other:?} is not known here"),
            },
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => value.as_i64().is_none_or(|value| value >= rule.as_i64().unwrap()),
            "minItems" => length.is_none_or(|length| length as u64 >= rule.as_u64().unwrap()),
            "maxItems" => length.is_none_or(|length| length as u64 <= rule.as_u64().unwrap()),
            "minProperties" => value
                .as_object()
                .is_none_or(|object| object.len() as u64 >= rule.as_u64().unwrap()),
            "required" => rule
                .as_array()
                .unwrap()
                .iter()
                .all(|name| value.get(name.as_str().unwrap()).is_some()),
            "additionalProperties" => {
                assert_eq!(*rule, json!(false), "{at}");
                value
                    .as_object()
                    .is_none_or(|object| object.keys().all(|name| schema["properties"].get(name).is_some()))
            }
            "properties" => {
                for (name, rule) in rule.as_object().unwrap() {
                    let inner = value
                        .get(name)
                        .map(|value| problems(root, rule, value, &format!("{at}/{name}")));
                    found.extend(inner.into_iter().flatten());
                }
                true
            }
            "prefixItems" => {
                let rules = rule.as_array().unwrap().iter();
                for (index, (rule, value)) in rules.zip(value.as_array().into_iter().flatten()).enumerate() {
                    found.extend(problems(root, rule, value, &format!("{at}/{index}")));
                }
                true
            }
            "items" => {
                let before = schema["prefixItems"].as_array().map_or(0, Vec::len);
                for (index, value) in value.as_array().into_iter().flatten().enumerate().skip(before) {
                    found.extend(problems(root, rule, value, &format!("{at}/{index}")));
                }
                true
            }
            "contains" => value
                .as_array()
                .is_none_or(|list| list.iter().any(|value| problems(root, rule, value, at).is_empty())),
            "allOf" => {
                found.extend(
                    rule.as_array()
                        .unwrap()
                        .iter()
                        .flat_map(|rule| problems(root, rule, value, at)),
                );
                true
            }
            "anyOf" => rule
                .as_array()
                .unwrap()
                .iter()
                .any(|rule| problems(root, rule, value, at).is_empty()),
            "oneOf" => {
                rule.as_array()
                    .unwrap()
                    .iter()
                    .filter(|rule| problems(root, rule, value, at).is_empty())
                    .count()
                    == 1
            }
            other => panic!("{at}: keyword {other:?} is not known here"),
        };
        if !holds {
            found.push(format!("{at}: {keyword} {rule}"));
        }
    }
    found
}

/// Asserts that a document follows the schema of this name.
pub(crate) fn assert_follows(name: &str, document: &Value) {
    let schema = schema(name);
    assert_eq!(problems(&schema, &schema, document, ""), [""; 0], "{document:#}");
}

/// Trees with every type of entry and every kind of difference.
fn different() -> Folder {
    let folder = Folder::with_identical_trees();
    folder.write("a/missing", "");
    folder.write("b/unexpected", "");
    folder.write("a/type", "");
    folder.make_folder("b/type");
    folder.link("a/link", "one");
    folder.link("b/link", "two");
    folder.set_mode("b/bin/server", 0o644);
    folder.write("b/share/doc.txt", "longer text\n");
    folder
}

#[test]
fn what_the_program_reads_and_writes_follows_the_schemas() {
    let folder = Folder::with_identical_trees();
    folder.attest("out", 0);
    assert_follows("definition", &definition());
    assert_follows("statement", &folder.read_json("out/statement.json"));
    assert_follows("comparison", &folder.read_json("out/comparison.json"));

    let comparison = different().run(&["compare", "a", "b", "--json", "-"], 1).json();
    assert_follows("comparison", &comparison);
    let kinds: std::collections::BTreeSet<_> = comparison["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|difference| difference["kind"].as_str().unwrap())
        .collect();
    let all = ["content", "executable", "link-target", "missing", "type", "unexpected"];
    assert!(kinds.into_iter().eq(all));
}

/// A report about an identical artifact, one that differs in every way, and one that cannot be read.
fn report() -> Value {
    let folder = different();
    folder.write_json("results/one/definition.json", &definition());
    folder.run(&["compare", "a", "b", "--json", "results/one/comparison.json"], 1);
    folder.make_folder("results/two");
    let identical = Folder::with_identical_trees();
    identical.attest("out", 0);
    let out = identical.path("out");
    folder
        .run(&["report", "results", out.to_str().unwrap(), "--json", "-"], 2)
        .json()
}

fn manifest() -> Value {
    let folder = Folder::with_identical_trees();
    folder.run(&["hash", "a", "--json"], 0).json()
}

#[test]
fn a_manifest_follows_its_schema() {
    assert_follows("manifest", &manifest());
}

#[test]
fn audits_good_bad_and_undecided_follow_their_schema() {
    assert_follows("audit", &crate::audit::of_everything());
}

#[test]
fn a_report_about_everything_follows_its_schema() {
    let report = report();
    assert_follows("report", &report);
    assert_eq!(report["counts"]["artifacts"], 1);
    assert_eq!(report["counts"]["unreadable"], 1);
    assert_eq!(report["artifacts"][0]["results"].as_array().unwrap().len(), 2);
}

/// One document of each kind that has or summarises signatures.
fn signed_and_verified() -> [(&'static str, Value); 5] {
    let scene = Scene::with_two_builders();
    let more = words("--time 2026-08-03T09:05:39Z --json - --emit-svr svr --emit-vsa vsa");
    let verification = scene.verify_under(&policy(), &["one", "two"], &more, 0).json();
    let statement = scene.folder.read("result-1/statement.json");
    let envelope = build_attestation::dsse::to_line(&statement, &ed25519(1));
    [
        ("verification", verification),
        ("svr", scene.folder.read_json("svr")),
        ("vsa", scene.folder.read_json("vsa")),
        ("bundle", scene.folder.read_json("one")),
        ("envelope", serde_json::from_slice(&envelope).unwrap()),
    ]
}

#[test]
fn what_is_written_about_signatures_follows_the_schemas() {
    for (name, document) in signed_and_verified() {
        assert_follows(name, &document);
    }
}

#[test]
fn a_rejection_follows_the_schema_too() {
    let scene = Scene::with_two_builders();
    scene.folder.write("a/bin/server", "other");
    scene.sign("bad", &json!({ "_type": 1 }), &ed25519(3));
    let document = scene.verify(&["one", "bad"], &["--json", "-"], 1).json();
    assert_follows("verification", &document);
}

/// Adds the pointer of `value` and of everything in it to `found`.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    for (name, value) in value.as_object().into_iter().flatten() {
        pointers(value, &format!("{at}/{name}"), found);
    }
    for (index, value) in value.as_array().into_iter().flatten().enumerate() {
        pointers(value, &format!("{at}/{index}"), found);
    }
}

#[test]
fn the_schemas_refuse_every_missing_field_unknown_field_and_wrong_type() {
    let folder = Folder::with_identical_trees();
    folder.attest("out", 0);
    let comparison = different().run(&["compare", "a", "b", "--json", "-"], 1).json();
    for (name, document) in [
        ("definition", definition()),
        ("statement", folder.read_json("out/statement.json")),
        ("comparison", comparison),
        ("report", report()),
        ("manifest", manifest()),
        ("audit", crate::audit::of_everything()),
    ]
    .into_iter()
    .chain(signed_and_verified())
    {
        let schema = schema(name);
        let is_refused = |document: &Value| !problems(&schema, &schema, document, "").is_empty();
        let mut all = Vec::new();
        pointers(&document, "", &mut all);
        for pointer in all.iter().filter(|pointer| !pointer.contains("/annotations")) {
            let mut wrong_type = document.clone();
            *wrong_type.pointer_mut(pointer).unwrap() = json!(1.5);
            assert!(is_refused(&wrong_type), "{name}: 1.5 at {pointer:?}");

            let mut changed = document.clone();
            let Some(object) = changed.pointer_mut(pointer).unwrap().as_object_mut() else {
                continue;
            };
            object.insert("unknown".into(), json!("x"));
            assert!(is_refused(&changed), "{name}: unknown field at {pointer:?}");
            for field in document.pointer(pointer).unwrap().as_object().unwrap().keys() {
                // A dependency may lack these fields.
                if ["uri", "annotations", "gitCommit", "sha256"].contains(&field.as_str())
                    && pointer.contains("/resolved")
                {
                    continue;
                }
                let mut changed = document.clone();
                changed
                    .pointer_mut(pointer)
                    .unwrap()
                    .as_object_mut()
                    .unwrap()
                    .remove(field);
                assert!(is_refused(&changed), "{name}: {pointer}/{field} is missing");
            }
        }
    }
}

/// The golden documents are the samples in the description of the format. The program writes the same bytes.
#[test]
fn the_golden_documents_are_what_the_program_writes() {
    let folder = Folder::new();
    for tree in ["a", "b"] {
        folder.write(format!("{tree}/bin/server"), "same bits\n");
        folder.set_mode(&format!("{tree}/bin/server"), 0o755);
    }
    folder.write("definition.json", golden::DEFINITION);
    let builder = "https://example.org/builders/1";
    folder.attest_as(builder, "out", 0);
    let version =
        folder.read_json("out/statement.json")["predicate"]["runDetails"]["builder"]["version"]["rebuild-verifier"]
            .clone();
    for (name, expected) in [
        ("statement.json", golden::STATEMENT),
        ("comparison.json", golden::COMPARISON),
    ] {
        // Only the version depends on how the program was built.
        let written = String::from_utf8(folder.read(&format!("out/{name}"))).unwrap();
        let written = written.replace(
            &format!("\"rebuild-verifier\": {version}"),
            "\"rebuild-verifier\": \"0.1.0\"",
        );
        assert_eq!(
            written, expected,
            "crates/sample-files/golden/{name} is not what is written now:\n{written}"
        );
    }
}
