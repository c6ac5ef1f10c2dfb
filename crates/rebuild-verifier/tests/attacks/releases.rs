//! Releases with unattested files that are disguised as files which need no attestation.

use std::os::unix::fs::symlink;

use super::{Attack, all_fail, attack};
use crate::audit::{AUDIT, released};
use crate::fake_nix::Fake;
use crate::util::Output;

/// Audits a release after a change.
fn after(change: fn(&Fake), exit: i32) -> Output {
    let fake = released();
    change(&fake);
    fake.run(AUDIT, exit)
}

/// Audits a release with an additional program.
fn with(name: &str, exit: i32) -> Output {
    let fake = released();
    fake.folder.write(format!("release/{name}"), "#!/bin/sh\nevil\n");
    fake.run(AUDIT, exit)
}

/// Audits a release in which `name` is a link to `target`. What had this name is moved outside.
fn linked(name: &str, target: &str, exit: i32) -> Output {
    let fake = released();
    let (inside, outside) = (
        fake.folder.path("release").join(name),
        fake.folder.path("outside").join(name),
    );
    std::fs::create_dir_all(outside.parent().unwrap()).unwrap();
    if inside.exists() {
        std::fs::rename(&inside, &outside).unwrap();
    } else {
        fake.folder.write("outside/file", "evil");
    }
    symlink(target, &inside).unwrap();
    fake.run(AUDIT, exit)
}

/// A release with only documents, and a folder with the files that they name.
fn moved() -> Fake {
    let fake = released();
    let path = |name: &str| fake.folder.path(name);
    std::fs::create_dir(path("published")).unwrap();
    std::fs::rename(path("release/bin"), path("published/bin")).unwrap();
    fake
}

/// Audits a release with an unattested program, with `--artifact`.
fn elsewhere(artifact: &str, exit: i32) -> Output {
    let fake = match artifact.starts_with("release") {
        true => released(),
        false => moved(),
    };
    fake.folder.write("release/evil", "#!/bin/sh\nevil\n");
    fake.run(&[AUDIT, &["--artifact", artifact]].concat(), exit)
}

/// Audits a release that has only a signed statement. `name` lies beside it.
fn signed(name: &str, exit: i32) -> Output {
    let fake = released();
    fake.run(&["keygen", "--out", "keys"], 0);
    let sign = "sign --key keys/signing.key release/statement.json -o release/server.sigstore.json";
    fake.run_words(sign, 0);
    for document in ["statement.json", "comparison.json"] {
        let path = format!("release/{document}");
        fake.folder.write(name, fake.folder.read(&path));
        fake.folder.remove(&path);
    }
    fake.folder.write(format!("release/{name}"), "evil");
    fake.run(AUDIT, exit)
}

