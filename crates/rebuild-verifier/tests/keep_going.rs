//! `rebuild --keep-going`: if an attribute cannot be built, the others still are, and the failure is part of the
//! results.

use serde_json::json;

use crate::fake_nix::Fake;
use crate::schemas::assert_follows;
use crate::util::{BUILDER, definition, words};

const GOOD: &str = "server-aarch64-linux";
const BROKEN: &str = "server-s390x-linux";

/// A flake with two attributes. The first cannot be built, and the log says why.
fn fake() -> Fake {
    let fake = Fake::new();
    let mut broken = definition();
    broken["flakeAttribute"] = json!(BROKEN);
    broken["platform"] = json!("s390x-linux");
    fake.folder.write_json("store/broken.json", &broken);
    fake.script(
        "outputs",
        &format!(
            r#"case "$*" in
                *{BROKEN}*) sed 's/definition\.json"/broken.json"/' "$here/outputs.json" ;;
                *) cat "$here/outputs.json" ;;
            esac"#
        ),
    );
    fake.script(
        "answer",
        &format!(
            r#"case "$*" in
                *{BROKEN}*) sed 's/definition\.json"/broken.json"/' "$here/answer.json" ;;
                *) cat "$here/answer.json" ;;
            esac"#
        ),
    );
    fake.script(
        "build",
        &format!(
            r#"case "$*" in
                *"{BROKEN} "*)
                    printf '%s\n' '@nix {{"action":"msg","level":0,"msg":"builder for x.drv failed;\n  > ld: unknown <flag>"}}' >&2
                    exit 1 ;;
                *) touch "$here/built" ;;
            esac"#
        ),
    );
    fake
}

/// Rebuilds both attributes, and attests into `out`.
fn rebuild(more: &[&str], expected_code: i32) -> Fake {
    let fake = fake();
    let always = format!("rebuild {BROKEN} {GOOD} --flake flake --attest-out out --builder-id {BUILDER}");
    fake.run(&[&words(&always), more].concat(), expected_code);
    fake
}

#[test]
fn the_others_are_attested_to_and_the_exit_code_is_1() {
    let fake = rebuild(&["--keep-going"], 1);
    assert_eq!(
        fake.folder.names(&format!("out/{GOOD}")),
        ["comparison.json", "statement.json"]
    );
}

#[test]
fn what_could_not_be_built_is_kept_with_its_definition_and_the_end_of_its_log() {
    let fake = rebuild(&["--keep-going"], 1);
    let out = format!("out/{BROKEN}");
    assert_eq!(fake.folder.names(&out), ["definition.json", "failure.json"]);
    let failure = fake.folder.read_json(&format!("{out}/failure.json"));
    assert_follows("failure", &failure);
    assert!(failure["why"].as_str().unwrap().contains(BROKEN), "{failure}");
    let log = failure["log"].as_array().unwrap();
    assert_eq!(log[1], "  > ld: unknown <flag>", "{failure}");
}

#[test]
fn everything_is_asked_for_at_once_before_it_is_asked_for_one_by_one() {
    let calls = rebuild(&["--keep-going"], 1).calls();
    let first = calls.lines().find(|call| call.contains(" build ")).unwrap();
    for part in [GOOD, BROKEN] {
        for suffix in ["", ".rebuild", ".definition"] {
            assert!(first.contains(&format!("#{part}{suffix}")), "{first}");
        }
    }
    assert!(first.contains("--keep-going"), "{first}");
}

#[test]
fn without_it_the_first_failure_ends_everything_undecided() {
    let fake = rebuild(&[], 2);
    assert!(!fake.folder.path("out").exists());
}

#[test]
fn an_attribute_that_cannot_be_evaluated_keeps_the_whole_from_being_decided() {
    let fake = fake();
    fake.script("outputs", "echo error: no such attribute >&2; exit 1");
    let output = fake.run(&["rebuild", GOOD, "--flake", "flake", "--keep-going"], 2);
    let error = format!("{GOOD}: nix could not evaluate {GOOD}");
    assert!(output.stderr.contains(&error), "{}", output.stderr);
}

#[test]
fn every_form_of_a_report_says_what_was_not_built_and_ends_with_1() {
    let fake = rebuild(&["--keep-going"], 1);
    let forms = ["--json", "--html", "--junit", "--markdown"];
    let [json, html, junit, markdown] = forms.map(|form| {
        let output = fake.run(&["report", "out", form, "-"], 1);
        assert!(output.stderr.contains("not built"), "{}", output.stderr);
        output.stdout
    });
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_follows("report", &report);
    assert_eq!(report["status"], "not-built");
    assert_eq!(report["counts"]["not_built"], 1);
    assert_eq!(report["artifacts"][1]["results"][0]["status"], "not-built");
    for (form, words) in [
        (&html, ["Not built: nix could not build", "ld: unknown &lt;flag&gt;"]),
        (&junit, ["message=\"a build failed\"", "ld: unknown &lt;flag&gt;"]),
        (&markdown, ["❌ not built", "- not built: "]),
    ] {
        for word in words {
            assert!(form.contains(word), "{word}: {form}");
        }
    }
}

#[test]
fn a_result_that_says_both_that_it_was_compared_and_not_built_is_rejected() {
    let fake = rebuild(&["--keep-going"], 1);
    let out = format!("out/{BROKEN}");
    let comparison = fake.folder.read(&format!("out/{GOOD}/comparison.json"));
    fake.folder.write(format!("{out}/comparison.json"), comparison);
    let told = fake.run(&["report", &out], 1).stderr;
    assert!(
        told.contains("failure.json") && told.contains("comparison.json"),
        "{told}"
    );
}
