//! The definition of a build, written by the Nix code. It is parsed strictly and checked for consistency.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bit_compare::path::EntryPath;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use untrusted_input::InputError as _;
use untrusted_input::{file, json};

use crate::digest_set::DigestSet;
use crate::error::{Error, Result};
use crate::name;
use crate::shared_inputs::{self, SharedInput};
use crate::uri::AbsoluteUri;

/// The longest definition that is read, in bytes.
pub const LONGEST_BYTES: u64 = 16 << 20;

/// The name of the dependency that is the source tree.
const SOURCE: &str = "source";

/// The files of the source that everybody needs to repeat the build. Each is in some folder of the source.
const LOCK_FILES: [&str; 2] = ["Cargo.lock", "flake.lock"];

/// The algorithm for the digest of a tree's Nix archive.
const NAR_SHA256: &str = "narSha256";

/// The algorithm for the digest of a file.
const SHA256: &str = "sha256";

/// Revisions that do not name a commit.
const WITHOUT_COMMIT: [&str; 2] = ["dirty", "unknown"];

/// A valid definition: the build, its inputs, and the conditions that the rebuild varied.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Definition {
    /// The flake attribute that was built.
    pub flake_attribute: String,
    /// The Nix double of the platform.
    pub platform: String,
    /// The Rust target triple.
    pub target: String,
    /// The source.
    pub source: SourceId,
    /// `SOURCE_DATE_EPOCH` of the build, in seconds since 1970.
    pub source_date_epoch: u64,
    /// The compiler and its version.
    pub toolchain: String,
    /// Every input of the build, with its digests.
    pub resolved_dependencies: Vec<Dependency>,
    /// The conditions that differed for the rebuild.
    pub variations: Vec<Variation>,
    /// In a definition file: the inputs that both builds may share. In a definition from a statement: the inputs that
    /// they did share, or `None` if nobody checked.
    pub shared_inputs: Option<Vec<SharedInput>>,
}

/// Identifies the source that was built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SourceId {
    /// The commit in 40 hex digits, or `dirty`, `<commit>-dirty` or `unknown`.
    pub revision: String,
    /// The source tree's Nix archive hash, `sha256-<base64>`.
    pub nar_hash: String,
}

/// One input of the build: an in-toto `ResourceDescriptor`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    /// The name, unique among the dependencies. For a file of the source, its path from the source's root.
    pub name: String,
    /// Where to find the dependency with this digest. The source may lack it, and its files do.
    #[serde(
        default,
        deserialize_with = "json::non_null",
        skip_serializing_if = "Option::is_none"
    )]
    pub uri: Option<AbsoluteUri>,
    /// The expected digests.
    pub digest: DigestSet,
    /// Additional facts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, Value>,
}

/// A file of the source that a definition names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile<'a> {
    /// Its path from the source's root.
    pub path: EntryPath,
    /// Its SHA-256 in hex.
    pub sha256: &'a str,
}

impl Dependency {
    /// The file of the source that this dependency is; `None` if it is the source itself, or has a URI.
    ///
    /// # Errors
    /// When its name is no path inside the source, or it has no SHA-256: then nobody could look it up.
    pub fn source_file(&self) -> Result<Option<SourceFile<'_>>, String> {
        let name = &self.name;
        let sha256 = self.digest.get(SHA256);
        if self.uri.is_some() || name == SOURCE && sha256.is_none() {
            return Ok(None);
        }
        let path = EntryPath::new(name.as_bytes())
            .map_err(|why| format!("{why}, and without a URI it names a file of the source"))?;
        let sha256 = sha256.ok_or_else(|| format!("{name} has neither a URI nor a sha256"))?;
        Ok(Some(SourceFile { path, sha256 }))
    }
}

/// One condition that differed between the builds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variation {
    /// The name, unique among the variations.
    pub name: String,
    /// Its value for the original.
    pub original: String,
    /// Its value for the rebuild.
    pub rebuilt: String,
}

