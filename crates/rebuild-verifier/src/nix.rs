//! Runs Nix: fetches sources, evaluates attributes, builds them. Nothing here trusts what a build says about itself.
//!
//! The commands work with Nix 2.8 and later. Every run can be cancelled; the child is then stopped and waited for.

mod derivation;
pub mod flake;
pub(crate) mod graph;
pub mod log;
mod run;
mod settings;
pub mod source;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use untrusted_input::json;

use crate::error::{Error, Result};
use crate::nix::flake::{FlakeRef, Locked, PinnedFlake};
use crate::nix::run::Finished;

pub use run::{Nix, Watch};

/// Nix's message, and the exit code of newer versions, for a derivation that gave a different output when built again.
const CHECK_FAILED: (&str, i32) = ("may not be deterministic", 104);

/// Nix's message, in versions that take `path:…?dir=…` for a mistake.
const NO_FOLDER: &str = "unsupported parameter 'dir'";

/// A flake's source, fetched by Nix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedSource {
    /// The flake in exactly this tree in the store: Nix gives the same tree for it, or an error.
    pub flake: PinnedFlake,
    /// The hash of its Nix archive.
    pub nar_hash: String,
    /// Its commit, if Nix looked it up in a repository.
    pub revision: Option<String>,
    /// Its store path.
    pub path: PathBuf,
}

/// A derivation and its default output.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivedPath {
    /// The `.drv` file in the store.
    pub derivation: PathBuf,
    /// The store path of the output.
    pub output: PathBuf,
}

/// The evaluated paths of an attribute, its rebuild and its definition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DerivedPaths {
    /// The attribute itself.
    pub(crate) original: DerivedPath,
    /// Its rebuild under other conditions.
    pub(crate) rebuilt: DerivedPath,
    /// Its definition.
    pub(crate) definition: DerivedPath,
}

/// A Nix function from an attribute to [`DerivedPaths`].
const DERIVED_PATHS: &str = "build: builtins.mapAttrs (_: one: { derivation = one.drvPath; output = one.outPath; }) \
                        { original = build; rebuilt = build.rebuild; inherit (build) definition; }";

/// An element of the answer of `nix build --json`. Newer versions of Nix have more fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    drv_path: PathBuf,
    outputs: BTreeMap<String, PathBuf>,
}

/// What `nix path-info` says about a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
struct PathInfo {
    /// Nix 2.8 writes false for an absent path, and leaves the field out for one that exists.
    #[serde(default = "default_true")]
    valid: bool,
    /// Whether this store built it.
    #[serde(default)]
    ultimate: bool,
}

fn default_true() -> bool {
    true
}

/// Whether a path is in the store, and how it got there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreOrigin {
    /// It is not in the store.
    Absent,
    /// This store built it.
    Built,
    /// It was copied from elsewhere.
    Copied,
}

