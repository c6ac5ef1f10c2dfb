//! Tests the stamp of a small workspace that the cargo which runs these tests builds without network.

#![allow(clippy::too_many_lines, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use auditable_serde::{DependencyKind, VersionInfo};
use build_info::{BuildInfo, VersionSource, find_in};
use build_stamp::{Build, Error, Stamp, check, stamp};
use serde_json::json;

/// The program `app` and its packages, by name and the lines of their manifests after [package].
const PACKAGES: [(&str, &str); 9] = [
    (
        "app",
        "[dependencies]
linked = { path = '../linked' }
derived = { path = '../derived' }
unused = { path = '../unused', optional = true }
[build-dependencies]
generator = { path = '../generator' }
[dev-dependencies]
tests-only = { path = '../tests-only' }
[target.'cfg(target_os = \"none\")'.dependencies]
elsewhere = { path = '../elsewhere' }
[features]
default = ['tls']
tls = []
",
    ),
    ("linked", "[dependencies]\nshared = { path = '../shared' }\n"),
    ("shared", ""),
    (
        "derived",
        "[lib]\nproc-macro = true\n[dependencies]\ngenerator = { path = '../generator' }\n",
    ),
    ("generator", "[dependencies]\nshared = { path = '../shared' }\n"),
    ("unused", ""),
    ("tests-only", ""),
    ("elsewhere", ""),
    ("other", ""),
];

/// The build of a workspace.
struct Built {
    messages: PathBuf,
    metadata: PathBuf,
}

impl Built {
    /// Builds `app`, in a folder of its own, with more arguments of cargo's.
    fn new(name: &str, arguments: &[&str]) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(
            folder.join("Cargo.toml"),
            "[workspace]\nresolver = '3'\nmembers = ['*']\nexclude = ['target']\n",
        )
        .unwrap();
        for (package, lines) in PACKAGES {
            let source = folder.join(package).join("src");
            fs::create_dir_all(&source).unwrap();
            let manifest = format!("[package]\nname = '{package}'\nversion = '1.2.3'\nedition = '2024'\n{lines}");
            fs::write(folder.join(package).join("Cargo.toml"), manifest).unwrap();
            let (file, text) = if package == "app" {
                ("main.rs", "fn main() {}\n")
            } else {
                ("lib.rs", "")
            };
            fs::write(source.join(file), text).unwrap();
        }
        fs::write(folder.join("app/build.rs"), "fn main() {}\n").unwrap();
        let built = Self {
            messages: folder.join("messages.json"),
            metadata: folder.join("metadata.json"),
        };
        let build = ["build", "--offline", "--package=app", "--message-format=json"];
        fs::write(&built.messages, cargo(&folder, &[&build, arguments].concat())).unwrap();
        let metadata = [
            "metadata",
            "--offline",
            "--format-version=1",
            "--filter-platform",
            &host(),
        ];
        fs::write(&built.metadata, cargo(&folder, &metadata)).unwrap();
        built
    }

    fn read(&self, target: Option<&str>) -> Build {
        Build::read(&self.messages, &self.metadata, target).unwrap()
    }
}

fn cargo(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"));
    done(cargo.output().unwrap())
}

fn done(output: Output) -> Vec<u8> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The triple of the machine that runs the tests.
fn host() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let text = String::from_utf8(done(Command::new(rustc).arg("-vV").output().unwrap())).unwrap();
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap()
        .to_owned()
}

fn fields() -> serde_json::Value {
    json!({
        "name": "app", "version": "1.2.3", "revision": "0123456789abcdef0123456789abcdef01234567", "dirty": false,
        "source_date_epoch": 1_700_000_000, "target": "some-triple", "toolchain": "rustc 1.85.0", "profile": "dev",
    })
}

/// The list in a stamp, as cargo-auditable's own library reads it.
fn list(stamp: &Stamp) -> VersionInfo {
    let text = miniz_oxide::inflate::decompress_to_vec_zlib(&stamp.dependencies).unwrap();
    std::str::from_utf8(&text).unwrap().parse().unwrap()
}

