//! Every document that is written, on a full disk: neither half of it nor an old one is left.

use crate::audit::released;
use crate::builders::Scene;
use crate::util::{Folder, Output};

/// Runs a command that cannot write a byte. A limit on the size of files fails like a full disk, and needs no
/// privileges.
fn on_a_full_disk(folder: &Folder, command: &str) -> Output {
    let script = format!("trap '' XFSZ; ulimit -f 0; exec \"$0\" {command}");
    folder.shell(&script, 2)
}

/// Asserts that a command leaves nothing on a full disk. `OUT` stands for its output.
fn assert_leaves_nothing(folder: &Folder, command: &str) {
    let command = command.replace("OUT", "written");
    let before = folder.names("");
    folder.write("written", "old");
    let stderr = on_a_full_disk(folder, &command).stderr;
    assert!(
        stderr.contains("cannot write \"written\"") && stderr.contains("space left"),
        "{command}: {stderr}"
    );
    assert_eq!(folder.names(""), before, "{command}");
    on_a_full_disk(folder, &command);
    assert_eq!(folder.names(""), before, "{command}");
}

#[test]
fn documents_about_builds_do_not_appear() {
    let folder = Folder::with_identical_trees();
    folder.attest("result", 0);
    for command in [
        "compare a b --json OUT",
        "compare a b --html OUT",
        "report result --html OUT",
        "report result --json OUT",
        "report result --junit OUT",
        "report result --markdown OUT",
    ] {
        assert_leaves_nothing(&folder, command);
    }
    let before = folder.names("");
    on_a_full_disk(
        &folder,
        "attest a b --definition definition.json --builder-id urn:x:y --out new/folder",
    )
    .assert_error(&["cannot write", "new/folder", "space left"]);
    on_a_full_disk(&folder, "keygen --out keys").assert_error(&["cannot write", "keys"]);
    assert_eq!(folder.names(""), before);
}

#[test]
fn documents_about_verifications_and_audits_do_not_appear() {
    let scene = Scene::with_two_builders();
    scene.folder.run(&["keygen", "--out", "keys"], 0);
    let verify = "verify a/bin/server --attestation one --key one.pub --time 2026-01-01T00:00:00Z";
    for command in [
        &format!("{verify} --json OUT"),
        &format!("{verify} --emit-svr OUT"),
        &format!("{verify} --emit-vsa OUT"),
        "sign --key keys/signing.key result-1/statement.json -o OUT",
    ] {
        assert_leaves_nothing(&scene.folder, command);
    }
}

#[test]
fn what_an_audit_found_does_not_appear() {
    let fake = released();
    fake.folder.write("written", "old");
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" audit release --flake flake --json written";
    let output = fake.shell(script, 2);
    assert!(output.stderr.contains("cannot write \"written\""), "{}", output.stderr);
    assert!(!fake.folder.path("written").exists());
}
