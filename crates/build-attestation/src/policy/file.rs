//! Reads policies from TOML files, strictly. All fields but two are required. `docs/policy.md` describes the format.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use untrusted_input::InputError as _;
use untrusted_input::{file, json};

use super::quoting::{describe, may_be_a_key};
use super::{ANY, Allowed, Policy, TrustedKey, sorted};
use crate::claim::{build_types, check_product};
use crate::clock::Timestamp;
use crate::definition::{check_line, is_commit, nar_sha256};
use crate::error::{Error, Result};
use crate::keys::PublicKey;
use crate::shared_inputs::InputKind;
use crate::uri::AbsoluteUri;

/// The version of the format.
const VERSION: u32 = 1;
/// The longest policy that is read, in bytes.
const LONGEST_BYTES: u64 = 1 << 20;
const FORMAT: &str = "policy";

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct PolicyDocument {
    version: u32,
    threshold: usize,
    build_types: BTreeSet<String>,
    products: Allowed<String>,
    platforms: Allowed<String>,
    variations: BTreeSet<String>,
    shared_inputs: Allowed<InputKind>,
    source: SourceRules,
    builder: Vec<BuilderRules>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct SourceRules {
    revision: Allowed<String>,
    nar_hash: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BuilderRules {
    id: AbsoluteUri,
    keys: Vec<Key>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Key {
    file: Option<PathBuf>,
    pem: Option<String>,
    not_after: Option<String>,
}

impl Policy {
    /// Reads a policy from a TOML file. Paths of key files are relative to the policy's folder.
    ///
    /// # Errors
    /// When the policy or a key cannot be read, or the policy breaks a rule of the format.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = file::read(path, FORMAT, LONGEST_BYTES)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::from_toml(path, &bytes, |file| PublicKey::read(&folder.join(file)))
    }

    /// Parses a policy. `path` is for messages; `read_key` reads a key file.
    ///
    /// # Errors
    /// See [`Policy::read`].
    pub fn from_toml(path: &Path, toml: &[u8], read_key: impl Fn(&Path) -> Result<PublicKey>) -> Result<Self> {
        let invalid = |why: String| Error::invalid(path, FORMAT, why, "see docs/policy.md for its fields");
        let text = std::str::from_utf8(toml).map_err(|error| invalid(error.to_string()))?;
        let document: PolicyDocument = parse(text).map_err(|error| invalid(describe(&error, text)))?;
        document.check().map_err(invalid)?;
        let mut keys = Vec::new();
        for builder in &document.builder {
            for key in &builder.keys {
                let public = key.public(&read_key, invalid)?;
                keys.push(TrustedKey {
                    fingerprint: public.fingerprint(),
                    key: public,
                    builders: Allowed::one(builder.id.clone()),
                    not_after: key.end().map_err(|why| invalid(format!("not-after: {why}")))?,
                });
            }
        }
        let count = keys.len();
        let keys = sorted(keys);
        if keys.len() < count {
            return Err(invalid(
                "one key occurs twice, but a key belongs to one builder only".into(),
            ));
        }
        Ok(Self {
            threshold: document.threshold,
            keys,
            builders: Allowed::Any,
            build_types: document.build_types,
            revision: document.source.revision,
            nar_hash: document.source.nar_hash.map_or(Allowed::Any, Allowed::one),
            products: document.products,
            platforms: document.platforms,
            variations: document.variations,
            shared_inputs: document.shared_inputs,
        })
    }
}

/// Every file that a policy may name as a key. Outputs must not overwrite these files, even if the policy is invalid.
/// If it is not TOML, every quoted text counts as a file name.
pub fn possible_key_files(path: &Path) -> Vec<PathBuf> {
    fn collect_strings(value: &toml::Value, strings: &mut Vec<String>) {
        match value {
            toml::Value::String(text) => strings.push(text.clone()),
            toml::Value::Array(list) => list.iter().for_each(|one| collect_strings(one, strings)),
            toml::Value::Table(table) => table.values().for_each(|one| collect_strings(one, strings)),
            _ => {}
        }
    }
    let bytes = file::read(path, FORMAT, LONGEST_BYTES).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let mut strings = Vec::new();
    match toml::from_str(&text) {
        Ok(value) => collect_strings(&value, &mut strings),
        Err(_) => strings.extend(text.split(['"', '\'', '\n']).map(String::from)),
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    // A PEM key in the policy has line feeds and is not a path.
    strings.retain(|file| !file.is_empty() && !file.contains(['\n', '\0']));
    let files = strings.iter().map(|file| folder.join(file));
    files.filter(|file| !file.is_dir()).collect()
}

impl Key {
    /// Reads the key from its file or from the policy. `invalid` makes the error for a policy that breaks a rule.
    fn public(
        &self,
        read_key: impl Fn(&Path) -> Result<PublicKey>,
        invalid: impl Fn(String) -> Error,
    ) -> Result<PublicKey> {
        match (&self.file, &self.pem) {
            // A long path of letters looks like base64 too. It may be a key only if there is no such file.
            (Some(file), None) => read_key(file).map_err(|error| {
                if may_be_a_key(file) {
                    invalid("a file name looks like a key; a key in the policy itself is a pem".into())
                } else {
                    error
                }
            }),
            (None, Some(pem)) => PublicKey::from_pem(pem.trim_start()).map_err(|why| invalid(format!("pem: {why}"))),
            _ => Err(invalid("a key needs either file or pem".into())),
        }
    }

    /// When the key expires.
    fn end(&self) -> Result<Option<Timestamp>, String> {
        self.not_after.as_deref().map(Timestamp::parse).transpose()
    }
}

impl PolicyDocument {
    fn check(&self) -> Result<(), String> {
        if self.version != VERSION {
            return Err(format!("version is {}, not {VERSION}", self.version));
        }
        self.check_builders()?;
        self.check_build_types()?;
        if let Allowed::Only(revisions) = &self.source.revision {
            if !revisions.iter().all(|revision| is_commit(revision)) {
                return Err("source.revision has a value that is not a commit in 40 hex digits".into());
            }
        }
        self.check_products_and_platforms()?;
        if let Some(nar_hash) = &self.source.nar_hash {
            nar_sha256(nar_hash).map_err(|_| "source.nar-hash is not a SHA-256 as Nix writes it")?;
        }
        let is_line = |name: &String| check_line("", name).is_ok();
        if !self.variations.iter().all(is_line) {
            return Err("variations has a name that is not a line of text".into());
        }
        Ok(())
    }

    /// Checks that the policy has enough builders to reach its threshold.
    fn check_builders(&self) -> Result<(), String> {
        let ids: BTreeSet<_> = self.builder.iter().map(|builder| &builder.id).collect();
        if ids.len() < self.builder.len() {
            return Err("one builder occurs twice; list all its keys in one place".into());
        }
        if self.builder.iter().any(|builder| builder.keys.is_empty()) {
            return Err("a builder has no key, so it could never count".into());
        }
        if self.threshold == 0 || self.threshold > ids.len() {
            return Err(format!(
                "threshold is {}, not 1 to the {} builders",
                self.threshold,
                ids.len()
            ));
        }
        Ok(())
    }

    /// Checks that every build type is known, and that there is one.
    fn check_build_types(&self) -> Result<(), String> {
        if self.build_types.is_empty() {
            return Err("build-types is empty, so nothing could ever count".into());
        }
        let known = build_types();
        let is_known = |name: &String| known.contains(name.as_str());
        if !self.build_types.iter().all(is_known) {
            let known: Vec<_> = known.into_iter().collect();
            return Err(format!(
                "build-types has a value that is not one of {}",
                known.join(", ")
            ));
        }
        Ok(())
    }

    /// Checks that no list looks as if it allowed more than it does.
    fn check_products_and_platforms(&self) -> Result<(), String> {
        for (field, allowed) in [("products", &self.products), ("platforms", &self.platforms)] {
            if allowed != &Allowed::Any && allowed.allows(Some(&ANY.into())) {
                return Err(format!(
                    "{field} has {ANY:?} in a list; for anything, write the word alone"
                ));
            }
        }
        if let Allowed::Only(products) = &self.products {
            products.iter().try_for_each(|name| check_product(name))?;
        }
        Ok(())
    }
}

/// Parses TOML as strictly as JSON: a list does not pass for a table.
fn parse(text: &str) -> Result<PolicyDocument, toml::de::Error> {
    let deserializer = toml::Deserializer::parse(text)?;
    json::strictly(deserializer, json::VALUES)
}

#[cfg(test)]
mod tests;
