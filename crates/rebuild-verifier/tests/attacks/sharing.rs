//! Rebuilds that are no second build: they contain the first build, or share a build product with it.

use serde_json::{Value, json};

use super::builds::{defined, derived};
use super::{Attack, all_fail, attack};
use crate::audit::{AUDIT, released};
use crate::fake_nix::{Fake, ORIGINAL_DRV, REBUILT_DRV};
use crate::util::{Output, SHARED_DRV, words};

#[test]
fn every_attack_fails() {
    all_fail(ATTACKS);
}

/// A build product: the standard library.
const STD_DRV: &str = "4123456789abcdfghijklmnpqrsvwxyz-std.drv";
/// Another build of the standard library.
const OTHER_STD_DRV: &str = "5123456789abcdfghijklmnpqrsvwxyz-std.drv";
/// An archive with a pinned hash.
const ARCHIVE_DRV: &str = "6123456789abcdfghijklmnpqrsvwxyz-archive.tar.gz.drv";

const FIXED: &str = r#","sha256","00""#;

/// The output of a fixed-output derivation, as its file has it.
fn fixed(fake: &Fake, name: &str) -> String {
    let path = fake.folder.path(&format!("store/{name}"));
    format!("\"{}\"{FIXED}", path.display())
}

/// Runs `attest` with these derivations. Appends the shared inputs in the statement to the output.
fn by_hand(exit: i32, derivations: &[&str]) -> Output {
    let fake = Fake::new();
    let mut arguments =
        words("attest store/original store/rebuilt --definition store/definition.json --out out --builder-id urn:x");
    let paths: Vec<_> = derivations.iter().map(|name| format!("store/{name}")).collect();
    if !paths.is_empty() {
        arguments.push("--derivations");
        arguments.extend(paths.iter().map(String::as_str));
    }
    let mut output = fake.run(&arguments, exit);
    if exit == 0 {
        let statement = fake.folder.read_json("out/statement.json");
        let internal = &statement["predicate"]["buildDefinition"]["internalParameters"];
        output.stdout.push_str(&internal["sharedInputs"].to_string());
    }
    output
}

