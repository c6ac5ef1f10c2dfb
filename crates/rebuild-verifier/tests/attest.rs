//! `attest`: it refuses and leaves nothing, or it writes both documents, the same bytes each time.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::util::{BUILDER, Folder, definition};

#[test]
fn identical_builds_are_attested_with_everything_that_the_definition_says() {
    let folder = Folder::with_identical_trees();
    let output = folder.attest("out", 0);
    assert!(output.stdout.starts_with("identical: 2 files"), "{}", output.stdout);
    assert_eq!(folder.names("out"), ["comparison.json", "statement.json"]);

    let statement = folder.read_json("out/statement.json");
    let digests: Value = folder.read_json("out/comparison.json")["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["original"]["type"] == "file")
        .map(|entry| json!({ "name": entry["path"], "digest": { "sha256": entry["original"]["sha256"] } }))
        .collect();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["predicateType"], "https://slsa.dev/provenance/v1");
    assert_eq!(statement["subject"], digests);
    assert_eq!(digests[0]["name"], "bin/server");

    let definition = definition();
    let build = &statement["predicate"]["buildDefinition"];
    assert_eq!(build["buildType"], "urn:samebits:nix-rebuild:v2");
    assert_eq!(
        build["externalParameters"],
        json!({
            "flakeAttribute": definition["flakeAttribute"],
            "platform": definition["platform"],
            "source": definition["source"]
        })
    );
    assert_eq!(
        build["internalParameters"],
        json!({
            "sharedInputs": null,
            "sourceDateEpoch": definition["sourceDateEpoch"],
            "target": definition["target"],
            "toolchain": definition["toolchain"]
        })
    );
    assert_eq!(build["resolvedDependencies"], definition["resolvedDependencies"]);

    let run = &statement["predicate"]["runDetails"];
    assert_eq!(run["builder"]["id"], BUILDER);
    assert!(
        run["builder"]["version"]["rebuild-verifier"]
            .as_str()
            .unwrap()
            .starts_with(env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(run.get("metadata"), None);
}

#[test]
fn the_byproducts_are_the_comparison_the_variations_and_the_files_of_the_rebuild() {
    let folder = Folder::with_identical_trees();
    folder.attest("out", 0);
    let statement = folder.read_json("out/statement.json");
    let byproducts = statement["predicate"]["runDetails"]["byproducts"].as_array().unwrap();
    let names: Vec<_> = byproducts
        .iter()
        .map(|byproduct| byproduct["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "comparison.json",
            "variations.json",
            "rebuilt/bin/server",
            "rebuilt/share/doc.txt"
        ]
    );
    assert_eq!(byproducts[2]["digest"], statement["subject"][0]["digest"]);

    let sum = |name: &str| folder.shell(&format!("sha256sum < {name}"), 0).stdout[..64].to_owned();
    assert_eq!(byproducts[0]["digest"]["sha256"], sum("out/comparison.json"));
    let variations = STANDARD.decode(byproducts[1]["content"].as_str().unwrap()).unwrap();
    folder.write("variations.json", &variations);
    assert_eq!(byproducts[1]["digest"]["sha256"], sum("variations.json"));
    assert_eq!(folder.read_json("variations.json"), definition()["variations"]);
}

#[test]
fn attesting_twice_writes_the_same_bytes_whatever_the_circumstances() {
    let folder = Folder::with_identical_trees();
    folder.attest("one", 0);
    let script = format!(
        "umask 077; export TZ=Asia/Tokyo LC_ALL=tr_TR.UTF-8 HOME=/nowhere SOURCE_DATE_EPOCH=1; cd share && \
         exec \"$0\" attest ../b ../a --definition ../definition.json --builder-id {BUILDER} --out \"$PWD/../two\""
    );
    folder.make_folder("share");
    folder.shell(&script, 0);
    for name in ["statement.json", "comparison.json"] {
        let (one, two) = (folder.read(&format!("one/{name}")), folder.read(&format!("two/{name}")));
        assert_eq!(String::from_utf8(one.clone()).unwrap(), String::from_utf8(two).unwrap());
        assert!(
            !String::from_utf8(one)
                .unwrap()
                .contains(folder.path("").to_str().unwrap())
        );
    }
    assert!(
        folder
            .shell("ls -l two", 0)
            .stdout
            .lines()
            .skip(1)
            .all(|line| line.starts_with("-rw-r--r--"))
    );
}

#[test]
fn a_single_file_is_its_own_subject_under_its_name() {
    let folder = Folder::new();
    folder.write("store/server.tar.gz", "same");
    folder.write("store/rebuilt", "same");
    folder.link("a", "store/server.tar.gz");
    folder.link("b", "store/rebuilt");
    folder.attest("out", 0);
    let statement = folder.read_json("out/statement.json");
    assert_eq!(statement["subject"].as_array().unwrap().len(), 1);
    assert_eq!(statement["subject"][0]["name"], "server.tar.gz");
}

#[test]
fn builds_that_differ_are_refused_and_nothing_at_all_is_left() {
    let folder = Folder::with_identical_trees();
    folder.write("b/share/doc.txt", "other");
    let output = folder.attest("deep/out", 1);
    assert!(
        output.stderr.starts_with("rebuild-verifier: refused to attest"),
        "{}",
        output.stderr
    );
    assert!(output.stdout.contains("content: share/doc.txt"), "{}", output.stdout);
    assert!(!folder.path("deep").exists());
}

#[test]
fn a_difference_outside_of_the_files_is_refused_too() {
    let folder = Folder::with_identical_trees();
    folder.set_mode("b/bin/server", 0o644);
    folder.attest("out", 1);
    folder.set_mode("b/bin/server", 0o755);
    folder.link("b/extra", "nowhere");
    folder.attest("out", 1);
    folder.remove("b/extra");
    folder.make_folder("b/empty");
    folder.attest("out", 1);
    assert!(!folder.path("out").exists());
}

#[test]
fn a_result_that_is_there_already_is_never_replaced() {
    for name in ["statement.json", "comparison.json"] {
        let folder = Folder::with_identical_trees();
        folder.write(format!("out/{name}"), "old");
        folder
            .attest("out", 2)
            .assert_error(&["will not replace", name, "name another folder"]);
        assert_eq!(folder.names("out"), [name]);
        assert_eq!(folder.read(&format!("out/{name}")), b"old");
    }
}

#[test]
fn an_existing_folder_with_other_files_is_used() {
    let folder = Folder::with_identical_trees();
    folder.write("out/other", "");
    folder.attest("out", 0);
    assert_eq!(folder.names("out"), ["comparison.json", "other", "statement.json"]);
}

/// A limit on the size of files fails in the middle of writing, like a full disk, and needs no privileges.
#[test]
fn a_disk_that_fills_up_leaves_neither_document_nor_folder() {
    let folder = Folder::with_identical_trees();
    folder.write_json("definition.json", &definition());
    let script = format!(
        "trap '' XFSZ; ulimit -f 1; \
         exec \"$0\" attest a b --definition definition.json --builder-id {BUILDER} --out deep/out"
    );
    folder.shell(&script, 2).assert_error(&["cannot write", "space left"]);
    assert!(!folder.path("deep").exists());
}

#[test]
fn only_an_absolute_uri_is_a_builder() {
    let folder = Folder::with_identical_trees();
    folder.write_json("definition.json", &definition());
    for builder in [
        "",
        "builder",
        "/builders/1",
        "https://",
        "https://example.org/a b",
        "//example.org",
    ] {
        folder.attest_as(builder, "out", 2).assert_error(&[
            "--builder-id",
            "not an absolute URI",
            "https://example.org/builders/1",
        ]);
    }
    assert!(!folder.path("out").exists());
}

#[test]
fn a_tree_of_1024_files_is_attested_and_one_more_is_refused() {
    let folder = Folder::new();
    for tree in ["a", "b"] {
        for index in 0..1024 {
            folder.write(format!("{tree}/{index}"), "");
        }
    }
    folder.attest("out", 0);
    assert_eq!(
        folder.read_json("out/statement.json")["subject"]
            .as_array()
            .unwrap()
            .len(),
        1024
    );
    folder.write("a/one-more", "");
    folder.write("b/one-more", "");
    folder
        .attest("more", 2)
        .assert_error(&["1025 files", "at most 1024 subjects", "archive"]);
    assert!(!folder.path("more").exists());
}
