//! What messages about a policy may quote: names of its format, and no value, which may be a key in the wrong place.

use std::path::Path;

use super::ANY;

/// What is wrong and in which line, without a quotation.
pub(super) fn told(error: &toml::de::Error, text: &str) -> String {
    let message = without_values(error.message());
    match error.span() {
        Some(span) => format!(
            "line {}: {message}",
            text[..span.start].matches('\n').count() + 1
        ),
        None => message,
    }
}

/// Names of the format, which may be quoted.
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

/// A message up to the first thing that it quotes and that is no name of the format: it may be a key in the wrong place.
fn without_values(message: &str) -> String {
    let mut kept = 0;
    while let Some(at) = message[kept..].find(['"', '`', '\'']) {
        let open = kept + at;
        let (quote, quoted) = message[open..].split_at(1);
        let is_quoted = |name: &&&str| {
            let rest = quoted.strip_prefix(**name);
            rest.is_some_and(|rest| rest.starts_with(quote))
        };
        let Some(name) = NAMES.iter().find(is_quoted) else {
            let before = message[..open].trim_end_matches([' ', ':', ',']);
            return before
                .strip_suffix(", expected")
                .unwrap_or(before)
                .to_owned();
        };
        kept = open + name.len() + 2;
    }
    message.to_owned()
}

/// Whether what should be the name of a file is a key, or the better part of one.
pub(super) fn may_be_a_key(file: &Path) -> bool {
    const LONG: usize = 40;
    let text = file.to_string_lossy();
    // Of either alphabet.
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte);
    text.contains("-----") || text.contains('\n') || text.len() >= LONG && text.bytes().all(base64)
}
