//! The seeds of the fuzzers are the samples that these tests use.

use std::fs;
use std::path::PathBuf;

use build_attestation::dsse;
use sample_files::{causes, program, samples};
use serde_json::json;

use crate::builders::{Scene, ed25519, link, oss_rebuild, p256, policy};
use crate::util::EMPTY;

/// The fuzz targets with the samples that they begin with.
const TARGETS: [(&str, &[&str]); 10] = [
    ("ar", &["ar"]),
    (
        "differential",
        &[
            "ar",
            "elf",
            "macho",
            "oci",
            "pe",
            "signed pe",
            "tar",
            "universal macho",
            "wasm",
            "zip",
        ],
    ),
    ("elf", &["elf", "elf without sections"]),
    ("gzip", &["gzip"]),
    ("json", &["json"]),
    ("macho", &["macho", "universal macho"]),
    ("pe", &["pe", "signed pe"]),
    ("tar", &["tar", "oci"]),
    ("wasm", &["wasm"]),
    ("zip", &["zip"]),
];
const EXECUTABLES: [&str; 7] = [
    "elf",
    "elf without sections",
    "pe",
    "signed pe",
    "macho",
    "universal macho",
    "wasm",
];

/// Joins two contents into one input.
fn pair(one: &[u8], other: &[u8]) -> Vec<u8> {
    [&(one.len() as u16).to_le_bytes(), one, other].concat()
}

/// The attestations, statements, policies and keys.
fn seeds_of_trust() -> Vec<(String, Vec<u8>)> {
    let scene = Scene::new();
    let statements = [1, 2].map(|number| scene.statement(number));
    let sha256 = statements[0]["subject"][0]["digest"]["sha256"].clone();
    let signed = statements
        .each_ref()
        .map(|statement| statement.to_string().into_bytes());
    let bundle = dsse::to_bundle(&signed[0], &ed25519(1));
    let line = dsse::to_line(&signed[1], &p256(2));
    let link = format!("{}\n", link("server", &sha256, &ed25519(7))).into_bytes();
    let rebuild = oss_rebuild(&sha256, &json!(EMPTY)).to_string().into_bytes();
    let all = [&bundle[..], &line, &link].concat();
    let seeds = [
        ("envelopes/oss-rebuild", dsse::to_line(&rebuild, &ed25519(8))),
        ("statement/flake", signed[0].clone()),
        ("statement/oss-rebuild", rebuild),
        ("policy/policy", policy().into_bytes()),
        ("keys/one", ed25519(1).public().to_pem().into_bytes()),
        ("keys/two", p256(2).public().to_pem().into_bytes()),
        ("keys/link", ed25519(7).public().to_pem().into_bytes()),
        ("verify/all", all),
        ("verify/twice", [&bundle[..], &bundle].concat()),
        ("mutation/edits", (0..24).collect()),
        ("envelopes/bundle", bundle),
        ("envelopes/line", line),
        ("envelopes/link", link),
    ];
    seeds
        .into_iter()
        .map(|(path, bytes)| (path.to_owned(), bytes))
        .collect()
}

/// The path of every seed below `tests/seeds`, with its bytes.
fn seeds() -> Vec<(String, Vec<u8>)> {
    let samples = samples();
    let sample = |name: &str| {
        let found = samples.iter().find(|sample| sample.0 == name);
        found.unwrap().1.clone()
    };
    let path = |target: &str, name: &str| format!("{target}/{}", name.replace(' ', "-"));
    let mut seeds = Vec::new();
    for (target, names) in TARGETS {
        seeds.extend(names.iter().map(|name| (path(target, name), sample(name))));
    }
    for name in EXECUTABLES {
        seeds.push((path("inspect", name), sample(name)));
    }
    seeds.push((path("inspect", "program"), program::sample()));
    for (index, (id, one, other)) in causes::cases().into_iter().enumerate() {
        seeds.push((path("explain", &format!("{index:02} {id}")), pair(&one, &other)));
        if id == "signature" {
            let name = format!("{index:02} {id}");
            seeds.push((path("unsigned", &name), pair(&one, &other)));
        }
    }
    seeds.extend(seeds_of_trust());
    let stamp = "\0samebits-build-info-v1\0{\"name\":\"x\"}\0";
    seeds.push((path("stamp", "stamp"), stamp.into()));
    seeds.sort();
    seeds
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/seeds")
}

#[test]
fn the_seeds_of_the_fuzzers_are_the_samples_of_these_tests() {
    let names: Vec<_> = walkdir::WalkDir::new(folder())
        .sort_by_file_name()
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            entry
                .path()
                .strip_prefix(folder())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let seeds = seeds();
    let expected: Vec<_> = seeds.iter().map(|seed| seed.0.clone()).collect();
    let remedy = "write them anew: cargo test --test tests -- --ignored seeds";
    assert_eq!(names, expected, "{remedy}");
    for (name, bytes) in seeds {
        assert!(
            fs::read(folder().join(&name)).unwrap() == bytes,
            "{name} is another; {remedy}"
        );
    }
}

#[test]
#[ignore = "writes the seeds, after the samples have changed"]
fn the_seeds_are_written_anew() {
    if folder().exists() {
        fs::remove_dir_all(folder()).unwrap();
    }
    for (name, bytes) in seeds() {
        let path = folder().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
