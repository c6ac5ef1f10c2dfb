//! Runs Nix: finds sources, evaluates attributes, builds them. Nothing here believes what a build says of itself.
//!
//! The commands are those of Nix 2.8 and later. Every run can be cancelled; the child is then ended and waited for.

mod derivation;
pub mod flake;
pub mod graph;
pub mod log;
mod run;
pub mod source;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use untrusted_input::json;

use crate::error::{Error, Result};
use crate::nix::flake::{FlakeRef, Locked};
use crate::nix::run::Finished;

pub use run::{Nix, Watch};

/// Nix says so, and newer versions exit with this code, when a derivation that was built again gave something else.
const CHECK_FAILED: (&str, i32) = ("may not be deterministic", 104);

/// A flake's source as Nix has fetched it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedSource {
    /// Exactly this tree, as it is in the store: whoever asks for it anew gets the same or an error.
    pub flake: FlakeRef,
    /// The hash of its Nix archive.
    pub nar_hash: String,
    /// Its commit, where it was fetched from a repository, by that commit.
    pub revision: Option<String>,
    /// Where it is in the store.
    pub path: PathBuf,
}

/// A derivation, and the one output of it that counts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivedPath {
    /// How it is built: a `.drv` in the store.
    pub derivation: PathBuf,
    /// Where the result is in the store.
    pub output: PathBuf,
}

/// What evaluation says of an attribute, its rebuild and its definition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivedPaths {
    /// The attribute itself.
    pub original: DerivedPath,
    /// The same, built under other conditions.
    pub rebuilt: DerivedPath,
    /// Its definition.
    pub definition: DerivedPath,
}

/// What an attribute must have to be built twice.
const DERIVED_PATHS: &str = "build: builtins.mapAttrs (_: one: { derivation = one.drvPath; output = one.outPath; }) \
                        { original = build; rebuilt = build.rebuild; inherit (build) definition; }";

/// What a build says that it has built: newer versions of Nix say more of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    drv_path: PathBuf,
    outputs: BTreeMap<String, PathBuf>,
}

/// What the store knows of a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
struct PathInfo {
    /// False where Nix 2.8 has nothing; absent where it has something.
    #[serde(default = "yes")]
    valid: bool,
    /// Whether this store built it.
    #[serde(default)]
    ultimate: bool,
}

fn yes() -> bool {
    true
}

/// Whether a path is in the store, and how it came there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreOrigin {
    /// It is not there.
    Absent,
    /// This store built it.
    Built,
    /// It was copied from elsewhere.
    Copied,
}

