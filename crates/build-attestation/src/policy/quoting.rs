//! Keeps values of a policy out of error messages, because a value may be a misplaced key. Only names of the format are
//! quoted.

use std::path::Path;

use super::ANY;

/// Describes a TOML error with its line, without quoting values.
pub(super) fn describe(error: &toml::de::Error, text: &str) -> String {
    let message = without_values(error.message());
    match error.span() {
        Some(span) => format!("line {}: {message}", text[..span.start].matches('\n').count() + 1),
        None => message,
    }
}

/// The names of the format, which messages may quote.
const NAMES: [&str; 14] = [
    ANY,
    "version",
    "threshold",
    "build-types",
    "products",
    "platforms",
    "variations",
    "shared-inputs",
    "source",
    "builder",
    "revision",
    "nar-hash",
    "id",
    "keys",
];

/// Cuts a message off before the first quoted text that is not a name of the format.
fn without_values(message: &str) -> String {
    let mut rest = message;
    while let Some(open) = rest.find(['"', '`', '\'']) {
        let (quote, quoted) = rest[open..].split_at(1);
        let after = |name: &&str| quoted.strip_prefix(name)?.strip_prefix(quote);
        let Some(after) = NAMES.iter().find_map(after) else {
            let kept = message.len() - rest.len() + open;
            let before = message[..kept].trim_end_matches([' ', ':', ',']);
            return before.strip_suffix(", expected").unwrap_or(before).to_owned();
        };
        rest = after;
    }
    message.to_owned()
}

/// Whether a file name in a policy looks like a key, or a large part of one.
pub(super) fn may_be_a_key(file: &Path) -> bool {
    const LONG: usize = 40;
    let text = file.to_string_lossy();
    // Base64 of either alphabet.
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte);
    text.contains("-----") || text.contains('\n') || text.len() >= LONG && text.bytes().all(base64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_format_are_quoted_and_nothing_after_the_first_other_text() {
        for (message, kept) in [
            ("it is wrong", "it is wrong"),
            ("missing field `version`", "missing field `version`"),
            (
                "it is neither \"any\" nor a list of allowed values",
                "it is neither \"any\" nor a list of allowed values",
            ),
            (
                "`version` and `keys`, then `secret` and more",
                "`version` and `keys`, then",
            ),
            ("unknown field `secret`, expected `id`", "unknown field"),
            ("invalid type: string \"secret\", expected u32", "invalid type: string"),
            ("not this, expected `secret`", "not this"),
            // A name of the format with mismatched quotes, and one that is only a prefix of the quoted text.
            ("an `id\" of", "an"),
            ("an `identity`", "an"),
            ("`", ""),
        ] {
            assert_eq!(without_values(message), kept, "{message}");
        }
    }

    #[test]
    fn an_error_is_described_with_its_line() {
        let text = "a = 1\n\nb = secret\n";
        let error = toml::from_str::<toml::Value>(text).unwrap_err();
        let description = describe(&error, text);
        assert!(description.starts_with("line 3: "), "{description}");
        assert!(!description.contains("secret"), "{description}");
    }

    #[test]
    fn long_base64_and_anything_with_dashes_or_lines_may_be_a_key() {
        let long = "aB3+/=".repeat(7);
        for (file, expected) in [
            ("one.pub", false),
            ("keys/one-2026.pub", false),
            (&long[..39], false),
            (&long[..40], true),
            (&long, true),
            (&format!("{long}.pub"), false),
            ("a\nb", true),
            ("-----BEGIN", true),
            ("a-----", true),
            ("a----", false),
            ("", false),
        ] {
            assert_eq!(may_be_a_key(Path::new(file)), expected, "{file:?}");
        }
    }
}
