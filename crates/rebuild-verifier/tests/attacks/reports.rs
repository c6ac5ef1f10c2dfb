//! Results that contradict themselves or each other where a report might not look.

use super::{Attack, all_fail, attack};
use crate::util::{Folder, Output, definition};

const FAILURE: &str = "{\"schema_version\":2,\"verdict\":\"not-built\",\"why\":\"nix could not build it\",\"log\":[]}";

/// Reports on an identical result in `out` after a change.
fn after(change: fn(&Folder), exit: i32) -> Output {
    let folder = Folder::with_identical_trees();
    folder.attest("out", 0);
    change(&folder);
    folder.run(&["report", "out"], exit)
}

/// Reports on an identical result in `out` and another in `at`, of the same source with these bits.
fn nested(at: &str, bits: &str, arguments: &[&str], exit: i32) -> Output {
    let folder = Folder::with_identical_trees();
    folder.attest("out", 0);
    for tree in ["a", "b"] {
        folder.write(format!("{tree}/bin/server"), bits);
    }
    folder.attest(at, 0);
    folder.link("linked", "other");
    folder.run(&[&["report"], arguments].concat(), exit)
}

const SAME: &str = "\x7fELF server";

/// Writes the result of a failed build to `at`.
fn failed(folder: &Folder, at: &str) {
    folder.write_json(&format!("{at}/definition.json"), &definition());
    folder.write(format!("{at}/failure.json"), FAILURE);
}

/// Replaces the statement in `out` by a comparison with `spoil` in the rebuild.
fn recorded(folder: &Folder, spoil: &str) {
    folder.remove("out/statement.json");
    folder.write_json("out/definition.json", &definition());
    folder.write("b/bin/server", spoil);
    let code = i32::from(spoil != SAME);
    folder.run(&["compare", "a", "b", "--json", "other.json"], code);
    folder.write("out/comparison.json", folder.read("other.json"));
}

