//! `report --html --json --junit --markdown`: what the documents say about results, builders and sources.

use serde_json::{Value, json};

use crate::report_markup::hostile;
use crate::util::{Folder, definition};

/// Writes a result without a statement to `results/<name>`: the builds of `attribute` differ as `a` and `b` do.
pub(crate) fn unattested(folder: &Folder, name: &str, attribute: &str) {
    let mut definition = definition();
    definition["flakeAttribute"] = json!(attribute);
    folder.write_json(&format!("results/{name}/definition.json"), &definition);
    let comparison = format!("results/{name}/comparison.json");
    folder.run(&["compare", "a", "b", "--json", &comparison], 1);
}

/// Writes an attested result of `builder` about `attribute` to `results/<name>`.
pub(crate) fn attested(folder: &Folder, name: &str, attribute: &str, builder: &str) {
    let mut definition = definition();
    definition["flakeAttribute"] = json!(attribute);
    folder.write_json("definition.json", &definition);
    folder.attest_as(builder, &format!("results/{name}"), 0);
}

/// The report about `results` in a form.
pub(crate) fn document(folder: &Folder, form: &str, expected_code: i32) -> String {
    folder.run(&["report", "results", form, "-"], expected_code).stdout
}

#[test]
fn builders_that_disagree_about_one_source_make_it_different() {
    let folder = Folder::with_identical_trees();
    attested(&folder, "one", "server-aarch64-linux", "urn:x:one");
    for tree in ["a", "b"] {
        folder.write(format!("{tree}/bin/server"), "another");
    }
    attested(&folder, "two", "server-aarch64-linux", "urn:x:two");
    let output = folder.run(&["report", "results"], 1);
    assert!(
        output
            .stderr
            .contains("builders disagree about server-aarch64-linux bin/server"),
        "{}",
        output.stderr
    );
    let report: Value = serde_json::from_str(&document(&folder, "--json", 1)).unwrap();
    assert_eq!(report["status"], "different");
    assert_eq!(report["artifacts"][0]["disagreements"], json!(["bin/server"]));
    assert_eq!(report["artifacts"][0]["builders"], 2);
    assert!(document(&folder, "--html", 1).contains("The builders disagree about"));
    assert!(document(&folder, "--junit", 1).contains("<failure message=\"the builders disagree\">bin/server"));
    assert!(document(&folder, "--markdown", 1).contains("the builders disagree about `bin/server`"));
}

#[test]
fn a_file_that_only_one_builder_has_is_a_disagreement() {
    let folder = Folder::with_identical_trees();
    attested(&folder, "one", "server-aarch64-linux", "urn:x:one");
    for tree in ["a", "b"] {
        folder.write(format!("{tree}/more"), "");
    }
    attested(&folder, "two", "server-aarch64-linux", "urn:x:two");
    let report: Value = serde_json::from_str(&document(&folder, "--json", 1)).unwrap();
    assert_eq!(report["artifacts"][0]["disagreements"], json!(["more"]));
}

#[test]
fn builds_of_different_sources_are_different_artifacts_and_may_differ() {
    let folder = Folder::with_identical_trees();
    attested(&folder, "one", "server-aarch64-linux", "urn:x:one");
    for tree in ["a", "b"] {
        folder.write(format!("{tree}/bin/server"), "another");
    }
    let mut later = definition();
    let hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    later["source"]["narHash"] = json!(hash);
    later["resolvedDependencies"][0]["digest"]["narSha256"] = json!("0".repeat(64));
    folder.write_json("later.json", &later);
    let arguments = "attest a b --definition later.json --builder-id urn:x:two --out results/two";
    folder.run_words(arguments, 0);
    let report: Value = serde_json::from_str(&document(&folder, "--json", 0)).unwrap();
    assert_eq!(report["counts"]["artifacts"], 2);
}

#[test]
fn one_builder_twice_counts_once() {
    let folder = Folder::with_identical_trees();
    attested(&folder, "one", "server-aarch64-linux", "urn:x:one");
    attested(&folder, "two", "server-aarch64-linux", "urn:x:one");
    let report: Value = serde_json::from_str(&document(&folder, "--json", 0)).unwrap();
    assert_eq!(report["artifacts"][0]["builders"], 1);
}

#[test]
fn identical_builds_to_which_nobody_attests_are_no_result() {
    let folder = Folder::with_identical_trees();
    folder.write_json("results/one/definition.json", &definition());
    folder.run(&["compare", "a", "b", "--json", "results/one/comparison.json"], 0);
    folder
        .run(&["report", "results", "--quiet"], 2)
        .assert_error(&["results/one", "it has no statement.json"]);
}

#[test]
fn a_folder_without_any_result_is_not_an_empty_success() {
    let folder = Folder::new();
    folder.make_folder("results");
    folder.write("results/readme.txt", "");
    let report: Value = serde_json::from_str(&document(&folder, "--json", 2)).unwrap();
    assert_eq!(
        (&report["status"], &report["unreadable"][0]["result"]),
        (&json!("undecided"), &json!("results"))
    );
    for form in ["--html", "--junit", "--markdown"] {
        assert!(document(&folder, form, 2).contains("statement.json"), "{form}");
    }
}

#[test]
fn all_documents_are_written_at_once_and_are_the_same_every_time() {
    let folder = hostile();
    for one in ["one", "two"] {
        let outputs = format!("--html {one}.html --json {one}.json --junit {one}.xml --markdown {one}.md");
        folder.run_words(&format!("report results {outputs}"), 2);
    }
    for name in ["html", "json", "xml", "md"] {
        let document = folder.read(&format!("one.{name}"));
        assert_eq!(document, folder.read(&format!("two.{name}")));
        assert!(document.ends_with(b"\n"), "{name}");
    }
}

#[test]
fn no_document_says_where_the_results_lie_on_this_machine() {
    let folder = hostile();
    let results = folder.path("results");
    let machine = folder.path("").to_str().unwrap().trim_end_matches('/').to_owned();
    for form in ["--html", "--json", "--junit", "--markdown"] {
        let text = folder.run(&["report", results.to_str().unwrap(), form, "-"], 2).stdout;
        assert!(!text.contains(&machine), "{form}: {text}");
    }
}

#[test]
fn documents_never_replace_one_another_or_a_result() {
    let folder = Folder::with_identical_trees();
    attested(&folder, "one", "server-aarch64-linux", "urn:x:one");
    for arguments in [
        "report results --html x --json x",
        "report results --html - --markdown -",
        "report results --json results/one/statement.json",
        "report results --json results/one/comparison.json",
    ] {
        let before = folder.names("");
        let output = folder.run_words(arguments, 2);
        output.assert_error(&["will not replace", "name another file"]);
        assert_eq!(folder.names(""), before);
    }
    folder.run(&["report", "results", "--html", "results/index.html"], 0);
    folder.run(&["report", "results"], 0);
}
