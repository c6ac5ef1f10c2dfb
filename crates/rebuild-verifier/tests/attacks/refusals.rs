//! What `attest` refuses of builds, definitions, derivations and outputs: the rows of docs/refusals.md.

use serde_json::{Value, json};

use super::races::{meddle_in, rewrite};
use super::{Attack, all_fail, attack};
use crate::definition::set;
use crate::fake_nix::{Fake, ORIGINAL_DRV, REBUILT_DRV};
use crate::util::{EMPTY, Folder, Output, SHARED_DRV, definition};

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}

const ATTEST: &str = "attest a b --definition definition.json --builder-id https://example.org/builders/1 --out out";
/// Something that is compiled, as the standard library is.
const STD_DRV: &str = "4123456789abcdfghijklmnpqrsvwxyz-std.drv";

/// Attests to two identical trees after a change of the folder that holds them and the definition.
fn attest(exit: i32, change: impl FnOnce(&Folder)) -> Output {
    attest_by(ATTEST, exit, change)
}

fn attest_by(command: &str, exit: i32, change: impl FnOnce(&Folder)) -> Output {
    let folder = Folder::with_identical_trees();
    folder.write_json("definition.json", &definition());
    change(&folder);
    refused(&folder, command, exit)
}

/// Whatever is refused writes nothing and removes nothing.
fn refused(folder: &Folder, command: &str, exit: i32) -> Output {
    let before = folder.names("");
    let output = folder.shell(&format!("exec \"$0\" {command}"), exit);
    assert_eq!(folder.names(""), before);
    output
}

/// With this value at a place of the definition.
fn defined(exit: i32, pointer: &str, value: Value) -> Output {
    attest(exit, |folder| {
        let mut definition = definition();
        set(&mut definition, pointer, value);
        folder.write_json("definition.json", &definition);
    })
}

/// With other text at a place of the definition.
fn written(exit: i32, from: &str, to: &str) -> Output {
    let text = definition().to_string();
    assert!(text.contains(from), "{from}");
    attest(exit, |folder| {
        folder.write("definition.json", text.replacen(from, to, 1))
    })
}

/// With the derivations of both builds, after a change of the store.
fn derived(exit: i32, change: fn(&Fake)) -> Output {
    let fake = Fake::new();
    change(&fake);
    let command = format!(
        "attest store/original store/rebuilt --definition store/definition.json --builder-id urn:x --out out \
         --derivations store/{ORIGINAL_DRV} store/{REBUILT_DRV}"
    );
    refused(&fake.folder, &command, exit)
}

/// Adds a file to both trees.
fn both(folder: &Folder, name: &str) {
    folder.write(format!("a/{name}"), "");
    folder.write(format!("b/{name}"), "");
}

