//! Absolute URIs (RFC 3986, section 4.3): a scheme and a non-empty rest without a fragment.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A URI that does not depend on where it is read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct AbsoluteUri(String);

impl AbsoluteUri {
    /// The URI as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AbsoluteUri {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) && is_rest(rest) => Ok(Self(text)),
            _ => Err(format!("it is not an absolute URI: {text:?}")),
        }
    }
}

impl From<AbsoluteUri> for String {
    fn from(uri: AbsoluteUri) -> Self {
        uri.0
    }
}

impl fmt::Display for AbsoluteUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn is_rest(rest: &str) -> bool {
    let has_content = !rest.trim_start_matches('/').is_empty();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%".contains(&byte);
    let escaped = |after: &str| after.len() >= 2 && after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    has_content && rest.bytes().all(allowed) && rest.split('%').skip(1).all(escaped)
}

#[cfg(test)]
mod tests {
    use super::AbsoluteUri;

    #[test]
    fn absolute_uris_are_accepted() {
        for uri in [
            "https://example.org/builders/1",
            "urn:samebits:nix-rebuild:v2",
            "pkg:pypi/ziglang@0.15.2",
            "pkg:deb/debian/rustc-web@1.85.0+dfsg3-1~deb12u3?arch=amd64",
            "git+https://example.org/a.git?rev=%2e",
            "mailto:a@example.org",
        ] {
            assert!(AbsoluteUri::try_from(uri.to_owned()).is_ok(), "{uri}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for uri in [
            "",
            ":",
            "a:",
            "https://",
            "https:///",
            "builder",
            "//example.org",
            "/a",
            "1a:b",
            "a b:c",
            "a:b c",
            "a:b#c",
            "a:%",
            "a:%4",
            "a:%zz",
            "ä:b",
            "a:ä",
            "a:b\n",
            "a:<b>",
            "a:b\\c",
        ] {
            assert!(AbsoluteUri::try_from(uri.to_owned()).is_err(), "{uri:?}");
        }
    }
}