/// Each package of the list: name, whether only the build needs it, and the names of those that it needs.
fn listed(info: &VersionInfo) -> Vec<(&str, bool, Vec<&str>)> {
    let name = |place: &usize| info.packages[*place].name.as_str();
    let packages = info.packages.iter();
    packages
        .map(|package| {
            let needed = package.dependencies.iter().map(name).collect();
            (package.name.as_str(), package.kind == DependencyKind::Build, needed)
        })
        .collect()
}

#[test]
fn the_list_has_what_was_compiled_and_marks_what_only_the_build_needs() {
    let expected = [
        ("app", false, vec!["derived", "generator", "linked"]),
        ("derived", true, vec!["generator"]),
        ("generator", true, vec!["shared"]),
        ("linked", false, vec!["shared"]),
        ("shared", false, vec![]),
    ];
    let host = host();
    for (arguments, target) in [(vec![], None), (vec!["--target", &host], Some(host.as_str()))] {
        let built = Built::new(
            if target.is_some() {
                "for-a-target"
            } else {
                "for-the-host"
            },
            &arguments,
        );
        let info = list(&stamp(&fields().to_string(), "app", &[], &built.read(target)).unwrap());
        assert_eq!(listed(&info), expected, "{target:?}");
        let roots: Vec<_> = info.packages.iter().filter(|package| package.root).collect();
        assert_eq!(roots.len(), 1);
        assert_eq!(
            (roots[0].name.as_str(), roots[0].version.to_string().as_str()),
            ("app", "1.2.3")
        );
    }
}

#[test]
fn the_stamp_has_the_fields_and_the_features_that_were_enabled() {
    let stamped = |arguments: &[&str]| {
        let build = Built::new("features", arguments).read(None);
        find_in(&stamp(&fields().to_string(), "app", &[], &build).unwrap().build_info).unwrap()
    };
    let info = stamped(&["--features=app/unused"]);
    assert_eq!(info.features, ["default", "tls", "unused"]);
    assert!(stamped(&["--no-default-features"]).features.is_empty());
    let expected = BuildInfo {
        features: info.features.clone(),
        ..BuildInfo::parse(fields().to_string().as_bytes()).unwrap()
    };
    assert_eq!(info, expected);
    assert_eq!(info.version_from, VersionSource::Cargo);
}

#[test]
fn a_stamp_with_a_field_that_is_missing_unknown_or_wrong_is_refused() {
    let build = Built::new("fields", &[]).read(None);
    let refused = |fields: &serde_json::Value| stamp(&fields.to_string(), "app", &[], &build).unwrap_err().to_string();
    for name in [
        "name",
        "version",
        "revision",
        "dirty",
        "source_date_epoch",
        "target",
        "toolchain",
    ] {
        let mut lacking = fields();
        lacking.as_object_mut().unwrap().remove(name);
        let message = refused(&lacking);
        assert!(message.contains(&format!("missing field `{name}`")), "{message}");
    }
    for (name, wrong, expected) in [
        (
            "revision",
            json!("main"),
            "`revision` is neither 40 hex digits nor `unknown`",
        ),
        ("source_date_epoch", json!(-1), "invalid value"),
        ("dirty", json!("no"), "invalid type"),
        (
            "toolchain",
            json!("rustc \"nightly\""),
            "`toolchain` is not printable ASCII",
        ),
        ("user", json!("somebody"), "unknown field `user`"),
        (
            "name",
            json!("server"),
            "the stamp states server 1.2.3, and app 1.2.3 was built",
        ),
        (
            "version",
            json!("1.2.30"),
            "the stamp states app 1.2.30, and app 1.2.3 was built",
        ),
    ] {
        let mut changed = fields();
        changed[name] = wrong;
        let message = refused(&changed);
        assert!(message.contains(expected), "{message}");
    }
    let mut git = fields();
    git["version"] = json!("1.2.3-20231114221320-0123456789ab");
    assert!(stamp(&git.to_string(), "app", &[], &build).is_ok());
}