const ATTACKS: &[Attack] = &[
    attack(
        "the rebuild is built from the original",
        "",
        2,
        "it holds the original itself",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(REBUILT_DRV, "rebuilt", &[SHARED_DRV, ORIGINAL_DRV], &["source"])
            })
        },
    ),
    attack(
        "the original is built from the rebuild",
        "",
        2,
        "the original holds it",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(ORIGINAL_DRV, "original", &[SHARED_DRV, REBUILT_DRV], &["source"])
            })
        },
    ),
    attack(
        "the rebuild copies the original by way of another derivation",
        "",
        2,
        "it holds the original itself",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(STD_DRV, "copy", &[ORIGINAL_DRV], &[]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[STD_DRV], &["source"]);
            })
        },
    ),
    attack(
        "the rebuild copies the original by way of a fixed output",
        "",
        2,
        "it holds the original itself",
        |exit| {
            derived(exit, |fake| {
                fake.derivation_of(ARCHIVE_DRV, &fixed(fake, "archive"), &[ORIGINAL_DRV], &[]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[ARCHIVE_DRV], &["source"]);
            })
        },
    ),
    attack(
        "the rebuild takes the original's output as if it were a source",
        "",
        2,
        "it holds the original itself",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(REBUILT_DRV, "rebuilt", &[SHARED_DRV], &["source", "=original"])
            })
        },
    ),
    attack(
        "the rebuild takes the original's derivation as if it were a source",
        "",
        2,
        "it holds the original itself",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(
                    REBUILT_DRV,
                    "rebuilt",
                    &[SHARED_DRV],
                    &["source", "=0123456789abcdfghijklmnpqrsvwxyz-server.drv"],
                )
            })
        },
    ),
    attack(
        "the rebuild takes a product of the original's as if it were a source",
        "",
        2,
        "does not list: 4123",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(STD_DRV, "std", &[SHARED_DRV], &[]);
                fake.derivation(ORIGINAL_DRV, "original", &[STD_DRV], &["source"]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[SHARED_DRV], &["source", "=std"]);
            })
        },
    ),
    attack(
        "the rebuild takes something as a source that was built before, from the original",
        "",
        2,
        "is not named after its content",
        |exit| {
            derived(exit, |fake| {
                fake.folder
                    .write("store/7123456789abcdfghijklmnpqrsvwxyz-copy", "program\n");
                let sources = ["source", "=7123456789abcdfghijklmnpqrsvwxyz-copy"];
                fake.derivation(REBUILT_DRV, "rebuilt", &[SHARED_DRV], &sources);
            })
        },
    ),
    attack(
        "the rebuild takes a source that was changed in the store",
        "",
        2,
        "is not named after its content",
        |exit| {
            derived(exit, |fake| {
                let path = fake.source_file("source");
                std::fs::write(path, "changed").unwrap();
            })
        },
    ),
    attack(
        "both are built with one standard library",
        "",
        2,
        "does not list: 4123456789abcdfghijklmnpqrsvwxyz-std.drv",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(STD_DRV, "std", &[SHARED_DRV], &[]);
                fake.derivation(ORIGINAL_DRV, "original", &[STD_DRV], &["source"]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[STD_DRV], &["source"]);
            })
        },
    ),
    attack(
        "both are built with one standard library that a listed tool brings along",
        "",
        2,
        "does not list: 4123",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(STD_DRV, "std", &[], &[]);
                fake.derivation(SHARED_DRV, "tools", &[STD_DRV], &[]);
            })
        },
    ),
    attack(
        "both are built with one standard library under two derivations",
        "",
        2,
        "does not list: 4123",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(STD_DRV, "std", &[SHARED_DRV], &["one"]);
                fake.derivation(OTHER_STD_DRV, "std", &[SHARED_DRV], &["other"]);
                fake.derivation(ORIGINAL_DRV, "original", &[STD_DRV], &["source"]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[OTHER_STD_DRV], &["source"]);
            })
        },
    ),
    attack(
        "a standard library is passed off as an archive: compiled, but with its hash written down",
        "",
        2,
        "does not list: 6123",
        |exit| {
            derived(exit, |fake| {
                fake.derivation_of(ARCHIVE_DRV, &fixed(fake, "archive"), &[SHARED_DRV], &[]);
                for (derivation, output) in [(ORIGINAL_DRV, "original"), (REBUILT_DRV, "rebuilt")] {
                    fake.derivation(derivation, output, &[ARCHIVE_DRV], &["source"]);
                }
            })
        },
    ),
    attack(
        "both are built with one pinned archive, which is no product",
        "",
        0,
        "identical",
        |exit| {
            derived(exit, |fake| {
                fake.derivation_of(ARCHIVE_DRV, &fixed(fake, "archive"), &[], &["fetch.sh"]);
                for (derivation, output) in [(ORIGINAL_DRV, "original"), (REBUILT_DRV, "rebuilt")] {
                    fake.derivation(derivation, output, &[SHARED_DRV, ARCHIVE_DRV], &["source"]);
                }
            })
        },
    ),
    attack(
        "each is built with a standard library of its own",
        "",
        0,
        "identical",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(STD_DRV, "std", &[SHARED_DRV], &["std.sh"]);
                fake.derivation(OTHER_STD_DRV, "other-std", &[SHARED_DRV], &["std.sh"]);
                fake.derivation(ORIGINAL_DRV, "original", &[STD_DRV], &["source"]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[OTHER_STD_DRV], &["source"]);
            })
        },
    ),
    attack(
        "the rebuild's result is written down by its hash instead of built",
        "",
        2,
        "written down by its hash",
        |exit| {
            derived(exit, |fake| {
                fake.derivation_of(REBUILT_DRV, &fixed(fake, "rebuilt"), &[SHARED_DRV], &["source"])
            })
        },
    ),
    attack(
        "a dependency is content-addressed, so that both may turn out to be one",
        "",
        2,
        "known only once it is built",
        |exit| {
            derived(exit, |fake| {
                fake.derivation_of(STD_DRV, r#""","r:sha256","""#, &[SHARED_DRV], &[]);
                fake.derivation(REBUILT_DRV, "rebuilt", &[SHARED_DRV, STD_DRV], &["source"]);
            })
        },
    ),
    attack("a derivation is not in the store", "", 2, "cannot read", |exit| {
        derived(exit, |fake| {
            fake.derivation(REBUILT_DRV, "rebuilt", &[STD_DRV], &["source"])
        })
    }),
    attack(
        "a derivation cannot be read",
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
        "a derivation leads out of the store",
        "",
        2,
        "is no derivation beside it",
        |exit| {
            derived(exit, |fake| {
                fake.derivation(REBUILT_DRV, "rebuilt", &["../flake/x.drv"], &[])
            })
        },
    ),
    attack(
        "a definition does not say what may be shared",
        "",
        2,
        "sharedInputs",
        |exit| {
            defined(exit, |definition| {
                drop(definition.as_object_mut().unwrap().remove("sharedInputs"))
            })
        },
    ),
    attack(
        "a definition says null of what may be shared",
        "",
        2,
        "sharedInputs",
        |exit| defined(exit, |definition| definition["sharedInputs"] = Value::Null),
    ),
    attack(
        "a definition lets nothing be shared, and something is",
        "",
        2,
        "does not list: 3123",
        |exit| defined(exit, |definition| definition["sharedInputs"] = json!([])),
    ),
    attack(
        "a definition lets a standard library be shared under its own kind",
        "",
        2,
        "unknown variant",
        |exit| {
            defined(exit, |definition| {
                definition["sharedInputs"] = json!([{ "kind": "standard-library", "derivation": STD_DRV }]);
            })
        },
    ),
    attack(
        "a definition names what is shared by a pattern",
        "",
        2,
        "is not the name of a derivation",
        |exit| {
            defined(exit, |definition| {
                definition["sharedInputs"] = json!([{ "kind": "tools", "derivation": "*.drv" }]);
            })
        },
    ),
    attack(
        "two folders are attested to by hand, and the statement says that nobody has looked",
        "",
        0,
        "null",
        |exit| by_hand(exit, &[]),
    ),
    attack(
        "two folders are attested to with their derivations, and the statement says what they share",
        "",
        0,
        SHARED_DRV,
        |exit| by_hand(exit, &[ORIGINAL_DRV, REBUILT_DRV]),
    ),
    attack(
        "the derivations of other builds are handed to attest",
        "",
        2,
        "is not what it builds",
        |exit| by_hand(exit, &[REBUILT_DRV, ORIGINAL_DRV]),
    ),
    attack(
        "one derivation is handed to attest for both builds",
        "",
        2,
        "is not what it builds",
        |exit| by_hand(exit, &[ORIGINAL_DRV, ORIGINAL_DRV]),
    ),
    attack(
        "a statement says nothing of what is shared",
        "",
        2,
        "missing field `sharedInputs`",
        |exit| {
            let fake = released();
            let mut statement = fake.folder.read_json("release/statement.json");
            let internal = &mut statement["predicate"]["buildDefinition"]["internalParameters"];
            internal.as_object_mut().unwrap().remove("sharedInputs");
            fake.folder.write_json("release/statement.json", &statement);
            fake.run(AUDIT, exit)
        },
    ),
    attack(
        "a statement says that less is shared than is",
        "",
        1,
        "shared input 3123",
        |exit| {
            let fake = released();
            let mut statement = fake.folder.read_json("release/statement.json");
            let internal = &mut statement["predicate"]["buildDefinition"]["internalParameters"];
            internal["sharedInputs"] = json!([]);
            fake.folder.write_json("release/statement.json", &statement);
            fake.run(AUDIT, exit)
        },
    ),
];
