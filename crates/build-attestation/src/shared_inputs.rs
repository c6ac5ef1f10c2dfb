//! The derivations that a build and its rebuild share because neither compiles them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The kinds of inputs that may be shared. Inputs that are compiled for the build (standard library, C library,
/// dependencies) are none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputKind {
    /// An unpacked compiler.
    Compiler,
    /// An unpacked linker, which may also be a C compiler.
    Linker,
    /// A script that calls a compiler or linker with its arguments.
    Wrapper,
    /// Other unpacked programs: a shell, an archiver.
    Tools,
    /// Unpacked sources of dependencies.
    Sources,
    /// The programs that set the conditions of both builds.
    Conditions,
}

impl From<InputKind> for String {
    /// The kind's name in JSON and TOML.
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

/// One derivation that both builds use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedInput {
    /// The kind of input.
    pub kind: InputKind,
    /// The name of the derivation's file in the Nix store: a hash over all its inputs, a name, and `.drv`.
    pub derivation: String,
}

/// The digits in the hash of a store path, in the order of their values.
pub const HASH_DIGITS: &[u8; 32] = b"0123456789abcdfghijklmnpqrsvwxyz";
/// The number of digits in such a hash.
pub const HASH_LENGTH: usize = 32;

/// Checks the rules for a list of shared inputs, which may be empty.
///
/// # Errors
/// The rule that the list breaks.
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