impl Nix<'_> {
    /// Fetches a flake, and pins it to the fetched tree.
    ///
    /// # Errors
    /// When there is no such flake or no such revision of it.
    pub fn fetch(&mut self, flake: &FlakeRef) -> Result<FetchedSource> {
        #[derive(Deserialize)]
        struct Metadata {
            locked: Locked,
            path: PathBuf,
        }
        let Metadata { locked, path } = self.ask("fetch the source", &metadata_arguments(flake.as_str()))?;
        Ok(FetchedSource {
            flake: self.pin(&locked, &path)?,
            revision: locked.commit().map(str::to_owned),
            nar_hash: locked.nar_hash,
            path,
        })
    }

    /// The flake in a fetched tree, as this version of Nix understands it.
    fn pin(&mut self, locked: &Locked, path: &Path) -> Result<PinnedFlake> {
        let pinned = locked.pinned(path);
        if locked.folder().is_none() {
            return Ok(pinned);
        }
        let arguments = metadata_arguments(&pinned.reference).map(OsString::from);
        let errors = self.run_silently(&arguments)?.errors;
        let knows_no_folder = errors.iter().any(|error| error.contains(NO_FOLDER));
        Ok(if knows_no_folder { locked.renamed(path) } else { pinned })
    }

    /// Evaluates an attribute of a flake to its derivations and output paths, without building it.
    ///
    /// # Errors
    /// When there is no such attribute, or it lacks `rebuild` or `definition`.
    pub(crate) fn derived_paths(&mut self, flake: &PinnedFlake, attribute: &str) -> Result<DerivedPaths> {
        let installable = flake.attribute(attribute);
        let what = format!("evaluate {attribute}");
        let mut arguments = vec!["eval", "--json", "--no-update-lock-file"];
        arguments.extend(flake.options.iter().map(String::as_str));
        arguments.extend([&installable, "--apply", DERIVED_PATHS]);
        self.ask(&what, &arguments)
    }

    /// Determines how a path got into the store.
    ///
    /// # Errors
    /// When the store cannot be queried.
    pub(crate) fn origin(&mut self, path: &Path) -> Result<StoreOrigin> {
        if path.symlink_metadata().is_err() {
            return Ok(StoreOrigin::Absent);
        }
        let what = format!("look up {}", path.display());
        let arguments = ["path-info".into(), "--json".into(), path.into()];
        // Silently: Nix's complaint about an absent path is no error here.
        let finished = self.run_silently(&arguments)?;
        // For an absent path Nix 2.8 answers but fails; newer versions answer null and succeed.
        let infos: Value = parse_answer(&what, &finished)?;
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

    /// Builds those of `attributes` that are not in the store yet, and keeps all of them there as long as `root`
    /// exists. The build's own answer must name the expected path of each attribute: evaluation alone is not trusted.
    ///
    /// # Errors
    /// When one of them does not build, or the build names another path than evaluation.
    pub(crate) fn build(
        &mut self,
        flake: &PinnedFlake,
        attributes: &[(&String, &DerivedPath)],
        root: &Path,
    ) -> Result<()> {
        let names: Vec<_> = attributes.iter().map(|(name, _)| (*name).clone()).collect();
        let options = ["--json".as_ref(), "--out-link".as_ref(), root.as_os_str()];
        let finished = self.run(&build_arguments(&options, flake, &names))?;
        if !finished.status.success() {
            return Err(Error::NotBuilt {
                what: names.join(", "),
                why: reason(&finished.errors, "it failed"),
            });
        }
        attributes
            .iter()
            .try_for_each(|(name, expected)| confirm(name, expected, &finished))
    }

    /// Builds those of `attributes` that are not in the store yet, and continues if some fail. Returns whether all were
    /// built.
    ///
    /// # Errors
    /// When Nix cannot be run, or its builds can change what other builds read.
    pub fn build_all(&mut self, flake: &PinnedFlake, attributes: &[String]) -> Result<bool> {
        self.check_builders()?;
        let options = ["--keep-going", "--no-link"].map(OsStr::new);
        let arguments = build_arguments(&options, flake, attributes);
        Ok(self.run(&arguments)?.status.success())
    }

    /// Builds an attribute that is in the store once more, and returns whether it came out the same.
    ///
    /// # Errors
    /// When it does not build, or the build names another path than `expected`.
    pub(crate) fn build_again(&mut self, flake: &PinnedFlake, attribute: &str, expected: &DerivedPath) -> Result<bool> {
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
        parse_answer(what, &finished)
    }
}

fn failed(what: &str, otherwise: &str, errors: &[String]) -> Error {
    Error::Nix {
        what: what.into(),
        why: reason(errors, otherwise),
    }
}

/// Parses a run's output as JSON. The size is already limited where the output is read.
fn parse_answer<'a, T: Deserialize<'a>>(what: &str, finished: &'a Finished) -> Result<T> {
    json::from_slice_within(&finished.stdout, usize::MAX).map_err(|error| failed(what, &error, &finished.errors))
}

/// Checks that a build's answer names the expected output, and no other output of the expected derivation.
fn confirm(name: &str, expected: &DerivedPath, finished: &Finished) -> Result<()> {
    let what = format!("say what it built for {name}");
    let answers: Vec<Answer> = parse_answer(&what, finished)?;
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

/// The arguments with which Nix fetches a flake and describes it.
fn metadata_arguments(reference: &str) -> [&str; 5] {
    ["flake", "metadata", "--json", "--no-update-lock-file", reference]
}

/// The arguments of `nix build` for several attributes.
fn build_arguments(options: &[&OsStr], flake: &PinnedFlake, attributes: &[String]) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["build".into()];
    arguments.extend(options.iter().map(OsString::from));
    arguments.push("--no-update-lock-file".into());
    arguments.extend(flake.options.iter().map(OsString::from));
    let installables = attributes.iter().map(|attribute| flake.attribute(attribute));
    arguments.extend(installables.map(OsString::from));
    arguments
}

/// Nix's errors in one line, or `otherwise` if there are none.
fn reason(errors: &[String], otherwise: &str) -> String {
    match errors {
        [] => otherwise.into(),
        errors => errors.join("; "),
    }
}
