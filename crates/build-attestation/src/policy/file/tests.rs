//! Policy files: valid ones, and one test case for each rule that a file can break.

use std::fs;

use super::*;
use crate::keys::PrivateKey;

fn pem(seed: u8) -> String {
    PrivateKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
        .public()
        .to_pem()
}

fn policy() -> String {
    format!(
        r#"version = 1
threshold = 1
build-types = ["urn:samebits:nix-rebuild:v2"]
products = ["server-aarch64-linux"]
platforms = ["aarch64-linux"]
variations = ["build-directory"]
shared-inputs = "any"

[source]
revision = "any"

[[builder]]
id = "https://example.org/builders/1"
keys = [{{ file = "one.pub" }}]

[[builder]]
id = "https://example.org/builders/2"

[[builder.keys]]
not-after = "2027-01-01T00:00:00Z"
pem = """
{}"""
"#,
        pem(2)
    )
}

fn read(text: &str) -> Result<Policy, String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("one.pub"), pem(1)).unwrap();
    fs::write(folder.path().join("policy.toml"), text).unwrap();
    Policy::read(&folder.path().join("policy.toml")).map_err(|error| error.to_string())
}

#[test]
fn a_policy_says_exactly_what_is_trusted() {
    let policy = read(&policy()).unwrap();
    assert_eq!(policy.threshold, 1);
    assert_eq!(policy.revision, Allowed::Any);
    assert_eq!(policy.nar_hash, Allowed::Any);
    assert_eq!(policy.products, Allowed::one("server-aarch64-linux".into()));
    assert_eq!(policy.platforms, Allowed::one("aarch64-linux".into()));
    assert_eq!(policy.build_types, ["urn:samebits:nix-rebuild:v2".into()].into());
    assert_eq!(policy.variations, ["build-directory".into()].into());
    assert_eq!((policy.builders, policy.keys.len()), (Allowed::Any, 2));
    let end = |seed| {
        let name = PublicKey::from_pem(&pem(seed)).unwrap().fingerprint();
        let key = policy.keys.iter().find(|key| key.fingerprint == name).unwrap();
        (key.builders.only().unwrap().as_str(), key.not_after.map(String::from))
    };
    assert_eq!(end(1), ("https://example.org/builders/1", None));
    assert_eq!(
        end(2),
        ("https://example.org/builders/2", Some("2027-01-01T00:00:00Z".into()))
    );
}

#[test]
fn no_field_may_be_missing_but_two() {
    let text = policy();
    for line in text.lines().filter(|line| line.contains(" = ")) {
        let optional = line.starts_with("not-after");
        let without = text.replacen(&format!("{line}\n"), "", 1);
        if !line.starts_with("pem") {
            assert_eq!(read(&without).is_ok(), optional, "{line}");
        }
    }
    assert!(read("").unwrap_err().contains("missing field"));
}

