//! The rule for names that become part of a path or of a command: flake attributes, platforms, target triples.
//!
//! The rule is the same for names from the command line, a definition, a statement or a report. A name that follows it
//! is a single plain file name, cannot be taken for an option, and can be printed unescaped.

/// The rule in words.
pub(crate) const RULE: &str = "a name of letters, digits and \"-_+\", in parts with a dot between, that begins with a letter or digit and has at most 200 bytes";

/// The longest name, in bytes. A file name, which has at most 255 bytes, can still add a suffix.
const LONGEST_BYTES: usize = 200;

/// Whether `text` follows the rule.
pub fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+".contains(&byte);
    text.len() <= LONGEST_BYTES
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.split('.').all(|part| !part.is_empty() && part.bytes().all(plain))
}

/// Checks that the text of a field follows the rule.
///
/// # Errors
/// The field and the rule.
pub(crate) fn check(field: &str, text: &str) -> Result<(), String> {
    if is_plain(text) {
        Ok(())
    } else {
        Err(format!("{field}: {text:?} is not {RULE}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_attributes_platforms_and_targets_are_plain() {
        for name in [
            "server-x86_64_v3-linux",
            "good",
            "thumbv8m.main-none-eabi",
            "fixtures.conditions.original",
            "c++filt",
            "7zip",
            &"a".repeat(200),
        ] {
            assert!(is_plain(name), "{name:?}");
        }
    }

    #[test]
    fn what_could_be_another_path_an_option_or_another_line_is_not() {
        for name in [
            "",
            ".",
            "..",
            "...",
            "../x",
            "x/..",
            "a/b",
            "/a",
            "-x",
            "--out",
            "+x",
            "_x",
            ".hidden",
            "a.",
            "a..b",
            "a b",
            "a\nb",
            "a\0b",
            "a\\b",
            "a#b",
            "a?b",
            "a^out",
            "a\"b",
            "a:b",
            "a=b",
            "a%2fb",
            "ä",
            "a\u{202e}b",
            "a\u{200b}b",
            &"a".repeat(201),
        ] {
            assert!(!is_plain(name), "{name:?}");
            assert!(check("field", name).unwrap_err().starts_with("field: "));
        }
    }
}
