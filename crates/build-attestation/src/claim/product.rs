//! The product of a build, and whether two claims are about the same product.

use std::collections::BTreeMap;
use std::fmt;

use untrusted_input::digest::Sha256;

use super::ClaimedSource;
use crate::uri::AbsoluteUri;

/// The product of a build. Claims count together only if their products are equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Product {
    /// An attribute of a flake, for a platform, from a source.
    Flake {
        /// The attribute.
        attribute: String,
        /// The Nix double.
        platform: String,
        /// The source.
        source: ClaimedSource,
    },
    /// An artifact of a version of a package.
    Package {
        /// The ecosystem, by oss-rebuild's name.
        ecosystem: String,
        /// The package, with its namespace if any.
        package: String,
        /// The version.
        version: String,
        /// The artifact's file name. One version may have several artifacts.
        artifact: String,
    },
    /// An artifact that was published at a URI. Its package is unknown.
    Target {
        /// The URI.
        uri: AbsoluteUri,
        /// The artifact's file name.
        artifact: String,
    },
    /// A file of which only the name and the materials are known.
    File {
        /// The name, without folders.
        name: String,
        /// The inputs, with their digests.
        materials: BTreeMap<String, Sha256>,
    },
    /// The product of an unknown build type.
    Unknown(
        /// The name of its first file.
        String,
    ),
}

/// Whether two products are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// The products are the same. Different bits are a disagreement.
    Same,
    /// The products are different. Different bits are expected.
    Different,
    /// The claims do not tell.
    Unknown,
}

impl Product {
    /// The most precise name.
    pub fn name(&self) -> String {
        match self {
            Self::Flake { attribute, .. } => attribute.clone(),
            Self::Package { artifact, .. } => format!(
                "{}{FILE_NAME}{}",
                self.package_url().unwrap_or_default(),
                escape(artifact, "")
            ),
            Self::Target { uri, .. } => uri.as_str().into(),
            Self::File { name, .. } | Self::Unknown(name) => name.clone(),
        }
    }

    /// Every name by which a policy may allow the product.
    pub fn names(&self) -> impl Iterator<Item = String> {
        [self.name()].into_iter().chain(self.package_url())
    }

    /// Whether `other` is the same product.
    pub(crate) fn relation(&self, other: &Self) -> Relation {
        let same_if = |same| {
            if same { Relation::Same } else { Relation::Different }
        };
        match (self, other) {
            (
                Self::Flake {
                    attribute,
                    platform,
                    source,
                },
                Self::Flake {
                    attribute: its_attribute,
                    platform: its_platform,
                    source: its_source,
                },
            ) => same_if(attribute == its_attribute && platform == its_platform && source.is_same_as(its_source)),
            (Self::Package { .. }, Self::Package { .. }) => same_if(self == other),
            // Different URIs may publish one artifact, and different files may have one name: these are unknown, not
            // different.
            (Self::Target { uri, .. }, Self::Target { uri: its_uri, .. }) if uri == its_uri => Relation::Same,
            (Self::File { name, .. }, Self::File { name: its_name, .. }) if name == its_name => Relation::Same,
            _ => Relation::Unknown,
        }
    }

    /// `pkg:<ecosystem>/<package>@<version>`.
    fn package_url(&self) -> Option<String> {
        match self {
            Self::Package {
                ecosystem,
                package,
                version,
                ..
            } => Some(format!(
                "{SCHEME}{}/{}@{}",
                escape(ecosystem, ""),
                escape(package, "/"),
                escape(version, "")
            )),
            _ => None,
        }
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())?;
        match self {
            Self::Flake { source, .. } => {
                let source = source.revision.as_ref().or(source.nar_hash.as_ref());
                write!(f, " from {}", source.map_or("an unknown source", String::as_str))
            }
            _ => Ok(()),
        }
    }
}

const SCHEME: &str = "pkg:";
const FILE_NAME: &str = "?file_name=";

/// Percent-encodes everything but unreserved characters (RFC 3986) and the characters of `keep`. A part of a package
/// URL can then not pass for several parts.
fn escape(text: &str, keep: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if is_unreserved(character) || keep.contains(character) {
            escaped.push(character);
        } else {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                escaped.push('%');
                escaped.push_str(&hex::encode_upper([byte]));
            }
        }
    }
    escaped
}

fn is_unreserved(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~".contains(character)
}

/// Checks that a package URL in a policy is well-formed. Otherwise it would never match a product. Other texts pass.
///
/// # Errors
/// The format of package URLs.
pub(crate) fn check_product(text: &str) -> Result<(), String> {
    let Some(rest) = text.strip_prefix(SCHEME) else {
        return Ok(());
    };
    let (rest, artifact) = rest.split_once(FILE_NAME).unwrap_or((rest, "any"));
    let parts = rest
        .split_once('/')
        .and_then(|(ecosystem, rest)| Some((ecosystem, rest.split_once('@')?)));
    let is_escaped = |text: &str, keep: &str| {
        let upper_case = |after: &str| {
            after.len() >= 2
                && after
                    .bytes()
                    .take(2)
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'))
        };
        !text.is_empty()
            && text
                .chars()
                .all(|one| is_unreserved(one) || one == '%' || keep.contains(one))
            && text.split('%').skip(1).all(upper_case)
    };
    let is_package = parts.is_some_and(|(ecosystem, (package, version))| {
        is_escaped(ecosystem, "") && is_escaped(package, "/") && is_escaped(version, "")
    });
    if is_package && is_escaped(artifact, "") {
        Ok(())
    } else {
        Err(format!(
            "products has a value that begins with {SCHEME:?} and is not {SCHEME}<ecosystem>/<package>@<version>, optionally with {FILE_NAME}<artifact>, \
             with all but letters, digits and -._~ written as %XX"
        ))
    }
}

#[cfg(test)]
mod tests;
