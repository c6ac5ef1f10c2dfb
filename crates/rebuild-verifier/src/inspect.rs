//! What an executable says about itself: its stamp, compiler, linkage, dependencies, signature, and what of the machine
//! that built it is left in it.
//!
//! The file is read and never run. What is not recorded in it is said to be so, and never guessed. Nothing is verified: a
//! file can say anything about itself.

mod attributes;
mod dependencies;
mod elf;
mod macho;
mod paths;
mod pe;
mod text;
mod wasm;

use std::path::Path;

use build_info::{BuildInfo, FindError, find_in};
use serde::Serialize;

use crate::content::Content;
use crate::digest::Sha256;
use crate::error::{Error, Result};
use crate::formats::{Context, Failure, Format};
use crate::input::{self, Limits};

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

/// A code signature, unverified.
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
}

impl Inspection {
    /// Reads an executable, all of it into memory.
    ///
    /// # Errors
    /// When the file cannot be read, is larger than the limit, is no executable or not a well-formed one, or when its
    /// stamp or its list of dependencies is damaged.
    pub fn read(path: &Path, limits: Limits) -> Result<Self> {
        let bytes = input::read(path, "executable", limits.executable_bytes)?;
        Self::of(bytes, limits).map_err(|failure| match failure {
            Failure::Unreadable(error) => error,
            Failure::Malformed(why) => Error::Invalid {
                path: path.into(),
                format: "executable",
                why,
                remedy: "give an ELF, PE, Mach-O or WebAssembly file as its linker wrote it; unpack archives first",
            },
        })
    }

    /// Looks at the bytes of an executable.
    ///
    /// # Errors
    /// As [`Inspection::read`].
    pub fn of(bytes: Vec<u8>, limits: Limits) -> Result<Self, Failure> {
        let malformed = |why: &dyn std::fmt::Display| Failure::Malformed(why.to_string());
        let stamp = match find_in(&bytes) {
            Ok(stamp) => Some(stamp),
            Err(FindError::Missing) => None,
            Err(error) => return Err(malformed(&error)),
        };
        let (sha256, size_bytes) = (Sha256::of(&bytes), bytes.len() as u64);
        let rustc_commits = paths::rustc_commits(&bytes);
        let leaked_paths = paths::leaks(&bytes);
        let content = Content::memory(bytes);
        let context = &mut Context::new(limits);
        let format = Format::of(&content)?;
        let images = match format {
            Format::Elf => vec![elf::inspect(&content, context)?],
            Format::Pe => vec![pe::inspect(&content, context)?],
            Format::MachO => macho::inspect(&content, context)?,
            Format::Wasm => vec![wasm::inspect(&content, context)?],
            other => {
                let what = match other {
                    Format::Bytes => "of no format that is known here".to_owned(),
                    other => format!("{other}"),
                };
                return Err(malformed(&format_args!("it is {what}")));
            }
        };
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            format,
            size_bytes,
            sha256,
            stamp,
            rustc_commits,
            leaked_paths,
            images,
        })
    }

    /// All of it as JSON: the same bytes for the same file, with a line feed at the end.
    pub fn to_json(&self) -> Vec<u8> {
        input::to_json(self)
    }
}
