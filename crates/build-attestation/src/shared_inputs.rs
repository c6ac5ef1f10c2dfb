//! What a build and its rebuild may share: derivations that both are made with, and that neither of them compiles.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What an input is, for which it may be shared. Nothing that is compiled for the build (a standard library, a C library,
/// dependencies) is of any of these kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputKind {
    /// A compiler, as it was unpacked.
    Compiler,
    /// A linker, as it was unpacked; it may be a C compiler as well.
    Linker,
    /// A script that stands before a compiler or linker and hands on its arguments.
    Wrapper,
    /// Other programs, as they were unpacked: a shell, an archiver.
    Tools,
    /// Sources of dependencies, as they were unpacked.
    Sources,
    /// What sets the conditions of both builds.
    Conditions,
}

impl From<InputKind> for String {
    /// The word for it in JSON and TOML.
    fn from(kind: InputKind) -> Self {
        let word = match kind {
            InputKind::Compiler => "compiler",
            InputKind::Linker => "linker",
            InputKind::Wrapper => "wrapper",
            InputKind::Tools => "tools",
            InputKind::Sources => "sources",
            InputKind::Conditions => "conditions",
        };
        word.into()
    }
}

/// One derivation that both builds are made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedInput {
    /// What it is.
    pub kind: InputKind,
    /// The name of its file in the Nix store: a hash over all that it is made from, its name, `.drv`.
    pub derivation: String,
}

/// The characters in the hash of a store path, by their values.
pub const HASH_DIGITS: &[u8; 32] = b"0123456789abcdfghijklmnpqrsvwxyz";
/// How many there are in one.
pub const HASH_LENGTH: usize = 32;

/// The rules for a list of shared inputs; it may be empty.
///
/// # Errors
/// The rule that it breaks.
pub(crate) fn check(inputs: &[SharedInput]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for SharedInput { derivation, .. } in inputs {
        if !is_derivation(derivation) {
            return Err(format!(
                "sharedInputs: {derivation:?} is not the name of a derivation in a Nix store"
            ));
        }
        if !seen.insert(derivation) {
            return Err(format!("sharedInputs names {derivation:?} twice"));
        }
    }
    Ok(())
}

fn is_derivation(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+-._?=".contains(&byte);
    let Some((hash, name)) = text.split_once('-') else {
        return false;
    };
    let name = name.strip_suffix(".drv").unwrap_or_default();
    hash.len() == HASH_LENGTH
        && hash.bytes().all(|byte| HASH_DIGITS.contains(&byte))
        && !name.is_empty()
        && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "aq2nqxbhndwb1jjksmsny3ir1gbc2dli-rust-1.85.0.drv";

    #[test]
    fn a_derivation_is_named_as_its_file_in_the_store() {
        assert!(is_derivation(NAME));
        for name in [
            "rust-1.85.0.drv",
            "aq2nqxbhndwb1jjksmsny3ir1gbc2dli-rust-1.85.0",
            "aq2nqxbhndwb1jjksmsny3ir1gbc2dli-.drv",
            "aq2nqxbhndwb1jjksmsny3ir1gbc2dle-rust.drv",
            "aq2nqxbhndwb1jjksmsny3ir1gbc2dl-rust.drv",
            "/nix/store/aq2nqxbhndwb1jjksmsny3ir1gbc2dli-rust.drv",
            "aq2nqxbhndwb1jjksmsny3ir1gbc2dli-ru/st.drv",
            "",
        ] {
            assert!(!is_derivation(name), "{name}");
        }
    }

    #[test]
    fn no_derivation_is_listed_twice_and_none_may_be_listed_at_all() {
        let input = |kind| SharedInput {
            kind,
            derivation: NAME.into(),
        };
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&[input(InputKind::Compiler)]), Ok(()));
        assert!(check(&[input(InputKind::Compiler), input(InputKind::Tools)]).is_err());
    }

    #[test]
    fn every_kind_has_the_word_that_it_has_in_documents() {
        for kind in [
            InputKind::Compiler,
            InputKind::Linker,
            InputKind::Wrapper,
            InputKind::Tools,
            InputKind::Sources,
            InputKind::Conditions,
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), String::from(kind));
        }
    }

    #[test]
    fn a_kind_that_is_not_described_is_refused() {
        let json = format!(r#"{{"kind":"standard-library","derivation":"{NAME}"}}"#);
        assert!(serde_json::from_str::<SharedInput>(&json).is_err());
    }
}