impl Definition {
    /// Reads a definition from a file.
    ///
    /// # Errors
    /// When the file cannot be read or breaks a rule of the format.
    pub fn read(path: &Path) -> Result<Self> {
        const FORMAT: &str = "definition";
        let json = file::read(path, FORMAT, LONGEST_BYTES)?;
        Self::from_json(&json)
            .map_err(|why| Error::invalid(path, FORMAT, why, "see docs/attestation-format.md for its fields"))
    }

    /// Parses a definition.
    ///
    /// # Errors
    /// The rule of the format that the definition breaks.
    pub fn from_json(json: &[u8]) -> Result<Self, String> {
        let definition: Self = json::from_slice(json)?;
        name::check("flakeAttribute", &definition.flake_attribute)?;
        name::check("platform", &definition.platform)?;
        name::check("target", &definition.target)?;
        check_line("toolchain", &definition.toolchain)?;
        check_dependencies(&definition.resolved_dependencies, &definition.source)?;
        check_variations(&definition.variations)?;
        // serde accepts a missing or null `Option`. A definition file must have the field.
        let shared = definition.shared_inputs.as_ref();
        shared_inputs::check(shared.ok_or("missing field `sharedInputs`")?)?;
        Ok(definition)
    }
}

impl Definition {
    /// The commit that was built, if the revision names one.
    pub fn commit(&self) -> Option<&str> {
        let revision = self.source.revision.as_str();
        matches!(parse_commit(revision), Ok(Some(_))).then_some(revision)
    }

    /// Describes how `other` differs from this definition, field by field.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let fields = [
            ("flakeAttribute", &self.flake_attribute, &other.flake_attribute),
            ("platform", &self.platform, &other.platform),
            ("target", &self.target, &other.target),
            ("revision", &self.source.revision, &other.source.revision),
            ("narHash", &self.source.nar_hash, &other.source.nar_hash),
            ("toolchain", &self.toolchain, &other.toolchain),
        ];
        let mut differences: Vec<_> = fields
            .into_iter()
            .filter(|(_, ours, theirs)| ours != theirs)
            .map(|(field, ours, theirs)| format!("{field} is {theirs}, not {ours}"))
            .collect();
        if self.source_date_epoch != other.source_date_epoch {
            differences.push(format!(
                "sourceDateEpoch is {}, not {}",
                other.source_date_epoch, self.source_date_epoch
            ));
        }
        let dependencies = differing_names(&self.resolved_dependencies, &other.resolved_dependencies, |one| {
            &one.name
        });
        differences.extend(dependencies.map(|name| format!("dependency {name}")));
        let variations = differing_names(&self.variations, &other.variations, |one| &one.name);
        differences.extend(variations.map(|name| format!("variation {name}")));
        let (mut ours, mut theirs) = (self.clone(), other.clone());
        match (&self.shared_inputs, &other.shared_inputs) {
            (Some(ours), Some(theirs)) => {
                let shared = differing_names(ours, theirs, |one| &one.derivation);
                differences.extend(shared.map(|name| format!("shared input {name}")));
            }
            // If one side did not check its shared inputs, they cannot contradict the other's.
            _ => {
                ours.shared_inputs = None;
                theirs.shared_inputs = None;
            }
        }
        // Every field was compared above, so only the order of a list can still differ.
        if differences.is_empty() && ours != theirs {
            differences.push("the order of its lists".into());
        }
        differences
    }
}

/// The names of the items that are in only one of two lists, or differ between them.
fn differing_names<'a, T: PartialEq>(
    ours: &'a [T],
    theirs: &'a [T],
    name: impl Fn(&'a T) -> &'a String,
) -> impl Iterator<Item = &'a String> {
    let only = |these: &'a [T], those: &'a [T]| these.iter().filter(move |one| !those.contains(one));
    let names: BTreeSet<_> = only(ours, theirs).chain(only(theirs, ours)).map(name).collect();
    names.into_iter()
}

