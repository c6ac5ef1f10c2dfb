//! The names of file formats. Nothing here parses one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A format, by its name in `comparison.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Executable and Linkable Format: Linux, the BSDs.
    Elf,
    /// Portable Executable: Windows.
    Pe,
    /// Mach-O, one architecture or several: Apple's systems.
    MachO,
    /// A WebAssembly module.
    Wasm,
    /// An `ar` archive: static libraries, `.rlib`, `.deb`.
    Ar,
    /// A tar archive: ustar, pax or GNU.
    Tar,
    /// A zip archive.
    Zip,
    /// A gzip file.
    Gzip,
    /// A tar archive or a folder that holds an OCI image layout.
    Oci,
    /// JSON.
    Json,
    /// Anything else, and any file that breaks its format.
    Bytes,
}

impl Format {
    /// The name for people to read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Elf => "ELF",
            Self::Pe => "PE",
            Self::MachO => "Mach-O",
            Self::Wasm => "WebAssembly",
            Self::Ar => "ar",
            Self::Tar => "tar",
            Self::Zip => "zip",
            Self::Gzip => "gzip",
            Self::Oci => "OCI image",
            Self::Json => "JSON",
            Self::Bytes => "bytes",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
