//! `attest`: the rules of the definition. Each broken rule is exit code 2, with a line that names it, and without
//! output.

use serde_json::{Value, json};

use crate::util::{BUILDER, COMMIT, EMPTY, EMPTY_NAR, Folder, Output, definition};

fn run(folder: &Folder, definition: &Value, expected_code: i32) -> Output {
    folder.write_json("definition.json", definition);
    folder.attest_as(BUILDER, "out", expected_code)
}

/// Sets the value at `pointer`. Its parent must exist.
pub(crate) fn set(definition: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match definition.pointer_mut(parent).unwrap() {
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
        parent => parent[key] = value,
    }
}

/// Asserts that a definition with these changes is refused, with these words.
fn assert_refused(changes: &[(&str, Value)], words: &[&str]) {
    let folder = Folder::with_identical_trees();
    let mut definition = definition();
    for (pointer, value) in changes {
        set(&mut definition, pointer, value.clone());
    }
    let output = run(&folder, &definition, 2);
    output.assert_error(&[
        "\"definition.json\" is not a valid definition",
        "see docs/attestation-format.md",
    ]);
    output.assert_error(words);
    assert!(!folder.path("out").exists());
}

#[test]
fn every_field_is_required() {
    let complete = definition();
    for pointer in ["", "/source", "/resolvedDependencies/0", "/variations/0"] {
        for field in complete.pointer(pointer).unwrap().as_object().unwrap().keys() {
            let optional = pointer.starts_with("/resolved") && ["uri", "annotations"].contains(&field.as_str());
            let mut definition = complete.clone();
            definition
                .pointer_mut(pointer)
                .unwrap()
                .as_object_mut()
                .unwrap()
                .remove(field);
            let folder = Folder::with_identical_trees();
            if optional {
                run(&folder, &definition, 0);
            } else {
                run(&folder, &definition, 2).assert_error(&["missing field", field]);
            }
        }
    }
}

#[test]
fn unknown_fields_are_refused_at_every_level() {
    for pointer in [
        "/extra",
        "/source/extra",
        "/resolvedDependencies/0/extra",
        "/variations/0/extra",
    ] {
        assert_refused(&[(pointer, json!("x"))], &["unknown field `extra`"]);
    }
}

#[test]
fn the_source_and_both_lock_files_must_be_among_the_dependencies() {
    for (index, name) in ["source", "Cargo.lock", "flake.lock"].iter().enumerate() {
        let pointer = format!("/resolvedDependencies/{index}/name");
        assert_refused(&[(&pointer, json!("other"))], &["resolvedDependencies lacks", name]);
    }
}

#[test]
fn lock_files_may_lie_in_folders_of_the_source() {
    let folder = Folder::with_identical_trees();
    let mut definition = definition();
    set(
        &mut definition,
        "/resolvedDependencies/1/name",
        json!("a folder/größe/Cargo.lock"),
    );
    set(&mut definition, "/resolvedDependencies/2/name", json!("nix/flake.lock"));
    run(&folder, &definition, 0);
    // A name that only ends like that of a lock file is another name.
    assert_refused(
        &[("/resolvedDependencies/1/name", json!("std-Cargo.lock"))],
        &["lacks \"Cargo.lock\" with a sha256"],
    );
}

#[test]
fn there_is_one_lock_file_of_each_name() {
    for (index, name) in [(1, "b/flake.lock"), (2, "Cargo.lock/Cargo.lock")] {
        assert_refused(
            &[(
                "/resolvedDependencies/3",
                json!({ "name": name, "digest": { "sha256": EMPTY } }),
            )],
            &["names two files", name],
        );
        // The URI says that it is not in this source.
        let pointer = format!("/resolvedDependencies/{index}/uri");
        assert_refused(&[(&pointer, json!("urn:x:y"))], &["resolvedDependencies lacks"]);
    }
}

#[test]
fn what_has_no_uri_is_a_file_of_the_source() {
    let file = |name: &str, digest: &Value| json!({ "name": name, "digest": digest });
    let sha256 = json!({ "sha256": EMPTY });
    for name in ["/Cargo.lock", "../Cargo.lock", "a/../b", "./b", "a//b", "b/", "..", "."] {
        assert_refused(
            &[("/resolvedDependencies/3", file(name, &sha256))],
            &["is not a relative path of plain names", name],
        );
        let named = "/resolvedDependencies/1/name";
        assert_refused(&[(named, json!(name))], &["is not a relative path of plain names"]);
    }
    for name in ["", " b", "a\nb"] {
        assert_refused(
            &[("/resolvedDependencies/3", file(name, &sha256))],
            &["is not a line of text"],
        );
    }
    assert_refused(
        &[("/resolvedDependencies/3", file("b", &json!({ "sha1": &EMPTY[..40] })))],
        &["b has neither a URI nor a sha256"],
    );
}

