//! Every document that is written, on a disk that is full: there is none, not half of it and not an old one.

use crate::audit::released;
use crate::trust::Scene;
use crate::util::{Folder, Output};

/// A limit on the size of files fails like a full disk, in the middle of writing, and needs no privileges.
fn on_a_full_disk(folder: &Folder, command: &str) -> Output {
    let script = format!("trap '' XFSZ; ulimit -f 0; exec \"$0\" {command}");
    folder.shell(&script, 2)
}

/// `command` with `OUT` for what it writes.
fn check(folder: &Folder, command: &str) {
    let command = command.replace("OUT", "written");
    let before = folder.names("");
    folder.write("written", "old");
    let told = on_a_full_disk(folder, &command).stderr;
    assert!(
        told.contains("cannot write \"written\"") && told.contains("space left"),
        "{command}: {told}"
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
        check(&folder, command);
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
        check(&scene.folder, command);
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
