//! Names of attributes, platforms, targets and subjects that become part of a path or a command.

use serde_json::json;

use super::builds::defined;
use super::{Attack, all_fail, attack};
use crate::audit::{AUDIT, released};
use crate::fake_nix::Fake;
use crate::util::{BUILDER, Folder, Output, PROGRAM};

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}

/// Rebuilds an attribute. Asserts that nix is not called.
fn attribute(exit: i32, attribute: &str) -> Output {
    let fake = Fake::new();
    let output = fake.run(&["rebuild", "--flake", "flake", "--", attribute], exit);
    assert!(!fake.folder.path("fake/calls").exists());
    output
}

/// Audits a statement with another value in a field. Asserts that nix is not called.
fn stated(exit: i32, field: &str, value: &str) -> Output {
    let fake = released();
    let mut statement = fake.folder.read_json("release/statement.json");
    let parameters = &mut statement["predicate"]["buildDefinition"]["externalParameters"];
    parameters[field] = json!(value);
    fake.folder.write_json("release/statement.json", &statement);
    let output = fake.run(
        &[AUDIT, &["--attest-out", "a/b/out", "--builder-id", BUILDER]].concat(),
        exit,
    );
    assert!(!fake.folder.path("a").exists() && !fake.folder.path("fake/calls").exists());
    output
}

const ATTACKS: &[Attack] = &[
    attack(
        "an attribute is the folder above",
        "CVE-2001-1267",
        2,
        "FLAKE_ATTR",
        |exit| attribute(exit, ".."),
    ),
    attack(
        "an attribute leads out of the results by a path",
        "",
        2,
        "FLAKE_ATTR",
        |exit| attribute(exit, "../x"),
    ),
    attack("an attribute is a path below another", "", 2, "FLAKE_ATTR", |exit| {
        attribute(exit, "a/b")
    }),
    attack("an attribute is an absolute path", "", 2, "FLAKE_ATTR", |exit| {
        attribute(exit, "/tmp/x")
    }),
    attack(
        "an attribute is an option",
        "CVE-2017-1000117",
        2,
        "FLAKE_ATTR",
        |exit| attribute(exit, "-x"),
    ),
    attack("an attribute has a second line", "", 2, "FLAKE_ATTR", |exit| {
        attribute(exit, "a\nb")
    }),
    attack("an attribute has an empty part", "", 2, "FLAKE_ATTR", |exit| {
        attribute(exit, "a..b")
    }),
    attack("an attribute picks another output", "", 2, "FLAKE_ATTR", |exit| {
        attribute(exit, "a^*")
    }),
    attack(
        "an attribute is longer than the name of a file",
        "",
        2,
        "FLAKE_ATTR",
        |exit| attribute(exit, &"a".repeat(300)),
    ),
    attack(
        "a statement's attribute is the folder above",
        "",
        2,
        "flakeAttribute",
        |exit| stated(exit, "flakeAttribute", ".."),
    ),
    attack(
        "a statement's attribute leads out of the results",
        "",
        2,
        "flakeAttribute",
        |exit| stated(exit, "flakeAttribute", "../../x"),
    ),
    attack(
        "a statement's attribute is an option",
        "",
        2,
        "flakeAttribute",
        |exit| stated(exit, "flakeAttribute", "--impure"),
    ),
    attack("a statement's attribute is hidden", "", 2, "flakeAttribute", |exit| {
        stated(exit, "flakeAttribute", ".x")
    }),
    attack(
        "a statement's platform is the folder above",
        "",
        2,
        "platform",
        |exit| stated(exit, "platform", ".."),
    ),
    attack(
        "a definition's attribute is the folder above",
        "",
        2,
        "flakeAttribute",
        |exit| defined(exit, |definition| definition["flakeAttribute"] = json!("..")),
    ),
    attack("a definition's target is an option", "", 2, "target", |exit| {
        defined(exit, |definition| definition["target"] = json!("-Zunstable"))
    }),
    attack(
        "a file of the build leads out of its folder on another system",
        "",
        2,
        "is not a name inside a folder",
        |exit| {
            let folder = Folder::with_identical_trees();
            for tree in ["a", "b"] {
                folder.write(format!("{tree}/..\\server"), "program");
            }
            let output = folder.attest("out", exit);
            assert!(!folder.path("out").exists());
            output
        },
    ),
    attack(
        "a subject's path leads out of the release",
        "",
        2,
        "is not a relative path of plain names",
        |exit| {
            let folder = Folder::with_identical_trees();
            folder.attest("out", 0);
            let mut statement = folder.read_json("out/statement.json");
            statement["subject"][0]["name"] = json!("../bin/server");
            folder.write_json("out/statement.json", &statement);
            folder.expect(folder.command(PROGRAM).args(["audit", "out/statement.json"]), exit)
        },
    ),
];
