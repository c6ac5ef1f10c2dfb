//! The list of crates that cargo-auditable adds to an executable: zlib-compressed JSON.

use binary_formats::content::Content;
use binary_formats::{Context, MapFailure, Packing, malformed, unpack};
use serde::{Deserialize, Serialize};

/// A crate that was linked into an executable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its source in cargo-auditable's terms: `registry`, `git`, `local` or another.
    pub source: String,
    /// Whether only build scripts and proc macros use it.
    pub is_build_only: bool,
    /// Whether it is the program itself.
    pub is_root: bool,
}

/// The list as it is in the section. Other fields are ignored.
#[derive(Deserialize)]
struct List {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    source: String,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    root: bool,
}

/// Reads the list, sorted by name and version.
pub(super) fn read(section: &Content, context: &mut Context) -> Result<Vec<Dependency>, MapFailure> {
    let text = unpack(Packing::Zlib, section, 0, context)?.content;
    if text.length() > context.limits.document_bytes {
        return Err(malformed("its list of dependencies is too long"));
    }
    let json = text.bytes(0, text.length() as usize)?;
    let list: List = untrusted_input::json::from_slice(&json)
        .map_err(|why| malformed(format!("its list of dependencies is damaged: {why}")))?;
    let mut dependencies: Vec<_> = list
        .packages
        .into_iter()
        .map(|package| Dependency {
            name: package.name,
            version: package.version,
            source: package.source,
            is_build_only: package.kind.as_deref() == Some("build"),
            is_root: package.root,
        })
        .collect();
    dependencies.sort();
    Ok(dependencies)
}
