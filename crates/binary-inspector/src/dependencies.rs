//! The list of crates that cargo-auditable and samebits add to an executable: zlib-compressed JSON.

use binary_formats::content::Content;
use binary_formats::{Context, DEPENDENCIES_SECTION, MapFailure, Packing, malformed, unpack};
use serde::{Deserialize, Serialize};

use crate::contents::Section;

/// Upper limit on lists in one image. Linkers put those of several objects into one section.
const MOST_LISTS: usize = 16;

/// A crate that was linked into an executable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its source in cargo-auditable's terms: `crates.io`, `registry`, `git`, `local` or another.
    pub source: String,
    /// Whether only build scripts and proc macros use it.
    pub is_build_only: bool,
    /// Whether it is the program itself.
    pub is_root: bool,
    /// What it depends on itself: places in the list, from 0, sorted.
    pub dependencies: Vec<usize>,
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
    #[serde(default)]
    dependencies: Vec<usize>,
}

/// Reads the one list in the sections of an image. Copies of it count as one.
pub(super) fn of(
    content: &Content,
    sections: &[Section],
    context: &mut Context,
) -> Result<Option<Vec<Dependency>>, MapFailure> {
    let mut found: Option<Vec<Dependency>> = None;
    let mut count = 0;
    for section in sections.iter().filter(|section| section.name == DEPENDENCIES_SECTION) {
        let inside = content.slice(section.range.clone());
        let mut next = Some(0);
        while let Some(at) = next {
            count += 1;
            if count > MOST_LISTS {
                return Err(malformed(format!(
                    "it has more than {MOST_LISTS} lists of dependencies"
                )));
            }
            let (list, end) = read(&inside, at, context)?;
            if found.as_ref().is_some_and(|other| *other != list) {
                return Err(malformed("it has two lists of dependencies that differ: link only one"));
            }
            found = Some(list);
            next = after_zeros(&inside, end)?;
        }
    }
    Ok(found)
}

/// The place of the next byte that is not zero, with which linkers fill sections up.
fn after_zeros(section: &Content, mut at: u64) -> Result<Option<u64>, MapFailure> {
    while at < section.length() {
        let bytes = section.bytes(at, crate::CHUNK_BYTES)?;
        if let Some(place) = bytes.iter().position(|byte| *byte != 0) {
            return Ok(Some(at + place as u64));
        }
        at += bytes.len() as u64;
    }
    Ok(None)
}

/// Reads the list at a place, sorted by name and version. Returns it and its end.
fn read(section: &Content, at: u64, context: &mut Context) -> Result<(Vec<Dependency>, u64), MapFailure> {
    let unpacked = unpack(Packing::Zlib, section, at, context)?;
    let text = unpacked.content;
    if text.length() > context.limits.document_bytes {
        return Err(malformed("its list of dependencies is too long"));
    }
    let json = text.bytes(0, text.length() as usize)?;
    let list: List = untrusted_input::json::from_slice(&json)
        .map_err(|why| malformed(format!("its list of dependencies is damaged: {why}")))?;
    Ok((sorted(list.packages)?, at + unpacked.packed_bytes))
}

fn sorted(packages: Vec<Package>) -> Result<Vec<Dependency>, MapFailure> {
    let mut listed: Vec<_> = packages
        .into_iter()
        .enumerate()
        .map(|(place, package)| {
            let dependency = Dependency {
                name: package.name,
                version: package.version,
                source: package.source,
                is_build_only: package.kind.as_deref() == Some("build"),
                is_root: package.root,
                dependencies: package.dependencies,
            };
            (dependency, place)
        })
        .collect();
    listed.sort();
    let mut places = vec![0; listed.len()];
    for (new, (_, old)) in listed.iter().enumerate() {
        places[*old] = new;
    }
    listed
        .into_iter()
        .map(|(mut dependency, _)| {
            for place in &mut dependency.dependencies {
                *place = *places.get(*place).ok_or_else(|| {
                    malformed(format!(
                        "its list of dependencies is damaged: it names number {place}, and has {}",
                        places.len()
                    ))
                })?;
            }
            dependency.dependencies.sort_unstable();
            Ok(dependency)
        })
        .collect()
}
