//! Statements that lack, repeat, reorder or contradict required parts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use build_attestation::dsse;
use serde_json::{Value, json};
use untrusted_input::digest::Sha256;

use super::{Attack, all_fail, attack, within_a_gibibyte};
use crate::builders::{Scene, ed25519, link, oss_rebuild, policy, rebuild_of, signed_link};
use crate::util::{EMPTY, Folder, Output, definition};

const BYPRODUCTS: &str = "/predicate/runDetails/byproducts";
const SEQUENCE: &str = "invalid type: sequence";

type Edit = fn(&mut Value);

/// Verifies with a statement of builder 1 that was changed before it was signed.
fn stated(edit: impl Fn(&mut Value), code: i32) -> Output {
    let scene = Scene::new();
    let mut statement = scene.statement(1);
    edit(&mut statement);
    signed(&scene, &statement, code)
}

/// Signs a statement as builder 1, and verifies with it.
fn signed(scene: &Scene, statement: &Value, code: i32) -> Output {
    scene.sign("one", statement, &ed25519(1));
    scene.verify(&["one"], &[], code)
}

/// Verifies after a change of the byproducts: `comparison.json`, `variations.json` and two files of the rebuild.
fn byproducts(edit: fn(&mut Vec<Value>), code: i32) -> Output {
    let edit = |statement: &mut Value| edit(statement.pointer_mut(BYPRODUCTS).unwrap().as_array_mut().unwrap());
    stated(edit, code)
}

/// Verifies after an object became the list of its values.
fn listed(pointer: &'static str, code: i32) -> Output {
    stated(move |statement| list(statement.pointer_mut(pointer).unwrap()), code)
}

/// Replaces an object by the list of its values. By default serde reads such a list as a struct.
fn list(value: &mut Value) {
    *value = value.as_object().unwrap().values().cloned().collect();
}

/// Removes a field.
fn lacks(value: &mut Value, field: &str) {
    assert!(value.as_object_mut().unwrap().remove(field).is_some());
}

/// Verifies with a signed statement whose list of variations is this text.
fn variations(text: &str, code: i32) -> Output {
    let edit = |statement: &mut Value| {
        let byproduct = &mut statement.pointer_mut(BYPRODUCTS).unwrap()[1];
        byproduct["content"] = json!(STANDARD.encode(text));
        byproduct["digest"]["sha256"] = json!(Sha256::of(text.as_bytes()));
    };
    stated(edit, code)
}

/// Reports on a result after a change of one document.
fn reported(document: &str, edit: Edit, code: i32) -> Output {
    let folder = Folder::with_identical_trees();
    folder.attest("out", 0);
    let path = format!("out/{document}");
    let mut value = folder.read_json(&path);
    edit(&mut value);
    folder.write_json(&path, &value);
    folder.run(&["report", "out"], code)
}

/// Reports on two differing trees after a change of their comparison.
fn reported_difference(edit: Edit, code: i32) -> Output {
    let folder = Folder::with_identical_trees();
    folder.write("b/bin/server", "other");
    folder.write_json("out/definition.json", &definition());
    folder.run(&["compare", "a", "b", "--json", "out/comparison.json"], 1);
    let mut value = folder.read_json("out/comparison.json");
    edit(&mut value);
    folder.write_json("out/comparison.json", &value);
    folder.run(&["report", "out"], code)
}

/// Reports on a failed build with this `failure.json`.
fn reported_failure(failure: &Value, code: i32) -> Output {
    let folder = Folder::new();
    folder.write_json("out/definition.json", &definition());
    folder.write_json("out/failure.json", failure);
    folder.run(&["report", "out"], code)
}

/// Attests with a definition in which an object became the list of its values.
fn defined(pointer: &str, code: i32) -> Output {
    let folder = Folder::with_identical_trees();
    let mut definition = definition();
    list(definition.pointer_mut(pointer).unwrap());
    folder.write_json("definition.json", &definition);
    let builder = ["--builder-id", "https://example.org/builders/1"];
    let arguments = ["attest", "a", "b", "--definition", "definition.json", "--out", "out"];
    folder.run(&[&arguments[..], &builder].concat(), code)
}