#[test]
fn digests_are_lower_case_hex_of_the_right_length() {
    for digest in [
        json!({}),
        json!({ "sha256": EMPTY.to_uppercase() }),
        json!({ "sha256": &EMPTY[1..] }),
        json!({ "sha256": format!("{EMPTY}0") }),
        json!({ "sha256": "" }),
        json!({ "sha512": EMPTY }),
        json!({ "md5": &EMPTY[..32] }),
        json!({ "sha256": 1 }),
    ] {
        assert_refused(&[("/resolvedDependencies/3/digest", digest)], &[]);
    }
}

#[test]
fn the_digests_of_the_source_are_those_that_the_source_says() {
    let pointer = "/resolvedDependencies/0/digest";
    let other = EMPTY.replace('e', "f");
    assert_refused(
        &[(pointer, json!({ "gitCommit": COMMIT, "narSha256": other }))],
        &["narSha256 of \"source\" is f3b0", "source says e3b0"],
    );
    assert_refused(
        &[(pointer, json!({ "gitCommit": COMMIT }))],
        &["lacks \"source\" with a narSha256"],
    );
    assert_refused(
        &[(pointer, json!({ "narSha256": EMPTY }))],
        &["gitCommit of \"source\" is absent"],
    );
    assert_refused(
        &[("/source/revision", json!("dirty"))],
        &["gitCommit", "source says there is none"],
    );
}

#[test]
fn a_tree_that_is_not_a_commit_has_only_the_digest_of_its_archive() {
    for revision in ["dirty", "unknown", &format!("{COMMIT}-dirty")] {
        let folder = Folder::with_identical_trees();
        let mut definition = definition();
        set(&mut definition, "/source/revision", json!(revision));
        set(
            &mut definition,
            "/resolvedDependencies/0/digest",
            json!({ "narSha256": EMPTY }),
        );
        run(&folder, &definition, 0);
        assert_eq!(
            folder.read_json("out/statement.json")["predicate"]["buildDefinition"]["externalParameters"]["source"],
            json!({ "revision": revision, "narHash": EMPTY_NAR })
        );
    }
}

#[test]
fn other_revisions_and_hashes_are_refused() {
    for revision in ["", "main", &COMMIT[1..], &COMMIT.to_uppercase(), "dirty-dirty"] {
        assert_refused(&[("/source/revision", json!(revision))], &["source.revision"]);
    }
    for hash in [
        EMPTY,
        &EMPTY_NAR[7..],
        "sha256-",
        "sha256-AAAA",
        "sha512-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ] {
        assert_refused(&[("/source/narHash", json!(hash))], &["source.narHash"]);
    }
}

#[test]
fn names_that_could_break_a_line_or_a_path_are_refused() {
    for field in ["/flakeAttribute", "/platform", "/target"] {
        for value in ["", "a b", "a/b", "a\n", "\u{1b}[2J"] {
            assert_refused(&[(field, json!(value))], &[&field[1..]]);
        }
    }
    assert_refused(&[("/toolchain", json!("rustc\n1.85.0"))], &["toolchain"]);
    assert_refused(&[("/toolchain", json!(""))], &["toolchain"]);
}

#[test]
fn values_of_the_wrong_type_are_refused() {
    for epoch in [json!(-1), json!(1.5), json!("1785747939"), json!(null)] {
        assert_refused(&[("/sourceDateEpoch", epoch)], &["invalid"]);
    }
    assert_refused(
        &[("/resolvedDependencies/3/uri", json!("ziglang"))],
        &["not an absolute URI"],
    );
}

#[test]
fn what_is_no_json_or_no_file_is_refused() {
    let folder = Folder::with_identical_trees();
    let attest = |definition: &str| {
        let arguments = format!("attest a b --definition {definition} --builder-id {BUILDER} --out out");
        folder.run_words(&arguments, 2)
    };
    attest("nowhere").assert_error(&["cannot read", "nowhere"]);
    attest("a").assert_error(&["\"a\"", "not a regular file"]);
    for text in ["", "null", "{", &format!("{}x", definition())] {
        folder.write("definition.json", text);
        attest("definition.json").assert_error(&["not a valid definition"]);
    }
    assert!(!folder.path("out").exists());
}

/// Readers of JSON disagree on which of two equal keys counts.
#[test]
fn a_key_that_occurs_twice_anywhere_is_refused() {
    let text = definition().to_string();
    let folder = Folder::with_identical_trees();
    for (from, to) in [
        ("\"dirty\":false", "\"dirty\":false,\"dirty\":true"),
        ("\"narSha256\":", "\"narSha256\":\"00\",\"narSha256\":"),
        ("\"platform\":", "\"platform\":\"other\",\"platform\":"),
        ("\"revision\":", "\"revisio\\u006e\":\"dirty\",\"revision\":"),
    ] {
        assert!(text.contains(from), "{from}");
        folder.write("definition.json", text.replacen(from, to, 1));
        folder
            .attest_as(BUILDER, "out", 2)
            .assert_error(&["occurs twice", "definition.json"]);
    }
    assert!(!folder.path("out").exists());
}