#[test]
fn a_release_with_debug_assertions_is_refused() {
    let mut release = fields();
    release["profile"] = json!("release");
    let debug = Built::new("debug", &[]).read(None);
    let error = stamp(&release.to_string(), "app", &[], &debug).unwrap_err();
    assert!(
        matches!(error, Error::DebugAssertions(ref name) if name == "app"),
        "{error}"
    );
    let optimised = Built::new("release", &["--release"]).read(None);
    assert!(stamp(&release.to_string(), "app", &[], &optimised).is_ok());
}

#[test]
fn a_release_in_which_one_crate_has_debug_assertions_is_refused() {
    let mut release = fields();
    release["profile"] = json!("release");
    let of_release = |name: &str, package: &str| {
        let setting = format!("--config=profile.release.package.{package}.debug-assertions=true");
        let host = host();
        let build = Built::new(name, &["--release", "--target", &host, &setting]).read(Some(&host));
        stamp(&release.to_string(), "app", &[], &build)
    };
    let error = of_release("linked-asserts", "linked").unwrap_err();
    assert!(
        matches!(error, Error::DebugAssertions(ref name) if name == "linked"),
        "{error}"
    );
    // What only the build runs is not in the release.
    assert!(of_release("derived-asserts", "derived").is_ok());
}

#[test]
fn what_is_needed_on_another_platform_alone_is_no_edge_of_the_list() {
    let host = host();
    let built = Built::new("edges", &["--target", &host]);
    // As cargo's metadata of two platforms: `linked` needs `generator` on the one on which build scripts run.
    let mut metadata: serde_json::Value = serde_json::from_slice(&fs::read(&built.metadata).unwrap()).unwrap();
    let nodes = metadata["resolve"]["nodes"].as_array_mut().unwrap();
    let position = |name: &str| {
        nodes
            .iter()
            .position(|node| node["id"].as_str().unwrap().contains(name))
    };
    let (linked, generator) = (position("/linked#").unwrap(), position("/generator#").unwrap());
    let mut edge = nodes[linked]["deps"][0].clone();
    edge["pkg"] = nodes[generator]["id"].clone();
    nodes[linked]["deps"].as_array_mut().unwrap().push(edge);
    fs::write(&built.metadata, metadata.to_string()).unwrap();
    let info = list(&stamp(&fields().to_string(), "app", &[], &built.read(Some(&host))).unwrap());
    let found = listed(&info).into_iter().find(|(name, ..)| *name == "linked");
    assert_eq!(found, Some(("linked", false, vec!["shared"])));
}

#[test]
fn a_check_refuses_what_a_stamp_refuses_but_any_length_will_do() {
    let built = Built::new("check", &[]);
    let build = built.read(None);
    let checked = |fields: &serde_json::Value, debug: &[String]| check(&fields.to_string(), "app", debug, &build);
    let mut long = fields();
    long["toolchain"] = json!("x".repeat(build_info::MAX_TEXT_BYTES));
    let error = stamp(&long.to_string(), "app", &[], &build).unwrap_err().to_string();
    assert!(error.contains("or build without a stamp"), "{error}");
    assert!(checked(&long, &[]).is_ok());
    long["profile"] = json!("release");
    assert!(matches!(checked(&long, &[]), Err(Error::DebugAssertions(_))));
    let program = Command::new(env!("CARGO_BIN_EXE_build-stamp"))
        .args(["--fields", &long.to_string(), "--binary=app", "--messages"])
        .arg(&built.messages)
        .arg("--metadata")
        .arg(&built.metadata)
        .output()
        .unwrap();
    assert_eq!(program.status.code(), Some(2));
}

#[test]
fn a_release_with_a_debug_feature_is_refused_also_if_another_feature_enables_it() {
    let mut release = fields();
    release["profile"] = json!("release");
    let of_release = |features: &[&str], arguments: &[&str]| {
        let build = Built::new("debug-feature", &[&["--release"], arguments].concat()).read(None);
        let features: Vec<String> = features.iter().map(|name| (*name).to_owned()).collect();
        stamp(&release.to_string(), "app", &features, &build)
    };
    // `default` enables `tls`.
    let error = of_release(&["unused", "tls"], &[]).unwrap_err();
    assert!(
        matches!(error, Error::DebugFeature(_, ref feature) if feature == "tls"),
        "{error}"
    );
    assert!(of_release(&["unused"], &[]).is_ok());
    assert!(of_release(&["tls"], &["--no-default-features"]).is_ok());
}

