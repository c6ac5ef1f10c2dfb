//! `report`: results as they were written, and edited ones.

use serde_json::{Value, json};

use crate::util::Folder;

/// An edit of a document.
type Edit = fn(&mut Value);

/// An edit of a document that inserts the given digest.
type Forge = fn(&mut Value, &str);

/// A folder with an attested result in `out`.
fn attested() -> Folder {
    let folder = Folder::with_identical_trees();
    folder.attest("out", 0);
    folder
}

/// Edits a document of the result in `out`.
fn edit(folder: &Folder, name: &str, change: impl FnOnce(&mut Value)) {
    let name = format!("out/{name}");
    let mut document = folder.read_json(&name);
    change(&mut document);
    folder.write_json(&name, &document);
}

/// Writes the digest of the present `comparison.json` into the statement, as a forger would.
fn fix_digest_of_comparison(folder: &Folder) {
    let sum = folder.shell("sha256sum < out/comparison.json", 0).stdout[..64].to_owned();
    edit(folder, "statement.json", |statement| {
        statement["predicate"]["runDetails"]["byproducts"][0]["digest"]["sha256"] = json!(sum);
    });
}

#[test]
fn every_file_has_a_row_with_both_digests_in_full() {
    let folder = attested();
    let statement = folder.read_json("out/statement.json");
    let text = folder.run(&["report", "out"], 0).stdout;
    for subject in statement["subject"].as_array().unwrap() {
        assert_eq!(
            text.matches(subject["digest"]["sha256"].as_str().unwrap()).count(),
            2,
            "{text}"
        );
    }
    assert!(
        text.starts_with(
            "server-aarch64-linux bin/server\n  platform  aarch64-linux\n  builder   https://example.org/builders/1\n  size      11 bytes\n"
        ),
        "{text}"
    );
    assert_eq!(text.matches("verdict   identical\n").count(), 2, "{text}");
    assert!(text.lines().all(|line| line.len() <= 80), "{text}");
}

#[test]
fn a_wide_terminal_gets_a_table() {
    let folder = attested();
    let text = folder.shell("COLUMNS=280 exec \"$0\" report out", 0).stdout;
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(
        lines[0].starts_with("artifact") && lines[0].ends_with("verdict"),
        "{text}"
    );
    assert!(
        lines[1].starts_with("server-aarch64-linux bin/server ") && lines[1].ends_with(" identical"),
        "{text}"
    );
}

#[test]
fn results_may_be_links_and_are_sorted_by_name() {
    let folder = attested();
    folder.link("result", "out");
    let definition = folder.read("definition.json");
    folder.write(
        "other.json",
        String::from_utf8(definition)
            .unwrap()
            .replace("server-aarch64", "a-aarch64"),
    );
    folder.run_words("attest a b --definition other.json --builder-id urn:x:y --out other", 0);
    let text = folder.run(&["report", "result", "other"], 0).stdout;
    let names: Vec<_> = text.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        names,
        [
            "a-aarch64-linux bin/server",
            "a-aarch64-linux share/doc.txt",
            "server-aarch64-linux bin/server",
            "server-aarch64-linux share/doc.txt"
        ]
    );
}

#[test]
fn documents_that_contradict_each_other_are_rejected() {
    let other = "00".repeat(32);
    let changes: [(&str, Forge); 6] = [
        ("subjects", |statement, other| {
            statement["subject"][0]["digest"]["sha256"] = json!(other)
        }),
        ("subjects", |statement, _| {
            statement["subject"][0]["name"] = json!("bin/a")
        }),
        ("subjects", |statement, _| {
            statement["subject"].as_array_mut().unwrap().pop();
        }),
        ("byproducts", |statement, other| {
            statement["predicate"]["runDetails"]["byproducts"][0]["digest"]["sha256"] = json!(other);
        }),
        ("byproducts", |statement, other| {
            statement["predicate"]["runDetails"]["byproducts"][2]["digest"]["sha256"] = json!(other);
        }),
        ("byproducts", |statement, _| {
            statement["predicate"]["runDetails"]["byproducts"]
                .as_array_mut()
                .unwrap()
                .pop();
        }),
    ];
    for (word, change) in changes {
        let folder = attested();
        edit(&folder, "statement.json", |statement| change(statement, &other));
        let output = folder.run(&["report", "out"], 1);
        assert!(
            output.stderr.starts_with("rebuild-verifier: rejected \"out\": "),
            "{}",
            output.stderr
        );
        assert!(output.stderr.contains(word), "{}", output.stderr);
        assert_eq!(
            output.stdout.matches("verdict   rejected\n").count(),
            2,
            "{}",
            output.stdout
        );
    }
}

