//! Outputs that would replace an input or each other.

use super::{Attack, all_fail, attack};
use crate::audit::{AUDIT, released};
use crate::builders::{Scene, policy};
use crate::fake_nix::Fake;
use crate::util::{Folder, Output};

pub(super) const VERIFY: &str = "verify a/bin/server --attestation one two --time 2026-01-01T00:00:00Z";

/// Runs a command. Asserts that it changes nothing in the folder.
fn untouched(folder: &Folder, command: &str, exit: i32) -> Output {
    let all = || -> Vec<_> {
        let names = folder.names("").into_iter();
        let files = names.filter(|name| folder.path(name).is_file());
        files.map(|name| (folder.read(&name), name)).collect()
    };
    let before = all();
    let output = folder.shell(&format!("\"$0\" {command}"), exit);
    assert!(before == all(), "{command} changed something");
    output
}

/// Runs a command on two trees with links, hard links and results.
fn trees(command: &str, exit: i32) -> Output {
    let folder = Folder::with_identical_trees();
    folder.link("way", "a");
    folder.link("here", ".");
    folder.write("twin", "twin");
    std::fs::hard_link(folder.path("twin"), folder.path("b/twin")).unwrap();
    std::fs::hard_link(folder.path("twin"), folder.path("a/twin")).unwrap();
    folder.link("named", "twin");
    folder.attest("results/one", 0);
    folder.link("linked", "results");
    folder.write("results/old.html", "old");
    untouched(&folder, command, exit)
}

/// A folder with attestations, keys, and policies that name the keys. `spare` is a hard link to a key.
pub(super) fn trusted() -> Folder {
    let scene = Scene::with_two_builders();
    scene.folder.write("policy.toml", policy());
    scene.folder.write("broken.toml", policy() + "\nnonsense");
    scene.folder.write("strange.toml", policy() + "\n[strange]\n");
    std::fs::hard_link(scene.folder.path("one.pub"), scene.folder.path("spare")).unwrap();
    scene.folder
}

/// Runs `verify` with more arguments.
fn verify(command: &str, exit: i32) -> Output {
    untouched(&trusted(), &format!("{VERIFY} {command}"), exit)
}

/// Signs a statement into an output.
fn sign(command: &str, exit: i32) -> Output {
    let scene = Scene::new();
    scene.statement(1);
    scene.folder.run(&["keygen", "--out", "keys"], 0);
    let from = scene.folder.path("result-1/statement.json");
    std::fs::hard_link(from, scene.folder.path("twin")).unwrap();
    let sign = "sign --key keys/signing.key result-1/statement.json -o";
    untouched(&scene.folder, &format!("{sign} {command}"), exit)
}

/// Runs `audit` with more arguments.
fn audit(command: &str, exit: i32) -> Output {
    let fake = released();
    fake.folder.link("way", "release");
    let path = fake.folder.path("release/bin/server");
    std::fs::hard_link(path, fake.folder.path("twin")).unwrap();
    untouched(&fake.folder, &format!("audit {command} --flake flake"), exit)
}