#[test]
fn every_broken_rule_is_reported() {
    for (from, to, expected) in [
        ("version = 1", "version = 2", "version is 2"),
        ("threshold = 1", "threshold = 0", "threshold is 0"),
        ("threshold = 1", "threshold = 3", "threshold is 3, not 1 to the 2"),
        ("threshold = 1", "threshold = -1", "line 2"),
        ("threshold = 1", "threshold = 1\nthreshold = 2", "line 3"),
        ("threshold = 1", "threshold = 1\ntreshold = 1", "line 3: unknown field"),
        ("[source]", "[source]\nextra = 1", "line 10: unknown field"),
        (
            "id = \"https://example.org/builders/1\"",
            "id = \"https://example.org/builders/2\"",
            "builder occurs twice",
        ),
        (
            "id = \"https://example.org/builders/1\"",
            "id = \"one\"",
            "not an absolute URI",
        ),
        ("keys = [{ file = \"one.pub\" }]", "keys = []", "has no key"),
        ("keys = [{ file = \"one.pub\" }]", "keys = [{}]", "either file or pem"),
        (
            "keys = [{ file = \"one.pub\" }]",
            "keys = [{ file = \"a\", pem = \"b\" }]",
            "either file or pem",
        ),
        (
            "keys = [{ file = \"one.pub\" }]",
            "keys = [{ file = \"two.pub\" }]",
            "two.pub",
        ),
        (
            "keys = [{ file = \"one.pub\" }]",
            "keys = [{ file = \"one.pub\" }, { file = \"./one.pub\" }]",
            "key occurs twice",
        ),
        ("[\"urn:samebits:nix-rebuild:v2\"]", "[]", "build-types is empty"),
        (
            "[\"urn:samebits:nix-rebuild:v2\"]",
            "[\"urn:x\"]",
            "build-types has a value that is not one of http",
        ),
        ("[\"aarch64-linux\"]", "[]", "allows nothing"),
        (
            "[\"aarch64-linux\"]",
            "[\"any\", \"x86_64-linux\"]",
            "platforms has \"any\" in a list",
        ),
        (
            "[\"server-aarch64-linux\"]",
            "[\"any\"]",
            "products has \"any\" in a list",
        ),
        ("[\"server-aarch64-linux\"]", "[]", "allows nothing"),
        ("[\"aarch64-linux\"]", "\"all\"", "neither \"any\" nor a list"),
        ("[\"build-directory\"]", "[\"\"]", "not a line of text"),
        ("revision = \"any\"", "revision = [\"main\"]", "40 hex digits"),
        (
            "revision = \"any\"",
            "revision = \"any\"\nnar-hash = \"x\"",
            "nar-hash is not a SHA-256",
        ),
        (
            "file = \"one.pub\"",
            "file = \"AAAAC3NzaC1lZDI1NTE5AAAAIKJd+4a3Zbq0vM0yqk1t\"",
            "a file name looks like a key",
        ),
        (
            "[\"server-aarch64-linux\"]",
            "[\"pkg:a\"]",
            "products has a value that begins with",
        ),
        (
            "shared-inputs = \"any\"",
            "shared-inputs = [\"standard-library\"]",
            "neither \"any\" nor a list",
        ),
        ("shared-inputs = \"any\"", "", "missing field `shared-inputs`"),
        ("2027-01-01T00:00:00Z", "2027", "not-after"),
        ("BEGIN PUBLIC", "BEGIN PRIVATE", "pem"),
    ] {
        let text = policy();
        assert!(text.contains(from), "{from}");
        let why = read(&text.replacen(from, to, 1)).unwrap_err();
        assert!(why.contains(expected), "{to}: {why}");
        assert_eq!(why.lines().count(), 1, "{why}");
    }
}

#[test]
fn a_policy_may_narrow_the_source_and_ask_for_every_builder() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let nar_hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let text = policy().replace("threshold = 1", "threshold = 2").replace(
        "revision = \"any\"",
        &format!("revision = [\"{commit}\"]\nnar-hash = \"{nar_hash}\""),
    );
    let policy = read(&text).unwrap();
    assert_eq!(policy.threshold, 2);
    assert_eq!(policy.revision, Allowed::one(commit.into()));
    assert_eq!(policy.nar_hash, Allowed::one(nar_hash.into()));
}

#[test]
fn every_file_that_a_policy_may_mean_is_found_whether_or_not_it_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    fs::create_dir(folder.path().join("folder")).unwrap();
    for (text, files) in [
        (
            "a = \"one\"\nb = [\"two\", [\"three\"]]\nc = { d = \"four\" }\ne = 1\n",
            &["one", "two", "three", "four"][..],
        ),
        (
            "a = \"folder\"\nb = \"\"\nc = \"x\\ny\"\nd = \"x\\u0000y\"\ne = \"/one\"\n",
            &["/one"],
        ),
        ("a = 'one' \"two\"\nthree", &["a = ", "one", " ", "two", "three"]),
        ("", &[]),
    ] {
        fs::write(&path, text).unwrap();
        let expected: Vec<_> = files.iter().map(|file| folder.path().join(file)).collect();
        assert_eq!(possible_key_files(&path), expected, "{text}");
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(possible_key_files(&path), [""; 0].map(PathBuf::from));
}
