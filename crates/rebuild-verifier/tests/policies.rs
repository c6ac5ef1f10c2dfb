//! `verify --policy`: each requirement of a policy rejects what does not meet it, and no option relaxes a policy.

use crate::builders::{Scene, builder, ed25519, link, p256, policy};
use crate::util::{COMMIT, Output};

fn verify(scene: &Scene, policy: &str, more: &[&str], code: i32) -> Output {
    scene.verify_under(policy, &["one", "two"], more, code)
}

/// Asserts that exactly these requirements failed.
fn assert_failed(output: &Output, requirements: &[&str]) {
    let failed: Vec<_> = output
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("  failed")?.split_whitespace().next())
        .collect();
    assert_eq!(failed, requirements, "{}", output.stdout);
}

#[test]
fn a_policy_that_is_met_verifies() {
    let scene = Scene::with_two_builders();
    verify(&scene, &policy(), &[], 0);
    verify(&scene, &policy(), &["--threshold", "2", "--source-rev", COMMIT], 0);
}

#[test]
fn each_requirement_of_a_policy_rejects_what_does_not_meet_it() {
    let scene = Scene::with_two_builders();
    let counts = ["keys", "builders", "independent"];
    for (from, to, requirement) in [
        (
            "urn:samebits:nix-rebuild:v2",
            "urn:samebits:in-toto-link:v0.9",
            "build-type",
        ),
        ("\"aarch64-linux\"", "\"x86_64-linux\"", "platform"),
        ("\"server-aarch64-linux\"", "\"client-aarch64-linux\"", "product"),
        ("\"locale\"", "\"locale\", \"clock\"", "variations"),
        // The statements were attested without derivations, so the shared inputs are unknown.
        (
            "shared-inputs = \"any\"",
            "shared-inputs = [\"tools\"]",
            "shared-inputs",
        ),
        (COMMIT, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "source-revision"),
        (
            "\n[[builder]]",
            "nar-hash = \"sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"\n[[builder]]",
            "source-hash",
        ),
        ("builders/2", "builders/3", "builder"),
    ] {
        assert!(policy().contains(from), "{from}");
        let output = verify(&scene, &policy().replacen(from, to, 1), &[], 1);
        assert_failed(&output, &[&[requirement], &counts[..]].concat());
    }
}

#[test]
fn a_builder_that_speaks_with_the_key_of_another_does_not_count() {
    let scene = Scene::with_two_builders();
    scene.sign("two", &scene.statement(2), &ed25519(1));
    scene.publish("two", &p256(2).public());
    let output = verify(&scene, &policy(), &[], 1);
    assert_failed(&output, &["builder", "keys", "builders", "independent"]);
    assert!(output.stdout.contains("signed by another's key"), "{}", output.stdout);
}

#[test]
fn a_builder_may_have_several_keys_and_still_counts_once() {
    let scene = Scene::with_two_builders();
    scene.sign("two", &scene.statement(1), &p256(2));
    scene.publish("three", &ed25519(3).public());
    let policy = policy()
        .replacen(
            "{ file = \"one.pub\" }",
            "{ file = \"one.pub\" }, { file = \"two.pub\" }",
            1,
        )
        .replacen(
            "keys = [{ file = \"two.pub\" }]",
            "keys = [{ file = \"three.pub\" }]",
            1,
        );
    let output = verify(&scene, &policy, &[], 1);
    assert_failed(&output, &["builders", "independent"]);
}

#[test]
fn a_key_that_has_ended_counts_for_nothing_and_the_time_must_be_known() {
    let scene = Scene::with_two_builders();
    let ending = "{ file = \"two.pub\", not-after = \"2026-01-01T00:00:00Z\" }";
    let policy = policy().replacen("{ file = \"two.pub\" }", ending, 1);
    verify(&scene, &policy, &[], 2).assert_error(&["--time", "`now`"]);
    verify(&scene, &policy, &["--time", "2025-12-31T23:59:59Z"], 0);
    let output = verify(&scene, &policy, &["--time", "2026-01-01T00:00:00Z"], 1);
    assert!(output.stdout.contains("has expired"), "{}", output.stdout);
}

#[test]
fn options_can_only_restrict_a_policy() {
    let scene = Scene::with_two_builders();
    let other = "b".repeat(40);
    for (more, told) in [
        (&["--threshold", "1"][..], "fewer"),
        (&["--source-rev", &other], "does not allow"),
        (&["--builder", &builder(3)], "does not trust"),
    ] {
        verify(&scene, &policy(), more, 2).assert_error(&["policy.toml", told]);
    }
    let output = verify(&scene, &policy(), &["--builder", &builder(1)], 1);
    assert!(output.stdout.contains("independent"), "{}", output.stdout);
    let output = verify(&scene, &policy(), &["--threshold", "3"], 1);
    assert!(output.stderr.contains("rejected"), "{}", output.stderr);
}

#[test]
fn an_unreadable_or_invalid_policy_cannot_be_decided() {
    let scene = Scene::with_two_builders();
    verify(&scene, "threshold = 1", &[], 2).assert_error(&["policy.toml", "missing field", "docs/policy.md"]);
    verify(&scene, &policy().replace("one.pub", "none.pub"), &[], 2).assert_error(&["none.pub"]);
    scene.folder.remove("policy.toml");
    let arguments = "verify a/bin/server --attestation one --policy policy.toml";
    scene.folder.run_words(arguments, 2).assert_error(&["policy.toml"]);
}

#[test]
fn a_builder_that_is_trusted_and_does_not_count_is_still_heard_when_it_disagrees() {
    let scene = Scene::with_two_builders();
    verify(
        &scene,
        &policy().replacen("threshold = 2", "threshold = 1", 1),
        &["--builder", &builder(1)],
        0,
    );
    for tree in ["a", "b"] {
        scene.folder.write(format!("{tree}/bin/server"), "other bits");
    }
    scene.sign("two", &scene.statement(2), &p256(2));
    scene.folder.write("a/bin/server", b"\x7fELF server");
    let policy = policy().replacen("threshold = 2", "threshold = 1", 1);
    let output = verify(&scene, &policy, &["--builder", &builder(1)], 1);
    assert_failed(&output, &["agreement"]);
}

#[test]
fn a_link_is_of_the_builder_that_its_key_belongs_to() {
    let scene = Scene::with_two_builders();
    let sha256 = scene.statement(1)["subject"][0]["digest"]["sha256"].clone();
    scene.folder.write_json("one", &link("server", &sha256, &ed25519(1)));
    let policy = format!(
        "version = 1\nthreshold = 1\nbuild-types = [\"urn:samebits:in-toto-link:v0.9\"]\nproducts = [\"server\"]\nplatforms = \"any\"\n\
         variations = []\nshared-inputs = \"any\"\nsource = {{ revision = \"any\" }}\n\
         [[builder]]\nid = \"{}\"\nkeys = [{{ file = \"one.pub\" }}]\n",
        builder(1)
    );
    let output = verify(&scene, &policy, &["--builder", &builder(1)], 0);
    assert!(output.stdout.contains(&builder(1)), "{}", output.stdout);
}
