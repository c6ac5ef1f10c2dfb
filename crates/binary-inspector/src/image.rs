//! The image of one architecture in an executable, in the same terms for every format.

use binary_formats::macho::signature::Pages;
use build_info::BuildInfo;
use serde::Serialize;

use crate::dependencies::Dependency;

/// The image of one architecture. `None` and empty lists mean: not recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Image {
    /// The architecture, by Rust's name if there is one.
    pub architecture: String,
    /// The build stamp, if there is one that can be read.
    pub stamp: Option<BuildInfo>,
    /// The program that packed it, so that neither stamp nor dependencies can be read.
    pub packer: Option<Packer>,
    /// The kind of image.
    pub kind: ImageKind,
    /// The target operating system.
    pub system: Option<String>,
    /// The minimum version of that system.
    pub least_system_version: Option<String>,
    /// The compilers and linkers that left their name.
    pub compilers: Vec<String>,
    /// The linkage.
    pub linkage: Linkage,
    /// The dynamic loader.
    pub interpreter: Option<String>,
    /// The libraries that it loads; for WebAssembly, the modules that it imports from.
    pub libraries: Vec<String>,
    /// The library search paths in the file (RPATH, RUNPATH).
    pub search_paths: Vec<String>,
    /// The hardening features that are enabled, by their names in the format, sorted.
    pub hardening: Vec<String>,
    /// The linker's unique id: GNU build id or `LC_UUID`.
    pub build_id: Option<String>,
    /// The link time field of a PE file: seconds since 1970, or an arbitrary number in reproducible builds.
    pub link_time_secs: Option<u64>,
    /// The minimum version of glibc.
    pub least_glibc: Option<String>,
    /// The minimum processor.
    pub cpu_level: Option<String>,
    /// What compilers added to test or to measure the program, such as `coverage` and `address-sanitizer`, sorted.
    pub instrumentation: Vec<String>,
    /// The crates linked into it, if they are listed in it as cargo-auditable does.
    pub dependencies: Option<Vec<Dependency>>,
    /// Its code signature, if it has one.
    pub signature: Option<Signature>,
}

/// The kind of an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImageKind {
    /// A program.
    Executable,
    /// A library that is loaded at run time.
    SharedLibrary,
    /// An object file: input of a linker.
    Object,
    /// Anything else.
    #[default]
    Other,
}

/// A program that packs executables, which unpack themselves when they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Packer {
    /// UPX.
    #[serde(rename = "UPX")]
    Upx,
}

/// The linkage of an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Linkage {
    /// It loads no libraries.
    #[default]
    Static,
    /// It loads libraries.
    Dynamic,
}

/// A code signature. Whether its certificate is trustworthy is not checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// Whether it was made with a certificate. An ad-hoc signature proves no origin.
    pub has_certificate: bool,
    /// The signing identifier.
    pub identifier: Option<String>,
    /// The team identifier.
    pub team: Option<String>,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// Whether the signature matches the file's pages.
    pub pages: Pages,
}

/// The names of the enabled features.
pub(crate) fn names(all: &[(&str, bool)]) -> Vec<String> {
    let there = all.iter().filter(|(_, is_there)| *is_there);
    there.map(|(name, _)| (*name).to_owned()).collect()
}