/// Verifies under a policy with a replacement.
fn in_policy(from: &str, to: &str, code: i32) -> Output {
    let scene = Scene::with_two_builders();
    assert!(policy().contains(from), "{from}");
    scene.verify_under(&policy().replacen(from, to, 1), &["one"], &[], code)
}

/// Verifies with this file of attestations.
fn attested(bytes: impl AsRef<[u8]>, code: i32) -> Output {
    let scene = Scene::new();
    scene.folder.write("one", bytes);
    scene.publish("one", &ed25519(1).public());
    scene.verify(&["one"], &[], code)
}

/// Verifies with a bundle after a change.
fn bundled(edit: Edit, code: i32) -> Output {
    let mut bundle: Value = serde_json::from_slice(&dsse::to_bundle(b"{}", &ed25519(1))).unwrap();
    edit(&mut bundle);
    attested(bundle.to_string(), code)
}

/// Verifies with a link that was changed before it was signed.
fn linked(edit: Edit, code: i32) -> Output {
    let mut link = link("server", &json!(EMPTY), &ed25519(1))["signed"].take();
    edit(&mut link);
    attested(signed_link(&link, &ed25519(1)).to_string(), code)
}

const ATTACKS: &[Attack] = &[
    // Required parts of a statement of this project.
    attack("a statement as it is made is accepted", "", 0, "verified", |code| {
        stated(|_| (), code)
    }),
    attack(
        "a statement without its comparison",
        "",
        1,
        "first byproduct is not",
        |code| byproducts(|list| drop(list.remove(0)), code),
    ),
    attack("a statement without its variations", "", 1, "variations.json", |code| {
        byproducts(|list| drop(list.remove(1)), code)
    }),
    attack(
        "a statement without byproducts",
        "",
        1,
        "first byproduct is not",
        |code| byproducts(Vec::clear, code),
    ),
    attack(
        "a statement without the files of the rebuild",
        "",
        1,
        "not what its byproducts say",
        |code| byproducts(|list| list.truncate(2), code),
    ),
    attack(
        "a statement that lacks a file of the rebuild",
        "",
        1,
        "not what its byproducts say",
        |code| byproducts(|list| drop(list.pop()), code),
    ),
    attack("a statement with a comparison twice", "", 1, "byproduct", |code| {
        byproducts(|list| list.insert(1, list[0].clone()), code)
    }),
    attack("a statement with variations twice", "", 1, "byproduct", |code| {
        byproducts(|list| list.insert(2, list[1].clone()), code)
    }),
    attack(
        "a statement with variations twice, the last one last",
        "",
        1,
        "byproduct",
        |code| byproducts(|list| list.push(list[1].clone()), code),
    ),
    attack(
        "a statement with a file of the rebuild twice",
        "",
        1,
        "ascending",
        |code| byproducts(|list| list.push(list[3].clone()), code),
    ),
    attack(
        "a statement with the files of the rebuild in another order",
        "",
        1,
        "ascending",
        |code| byproducts(|list| list.swap(2, 3), code),
    ),
    attack(
        "a statement with variations before the comparison",
        "",
        1,
        "first byproduct is not",
        |code| byproducts(|list| list.swap(0, 1), code),
    ),
    attack(
        "a statement with a file of the rebuild before the variations",
        "",
        1,
        "byproduct",
        |code| byproducts(|list| list.swap(1, 2), code),
    ),
    attack(
        "a statement with a byproduct that the format does not know",
        "",
        1,
        "byproduct",
        |code| {
            byproducts(
                |list| list.push(json!({ "name": "log.txt", "digest": { "sha256": EMPTY } })),
                code,
            )
        },
    ),
    attack(
        "a statement with a file that only the rebuild gave",
        "",
        1,
        "not what its byproducts say",
        |code| {
            byproducts(
                |list| list.push(json!({ "name": "rebuilt/z", "digest": { "sha256": EMPTY } })),
                code,
            )
        },
    ),
    attack(
        "a rebuild that gave other bits",
        "",
        1,
        "not what its byproducts say",
        |code| byproducts(|list| list[2]["digest"]["sha256"] = json!(EMPTY), code),
    ),
    attack(
        "a file of the rebuild whose path has another spelling",
        "",
        1,
        "byproduct",
        |code| byproducts(|list| list[2]["name"] = json!("rebuilt/./bin/server"), code),
    ),
    attack("a file of the rebuild outside of it", "", 1, "byproduct", |code| {
        byproducts(|list| list[2]["name"] = json!("rebuilt/../bin/server"), code)
    }),
    attack("a file of the rebuild without a name", "", 1, "byproduct", |code| {
        byproducts(|list| list[2]["name"] = json!("rebuilt/"), code)
    }),
    attack("a comparison of no type", "", 1, "byproduct", |code| {
        byproducts(|list| drop(list[0].as_object_mut().unwrap().remove("mediaType")), code)
    }),
    attack("a comparison of another type", "", 1, "byproduct", |code| {
        byproducts(|list| list[0]["mediaType"] = json!("text/plain"), code)
    }),
    attack("a comparison with content", "", 1, "byproduct", |code| {
        byproducts(|list| list[0]["content"] = json!("e30="), code)
    }),
    attack("a file of the rebuild with content", "", 1, "byproduct", |code| {
        byproducts(|list| list[2]["content"] = json!(""), code)
    }),
    attack("a file of the rebuild with a type", "", 1, "byproduct", |code| {
        byproducts(|list| list[2]["mediaType"] = json!("application/json"), code)
    }),
    attack("variations of another type", "", 1, "byproduct", |code| {
        byproducts(|list| list[1]["mediaType"] = json!("text/plain"), code)
    }),
    attack("variations without content", "", 1, "no content in base64", |code| {
        byproducts(|list| drop(list[1].as_object_mut().unwrap().remove("content")), code)
    }),
    attack(
        "variations that do not have their digest",
        "",
        1,
        "does not have its digest",
        |code| byproducts(|list| list[1]["content"] = json!("W10="), code),
    ),
    attack("variations in another spelling", "", 1, "byproduct", |code| {
        variations(r#"[{"name":"a","original":"b","rebuilt":"c"}]"#, code)
    }),
    attack("variations with one that does not vary", "", 1, "variation", |code| {
        variations(r#"[{"name":"a","original":"b","rebuilt":"b"}]"#, code)
    }),
    attack("variations with a key twice", "", 1, "occurs twice", |code| {
        variations(r#"[{"name":"a","name":"b","original":"b","rebuilt":"c"}]"#, code)
    }),
    attack(
        "variations whose fields are a list",
        "serde#1587",
        1,
        SEQUENCE,
        |code| variations(r#"[["a","b","c"]]"#, code),
    ),
    attack(
        "a byproduct with one more digest",
        "",
        1,
        "unknown field `sha512`",
        |code| byproducts(|list| list[2]["digest"]["sha512"] = json!("0".repeat(128)), code),
    ),
    attack(
        "a comparison with content that is null",
        "",
        1,
        "invalid type: null",
        |code| byproducts(|list| list[0]["content"] = Value::Null, code),
    ),
    attack(
        "a file of the rebuild with a type that is null",
        "",
        1,
        "invalid type: null",
        |code| byproducts(|list| list[2]["mediaType"] = Value::Null, code),
    ),
    attack(
        "a dependency with a URI that is null",
        "",
        1,
        "invalid type: null",
        |code| {
            const URI: &str = "/predicate/buildDefinition/resolvedDependencies/0/uri";
            let edit = |statement: &mut Value| *statement.pointer_mut(URI).unwrap() = Value::Null;
            stated(edit, code)
        },
    ),
    attack(
        "a statement whose lock file lies outside of the source",
        "",
        1,
        "is not a relative path of plain names",
        |code| {
            const NAME: &str = "/predicate/buildDefinition/resolvedDependencies/1/name";
            stated(|it| *it.pointer_mut(NAME).unwrap() = json!("a/../../Cargo.lock"), code)
        },
    ),
    attack(
        "a statement with two lock files",
        "",
        1,
        "names two files Cargo.lock",
        |code| {
            const NAME: &str = "/predicate/buildDefinition/resolvedDependencies/2/name";
            stated(|it| *it.pointer_mut(NAME).unwrap() = json!("sub/Cargo.lock"), code)
        },
    ),
    attack(
        "an explanation without a cause, not even null",
        "",
        2,
        "missing field `cause`",
        |code| reported_difference(|value| lacks(&mut value["explanations"][0], "cause"), code),
    ),
    attack(
        "an explanation without a field, not even null",
        "",
        2,
        "missing field `field`",
        |code| reported_difference(|value| lacks(&mut value["explanations"][0], "field"), code),
    ),
    attack(
        "an explanation without one side, not even null",
        "",
        2,
        "missing field `rebuilt`",
        |code| reported_difference(|value| lacks(&mut value["explanations"][0], "rebuilt"), code),
    ),
    attack(
        "an entry without one side, not even null",
        "",
        2,
        "missing field `rebuilt`",
        |code| reported_difference(|value| lacks(&mut value["entries"][0], "rebuilt"), code),
    ),
    attack("a byproduct without a digest", "", 1, "missing field", |code| {
        byproducts(|list| list[2]["digest"] = json!({}), code)
    }),
    attack(
        "a subject with one more digest",
        "",
        1,
        "unknown field `sha512`",
        |code| {
            stated(
                |statement| statement["subject"][0]["digest"]["sha512"] = json!("0".repeat(128)),
                code,
            )
        },
    ),
    attack(
        "a subject with one more digest that nobody can check",
        "",
        1,
        "cannot be checked",
        |code| stated(|statement| statement["subject"][0]["digest"]["md5"] = json!("00"), code),
    ),
    attack("subjects in another order", "", 1, "ascending", |code| {
        stated(
            |statement| statement["subject"].as_array_mut().unwrap().swap(0, 1),
            code,
        )
    }),
    attack(
        "a report of a statement without its comparison",
        "",
        2,
        "first byproduct is not",
        |code| {
            reported(
                "statement.json",
                |statement| {
                    drop(
                        statement
                            .pointer_mut(BYPRODUCTS)
                            .unwrap()
                            .as_array_mut()
                            .unwrap()
                            .remove(0),
                    )
                },
                code,
            )
        },
    ),
    attack(
        "a report of a statement with byproducts in another order",
        "",
        2,
        "ascending",
        |code| {
            reported(
                "statement.json",
                |statement| {
                    statement
                        .pointer_mut(BYPRODUCTS)
                        .unwrap()
                        .as_array_mut()
                        .unwrap()
                        .swap(2, 3)
                },
                code,
            )
        },
    ),
    // Lists in place of objects.
    attack("a whole statement that is a list", "serde#1587", 1, SEQUENCE, |code| {
        stated(
            |it| *it = json!([it["_type"], it["subject"], it["predicateType"], it["predicate"]]),
            code,
        )
    }),
    attack("a subject that is a list", "serde#1587", 1, SEQUENCE, |code| {
        stated(
            |it| {
                let subject = &it["subject"][0];
                it["subject"][0] = json!([subject["name"], subject["digest"]]);
            },
            code,
        )
    }),
    attack("a predicate that is a list", "serde#1587", 1, SEQUENCE, |code| {
        listed("/predicate", code)
    }),
    attack(
        "a build definition that is a list",
        "serde#1587",
        1,
        "no buildType",
        |code| listed("/predicate/buildDefinition", code),
    ),
    attack("parameters that are a list", "serde#1587", 1, SEQUENCE, |code| {
        listed("/predicate/buildDefinition/externalParameters", code)
    }),
    attack("a source that is a list", "serde#1587", 1, SEQUENCE, |code| {
        stated(
            |it| {
                let source = it
                    .pointer_mut("/predicate/buildDefinition/externalParameters/source")
                    .unwrap();
                *source = json!([source["revision"], source["narHash"]]);
            },
            code,
        )
    }),
    attack(
        "internal parameters that are a list",
        "serde#1587",
        1,
        SEQUENCE,
        |code| listed("/predicate/buildDefinition/internalParameters", code),
    ),
    attack("a dependency that is a list", "serde#1587", 1, SEQUENCE, |code| {
        stated(
            |it| {
                let one = it
                    .pointer_mut("/predicate/buildDefinition/resolvedDependencies/1")
                    .unwrap();
                *one = json!([one["name"], null, one["digest"], {}]);
            },
            code,
        )
    }),
    attack(
        "details of the run that are a list",
        "serde#1587",
        1,
        SEQUENCE,
        |code| listed("/predicate/runDetails", code),
    ),
    attack("a builder that is a list", "serde#1587", 1, SEQUENCE, |code| {
        listed("/predicate/runDetails/builder", code)
    }),
    attack("a version that is a list", "serde#1587", 1, SEQUENCE, |code| {
        listed("/predicate/runDetails/builder/version", code)
    }),
    attack("a byproduct that is a list", "serde#1587", 1, SEQUENCE, |code| {
        byproducts(
            |them| {
                let one = &them[2];
                them[2] = json!([one["name"], one["digest"], null, null]);
            },
            code,
        )
    }),
    attack("a digest that is a list", "serde#1587", 1, SEQUENCE, |code| {
        byproducts(|them| list(&mut them[2]["digest"]), code)
    }),
    attack("an envelope that is a list", "serde#1587", 2, SEQUENCE, |code| {
        attested(r#"["e30=", "application/vnd.in-toto+json", [{"sig": "AA=="}]]"#, code)
    }),
    attack("a bundle that is a list", "serde#1587", 2, SEQUENCE, |code| {
        bundled(list, code)
    }),
    attack(
        "a bundle's envelope that is a list",
        "serde#1587",
        2,
        SEQUENCE,
        |code| bundled(|bundle| list(&mut bundle["dsseEnvelope"]), code),
    ),
    attack("a signature that is a list", "serde#1587", 2, SEQUENCE, |code| {
        bundled(|bundle| list(&mut bundle["dsseEnvelope"]["signatures"][0]), code)
    }),
    attack("a link that is a list", "serde#1587", 2, SEQUENCE, |code| {
        linked(
            |it| *it = json!([it["_type"], it["name"], it["materials"], it["products"], null, {}, []]),
            code,
        )
    }),
    attack("a link's products that are a list", "serde#1587", 2, SEQUENCE, |code| {
        linked(|link| list(&mut link["products"]), code)
    }),
    attack(
        "parameters of oss-rebuild that are a list",
        "serde#1587",
        1,
        SEQUENCE,
        |code| {
            let mut statement = rebuild_of(1, "a", "1", &json!(EMPTY));
            statement["predicate"]["buildDefinition"]["externalParameters"] = json!(["server", "pypi", "a", "1", null]);
            signed(&Scene::new(), &statement, code)
        },
    ),
    attack(
        "an equivalence of oss-rebuild whose parameters are a list",
        "serde#1587",
        1,
        SEQUENCE,
        |code| {
            let mut statement = oss_rebuild(&json!(EMPTY), &json!(EMPTY));
            list(&mut statement["predicate"]["buildDefinition"]["externalParameters"]);
            signed(&Scene::new(), &statement, code)
        },
    ),
    attack(
        "a dependency of oss-rebuild that is a list",
        "serde#1587",
        1,
        SEQUENCE,
        |code| {
            let mut statement = oss_rebuild(&json!(EMPTY), &json!(EMPTY));
            let one = &mut statement["predicate"]["buildDefinition"]["resolvedDependencies"][0];
            *one = json!([one["name"], one["digest"]]);
            signed(&Scene::new(), &statement, code)
        },
    ),
    attack("a definition that is a list", "serde#1587", 2, SEQUENCE, |code| {
        defined("", code)
    }),
    attack(
        "a definition whose source is a list",
        "serde#1587",
        2,
        SEQUENCE,
        |code| defined("/source", code),
    ),
    attack(
        "a definition with a dependency that is a list",
        "serde#1587",
        2,
        SEQUENCE,
        |code| defined("/resolvedDependencies/1", code),
    ),
    attack(
        "a definition with a variation that is a list",
        "serde#1587",
        2,
        SEQUENCE,
        |code| defined("/variations/0", code),
    ),
    attack("a comparison that is a list", "serde#1587", 2, SEQUENCE, |code| {
        reported("comparison.json", list, code)
    }),
    attack(
        "a comparison whose counts are a list",
        "serde#1587",
        2,
        SEQUENCE,
        |code| reported("comparison.json", |it| list(&mut it["counts"]), code),
    ),
    attack(
        "a comparison with an entry that is a list",
        "serde#1587",
        2,
        SEQUENCE,
        |code| {
            reported(
                "comparison.json",
                |it| {
                    let one = &it["entries"][1];
                    it["entries"][1] = json!([one["path"], one["original"], one["rebuilt"]]);
                },
                code,
            )
        },
    ),
    attack(
        "a comparison with a side that is a list",
        "serde#1587",
        2,
        SEQUENCE,
        |code| {
            reported(
                "comparison.json",
                |it| it["entries"][0]["original"] = json!(["directory"]),
                code,
            )
        },
    ),
    attack(
        "a comparison with a difference that is a list",
        "serde#1587",
        2,
        SEQUENCE,
        |code| reported_difference(|it| list(&mut it["differences"][0]), code),
    ),
    attack(
        "a comparison with an explanation that is a list",
        "serde#1587",
        2,
        SEQUENCE,
        |code| reported_difference(|it| list(&mut it["explanations"][0]), code),
    ),
    attack(
        "a comparison with a side of an explanation that is a list",
        "serde#1587",
        2,
        SEQUENCE,
        |code| reported_difference(|it| list(&mut it["explanations"][0]["original"]), code),
    ),
    attack(
        "a comparison of two trees that differ, as it is",
        "",
        1,
        "different",
        |code| reported_difference(|_| (), code),
    ),
    attack(
        "a reason of a failure that is a list",
        "serde#1587",
        2,
        SEQUENCE,
        |code| reported_failure(&json!([1, "why", []]), code),
    ),
    attack("a policy whose source is a list", "serde#1587", 2, SEQUENCE, |code| {
        let table = "[source]\nrevision = [\"0123456789abcdef0123456789abcdef01234567\"]\n";
        in_policy(table, "[[source]]\nrevision = \"any\"\n", code)
    }),
    attack(
        "a policy with a key that is a list",
        "serde#1587",
        2,
        SEQUENCE,
        |code| in_policy("{ file = \"one.pub\" }", "[\"one.pub\"]", code),
    ),
    attack(
        "a policy with a builder that is a list",
        "serde#1587",
        2,
        SEQUENCE,
        |code| {
            let scene = Scene::with_two_builders();
            let head = policy().split("[source]").next().unwrap().to_owned();
            let builder = r#"[["https://example.org/builders/1", [{ file = "one.pub" }]]]"#;
            let policy = format!("{head}builder = {builder}\nsource = {{ revision = \"any\" }}\n");
            scene.verify_under(&policy, &["one"], &[], code)
        },
    ),
    // Duplicate keys in parts that nothing reads.
    attack(
        "a bundle with a key twice in what is not used",
        "",
        2,
        "occurs twice",
        |code| {
            let bundle = String::from_utf8(dsse::to_bundle(b"{}", &ed25519(1))).unwrap();
            attested(bundle.replacen("\"hint\":", "\"hint\":\"a\",\"hint\":", 1), code)
        },
    ),
    attack("a bundle with its envelope twice", "", 2, "occurs twice", |code| {
        let bundle = String::from_utf8(dsse::to_bundle(b"{}", &ed25519(1))).unwrap();
        attested(bundle.replacen('{', "{\"dsseEnvelope\":{},", 1), code)
    }),
    attack(
        "a bundle with its envelope twice, once with an escape",
        "",
        2,
        "occurs twice",
        |code| {
            let bundle = String::from_utf8(dsse::to_bundle(b"{}", &ed25519(1))).unwrap();
            attested(bundle.replacen('{', "{\"dsse\\u0045nvelope\":{},", 1), code)
        },
    ),
    attack("an envelope that is a bundle, too", "", 2, "neither", |code| {
        bundled(|bundle| bundle["payload"] = Value::Null, code)
    }),
    attack("an envelope that is a link, too", "", 2, "neither", |code| {
        bundled(|bundle| bundle["signed"] = Value::Null, code)
    }),
    // Documents that cost much time or memory. Each is decided within 1 GiB.
    attack("eight million brackets", "CVE-2024-29902", 2, SEQUENCE, |code| {
        costly("[".repeat(8 << 20), code)
    }),
    attack(
        "brackets in a field that is ignored",
        "CVE-2024-29902",
        2,
        "recursion limit",
        |code| costly(beside("[".repeat(8 << 20)), code),
    ),
    attack("brackets in a link", "CVE-2024-29902", 2, "recursion limit", |code| {
        costly(format!("{{\"signatures\":[],\"signed\":{}", "[".repeat(1 << 20)), code)
    }),
    attack("two million numbers", "CVE-2024-29902", 2, "too many values", |code| {
        costly(beside(many("[0", ",0", 2 << 20, "]")), code)
    }),
    attack("a million texts", "CVE-2024-29902", 2, "too many values", |code| {
        costly(beside(many("[\"\"", ",\"\"", 1 << 20, "]")), code)
    }),
    attack(
        "a million empty objects",
        "CVE-2024-29902",
        2,
        "too many values",
        |code| costly(beside(many("[{}", ",{}", 1 << 20, "]")), code),
    ),
    attack("a million keys", "CVE-2024-29902", 2, "too many values", |code| {
        let keys: Vec<_> = (0..1 << 20).map(|number| format!("\"{number}\":0")).collect();
        costly(format!("{{{}}}", keys.join(",")), code)
    }),
    attack("a million signatures", "CVE-2024-29902", 2, "too many values", |code| {
        let signatures = many("[{\"sig\":\"\"}", ",{\"sig\":\"\"}", 1 << 20, "]");
        costly(
            format!("{{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":{signatures}}}"),
            code,
        )
    }),
    attack(
        "a few signatures over many bytes",
        "",
        2,
        "16 signatures over",
        |code| {
            let signatures = many("[{\"sig\":\"\"}", ",{\"sig\":\"\"}", 15, "]");
            costly(
                format!(
                    "{{\"payload\":\"{}\",\"payloadType\":\"t\",\"signatures\":{signatures}}}",
                    "A".repeat(5 << 20)
                ),
                code,
            )
        },
    ),
    attack("a number of a million digits", "", 2, "number out of range", |code| {
        costly(beside("1".repeat(1 << 20)), code)
    }),
    attack("a million lines", "", 2, "more than 4096 attestations", |code| {
        costly(
            "{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"\"}]}\n".repeat(1 << 20),
            code,
        )
    }),
    attack("a million lines that are no attestations", "", 2, SEQUENCE, |code| {
        costly("[]\n".repeat(1 << 20), code)
    }),
    attack("a million empty lines", "", 2, "it is empty", |code| {
        costly("\n".repeat(1 << 20), code)
    }),
    attack(
        "a file longer than any attestation",
        "CVE-2023-46737",
        2,
        "longer than",
        |code| costly(" ".repeat((64 << 20) + 1), code),
    ),
    attack(
        "a device that never ends",
        "CVE-2023-46737",
        2,
        "not a regular file",
        |code| Scene::with_two_builders().verify(&["one"], &["--attestation", "/dev/zero"], code),
    ),
    attack(
        "a hundred thousand subjects that nobody trusted signed are not looked at",
        "CVE-2024-29902",
        1,
        "not-trusted",
        |code| costly(dsse::to_bundle(subjects(100_000).as_bytes(), &ed25519(9)), code),
    ),
    attack(
        "a hundred thousand subjects that a trusted key signed",
        "CVE-2024-29902",
        1,
        "too many values",
        |code| costly(dsse::to_bundle(subjects(100_000).as_bytes(), &ed25519(1)), code),
    ),
    attack(
        "brackets that nobody trusted signed are not looked at",
        "CVE-2024-29902",
        1,
        "not-trusted",
        |code| costly(dsse::to_bundle("[".repeat(4 << 20).as_bytes(), &ed25519(9)), code),
    ),
    attack(
        "brackets that a trusted key signed",
        "CVE-2024-29902",
        1,
        SEQUENCE,
        |code| costly(dsse::to_bundle("[".repeat(4 << 20).as_bytes(), &ed25519(1)), code),
    ),
    attack(
        "a link with a hundred thousand materials",
        "CVE-2024-29902",
        2,
        "too many values",
        |code| {
            let materials: Vec<_> = (0..100_000)
                .map(|number| format!("\"{number}\":{{\"a\":\"b\",\"c\":\"d\"}}"))
                .collect();
            costly(
                format!(
                    "{{\"signatures\":[{{\"sig\":\"00\"}}],\"signed\":{{\"materials\":{{{}}}}}}}",
                    materials.join(",")
                ),
                code,
            )
        },
    ),
    attack(
        "a statement with a hundred thousand subjects is not signed",
        "",
        2,
        "too many values",
        |code| {
            let scene = Scene::new();
            scene.folder.write("key", ed25519(1).to_pem().as_bytes());
            scene.folder.set_mode("key", 0o600);
            scene.folder.write("statement.json", subjects(100_000));
            within_a_gibibyte(&scene.folder, "sign --key key statement.json --out out", code)
        },
    ),
    attack(
        "a definition with a hundred thousand variations",
        "",
        2,
        "too many values",
        |code| {
            let folder = Folder::with_identical_trees();
            let variation = "{\"name\":\"a\",\"original\":\"b\",\"rebuilt\":\"c\"}";
            let list = many(variation, &format!(",{variation}"), 100_000, "");
            folder.write("definition.json", format!("{{\"variations\":[{list}]}}"));
            within_a_gibibyte(
                &folder,
                "attest a b --definition definition.json --builder-id a:b --out out",
                code,
            )
        },
    ),
    attack(
        "a policy with a hundred thousand builders",
        "",
        2,
        "longer than",
        |code| costly_policy("[[builder]]\nid=\"a:b\"\nkeys=[]\n".repeat(100_000), code),
    ),
    attack(
        "a policy with as many builders as fit into it",
        "",
        2,
        "missing field",
        |code| costly_policy("[[builder]]\nid=\"a:b\"\nkeys=[{}]\n".repeat(27_000), code),
    ),
    attack(
        "a policy with a key of half a million parts",
        "",
        2,
        "recursion limit",
        |code| costly_policy(format!("a{} = 1", ".a".repeat(500_000)), code),
    ),
    attack(
        "a policy with half a million brackets",
        "",
        2,
        "recurse further",
        |code| costly_policy(format!("a = {}", "[".repeat(500_000)), code),
    ),
    attack("a policy with many tables", "", 2, "unknown field", |code| {
        costly_policy(many("a = [", "{},", 300_000, "]"), code)
    }),
    attack("a key file that is longer than any key", "", 2, "longer than", |code| {
        let scene = Scene::with_two_builders();
        scene.folder.write("one.pub", "-".repeat(1 << 20));
        scene.verify(&["one"], &[], code)
    }),
];

/// `first`, then `next` so many `times`, then `last`.
fn many(first: &str, next: &str, times: usize, last: &str) -> String {
    [first, &next.repeat(times), last].concat()
}

/// An envelope with an unknown field.
fn beside(value: String) -> String {
    let mut text = value;
    text.insert_str(0, "{\"extra\":");
    text.push_str(",\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"\"}]}");
    text
}

/// A statement with so many subjects.
fn subjects(count: usize) -> String {
    let subject = |number| format!("{{\"name\":\"{number}\",\"digest\":{{\"sha256\":\"{EMPTY}\"}}}}");
    let subjects: Vec<_> = (0..count).map(subject).collect();
    format!(
        "{{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{}],\"predicateType\":\"a:b\",\"predicate\":{{}}}}",
        subjects.join(",")
    )
}

/// Verifies with a costly attestation.
fn costly(attestation: impl AsRef<[u8]>, code: i32) -> Output {
    let scene = Scene::new();
    scene.folder.write("one", attestation);
    scene.publish("one", &ed25519(1).public());
    within_a_gibibyte(
        &scene.folder,
        "verify a/bin/server --attestation one --key one.pub",
        code,
    )
}

/// Verifies under a costly policy.
fn costly_policy(policy: String, code: i32) -> Output {
    let scene = Scene::with_two_builders();
    scene.folder.write("policy.toml", policy);
    within_a_gibibyte(
        &scene.folder,
        "verify a/bin/server --attestation one --policy policy.toml",
        code,
    )
}

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}
