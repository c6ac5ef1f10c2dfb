//! What was built, as far as a format says so, and whether two claims are about the same thing.

use std::collections::BTreeMap;
use std::fmt;

use super::Source;
use crate::digest::Sha256;
use crate::uri::AbsoluteUri;

/// What was built. Claims add up only if this is the same in all of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Product {
    /// An attribute of a flake, for a platform, from a source.
    Flake {
        /// The attribute.
        attribute: String,
        /// The Nix double.
        platform: String,
        /// The source.
        source: Source,
    },
    /// An artifact of a version of a package.
    Package {
        /// The ecosystem, by oss-rebuild's own word.
        ecosystem: String,
        /// The package, with its namespace if it has one.
        package: String,
        /// The version.
        version: String,
        /// The artifact's file name: one version may have several.
        artifact: String,
    },
    /// An artifact that was published at a URI, of whatever package.
    Target {
        /// The URI.
        uri: AbsoluteUri,
        /// The artifact's file name.
        artifact: String,
    },
    /// A file of which nothing is known but its name and what it was made from.
    File {
        /// The name, without folders.
        name: String,
        /// What went in.
        materials: BTreeMap<String, Sha256>,
    },
    /// What a format speaks of that is not understood.
    Unknown(
        /// The first file of it.
        String,
    ),
}

/// Whether two products are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The same thing to build, so that different bits are a disagreement.
    Same,
    /// Two things, so that different bits are to be expected.
    Different,
    /// What is known of both does not decide it.
    Unknown,
}

impl Product {
    /// What it is called, as precisely as it is known.
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

    /// Every name by which a policy may allow it.
    pub fn names(&self) -> impl Iterator<Item = String> {
        [self.name()].into_iter().chain(self.package_url())
    }

    /// Whether `other` is the same thing.
    pub fn relation(&self, other: &Self) -> Relation {
        let same_if = |same| match same {
            true => Relation::Same,
            false => Relation::Different,
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
            ) => same_if(
                attribute == its_attribute
                    && platform == its_platform
                    && source.is_same_as(its_source),
            ),
            (Self::Package { .. }, Self::Package { .. }) => same_if(self == other),
            // One artifact may be published at two places, and two files may have one name.
            (Self::Target { uri, .. }, Self::Target { uri: its_uri, .. }) if uri == its_uri => {
                Relation::Same
            }
            (Self::File { name, .. }, Self::File { name: its_name, .. }) if name == its_name => {
                Relation::Same
            }
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
                write!(
                    f,
                    " from {}",
                    source.map_or("an unknown source", String::as_str)
                )
            }
            _ => Ok(()),
        }
    }
}

const SCHEME: &str = "pkg:";
const FILE_NAME: &str = "?file_name=";

/// Percent-encodes everything but unreserved characters (RFC 3986) and those of `keep`, so that no part of a package URL can
/// pass for more than one part.
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