#[test]
fn an_executable_that_cargo_does_not_name_is_refused() {
    let build = Built::new("no-executable", &[]).read(None);
    let error = stamp(&fields().to_string(), "application", &[], &build).unwrap_err();
    assert!(matches!(error, Error::NoExecutable(..)), "{error}");
    assert!(error.to_string().ends_with("they name: app"), "{error}");
    // Messages of a build for another platform name none for this one.
    let elsewhere = Built::new("elsewhere", &[]).read(Some("wasm32-wasip1"));
    assert!(matches!(
        stamp(&fields().to_string(), "app", &[], &elsewhere),
        Err(Error::NoExecutable(..))
    ));
}

#[test]
fn files_that_are_not_cargos_are_refused_by_name() {
    let built = Built::new("not-cargos", &[]);
    let absent = built.messages.with_file_name("absent");
    for (messages, metadata, expected) in [
        (&absent, &built.metadata, "absent: "),
        (&built.messages, &absent, "absent: "),
        (&built.messages, &built.messages, "messages.json: "),
        (&built.metadata, &built.metadata, "metadata.json: "),
    ] {
        let message = match Build::read(messages, metadata, None) {
            Err(error) => error.to_string(),
            Ok(build) => stamp(&fields().to_string(), "app", &[], &build)
                .unwrap_err()
                .to_string(),
        };
        assert!(message.contains(expected), "{message}");
    }
    fs::write(&absent, "warning: something\n").unwrap();
    let error = Build::read(&absent, &built.metadata, None).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("'warning: something' is no message of cargo's"),
        "{error}"
    );
}

/// Runs the program with a secret in every variable of its environment; neither file may hold it.
#[test]
fn nothing_of_the_environment_gets_in_and_the_same_build_gives_the_same_bytes() {
    const SECRET: &str = "hunter2-7f3a";
    let built = Built::new("secrets", &[]);
    let written = |folder: &str, secret: &str| {
        let folder = built.messages.with_file_name(folder);
        fs::create_dir_all(&folder).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_build-stamp"));
        program.args(["--fields", &fields().to_string(), "--binary=app", "--messages"]);
        program
            .arg(&built.messages)
            .arg("--metadata")
            .arg(&built.metadata)
            .arg("--output")
            .arg(&folder);
        let names = std::env::vars_os().map(|(name, _)| name).filter(|name| name != "PATH");
        program.envs(names.map(|name| (name, secret.to_owned())));
        for name in [
            "SAMEBITS_REVISION",
            "SOURCE_DATE_EPOCH",
            "GIT_DIR",
            "CARGO_REGISTRY_TOKEN",
            "RUSTFLAGS",
        ] {
            program.env(name, secret);
        }
        done(program.output().unwrap());
        ["build-info", "dependencies"].map(|name| fs::read(folder.join(name)).unwrap())
    };
    let [info, dependencies] = written("first", SECRET);
    assert_eq!([info.clone(), dependencies.clone()], written("second", "other"));
    let list = miniz_oxide::inflate::decompress_to_vec_zlib(&dependencies).unwrap();
    for bytes in [info, dependencies, list] {
        assert!(!bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()));
    }
}

#[test]
fn a_failure_exits_with_2_and_writes_nothing() {
    let built = Built::new("failure", &[]);
    let output = built.messages.with_file_name("output");
    fs::create_dir_all(&output).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_build-stamp"));
    program.args(["--fields", "{}", "--binary=app", "--messages"]);
    program
        .arg(&built.messages)
        .arg("--metadata")
        .arg(&built.metadata)
        .arg("--output")
        .arg(&output);
    let done = program.output().unwrap();
    assert_eq!(done.status.code(), Some(2));
    let message = String::from_utf8(done.stderr).unwrap();
    assert!(
        message.starts_with("build-stamp: the stamp is not valid: missing field"),
        "{message}"
    );
    assert_eq!(fs::read_dir(&output).unwrap().count(), 0);
}