const ATTACKS: &[Attack] = &[
    attack(
        "a failure lies beside a statement",
        "",
        1,
        "failure.json says that a build failed: nix could not build it",
        |code| after(|folder| folder.write("out/failure.json", FAILURE), code),
    ),
    attack(
        "a failure and its definition lie beside a statement",
        "",
        1,
        "says that a build failed",
        |code| after(|folder| failed(folder, "out"), code),
    ),
    attack(
        "a failure that cannot be read lies beside a statement",
        "",
        2,
        "not a valid failure",
        |code| after(|folder| folder.write("out/failure.json", "{}"), code),
    ),
    attack(
        "a failure that is a link to nowhere lies beside a statement",
        "",
        2,
        "cannot read",
        |code| after(|folder| folder.link("out/failure.json", "nowhere"), code),
    ),
    attack(
        "a failure that is a folder lies beside a statement",
        "",
        2,
        "not a regular file",
        |code| after(|folder| folder.make_folder("out/failure.json"), code),
    ),
    attack(
        "another definition lies beside a statement",
        "",
        1,
        "definition.json is not what is attested to: target",
        |code| {
            after(
                |folder| {
                    let mut other = definition();
                    other["target"] = "x86_64-unknown-linux-musl".into();
                    folder.write_json("out/definition.json", &other);
                },
                code,
            )
        },
    ),
    attack(
        "a definition that cannot be read lies beside a statement",
        "",
        2,
        "not a valid definition",
        |code| after(|folder| folder.write("out/definition.json", "[]"), code),
    ),
    attack(
        "the attested definition beside a statement is fine",
        "",
        0,
        "identical",
        |code| after(|folder| folder.write_json("out/definition.json", &definition()), code),
    ),
    attack(
        "a comparison and a failure are of one build",
        "",
        1,
        "compares two builds, and its failure.json",
        |code| {
            after(
                |folder| {
                    recorded(folder, "other");
                    failed(folder, "out");
                },
                code,
            )
        },
    ),
    attack(
        "an identical comparison and a failure are of one build",
        "",
        1,
        "compares two builds, and its failure.json",
        |code| {
            after(
                |folder| {
                    recorded(folder, SAME);
                    failed(folder, "out");
                },
                code,
            )
        },
    ),
    attack(
        "a comparison that cannot be read lies beside a failure",
        "",
        2,
        "not a valid comparison",
        |code| {
            after(
                |folder| {
                    folder.remove("out/statement.json");
                    failed(folder, "out");
                    folder.write("out/comparison.json", "{}");
                },
                code,
            )
        },
    ),
    attack(
        "the builds are identical, and nobody attests",
        "",
        2,
        "it has no statement.json",
        |code| after(|folder| recorded(folder, SAME), code),
    ),
    attack("the statement is taken away", "", 2, "cannot read", |code| {
        after(|folder| folder.remove("out/statement.json"), code)
    }),
    attack("the comparison is taken away", "", 2, "cannot read", |code| {
        after(|folder| folder.remove("out/comparison.json"), code)
    }),
    attack(
        "a result that disagrees lies in another",
        "",
        1,
        "builders disagree about server-aarch64-linux bin/server",
        |code| nested("out/nested", "evil", &["out"], code),
    ),
    attack(
        "a result that disagrees lies in a folder of another",
        "",
        1,
        "builders disagree",
        |code| nested("out/a/b", "evil", &["out"], code),
    ),
    attack(
        "a result that disagrees lies in a hidden folder of another",
        "",
        1,
        "builders disagree",
        |code| nested("out/.hidden", "evil", &["out"], code),
    ),
    attack(
        "a result that disagrees lies in a folder called like a document",
        "",
        1,
        "builders disagree",
        |code| nested("out/failure.json.d", "evil", &["out"], code),
    ),
    attack(
        "a result that disagrees lies beside another",
        "",
        1,
        "builders disagree",
        |code| nested("other", "evil", &["out", "other"], code),
    ),
    attack(
        "a result that disagrees is reached by a link",
        "",
        1,
        "builders disagree",
        |code| nested("other", "evil", &["out", "linked"], code),
    ),
    attack(
        "a result that disagrees is linked into another",
        "",
        1,
        "builders disagree",
        |code| {
            after(
                |folder| {
                    for tree in ["a", "b"] {
                        folder.write(format!("{tree}/bin/server"), "evil");
                    }
                    folder.attest("other", 0);
                    folder.link("out/nested", "../other");
                },
                code,
            )
        },
    ),
    attack(
        "a result that disagrees lies too deep in another",
        "",
        2,
        "so deep",
        |code| nested("out/1/2/3/4/5", "evil", &["out"], code),
    ),
    attack("a result that agrees in another is fine", "", 0, "identical", |code| {
        nested("out/nested", SAME, &["out"], code)
    }),
    attack(
        "a folder without results in a result is fine",
        "",
        0,
        "identical",
        |code| after(|folder| folder.write("out/logs/one/build.log", ""), code),
    ),
    attack("a result holds itself", "", 2, "so deep", |code| {
        after(|folder| folder.link("out/again", "."), code)
    }),
    attack("a failure lies in a result", "", 1, "not built", |code| {
        after(|folder| failed(folder, "out/nested"), code)
    }),
    attack(
        "a result that cannot be read lies in another",
        "",
        2,
        "not a valid statement",
        |code| after(|folder| folder.write("out/nested/statement.json", "{}"), code),
    ),
    attack("half a result lies in another", "", 2, "cannot read", |code| {
        after(|folder| folder.write("out/nested/comparison.json", "{}"), code)
    }),
    attack(
        "a result of which the statement is a link to nowhere lies in another",
        "",
        2,
        "cannot read",
        |code| {
            after(
                |folder| {
                    folder.make_folder("out/nested");
                    folder.link("out/nested/statement.json", "nowhere");
                },
                code,
            )
        },
    ),
];

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}