const ATTACKS: &[Attack] = &[
    attack(
        "a program is called definition.json",
        "",
        2,
        "no attestation speaks of definition.json",
        |code| with("definition.json", code),
    ),
    attack(
        "a program is called failure.json",
        "",
        2,
        "no attestation speaks of failure.json",
        |code| with("failure.json", code),
    ),
    attack(
        "a program deep in the release is called statement.json",
        "",
        2,
        "speaks of bin/statement.json",
        |code| with("bin/statement.json", code),
    ),
    attack(
        "a program deep in the release is called comparison.json",
        "",
        2,
        "speaks of lib/comparison.json",
        |code| with("lib/comparison.json", code),
    ),
    attack(
        "a program deep in the release is called like a bundle",
        "",
        2,
        "speaks of lib/x.sigstore.json",
        |code| with("lib/x.sigstore.json", code),
    ),
    attack(
        "a program deep in the release is called like an envelope",
        "",
        2,
        "speaks of a/b/c/x.intoto.jsonl",
        |code| with("a/b/c/x.intoto.jsonl", code),
    ),
    attack(
        "a program has no name but the ending of an attestation",
        "",
        2,
        "speaks of lib/.sigstore.json",
        |code| with("lib/.sigstore.json", code),
    ),
    attack(
        "a program in the release's folder is called like an attestation",
        "",
        2,
        "not a valid attestation",
        |code| with("x.sigstore.json", code),
    ),
    attack(
        "a program is called like a list of checksums",
        "",
        2,
        "speaks of SHA256SUMS",
        |code| with("SHA256SUMS", code),
    ),
    attack(
        "a program is called like the checksum of a file",
        "",
        2,
        "speaks of bin/server.sha256",
        |code| with("bin/server.sha256", code),
    ),
    attack(
        "a program is called like a signature",
        "",
        2,
        "speaks of bin/server.sig",
        |code| with("bin/server.sig", code),
    ),
    attack(
        "a program is called like a bill of materials",
        "",
        2,
        "speaks of server.spdx.json",
        |code| with("server.spdx.json", code),
    ),
    attack("a program is called README.md", "", 2, "speaks of README.md", |code| {
        with("README.md", code)
    }),
    attack("a program is hidden", "", 2, "speaks of .profile", |code| {
        with(".profile", code)
    }),
    attack(
        "a program is hidden in a hidden folder",
        "",
        2,
        "speaks of .git/hooks/post-checkout",
        |code| with(".git/hooks/post-checkout", code),
    ),
    attack(
        "a program is called as an attested one, but for the case",
        "",
        2,
        "speaks of bin/SERVER",
        |code| with("bin/SERVER", code),
    ),
    attack(
        "a program is called as an attested one, in another folder",
        "",
        2,
        "speaks of server",
        |code| with("server", code),
    ),
    attack(
        "a program is called as an attested one, and a line feed",
        "",
        2,
        r"speaks of bin/server\x0a",
        |code| with("bin/server\n", code),
    ),
    attack(
        "a comparison lies beside a bundle, which nobody compares with it",
        "",
        2,
        "speaks of comparison.json",
        |code| signed("comparison.json", code),
    ),
    attack(
        "a definition lies beside a bundle",
        "",
        2,
        "speaks of definition.json",
        |code| signed("definition.json", code),
    ),
    attack(
        "the published file is a link out of the release",
        "",
        2,
        "speaks of bin/server",
        |code| linked("bin/server", "../../outside/bin/server", code),
    ),
    attack(
        "the folder of the published file is a link out of the release",
        "",
        2,
        "speaks of bin",
        |code| linked("bin", "../outside/bin", code),
    ),
    attack(
        "the statement is a link out of the release",
        "",
        2,
        "speaks of statement.json",
        |code| linked("statement.json", "../outside/statement.json", code),
    ),
    attack(
        "the comparison is a link out of the release",
        "",
        2,
        "speaks of comparison.json",
        |code| linked("comparison.json", "../outside/comparison.json", code),
    ),
    attack(
        "a definition is a link out of the release",
        "",
        2,
        "speaks of definition.json",
        |code| linked("definition.json", "../outside/file", code),
    ),
    attack(
        "a link leads out of the release to a file",
        "",
        2,
        "speaks of lib",
        |code| linked("lib", "../outside/file", code),
    ),
    attack(
        "a link leads out of the release to a folder",
        "",
        2,
        "speaks of lib",
        |code| linked("lib", "../outside", code),
    ),
    attack("a link leads to the folder above", "", 2, "speaks of lib", |code| {
        linked("lib", "..", code)
    }),
    attack("a link leads nowhere", "", 2, "speaks of lib", |code| {
        linked("lib", "nowhere", code)
    }),
    attack("a link leads to itself", "", 2, "speaks of lib", |code| {
        linked("lib", "lib", code)
    }),
    attack(
        "a link leads to a file that nobody attests to",
        "",
        2,
        "speaks of bin/evil, link",
        |code| {
            after(
                |fake| {
                    fake.folder.write("release/bin/evil", "evil");
                    fake.folder.link("release/link", "bin/evil");
                },
                code,
            )
        },
    ),
    attack(
        "an artifact's own folder holds a statement that nobody reads",
        "",
        2,
        "speaks of statement.json",
        |code| {
            let fake = released();
            fake.folder
                .write("build/bin/server", fake.folder.read("release/bin/server"));
            fake.folder.set_mode("build/bin/server", 0o755);
            fake.folder.write("build/statement.json", "evil");
            fake.run_words("audit release/statement.json --artifact build --flake flake", code)
        },
    ),
    attack(
        "a program lies in the release of an artifact that is elsewhere",
        "",
        2,
        "no attestation speaks of evil",
        |code| elsewhere("published", code),
    ),
    attack(
        "a program lies in the release of which one file is named",
        "",
        2,
        "no attestation speaks of evil",
        |code| elsewhere("published/bin/server", code),
    ),
    attack(
        "a program lies in the release of which one folder is named",
        "",
        2,
        "no attestation speaks of evil",
        |code| elsewhere("release/bin", code),
    ),
    attack(
        "an artifact that is not in its release is fine",
        "",
        0,
        "identical",
        |code| {
            let fake = moved();
            fake.run(&[AUDIT, &["--artifact", "published"]].concat(), code)
        },
    ),
    attack(
        "a link to an attested file within the release is fine",
        "",
        0,
        "identical",
        |code| linked("link", "bin/server", code),
    ),
    attack(
        "a link to a document that was read is fine",
        "",
        0,
        "identical",
        |code| linked("link", "statement.json", code),
    ),
    attack(
        "a link to a folder within the release is fine",
        "",
        0,
        "identical",
        |code| linked("link", "bin", code),
    ),
    attack("an empty folder is fine", "", 0, "identical", |code| {
        after(|fake| fake.folder.make_folder("release/empty/deep"), code)
    }),
    attack(
        "a published file that has another name elsewhere is fine",
        "",
        0,
        "identical",
        |code| {
            after(
                |fake| {
                    std::fs::hard_link(fake.folder.path("release/bin/server"), fake.folder.path("other")).unwrap();
                },
                code,
            )
        },
    ),
    attack(
        "a release that is reached by a link is fine",
        "",
        0,
        "identical",
        |code| {
            after(
                |fake| {
                    std::fs::rename(fake.folder.path("release"), fake.folder.path("real")).unwrap();
                    fake.folder.link("release", "real");
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