const ATTACKS: &[Attack] = &[
    attack(
        "a document replaces a file of the original",
        "",
        2,
        "lies inside",
        |code| trees("compare a b --json a/share/doc.txt", code),
    ),
    attack("a document is added to the rebuild", "", 2, "lies inside", |code| {
        trees("compare a b --json b/new.json", code)
    }),
    attack(
        "a document is added to a tree in a folder that is not there yet",
        "",
        2,
        "lies inside",
        |code| trees("compare a b --json a/x/../y/new.json", code),
    ),
    attack(
        "a page is added to a tree by way of a link",
        "",
        2,
        "lies inside",
        |code| trees("compare a b --html way/new.html", code),
    ),
    attack(
        "a document replaces a file that is compared",
        "",
        2,
        "read by the same",
        |code| trees("compare a/bin/server b/share/doc.txt --json b/share/doc.txt", code),
    ),
    attack(
        "a document replaces a file that is compared, by another spelling",
        "",
        2,
        "read by the same",
        |code| {
            trees(
                "compare a/bin/server b/share/doc.txt --json here/b/../b/share/DOC.txt",
                code,
            )
        },
    ),
    attack(
        "a document replaces a file of a tree by its other name",
        "",
        2,
        "read by the same",
        |code| trees("compare a b --json twin", code),
    ),
    attack(
        "a document goes through a link to somewhere",
        "",
        2,
        "not a regular file",
        |code| trees("compare a b --json named", code),
    ),
    attack(
        "a document goes to a folder that is not there",
        "",
        2,
        "No such file or directory (os error 2); check that its folder is there",
        |code| trees("compare a b --json nowhere/c.json", code),
    ),
    attack("two documents have one place", "", 2, "two documents", |code| {
        trees("compare a b --json x --html x", code)
    }),
    attack(
        "two documents have one place by two spellings",
        "",
        2,
        "two documents",
        |code| trees("compare a b --json x --html ./new/../x", code),
    ),
    attack(
        "two documents have one place by way of a link",
        "",
        2,
        "two documents",
        |code| trees("compare a b --json x --html here/x", code),
    ),
    attack(
        "two documents have one place where case does not count",
        "",
        2,
        "two documents",
        |code| trees("compare a b --json new/x --html NEW/X", code),
    ),
    attack("two documents are printed", "", 2, "two documents", |code| {
        trees("compare a b --json - --html -", code)
    }),
    attack(
        "two documents of a report are printed",
        "",
        2,
        "two documents",
        |code| trees("report results/one --json - --junit -", code),
    ),
    attack(
        "a statement is added to what it is about",
        "",
        2,
        "lies inside",
        |code| {
            trees(
                "attest a b --definition definition.json --builder-id urn:x:y --out b/share",
                code,
            )
        },
    ),
    attack(
        "a report replaces a document of a result",
        "",
        2,
        "lies inside",
        |code| trees("report results/one --html results/one/page", code),
    ),
    attack(
        "a report replaces a document of a result that is found below a link",
        "",
        2,
        "lies inside",
        |code| trees("report linked --markdown results/one/page", code),
    ),
    attack(
        "a report has the name of a document of a result",
        "",
        2,
        "a document of a result has this name",
        |code| trees("report results --json results/failure.json", code),
    ),
    attack(
        "a report beside the results that it is about is fine",
        "",
        0,
        "identical",
        |code| trees("report results --html results/new.html && rm results/new.html", code),
    ),
    attack(
        "a verification replaces the artifact",
        "",
        2,
        "read by the same",
        |code| verify("--key one.pub --json a/bin/server", code),
    ),
    attack(
        "a verification replaces an attestation",
        "",
        2,
        "read by the same",
        |code| verify("--key one.pub --json ./two", code),
    ),
    attack("a verification replaces a key", "", 2, "read by the same", |code| {
        verify("--key one.pub --emit-svr one.pub", code)
    }),
    attack(
        "a verification replaces a key by its other name",
        "",
        2,
        "read by the same",
        |code| verify("--key one.pub --emit-vsa spare", code),
    ),
    attack(
        "a verification replaces the policy",
        "",
        2,
        "read by the same",
        |code| verify("--policy policy.toml --json policy.toml", code),
    ),
    attack(
        "a verification replaces a key of the policy",
        "",
        2,
        "read by the same",
        |code| verify("--policy policy.toml --json two.pub", code),
    ),
    attack(
        "a verification replaces a key of the policy by its other name",
        "",
        2,
        "read by the same",
        |code| verify("--policy policy.toml --json spare", code),
    ),
    attack(
        "a verification replaces a key of a policy that is no TOML",
        "",
        2,
        "read by the same",
        |code| verify("--policy broken.toml --json two.pub", code),
    ),
    attack(
        "a verification replaces a key of a policy that breaks a rule",
        "",
        2,
        "read by the same",
        |code| verify("--policy strange.toml --json two.pub", code),
    ),
    attack("two summaries have one place", "", 2, "two documents", |code| {
        verify("--key one.pub --emit-svr x --emit-vsa X", code)
    }),
    attack(
        "a folder stands where a verification goes",
        "",
        2,
        "not a regular file",
        |code| verify("--key one.pub --json a", code),
    ),
    attack(
        "a signed statement replaces the key",
        "",
        2,
        "read by the same",
        |code| sign("keys/signing.key", code),
    ),
    attack(
        "a signed statement replaces the key where case does not count",
        "",
        2,
        "read by the same",
        |code| sign("keys/Signing.KEY", code),
    ),
    attack(
        "a signed statement replaces the statement by its other name",
        "",
        2,
        "read by the same",
        |code| sign("twin", code),
    ),
    attack("an audit replaces a published file", "", 2, "lies inside", |code| {
        audit("release --json release/bin/server", code)
    }),
    attack("an audit replaces an attestation", "", 2, "lies inside", |code| {
        audit("release --json way/statement.json", code)
    }),
    attack("an audit is added to the release", "", 2, "lies inside", |code| {
        audit("release --json release/audit.json", code)
    }),
    attack(
        "an audit replaces a published file by its other name",
        "",
        2,
        "read by the same",
        |code| audit("release --json twin", code),
    ),
    attack(
        "an audit of one attestation replaces the file that it speaks of",
        "",
        2,
        "read by the same",
        |code| audit("release/statement.json --json release/bin/server", code),
    ),
    attack(
        "an audit of one attestation replaces the comparison beside it",
        "",
        2,
        "read by the same",
        |code| audit("release/statement.json --json release/comparison.json", code),
    ),
    attack(
        "an audit of what is no attestation replaces what lies beside it",
        "",
        2,
        "not a valid",
        |code| audit("release/bin/server --json release/bin/server", code),
    ),
    attack(
        "an audit replaces the artifact that is named",
        "",
        2,
        "read by the same",
        |code| audit("release/statement.json --artifact release/bin/server --json twin", code),
    ),
    attack("an auditor attests into the release", "", 2, "lies inside", |code| {
        audit("release --attest-out release --builder-id urn:x:y", code)
    }),
    attack(
        "results of one attribute have one place",
        "",
        2,
        "two documents",
        |code| {
            let fake = Fake::new();
            let script = "\"$0\" rebuild one one --flake flake --attest-out out --builder-id urn:x:y";
            fake.shell(script, code)
        },
    ),
    attack(
        "a new key replaces one that is there",
        "",
        2,
        "exists already",
        |code| {
            let folder = Folder::new();
            folder.run(&["keygen", "--out", "keys"], 0);
            untouched(&folder, "keygen --out keys", code)
        },
    ),
    attack(
        "an attestation is of a build that is called like the folder above",
        "",
        2,
        "is not a name",
        |code| {
            let fake = released();
            let mut statement = fake.folder.read_json("release/statement.json");
            let build = &mut statement["predicate"]["buildDefinition"];
            build["externalParameters"]["flakeAttribute"] = "..".into();
            fake.folder.write_json("release/statement.json", &statement);
            fake.folder.write("statement.json", "precious");
            let arguments = "audit release --flake flake --attest-out results --builder-id urn:x:y";
            untouched(&fake.folder, arguments, code)
        },
    ),
    attack(
        "an audit replaces the flake",
        "",
        2,
        "read by the same command",
        |code| audit("release --json flake/flake.nix", code),
    ),
    attack(
        "an audit replaces the flake's inputs",
        "",
        2,
        "read by the same command",
        |code| audit("release --json flake/.git/../flake.lock", code),
    ),
    attack(
        "an audit replaces a file that the attestation names",
        "",
        2,
        "read by the same command",
        |code| audit("release --json flake/CARGO.lock", code),
    ),
    attack(
        "an audit replaces a file that the attestation names in the repository above the flake",
        "",
        2,
        "read by the same command",
        |code| {
            let fake = released();
            fake.folder.make_folder("flake/nix");
            fake.folder.write("flake/Cargo.lock", "precious");
            untouched(
                &fake.folder,
                "audit release --flake flake/nix --json flake/Cargo.lock",
                code,
            )
        },
    ),
    attack("an audit in the flake's folder is fine", "", 0, "identical", |code| {
        released().run(&[AUDIT, &["--json", "flake/audit.json"]].concat(), code)
    }),
    attack(
        "an audit and the auditor's statement have one place",
        "",
        2,
        "two documents",
        |code| {
            let place = "out/Server-aarch64-linux/statement.json";
            let outputs = format!("--json {place} --attest-out out --builder-id urn:x:y");
            audit(&format!("release {outputs}"), code)
        },
    ),
];

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}
