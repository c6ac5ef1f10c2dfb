//! What is known about one architecture's part of an executable, in the same terms for every format.

use binary_formats::macho::signature::Pages;
use serde::Serialize;

use crate::dependencies::Dependency;

/// One architecture's part of an executable. `None` and empty lists mean that it is not recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Image {
    /// The architecture, by the name that Rust has for it where it has one.
    pub architecture: String,
    /// What it is.
    pub kind: ImageKind,
    /// The system that it is for.
    pub system: Option<String>,
    /// The least version of that system.
    pub least_system_version: Option<String>,
    /// The compilers and linkers that say that they made it.
    pub compilers: Vec<String>,
    /// How it is linked.
    pub linkage: Linkage,
    /// The program that loads its libraries.
    pub interpreter: Option<String>,
    /// The libraries that it loads; of a WebAssembly module, those that it imports from.
    pub libraries: Vec<String>,
    /// Where it looks for them first.
    pub search_paths: Vec<String>,
    /// How it asks its loader to protect it, by the names of its format, sorted.
    pub hardening: Vec<String>,
    /// What tells it from every other result of its linker: GNU's build id, `LC_UUID`.
    pub build_id: Option<String>,
    /// What stands in a PE file as the time of its linking: seconds since 1970, or any other number that says nothing.
    pub link_time_secs: Option<u64>,
    /// The least version of glibc that has all it needs.
    pub least_glibc: Option<String>,
    /// The processor that it needs at least.
    pub cpu_level: Option<String>,
    /// The crates that it was made of, if it was built with cargo-auditable.
    pub dependencies: Option<Vec<Dependency>>,
    /// Its code signature, if it has one.
    pub signature: Option<Signature>,
}

/// What an image is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImageKind {
    /// A program.
    Executable,
    /// A library that is loaded.
    SharedLibrary,
    /// What is linked into another.
    Object,
    /// Anything else.
    #[default]
    Other,
}

/// How an image is linked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Linkage {
    /// It loads nothing.
    #[default]
    Static,
    /// It loads libraries.
    Dynamic,
}

/// A code signature. Nobody looks whether its certificate is to be trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// Whether it is made with a certificate; if not, it only says what was signed.
    pub has_certificate: bool,
    /// The name that was signed.
    pub identifier: Option<String>,
    /// The team that signed.
    pub team: Option<String>,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// Whether it is a signature of this very file.
    pub pages: Pages,
}

/// The names of what is there.
pub(crate) fn names(all: &[(&str, bool)]) -> Vec<String> {
    let there = all.iter().filter(|(_, is_there)| *is_there);
    there.map(|(name, _)| (*name).to_owned()).collect()
}