/// Checks that a product of a policy that looks like a package is one that could ever be meant.
///
/// # Errors
/// How a package is written.
pub fn check_product(text: &str) -> Result<(), String> {
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
    match is_package && is_escaped(artifact, "") {
        true => Ok(()),
        false => Err(format!(
            "products has one that begins with {SCHEME:?} and is not {SCHEME}<ecosystem>/<package>@<version> or that and {FILE_NAME}<artifact>, \
             in which all but letters, digits and -._~ is written as %XX"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn flake(attribute: &str, revision: &str, nar_hash: &str) -> Product {
        Product::Flake {
            attribute: attribute.into(),
            platform: "p".into(),
            source: Source {
                revision: Some(revision.into()),
                nar_hash: Some(nar_hash.into()),
            },
        }
    }

    fn package(ecosystem: &str, package: &str, version: &str, artifact: &str) -> Product {
        Product::Package {
            ecosystem: ecosystem.into(),
            package: package.into(),
            version: version.into(),
            artifact: artifact.into(),
        }
    }

    fn target(uri: &str) -> Product {
        Product::Target {
            uri: AbsoluteUri::try_from(uri.to_owned()).unwrap(),
            artifact: "a".into(),
        }
    }

    fn file(name: &str, material: &str) -> Product {
        Product::File {
            name: name.into(),
            materials: BTreeMap::from([("m".into(), Sha256::of(material.as_bytes()))]),
        }
    }

    #[test]
    fn two_builds_are_the_same_by_tree_or_by_commit_and_not_by_a_word() {
        let one = flake("a", COMMIT, "n");
        for (other, relation) in [
            (flake("a", COMMIT, "other"), Relation::Same),
            (flake("a", "dirty", "n"), Relation::Same),
            (flake("b", COMMIT, "n"), Relation::Different),
            (file("a", ""), Relation::Unknown),
            (Product::Unknown("a".into()), Relation::Unknown),
            (package("a", "a", "a", "a"), Relation::Unknown),
        ] {
            assert_eq!(one.relation(&other), relation, "{other:?}");
            assert_eq!(other.relation(&one), relation, "{other:?}");
        }
        let dirty = flake("a", "dirty", "n");
        assert_eq!(
            dirty.relation(&flake("a", "dirty", "other")),
            Relation::Different
        );
    }

    #[test]
    fn a_package_is_the_same_only_in_all_of_its_parts() {
        let one = package("npm", "@s/a", "1.0", "a.tgz");
        assert_eq!(one.relation(&one.clone()), Relation::Same);
        for other in [
            package("pypi", "@s/a", "1.0", "a.tgz"),
            package("npm", "a", "1.0", "a.tgz"),
            package("npm", "@s/a", "1.1", "a.tgz"),
            package("npm", "@s/a", "1.0", "b.tgz"),
        ] {
            assert_eq!(one.relation(&other), Relation::Different, "{other}");
        }
        assert_eq!(
            one.relation(&target("https://example.org/a.tgz")),
            Relation::Unknown
        );
        assert_eq!(target("a:1").relation(&target("a:1")), Relation::Same);
        assert_eq!(target("a:1").relation(&target("a:2")), Relation::Unknown);
        assert_eq!(file("a", "1").relation(&file("a", "2")), Relation::Same);
        assert_ne!(file("a", "1"), file("a", "2"));
        let unknown = Product::Unknown("a".into());
        assert_eq!(unknown.relation(&unknown), Relation::Unknown);
    }

    #[test]
    fn no_part_of_a_package_url_passes_for_another() {
        let name = |product: Product| product.names().collect::<Vec<_>>();
        assert_eq!(
            name(package("npm", "@s/a", "1.0+b", "a b.tgz")),
            [
                "pkg:npm/%40s/a@1.0%2Bb?file_name=a%20b.tgz",
                "pkg:npm/%40s/a@1.0%2Bb"
            ]
        );
        let products = [
            package("npm", "a@1", "2", "f"),
            package("npm", "a", "1@2", "f"),
            package("npm/a", "b", "1", "f"),
            package("npm", "a/b", "1", "f"),
            package("npm", "a", "1?file_name=x", "f"),
            package("npm", "a", "1", "x"),
            package("npm", "a%40", "1", "f"),
            package("npm", "a@", "1", "f"),
        ];
        let mut urls: Vec<_> = products.into_iter().flat_map(name).collect();
        let count = urls.len();
        urls.iter().for_each(|url| check_product(url).unwrap());
        urls.sort();
        urls.dedup();
        assert_eq!(urls.len(), count);
    }

    #[test]
    fn a_product_that_no_package_can_have_is_refused() {
        for text in ["server", "https://example.org/a@b", "pkg:pypi/a@1"] {
            assert!(check_product(text).is_ok(), "{text}");
        }
        for text in [
            "pkg:",
            "pkg:pypi",
            "pkg:pypi/a",
            "pkg:pypi/@1",
            "pkg:pypi/a@",
            "pkg:npm/@s/a@1",
            "pkg:pypi/a@1+b",
            "pkg:pypi/a@1%2b",
            "pkg:pypi/a@1%",
            "pkg:pypi/a@1?file_name=",
            "pkg:pypi/a@1?file=a",
            "pkg:pypi/a@1#a",
        ] {
            assert!(check_product(text).is_err(), "{text}");
        }
    }
}
