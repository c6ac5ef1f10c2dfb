//! The seeds that the fuzzers begin from are the samples that the tests here use.

use std::fs;
use std::path::PathBuf;

use crate::fixtures::{causes, samples};

/// Samples by the fuzz target that they are for; more than one may be of a format.
const TARGETS: [(&str, &[&str]); 9] = [
    ("ar", &["ar"]),
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

/// Two contents as one input.
fn pair(one: &[u8], other: &[u8]) -> Vec<u8> {
    [&(one.len() as u16).to_le_bytes(), one, other].concat()
}

/// Every seed: its path below `tests/seeds`, and its bytes.
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
    for (index, (id, one, other)) in causes::cases().into_iter().enumerate() {
        seeds.push((
            path("explain", &format!("{index:02} {id}")),
            pair(&one, &other),
        ));
        if id == "signature" {
            let name = format!("{index:02} {id}");
            seeds.push((path("unsigned", &name), pair(&one, &other)));
        }
    }
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
