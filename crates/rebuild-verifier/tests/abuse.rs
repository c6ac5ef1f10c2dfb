//! `verify`: documents that are too large or too deep, hostile text, named pipes, and a file that is replaced
//! meanwhile.

use std::fs::File;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use build_attestation::{Limits, dsse, keys};
use serde_json::{Value, json};

use crate::builders::{Scene, bundle_of, ed25519};
use crate::disguises::sign_changed;
use crate::util::PROGRAM;

#[test]
fn what_is_too_large_or_too_deep_is_refused_before_it_exhausts_anything() {
    let scene = Scene::with_two_builders();
    let limits = Limits::default();
    let sparse = |name: &str, length: u64| {
        let file = File::create(scene.folder.path(name)).unwrap();
        file.set_len(length).unwrap();
    };
    sparse("large", limits.attestation_bytes + 1);
    scene.publish("large", &ed25519(1).public());
    scene
        .verify(&["large"], &[], 2)
        .assert_error(&["large", "longer than 67108864 bytes"]);
    sparse("one.pub", keys::LONGEST_BYTES + 1);
    scene
        .verify(&["one"], &[], 2)
        .assert_error(&["one.pub", "longer than 65536 bytes"]);
    scene.publish("one", &ed25519(1).public());
    let deep = 200_000;
    for json in [
        "[".repeat(deep),
        "{\"payload\":".repeat(deep),
        format!("{}{}", "[".repeat(deep), "]".repeat(deep)),
    ] {
        scene.folder.write("deep", &json);
        scene.publish("deep", &ed25519(1).public());
        scene
            .verify(&["deep"], &[], 2)
            .assert_error(&["deep", "not a valid attestation"]);
        // A trusted key has signed it.
        scene
            .folder
            .write_json("one", &bundle_of(dsse::IN_TOTO, json.as_bytes(), &ed25519(1)));
        scene.verify(&["one"], &[], 1);
    }
    scene.folder.write("policy.toml", "x = ".to_owned() + &"[".repeat(deep));
    let rest = ["--attestation", "two", "--policy", "policy.toml"];
    scene
        .folder
        .run(&[&["verify", "a/bin/server"][..], &rest].concat(), 2)
        .assert_error(&["policy.toml", "not a valid policy"]);
}

#[test]
fn nothing_that_was_signed_reaches_the_terminal_raw() {
    let scene = Scene::with_two_builders();
    let hostile = "\u{1b}[2J\r\u{202e}\u{9b}1m\u{7f}\nverified: server";
    for pointer in [
        "/subject/0/name",
        "/predicate/buildDefinition/buildType",
        "/predicate/runDetails/builder/id",
        "/predicate/buildDefinition/externalParameters/flakeAttribute",
        "/predicate/buildDefinition/externalParameters/source/revision",
        "/predicateType",
        "/_type",
        &format!("/{hostile}"),
        &format!("/predicate/buildDefinition/externalParameters/{hostile}"),
    ] {
        sign_changed(&scene, |statement| {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            statement.pointer_mut(parent).unwrap()[name] = json!(hostile);
        });
        let output = scene.verify(&["one"], &[], 1);
        for text in [&output.stdout, &output.stderr] {
            let raw = |character: char| (character.is_control() && character != '\n') || character == '\u{202e}';
            assert!(!text.contains(raw), "{pointer}: {text:?}");
            assert!(!text.contains("\nverified"), "{pointer}: {text}");
        }
    }
    // File names are hostile too.
    let name = "a\u{1b}[2J\nverified: server";
    scene.folder.write(name, "x");
    let rest = ["--attestation", "two", "--key", "two.pub"];
    let output = scene.folder.run(&[&["verify", name][..], &rest].concat(), 1);
    for text in [&output.stdout, &output.stderr] {
        assert!(!text.contains('\u{1b}') && !text.contains("\nverified"), "{text:?}");
    }
    scene
        .folder
        .run(
            &["verify", "a/bin/server", "--attestation", name, "--key", "two.pub"],
            2,
        )
        .assert_error(&["not a valid attestation"]);
}

#[test]
fn a_named_pipe_is_refused_and_never_waited_for_in_every_argument() {
    let scene = Scene::with_two_builders();
    let pipe = scene.folder.path("pipe");
    assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    scene.folder.link("link", "pipe");
    for pipe in ["pipe", "link"] {
        let plain = "not a regular file";
        for (arguments, told) in [
            (&["a/bin/server", "--attestation", pipe, "--key", "one.pub"][..], plain),
            (&["a/bin/server", "--attestation", "one", "--key", pipe], plain),
            (&["a/bin/server", "--attestation", "one", "--policy", pipe], plain),
            (&[pipe, "--attestation", "one", "--key", "one.pub"], "named pipe"),
        ] {
            scene
                .folder
                .run(&[&["verify"], arguments].concat(), 2)
                .assert_error(&[told]);
        }
    }
}

/// The artifact changes all the time. The program may verify it only if it read the good content as a whole.
#[test]
fn an_artifact_that_is_replaced_while_it_is_read_is_never_verified_with_other_content() {
    let scene = Scene::with_two_builders();
    scene.folder.write("good", b"\x7fELF server");
    scene.folder.write("bad", b"\x7fELF terror");
    let link = scene.folder.path("link");
    let swap = |target: &str| {
        let next = scene.folder.path("next");
        std::os::unix::fs::symlink(target, &next).unwrap();
        std::fs::rename(&next, &link).unwrap();
    };
    swap("good");
    let good = scene.statement(1)["subject"][0]["digest"]["sha256"].clone();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Relaxed) {
                swap("bad");
                swap("good");
            }
        });
        for _ in 0..30 {
            let rest = ["--attestation", "one", "--key", "one.pub", "--json", "-"];
            let output = scene
                .folder
                .command(PROGRAM)
                .args([&["verify", "link"][..], &rest].concat())
                .output()
                .unwrap();
            let code = output.status.code().unwrap();
            if code == 2 {
                continue;
            }
            let found: Value = serde_json::from_slice(&output.stdout).unwrap();
            let is_good = found["artifacts"][0]["digest"]["sha256"] == good;
            assert_eq!(code, i32::from(!is_good), "{found}");
        }
        is_over.store(true, Relaxed);
    });
}