/// Checks the rules for the list of dependencies, and that its entry for the source agrees with `source`.
pub(crate) fn check_dependencies(dependencies: &[Dependency], source: &SourceId) -> Result<(), String> {
    check_unique(
        "resolvedDependencies",
        dependencies.iter().map(|dependency| &dependency.name),
    )?;
    check_source_files(dependencies)?;
    let source_digest = |algorithm| {
        let source = dependencies.iter().find(|dependency| dependency.name == SOURCE)?;
        source.digest.get(algorithm)
    };
    if source_digest(NAR_SHA256).is_none() {
        return Err(lacking(SOURCE, NAR_SHA256));
    }
    let expected = [
        (NAR_SHA256, Some(nar_sha256(&source.nar_hash)?)),
        ("gitCommit", parse_commit(&source.revision)?),
    ];
    for (algorithm, expected) in expected {
        let found = source_digest(algorithm);
        if found != expected.as_deref() {
            return Err(format!(
                "resolvedDependencies: {algorithm} of {SOURCE:?} is {}, but source says {}",
                found.unwrap_or("absent"),
                expected.as_deref().unwrap_or("there is none"),
            ));
        }
    }
    Ok(())
}

/// Checks that the files of the source can be looked up, and that each lock file is there once: with two of them, the
/// definition would not say which one the build read.
fn check_source_files(dependencies: &[Dependency]) -> Result<(), String> {
    let mut paths = Vec::new();
    for dependency in dependencies {
        let file = dependency
            .source_file()
            .map_err(|why| format!("resolvedDependencies: {why}"))?;
        paths.extend(file.map(|file| file.path));
    }
    for name in LOCK_FILES {
        let mut named = paths.iter().filter(|path| path.as_path().ends_with(name));
        match (named.next(), named.next()) {
            (Some(_), None) => {}
            (None, _) => return Err(lacking(name, SHA256)),
            (Some(one), Some(other)) => {
                return Err(format!(
                    "resolvedDependencies names two files {name}, {one} and {other}"
                ));
            }
        }
    }
    Ok(())
}

fn lacking(name: &str, algorithm: &str) -> String {
    format!("resolvedDependencies lacks {name:?} with a {algorithm}")
}

/// Checks the rules for the list of variations. It may not be empty, and each condition must differ: a rebuild under
/// the same conditions proves little.
pub(crate) fn check_variations(variations: &[Variation]) -> Result<(), String> {
    check_unique("variations", variations.iter().map(|variation| &variation.name))?;
    match variations
        .iter()
        .find(|variation| variation.original == variation.rebuilt)
    {
        Some(same) => Err(format!("variations: {:?} is the same for both builds", same.name)),
        None => Ok(()),
    }
}

/// Checks that `names` are lines of text, at least one, and none twice.
fn check_unique<'a>(list: &str, names: impl Iterator<Item = &'a String>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for name in names {
        check_line(list, name)?;
        if !seen.insert(name) {
            return Err(format!("{list} names {name:?} twice"));
        }
    }
    if seen.is_empty() {
        Err(format!("{list} is empty"))
    } else {
        Ok(())
    }
}

/// Checks that `text` can be shown to people as one line.
pub(crate) fn check_line(field: &str, text: &str) -> Result<(), String> {
    if text.trim() != text || text.is_empty() || text.contains(char::is_control) {
        return Err(format!("{field}: {text:?} is not a line of text"));
    }
    Ok(())
}

/// Converts the SHA-256 in a Nix hash to hex.
pub(crate) fn nar_sha256(nar_hash: &str) -> Result<String, String> {
    nar_hash
        .strip_prefix("sha256-")
        .and_then(|text| STANDARD.decode(text).ok())
        .filter(|bytes| bytes.len() == 32)
        .map(hex::encode)
        .ok_or_else(|| format!("source.narHash {nar_hash:?} is not \"sha256-\" and a SHA-256 in base64"))
}

/// Whether `text` is a full Git commit id.
pub fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Parses a revision. Returns `None` if it is valid but does not name a commit.
fn parse_commit(revision: &str) -> Result<Option<String>, String> {
    if is_commit(revision) {
        Ok(Some(revision.to_owned()))
    } else if WITHOUT_COMMIT.contains(&revision) || revision.strip_suffix("-dirty").is_some_and(is_commit) {
        Ok(None)
    } else {
        Err(format!(
            "source.revision {revision:?} is neither 40 hex digits nor \"dirty\", \"<commit>-dirty\", \"unknown\""
        ))
    }
}