impl Nix<'_> {
    /// Fetches a flake, and pins it to what was fetched.
    ///
    /// # Errors
    /// When there is no such flake or no such revision of it.
    pub fn fetch(&mut self, flake: &FlakeRef) -> Result<FetchedSource> {
        #[derive(Deserialize)]
        struct Metadata {
            locked: Locked,
            path: PathBuf,
        }
        let arguments = ["flake", "metadata", "--json", "--no-update-lock-file", flake.as_str()];
        let Metadata { locked, path } = self.ask("fetch the source", &arguments)?;
        Ok(FetchedSource {
            flake: locked.reference(&path),
            revision: locked.commit().map(str::to_owned),
            nar_hash: locked.nar_hash,
            path,
        })
    }

    /// Says how an attribute of a flake will be built and where it will be in the store, without building it.
    ///
    /// # Errors
    /// When there is no such attribute, or it lacks `rebuild` or `definition`.
    pub fn derived_paths(&mut self, flake: &FlakeRef, attribute: &str) -> Result<DerivedPaths> {
        let installable = flake.attribute(attribute);
        let what = format!("evaluate {attribute}");
        let arguments = [
            "eval",
            "--json",
            "--no-update-lock-file",
            &installable,
            "--apply",
            DERIVED_PATHS,
        ];
        self.ask(&what, &arguments)
    }

    /// Says how a path came into the store.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub fn origin(&mut self, path: &Path) -> Result<StoreOrigin> {
        if path.symlink_metadata().is_err() {
            return Ok(StoreOrigin::Absent);
        }
        let what = format!("look up {}", path.display());
        let arguments = ["path-info".into(), "--json".into(), path.into()];
        // What it complains about where there is nothing is no error here.
        let finished = self.run_silently(&arguments)?;
        // Nix 2.8 answers, and fails, where a path is absent; newer versions answer null and succeed.
        let infos: Value = answer(&what, &finished)?;
        let info = match &infos {
            Value::Array(infos) => infos.first(),
            Value::Object(infos) => infos.values().next(),
            _ => None,
        };
        let info = info.ok_or_else(|| failed(&what, "the answer is empty", &finished.errors))?;
        let info: Option<PathInfo> = json::from_value(info).map_err(|error| failed(&what, &error, &finished.errors))?;
        Ok(match info.filter(|info| info.valid) {
            None => StoreOrigin::Absent,
            Some(PathInfo { ultimate: true, .. }) => StoreOrigin::Built,
            Some(_) => StoreOrigin::Copied,
        })
    }

    /// Builds whatever of `attributes` is not in the store yet, and keeps it there as long as `root` exists. Believes that
    /// something was built only if the build itself says so: each of them must come out as the path that it is given with.
    ///
    /// # Errors
    /// When one of them does not build, or is built otherwise than evaluation says.
    pub fn build(&mut self, flake: &FlakeRef, attributes: &[(&String, &DerivedPath)], root: &Path) -> Result<()> {
        let names: Vec<_> = attributes.iter().map(|(name, _)| (*name).clone()).collect();
        let options = ["--json".as_ref(), "--out-link".as_ref(), root.as_os_str()];
        let finished = self.run(&build_arguments(&options, flake, &names))?;
        if !finished.status.success() {
            return Err(Error::NotBuilt {
                what: names.join(", "),
                why: said("it failed", &finished.errors),
            });
        }
        attributes
            .iter()
            .try_for_each(|(name, expected)| confirm(name, expected, &finished))
    }

    /// Builds whatever of `attributes` is not in the store yet, all that can be built where some cannot; says whether all were.
    ///
    /// # Errors
    /// When Nix cannot be run.
    pub fn build_all(&mut self, flake: &FlakeRef, attributes: &[String]) -> Result<bool> {
        let options = ["--keep-going", "--no-link"].map(OsStr::new);
        let arguments = build_arguments(&options, flake, attributes);
        Ok(self.run(&arguments)?.status.success())
    }

    /// Builds an attribute that is in the store once more, and says whether it came out the same.
    ///
    /// # Errors
    /// When it does not build, or something else is built than `expected`.
    pub fn build_again(&mut self, flake: &FlakeRef, attribute: &str, expected: &DerivedPath) -> Result<bool> {
        let options = ["--rebuild", "--no-link", "--json"].map(OsStr::new);
        let arguments = build_arguments(&options, flake, &[attribute.into()]);
        let finished = self.run(&arguments)?;
        let (text, code) = CHECK_FAILED;
        let says_so = finished.errors.iter().any(|error| error.contains(text));
        match finished.status.code() {
            Some(0) => confirm(attribute, expected, &finished).map(|()| true),
            Some(exit) if exit == code || says_so => Ok(false),
            _ => Err(failed(
                &format!("build {attribute} again"),
                "it failed",
                &finished.errors,
            )),
        }
    }

    /// Runs a command that answers with JSON.
    fn ask<T: for<'de> Deserialize<'de>>(&mut self, what: &str, arguments: &[&str]) -> Result<T> {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        let finished = self.run(&arguments)?;
        if !finished.status.success() {
            return Err(failed(what, "it failed", &finished.errors));
        }
        answer(what, &finished)
    }
}

fn failed(what: &str, otherwise: &str, errors: &[String]) -> Error {
    Error::Nix {
        what: what.into(),
        why: said(otherwise, errors),
    }
}

/// What a run has answered, as JSON. How much that may be is decided where it is read.
fn answer<'a, T: Deserialize<'a>>(what: &str, finished: &'a Finished) -> Result<T> {
    json::from_slice_within(&finished.stdout, usize::MAX).map_err(|error| failed(what, &error, &finished.errors))
}

/// That a build's answer names what is expected, and nothing else of its derivation.
fn confirm(name: &str, expected: &DerivedPath, finished: &Finished) -> Result<()> {
    let what = format!("say what it built for {name}");
    let answers: Vec<Answer> = answer(&what, finished)?;
    let built: Vec<&PathBuf> = answers
        .iter()
        .filter(|answer| answer.drv_path == expected.derivation)
        .flat_map(|answer| answer.outputs.values())
        .collect();
    if !built.is_empty() && built.iter().all(|path| **path == expected.output) {
        return Ok(());
    }
    let built: Vec<_> = built.iter().map(|path| path.to_string_lossy()).collect();
    let why = format!(
        "evaluation names {} of {}, and the build has made {} of it",
        expected.output.display(),
        expected.derivation.display(),
        if built.is_empty() {
            "nothing".into()
        } else {
            built.join(", ")
        },
    );
    Err(failed(&what, &why, &[]))
}

/// The arguments of a `nix build` of attributes.
fn build_arguments(options: &[&OsStr], flake: &FlakeRef, attributes: &[String]) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["build".into()];
    arguments.extend(options.iter().map(OsString::from));
    arguments.push("--no-update-lock-file".into());
    let installables = attributes.iter().map(|attribute| flake.attribute(attribute));
    arguments.extend(installables.map(OsString::from));
    arguments
}

/// Nix's errors in one line.
fn said(otherwise: &str, errors: &[String]) -> String {
    match errors {
        [] => otherwise.into(),
        errors => errors.join("; "),
    }
}
