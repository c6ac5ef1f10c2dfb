//! Writes the stamp of an executable: what a build links in, so that anyone can read what it was built from.
//!
//! [`Build::read`] takes what cargo said of a build, and [`stamp`] makes both parts of the stamp of it. Everything that gets
//! into an executable is an argument; nothing is taken from the environment.

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

mod auditable;
mod build;
mod error;

use std::path::Path;

use build::Unit;
use build_info::BuildInfo;

pub use build::Build;
pub use error::Error;

/// The level at which cargo-auditable compresses the list.
const LEVEL: u8 = 7;

/// What is linked into an executable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// What it was built from, with the marks and padding of [`build_info`].
    pub build_info: Vec<u8>,
    /// The list of crates in the format of cargo-auditable, compressed.
    pub dependencies: Vec<u8>,
}

/// Cargo's profile of builds that are no release.
const DEVELOPMENT: &str = "dev";

/// Makes the stamp of `binary`. `fields` is the JSON text of a [`BuildInfo`]; its features are filled in from `build`.
/// `debug_features` are features of the package that no release has.
///
/// # Errors
///
/// [`Error`] if a field is missing, unknown or wrong, if the build is of another package or version, or if a release carries
/// debug assertions or a debug feature.
pub fn stamp(fields: &str, binary: &str, debug_features: &[String], build: &Build) -> Result<Stamp, Error> {
    let (info, unit) = release(fields, binary, debug_features, build)?;
    let json = serde_json::to_vec(&build.auditable(unit)?).map_err(Error::List)?;
    Ok(Stamp {
        build_info: info.to_stamp().map_err(Error::Fields)?.to_vec(),
        dependencies: miniz_oxide::deflate::compress_to_vec_zlib(&json, LEVEL),
    })
}

/// Refuses what [`stamp`] refuses, for an executable that gets none.
///
/// # Errors
///
/// [`Error`] like [`stamp`], but any length will do.
pub fn check(fields: &str, binary: &str, debug_features: &[String], build: &Build) -> Result<(), Error> {
    release(fields, binary, debug_features, build).map(|_| ())
}

/// What the stamp of `binary` states, and what was built.
fn release<'a>(
    fields: &str,
    binary: &str,
    debug_features: &[String],
    build: &'a Build,
) -> Result<(BuildInfo, &'a Unit), Error> {
    let mut info = BuildInfo::parse(fields.as_bytes()).map_err(Error::Fields)?;
    let unit = build.executable(binary)?;
    if info.name != unit.name || !is_version_of(&info.version, &unit.version) {
        return Err(Error::OtherPackage {
            stated: format!("{} {}", info.name, info.version),
            built: format!("{} {}", unit.name, unit.version),
        });
    }
    if info.profile.as_deref() != Some(DEVELOPMENT) {
        let mut linked = build.linked_into(unit).into_iter();
        if let Some(id) = linked.find(|id| build.asserting.contains(id)) {
            return Err(Error::DebugAssertions(build.package(id)?.name.clone()));
        }
        if let Some(feature) = unit.features.iter().find(|feature| debug_features.contains(feature)) {
            return Err(Error::DebugFeature(binary.to_owned(), feature.clone()));
        }
    }
    info.features = unit.features.clone();
    Ok((info, unit))
}

/// Whether a stamp's version is Cargo's, or Cargo's and what git adds to it.
fn is_version_of(stated: &str, cargos: &str) -> bool {
    stated
        .strip_prefix(cargos)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Writes both parts to the files `build-info` and `dependencies` of a folder.
///
/// # Errors
///
/// [`Error::Write`] if a file cannot be written.
pub fn write(stamp: &Stamp, folder: &Path) -> Result<(), Error> {
    for (name, content) in [("build-info", &stamp.build_info), ("dependencies", &stamp.dependencies)] {
        let path = folder.join(name);
        std::fs::write(&path, content).map_err(|cause| Error::Write { path, cause })?;
    }
    Ok(())
}
