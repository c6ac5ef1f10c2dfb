//! What an executable says about itself: its stamp, compiler, linkage, dependencies, signature, and what of the machine
//! that built it is left in it.
//!
//! The file is read and never run, in memory that does not grow with its size. What is not recorded in it is said to be so,
//! and never guessed. Nothing is verified but that the pages of a Mach-O image are those that its signature is over: a file
//! can say anything about itself.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod attributes;
mod dependencies;
mod elf;
mod macho;
mod paths;
mod pe;
mod scan;
mod systems;
mod text;
mod wasm;

use binary_formats::content::Content;
use binary_formats::{Context, Failure, Limits, detect, malformed};
use build_info::BuildInfo;
use scan::Scan;
use serde::Serialize;
use untrusted_input::digest::Sha256;
use untrusted_input::format::Format;
use untrusted_input::json;

pub use binary_formats::macho::signature::Pages;
pub use dependencies::Dependency;
pub use paths::Leaks;

/// The version of the JSON that this crate writes about an executable.
pub const SCHEMA_VERSION: u32 = 1;

/// What is known about an executable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inspection {
    schema_version: u32,
    /// Its format.
    pub format: Format,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// Its digest.
    pub sha256: Sha256,
    /// What its build wrote into it, if it did.
    pub stamp: Option<BuildInfo>,
    /// The commits of rustc whose standard library is in it, by the paths of its sources.
    pub rustc_commits: Vec<String>,
    /// Paths of the machine that built it.
    pub leaked_paths: Leaks,
    /// One, or one for each architecture of a universal file.
    pub images: Vec<Image>,
}

/// One architecture's part of an executable. `None` and empty lists mean that it is not recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Image {
    /// The architecture, by the name that Rust has for it where it has one.
    pub architecture: String,
    /// What it is.
    pub kind: Kind,
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
pub enum Kind {
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

impl Inspection {
    /// Looks at the content of an executable.
    ///
    /// # Errors
    /// When the content cannot be read or has changed, is no executable or not a well-formed one, or when its stamp or its list
    /// of dependencies is damaged.
    pub fn of(content: &Content, limits: Limits) -> Result<Self, Failure> {
        let context = &mut Context::new(limits, content.length());
        let format = detect(content)?;
        let images = match format {
            Format::Elf => vec![elf::inspect(content, context)?],
            Format::Pe => vec![pe::inspect(content, context)?],
            Format::MachO => macho::inspect(content, context)?,
            Format::Wasm => vec![wasm::inspect(content, context)?],
            Format::Bytes => return Err(malformed("it is of no format that is known here")),
            other => return Err(malformed(format!("it is {other}"))),
        };
        let Scan {
            sha256,
            stamp,
            rustc_commits,
            leaked_paths,
        } = Scan::of(content)?;
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            format,
            size_bytes: content.length(),
            sha256,
            stamp,
            rustc_commits,
            leaked_paths,
            images,
        })
    }

    /// All of it as JSON: the same bytes for the same file, with a line feed at the end.
    pub fn to_json(&self) -> Vec<u8> {
        json::write(self)
    }
}

/// The names of what is there.
fn names(all: &[(&str, bool)]) -> Vec<String> {
    let there = all.iter().filter(|(_, is_there)| *is_there);
    there.map(|(name, _)| (*name).to_owned()).collect()
}