#[test]
fn a_comparison_of_another_build_is_rejected() {
    let folder = attested();
    for tree in ["a", "b"] {
        folder.write(format!("{tree}/bin/server"), "another");
    }
    folder.attest("other", 0);
    folder.write("out/comparison.json", folder.read("other/comparison.json"));
    folder.run(&["report", "out"], 1);
}

#[test]
fn a_comparison_that_only_changed_its_spacing_is_rejected_for_its_digest() {
    let folder = attested();
    let text = String::from_utf8(folder.read("out/comparison.json")).unwrap();
    folder.write("out/comparison.json", text.replace("  ", " "));
    assert!(folder.run(&["report", "out"], 1).stderr.contains("byproducts"));
}

#[test]
fn a_consistent_result_about_builds_that_differ_is_different() {
    let folder = attested();
    folder.set_mode("b/bin/server", 0o644);
    folder.run(&["compare", "a", "b", "--json", "out/comparison.json"], 1);
    fix_digest_of_comparison(&folder);
    let text = folder.run(&["report", "out"], 1).stdout;
    assert_eq!(text.matches("verdict   different\n").count(), 1, "{text}");
    assert_eq!(text.matches("verdict   identical\n").count(), 1, "{text}");
}

#[test]
fn a_difference_between_links_has_a_row_of_its_own() {
    let folder = attested();
    folder.link("b/zz", "nowhere");
    folder.run(&["compare", "a", "b", "--json", "out/comparison.json"], 1);
    fix_digest_of_comparison(&folder);
    let text = folder.run(&["report", "out"], 1).stdout;
    assert!(
        text.contains("linux zz\n") && text.contains("original  no file\n"),
        "{text}"
    );
}

#[test]
fn a_verdict_that_does_not_follow_from_the_entries_is_no_comparison() {
    let changes: [Edit; 15] = [
        |comparison| comparison["verdict"] = json!("different"),
        |comparison| comparison["verdict"] = json!("identical-without-signatures"),
        |comparison| comparison["level"] = json!("mostly"),
        |comparison| comparison["explanations"] = json!([explanation("bin/server")]),
        |comparison| comparison["counts"]["original_files"] = json!(3),
        |comparison| comparison["differences"] = json!([{ "path": "bin", "kind": "missing" }]),
        |comparison| comparison["entries"][1]["rebuilt"]["sha256"] = json!("00".repeat(32)),
        |comparison| comparison["entries"][1]["rebuilt"]["executable"] = json!(false),
        |comparison| comparison["entries"][1]["rebuilt"] = json!(null),
        |comparison| {
            comparison["entries"][1].as_object_mut().unwrap().remove("rebuilt");
        },
        |comparison| comparison["entries"][1]["path"] = json!("zz"),
        |comparison| comparison["entries"][1]["path"] = json!("../server"),
        |comparison| comparison["entries"] = json!([]),
        |comparison| comparison["extra"] = json!(1),
        |comparison| comparison["schema_version"] = json!(1),
    ];
    for change in changes {
        let folder = attested();
        edit(&folder, "comparison.json", change);
        fix_digest_of_comparison(&folder);
        let output = folder.run(&["report", "out"], 2);
        output.assert_error(&["out/comparison.json", "is not a valid comparison", "attest again"]);
    }
}

