//! Checks that no parser of a foreign format is compiled into the crates that decide.

use std::collections::BTreeSet;
use std::process::Command;

/// This project's crates that decide *identical* and *verified*, or attest.
const OURS: [&str; 3] = ["bit-compare", "build-attestation", "untrusted-input"];

/// All their dependencies, including build dependencies. Before adding one, check what it parses: only hashes, keys,
/// signatures, JSON, TOML and PEM are allowed.
const LIBRARIES: &[&str] = &[
    "base16ct",
    "base64",
    "base64ct",
    "bitflags",
    "block-buffer",
    "cfg-if",
    "const-oid",
    "cpufeatures",
    "crypto-bigint",
    "crypto-common",
    "curve25519-dalek",
    "curve25519-dalek-derive",
    "der",
    "deranged",
    "digest",
    "ecdsa",
    "ed25519",
    "ed25519-dalek",
    "elliptic-curve",
    "ff",
    "generic-array",
    "getrandom",
    "group",
    "hex",
    "hmac",
    "itoa",
    "libc",
    "linux-raw-sys",
    "memchr",
    "num-conv",
    "p256",
    "pem-rfc7468",
    "pkcs8",
    "powerfmt",
    "primeorder",
    "proc-macro2",
    "quote",
    "rand_core",
    "rfc6979",
    "rustc_version",
    "rustix",
    "same-file",
    "sec1",
    "semver",
    "serde",
    "serde_core",
    "serde_derive",
    "serde_json",
    "serde_spanned",
    "sha2",
    "signature",
    "spki",
    "subtle",
    "syn",
    "thiserror",
    "thiserror-impl",
    "time",
    "time-core",
    "toml",
    "toml_datetime",
    "toml_parser",
    "typenum",
    "unicode-ident",
    "version_check",
    "walkdir",
    "winnow",
    "zeroize",
    "zmij",
];

/// The packages that are compiled for `package`, including itself.
fn compiled_for(package: &str) -> BTreeSet<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--prefix", "none", "--format", "{p}"])
        .args(["--edges", "normal,build", "--target", "x86_64-unknown-linux-gnu"])
        .args(["--package", package])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let lines = String::from_utf8(tree.stdout).expect("cargo writes UTF-8");
    let name = |line: &str| line.split(' ').next().map(str::to_owned);
    lines.lines().filter_map(name).filter(|name| !name.is_empty()).collect()
}

#[test]
fn what_attests_and_verifies_is_compiled_without_a_parser_of_a_foreign_format() {
    let expected = OURS.iter().chain(LIBRARIES).map(|name| (*name).to_owned());
    assert_eq!(compiled_for("build-attestation"), expected.collect());
}

#[test]
fn what_compares_knows_nothing_of_keys_and_attestations_either() {
    let compiled = compiled_for("bit-compare");
    let ours = compiled.iter().filter(|name| OURS.contains(&name.as_str()));
    assert_eq!(ours.collect::<Vec<_>>(), ["bit-compare", "untrusted-input"]);
    for name in &compiled {
        let is_known = LIBRARIES.contains(&name.as_str()) || OURS.contains(&name.as_str());
        assert!(is_known, "{name}");
    }
    assert!(!compiled.contains("ed25519-dalek"));
}

/// Shows that the two tests above can fail.
#[test]
fn the_program_has_the_parsers_that_are_missing_there() {
    let compiled = compiled_for("rebuild-verifier");
    for name in ["binary-formats", "difference-explainer", "binary-inspector", "flate2"] {
        assert!(compiled.contains(name), "{name}");
    }
}