const ATTACKS: &[Attack] = &[
    // Arguments and outputs.
    attack(
        "the builder's id is not an absolute URI",
        "",
        2,
        "it is not an absolute URI",
        |exit| attest_by(&ATTEST.replace("https://", ""), exit, |_| {}),
    ),
    attack(
        "the output folder already has a statement or a comparison",
        "",
        2,
        "it exists already",
        |exit| attest(exit, |folder| folder.write("out/statement.json", "old")),
    ),
    attack(
        "the output folder lies in one of the builds",
        "",
        2,
        "lies inside",
        |exit| attest_by(&ATTEST.replace("--out out", "--out b/share"), exit, |_| {}),
    ),
    attack(
        "an output is also an input",
        "",
        2,
        "it is read by the same command",
        |exit| {
            let command = ATTEST.replace("definition.json", "out/statement.json");
            attest_by(&command, exit, |folder| {
                folder.write_json("out/statement.json", &definition())
            })
        },
    ),
    attack(
        "a folder or a link stands where an output would be",
        "",
        2,
        "it is not a regular file",
        |exit| attest(exit, |folder| folder.make_folder("out/statement.json")),
    ),
    attack("the output folder cannot be written", "", 2, "cannot write", |exit| {
        attest(exit, |folder| folder.write("out", "a file"))
    }),
    attack("standard output is closed", "", 2, "it is closed", |exit| {
        attest_by(&format!("{ATTEST} >&-"), exit, |_| {})
    }),
    // The builds.
    attack("the builds differ", "", 1, "refused to attest", |exit| {
        attest(exit, |folder| folder.write("b/share/doc.txt", "other"))
    }),
    attack("a build cannot be read", "", 2, "cannot read", |exit| {
        attest_by(&ATTEST.replace("a b", "a c"), exit, |_| {})
    }),
    attack(
        "both builds are one file or folder",
        "",
        2,
        "are the same object",
        |exit| attest_by(&ATTEST.replace("a b", "a a"), exit, |_| {}),
    ),
    attack("neither build has a file", "", 2, "nothing to compare", |exit| {
        attest_by(&ATTEST.replace("a b", "c d"), exit, |folder| {
            ["c", "d"].iter().for_each(|tree| folder.make_folder(tree))
        })
    }),
    attack(
        "a build has a named pipe, a socket or a device",
        "",
        2,
        "which has no content to compare",
        |exit| attest(exit, |folder| drop(folder.shell("mkfifo a/pipe b/pipe", 0))),
    ),
    attack(
        "a build changes during the comparison",
        "",
        2,
        "changed while it was being compared",
        |exit| {
            let folder = Folder::new();
            folder.write_json("definition.json", &definition());
            let arguments: Vec<_> = ATTEST.split(' ').collect();
            let output = meddle_in(&folder, &arguments, "b/other", exit, rewrite);
            assert!(!folder.path("out").exists());
            output
        },
    ),
    attack(
        "a build has more than 1024 files",
        "",
        2,
        "at most 1024 subjects",
        |exit| {
            attest(exit, |folder| {
                (0..1023).for_each(|index| both(folder, &index.to_string()))
            })
        },
    ),
    attack(
        "a file's name is absolute, or leads out of its folder, on some system",
        "",
        2,
        "is not a name inside a folder",
        |exit| attest(exit, |folder| both(folder, "c:\\server")),
    ),
    // The definition.
    attack("the definition cannot be read", "", 2, "cannot read", |exit| {
        attest(exit, |folder| folder.remove("definition.json"))
    }),
    attack(
        "the definition is not a regular file",
        "",
        2,
        "it is not a regular file",
        |exit| attest_by(&ATTEST.replace("definition.json", "a"), exit, |_| {}),
    ),
    attack(
        "the definition is longer than 16 MiB",
        "",
        2,
        "longer than 16777216 bytes",
        |exit| {
            attest(exit, |folder| {
                folder.write("definition.json", vec![b' '; (16 << 20) + 1])
            })
        },
    ),
    attack("the definition is not JSON", "", 2, "expected value", |exit| {
        attest(exit, |folder| folder.write("definition.json", "definition"))
    }),
    attack(
        "the definition has more than 262,144 values",
        "",
        2,
        "too many values",
        |exit| defined(exit, "/resolvedDependencies/0/annotations/x", json!(vec![0; 262_144])),
    ),
    attack("a key occurs twice", "", 2, "occurs twice", |exit| {
        written(exit, "\"platform\":", "\"platform\":\"other\",\"platform\":")
    }),
    attack("a list stands for an object", "", 2, "invalid type: sequence", |exit| {
        defined(exit, "/source", json!(["unknown", "sha256-"]))
    }),
    attack("a field is missing", "", 2, "missing field `target`", |exit| {
        written(exit, "\"target\":\"aarch64-unknown-linux-musl\",", "")
    }),
    attack("a field is not described", "", 2, "unknown field `extra`", |exit| {
        defined(exit, "/source/extra", json!("x"))
    }),
    attack("a value has another type", "", 2, "invalid type: string", |exit| {
        defined(exit, "/sourceDateEpoch", json!("0"))
    }),
    attack(
        "`flakeAttribute`, `platform` or `target` is not a plain name",
        "",
        2,
        "is not a name of letters, digits and",
        |exit| defined(exit, "/platform", json!("../linux")),
    ),
    attack(
        "`toolchain`, or the name of a dependency or variation, is not a line of text",
        "",
        2,
        "is not a line of text",
        |exit| defined(exit, "/toolchain", json!("rustc\n1.85.0")),
    ),
    attack("there is no dependency or no variation", "", 2, "is empty", |exit| {
        defined(exit, "/variations", json!([]))
    }),
    attack(
        "two dependencies or two variations have one name",
        "",
        2,
        "names \"locale\" twice",
        |exit| defined(exit, "/variations/0/name", json!("locale")),
    ),
    attack(
        "a variation is the same for both builds",
        "",
        2,
        "is the same for both builds",
        |exit| defined(exit, "/variations/1/rebuilt", json!("C")),
    ),
    attack(
        "the dependency `source` with its hash, or a file `Cargo.lock` or `flake.lock` of the source, is missing",
        "",
        2,
        "resolvedDependencies lacks",
        |exit| defined(exit, "/resolvedDependencies/1/name", json!("other")),
    ),
    attack(
        "two files of the source are called `Cargo.lock`, or two `flake.lock`",
        "",
        2,
        "resolvedDependencies names two files",
        |exit| defined(exit, "/resolvedDependencies/2/name", json!("sub/Cargo.lock")),
    ),
    attack(
        "the name of a dependency without a URI is no path inside the source",
        "",
        2,
        "is not a relative path of plain names",
        |exit| defined(exit, "/resolvedDependencies/1/name", json!("../Cargo.lock")),
    ),
    attack(
        "a dependency has neither a URI nor a SHA-256",
        "",
        2,
        "has neither a URI nor a sha256",
        |exit| {
            defined(
                exit,
                "/resolvedDependencies/1/digest",
                json!({ "sha512": EMPTY.repeat(2) }),
            )
        },
    ),
    attack(
        "the digests of `source` are not those of its revision and hash",
        "",
        2,
        "but source says",
        |exit| defined(exit, "/source/revision", json!("dirty")),
    ),
    attack(
        "the revision is neither a commit nor `dirty`, `<commit>-dirty`, `unknown`",
        "",
        2,
        "is neither 40 hex digits nor",
        |exit| defined(exit, "/source/revision", json!("main")),
    ),
    attack(
        "the hash of the source is not a SHA-256 as Nix writes it",
        "",
        2,
        "a SHA-256 in base64",
        |exit| defined(exit, "/source/narHash", json!(EMPTY)),
    ),
    attack("a dependency has no digest", "", 2, "a digest set is empty", |exit| {
        defined(exit, "/resolvedDependencies/3/digest", json!({}))
    }),
    attack("a digest has an unknown algorithm", "", 2, "is not known", |exit| {
        defined(exit, "/resolvedDependencies/3/digest", json!({ "md5": "00" }))
    }),
    attack(
        "a digest is not lower-case hex of its algorithm's length",
        "",
        2,
        "hex digits",
        |exit| defined(exit, "/resolvedDependencies/3/digest", json!({ "sha512": EMPTY })),
    ),
    attack(
        "a dependency's URI is not absolute",
        "",
        2,
        "it is not an absolute URI",
        |exit| defined(exit, "/resolvedDependencies/3/uri", json!("ziglang")),
    ),
    attack(
        "`sharedInputs` is missing or null",
        "",
        2,
        "missing field `sharedInputs`",
        |exit| defined(exit, "/sharedInputs", json!(null)),
    ),
    attack("a shared input has another kind", "", 2, "unknown variant", |exit| {
        defined(exit, "/sharedInputs/0/kind", json!("standard-library"))
    }),
    attack(
        "a shared input is not the name of a derivation",
        "",
        2,
        "is not the name of a derivation",
        |exit| defined(exit, "/sharedInputs/0/derivation", json!("*.drv")),
    ),
    attack("a shared input is listed twice", "", 2, "twice", |exit| {
        let input = json!({ "kind": "tools", "derivation": SHARED_DRV });
        defined(exit, "/sharedInputs", json!([input, input]))
    }),
    // The derivations (`--derivations`).
    attack(
        "a derivation, or one of its inputs, cannot be read",
        "",
        2,
        "cannot read",
        |exit| derived(exit, |fake| fake.folder.remove(&format!("store/{SHARED_DRV}"))),
    ),
    attack(
        "a derivation does not have the form that Nix gives it",
        "",
        2,
        "is not a valid derivation",
        |exit| {
            derived(exit, |fake| {
                fake.folder.write(format!("store/{SHARED_DRV}"), "Derive([")
            })
        },
    ),
    attack(
        "an input is outside the store",
        "",
        2,
        "is no derivation beside it",
        |exit| derived(exit, |fake| fake.derivation(REBUILT_DRV, "rebuilt", &["../x.drv"], &[])),
    ),
    attack(
        "a build is not what its derivation builds",
        "",
        2,
        "is not what it builds",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(REBUILT_DRV, "other", &[SHARED_DRV], &["source"])
            })
        },
    ),
    attack(
        "an output path is known only after the build",
        "",
        2,
        "is known only once it is built",
        |exit| {
            derived(exit, |fake| {
                fake.derivation_of(STD_DRV, r#""","r:sha256","""#, &[], &[]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[STD_DRV], &["source"]);
            })
        },
    ),
    attack(
        "a build declares its own hash",
        "",
        2,
        "is written down by its hash instead of built",
        |exit| {
            derived(exit, |fake| {
                let output = format!(r#""{}","sha256","00""#, fake.folder.path("store/rebuilt").display());
                fake.derivation_of(REBUILT_DRV, &output, &[SHARED_DRV], &["source"]);
            })
        },
    ),
    attack(
        "the rebuild contains the original",
        "",
        2,
        "it holds the original itself",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(REBUILT_DRV, "rebuilt", &[ORIGINAL_DRV], &["source"])
            })
        },
    ),
    attack(
        "the original contains the rebuild",
        "",
        2,
        "the original holds it",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(ORIGINAL_DRV, "original", &[REBUILT_DRV], &["source"])
            })
        },
    ),
    attack(
        "both builds share something that is neither a pinned archive nor listed",
        "",
        2,
        "that the definition does not list",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(STD_DRV, "std", &[SHARED_DRV], &[]);
                fake.derivation(ORIGINAL_DRV, "original", &[STD_DRV], &["source"]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[STD_DRV], &["source"]);
            })
        },
    ),
    attack(
        "a source is a build product",
        "",
        2,
        "is not named after its content",
        |exit| {
            derived(exit, |fake| {
                std::fs::write(fake.source_file("source"), "built").unwrap()
            })
        },
    ),
];