/// An explanation in the right format. The difference need not exist.
fn explanation(path: &str) -> Value {
    json!({
        "path": path, "members": [], "format": "elf", "part": ".text", "field": null, "kind": "changed",
        "original": null, "rebuilt": null, "places": 1, "differing_bytes": 1, "cause": null
    })
}

#[test]
fn a_comparison_that_left_signatures_out_is_never_attested_to() {
    let folder = attested();
    edit(&folder, "comparison.json", |comparison| {
        comparison["level"] = json!("unsigned")
    });
    fix_digest_of_comparison(&folder);
    let output = folder.run(&["report", "out"], 1);
    assert!(
        output.stderr.contains("its comparison leaves code signatures out"),
        "{}",
        output.stderr
    );
}

#[test]
fn a_difference_with_fields_that_do_not_belong_to_it_is_no_comparison() {
    for extra in ["extra", "differing_bytes"] {
        let folder = attested();
        folder.link("b/zz", "nowhere");
        folder.run(&["compare", "a", "b", "--json", "out/comparison.json"], 1);
        edit(&folder, "comparison.json", |comparison| {
            comparison["differences"][0][extra] = json!(1)
        });
        fix_digest_of_comparison(&folder);
        folder
            .run(&["report", "out"], 2)
            .assert_error(&["is not a valid comparison", "unknown field"]);
    }
}

#[test]
fn a_statement_of_another_kind_is_no_statement_of_ours() {
    let changes: [(&str, Edit); 12] = [
        ("_type", |statement| {
            statement["_type"] = json!("https://in-toto.io/Statement/v0.1")
        }),
        ("predicateType", |statement| {
            statement["predicateType"] = json!("https://slsa.dev/provenance/v0.2")
        }),
        ("buildType", |statement| {
            statement["predicate"]["buildDefinition"]["buildType"] = json!("urn:samebits:nix-rebuild:v1");
        }),
        ("0 subjects", |statement| statement["subject"] = json!([])),
        ("ascending", |statement| {
            statement["subject"].as_array_mut().unwrap().reverse()
        }),
        ("unknown field `extra`", |statement| statement["extra"] = json!(1)),
        ("unknown field `extra`", |statement| {
            statement["subject"][0]["extra"] = json!(1)
        }),
        ("unknown field `extra`", |statement| {
            statement["predicate"]["buildDefinition"]["externalParameters"]["extra"] = json!(1);
        }),
        ("lacks \"source\"", |statement| {
            statement["predicate"]["buildDefinition"]["resolvedDependencies"]
                .as_array_mut()
                .unwrap()
                .remove(0);
        }),
        ("does not have its digest", |statement| {
            statement["predicate"]["runDetails"]["byproducts"][1]["content"] = json!("W10=");
        }),
        ("is missing", |statement| {
            statement["predicate"]["runDetails"]["byproducts"]
                .as_array_mut()
                .unwrap()
                .remove(1);
        }),
        ("flakeAttribute", |statement| {
            statement["predicate"]["buildDefinition"]["externalParameters"]["flakeAttribute"] = json!("\u{1b}[2J");
        }),
    ];
    for (word, change) in changes {
        let folder = attested();
        edit(&folder, "statement.json", change);
        folder
            .run(&["report", "out"], 2)
            .assert_error(&["out/statement.json", "is not a valid statement", word]);
    }
}

#[test]
fn one_unreadable_result_spoils_the_report_but_hides_no_row() {
    let folder = attested();
    folder.make_folder("empty");
    let output = folder.run(&["report", "empty", "out", "nowhere"], 2);
    assert_eq!(output.stderr.lines().count(), 2, "{}", output.stderr);
    assert!(output.stderr.contains("empty/statement.json") && output.stderr.contains("nowhere/statement.json"));
    assert_eq!(
        output.stdout.matches("verdict   identical\n").count(),
        2,
        "{}",
        output.stdout
    );
}

#[test]
fn half_a_result_is_none() {
    for name in ["statement.json", "comparison.json"] {
        let folder = attested();
        folder.remove(&format!("out/{name}"));
        folder.run(&["report", "out"], 2).assert_error(&["cannot read", name]);
    }
}
