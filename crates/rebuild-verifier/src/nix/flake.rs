//! Flake references, pinned to a commit where possible.

use std::ffi::OsStr;
use std::fmt::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use untrusted_input::InputError as _;

use crate::error::{Error, Result};

/// Schemes whose references can be pinned to a commit.
const WITH_COMMITS: [&str; 5] = ["git", "github", "gitlab", "sourcehut", "hg"];

/// Schemes whose references cannot name a commit.
const WITHOUT_COMMITS: [&str; 3] = ["path", "tarball", "file"];

/// A flake reference in Nix's syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlakeRef(String);

impl FlakeRef {
    /// Parses a reference with a scheme, or the path of a folder.
    ///
    /// # Errors
    /// When it has no known scheme and is no folder.
    pub fn parse(text: &str) -> Result<Self> {
        if text.contains('#') {
            return Err(Error::argument(
                "--flake",
                text,
                "it names an attribute too; give the flake alone",
            ));
        }
        if scheme(text).is_some() {
            return Ok(Self(text.into()));
        }
        let folder = Path::new(text)
            .canonicalize()
            .map_err(|cause| Error::read(text, cause))?;
        let Some(repository) = repository_of(&folder) else {
            return Ok(Self(format!("path:{}", encode(folder.as_os_str()))));
        };
        let mut reference = format!("git+file://{}", encode(repository.as_os_str()));
        match folder.strip_prefix(repository) {
            Ok(inside) if !inside.as_os_str().is_empty() => {
                // Writing to a String cannot fail.
                let _ = write!(reference, "?dir={}", encode(inside.as_os_str()));
            }
            _ => {}
        }
        Ok(Self(reference))
    }

    /// The same flake at one commit; `None` if references of its kind cannot name one.
    pub(crate) fn at(&self, revision: &str) -> Option<Self> {
        let scheme = scheme(&self.0)?;
        let kind = scheme.split('+').next().unwrap_or(scheme);
        if !WITH_COMMITS.contains(&kind) {
            return None;
        }
        let separator = if self.0.contains('?') { '&' } else { '?' };
        // NB: by default Nix looks for the commit only in one branch.
        let every_branch = if kind == "git" { "&allRefs=1" } else { "" };
        Some(Self(format!("{}{separator}rev={revision}{every_branch}", self.0)))
    }

    /// The reference.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A flake in exactly one fetched tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedFlake {
    /// The reference.
    pub(crate) reference: String,
    /// What every call of Nix with this reference needs besides.
    pub(crate) options: Vec<String>,
}

impl PinnedFlake {
    /// An attribute of this flake, as an argument of `nix build`.
    pub(crate) fn attribute(&self, attribute: &str) -> String {
        format!("{}#{attribute}", self.reference)
    }
}

/// The root of the source of a flake in a folder: of its repository, or the folder itself.
///
/// # Errors
/// When there is no such folder.
pub fn source_root(folder: &Path) -> Result<PathBuf> {
    let folder = folder.canonicalize().map_err(|cause| Error::read(folder, cause))?;
    Ok(repository_of(&folder).unwrap_or(&folder).to_owned())
}

/// The repository that Nix finds for an absolute path.
fn repository_of(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|above| above.join(".git").exists())
}

/// Nix's description of a fetched tree.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Locked {
    /// How it was fetched.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The hash of its Nix archive.
    pub(crate) nar_hash: String,
    /// Its commit.
    pub(crate) rev: Option<String>,
    /// The number of its ancestor commits.
    pub(crate) rev_count: Option<u64>,
    /// The time of its commit or of its last change, in seconds since 1970.
    pub(crate) last_modified: Option<u64>,
    /// The folder in it that holds the flake.
    pub(crate) dir: Option<String>,
}

/// Fetchers that look a commit up, so that the tree is the commit's. A folder or an archive only claims a commit.
const BY_COMMIT: [&str; 5] = ["git", "github", "gitlab", "sourcehut", "mercurial"];

impl Locked {
    /// The commit, if the fetcher looked it up.
    pub(crate) fn commit(&self) -> Option<&str> {
        self.rev.as_deref().filter(|_| BY_COMMIT.contains(&self.kind.as_str()))
    }

    /// The flake in the fetched tree at its store `path`, and nothing else: Nix refuses a tree with another hash.
    /// Commit, number of commits and time are passed on to the flake, so that the derivations stay the same. Only
    /// `self.dirtyRev`, the commit below a dirty tree, cannot be passed on.
    pub(crate) fn pinned(&self, path: &Path) -> PinnedFlake {
        let folder = self.folder().map(|folder| format!("&dir={folder}"));
        PinnedFlake {
            reference: self.tree(path) + &folder.unwrap_or_default(),
            options: Vec::new(),
        }
    }

    /// The same for versions of Nix that know no folder in a path, such as 2.8, but in the name of a flake: they are
    /// told which tree has this name.
    ///
    /// NB: newer versions do not compare the hash of such a tree.
    pub(crate) fn renamed(&self, path: &Path) -> PinnedFlake {
        let tree = self.tree(path);
        // NB: Nix asks its registries, too. It would download the global one if that had no place in the file system.
        let options = [
            "--option",
            "flake-registry",
            "/nonexistent",
            "--override-flake",
            NAME,
            &tree,
        ];
        PinnedFlake {
            reference: format!("{NAME}?dir={}", self.folder().unwrap_or_default()),
            options: options.map(str::to_owned).into(),
        }
    }

    /// The folder in the tree that holds the flake, encoded; `None` for the tree itself.
    pub(crate) fn folder(&self) -> Option<String> {
        let folder = self.dir.as_deref().filter(|folder| !folder.is_empty())?;
        Some(encode(folder.as_ref()))
    }

    /// A reference to the tree.
    fn tree(&self, path: &Path) -> String {
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        let fields = [
            ("narHash", Some(self.nar_hash.clone())),
            ("lastModified", number(self.last_modified)),
            ("rev", self.rev.clone()),
            ("revCount", number(self.rev_count)),
        ];
        let fields: Vec<_> = fields
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", encode(value?.as_ref()))))
            .collect();
        format!("path:{}?{}", encode(path.as_os_str()), fields.join("&"))
    }
}

/// The name of a flake that [`Locked::renamed`] defines.
const NAME: &str = "flake:source";

impl fmt::Display for FlakeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The scheme of a reference, if it is a known one or the reference is a URL.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let kind = scheme.split('+').next().unwrap_or(scheme);
    let is_url = text[scheme.len()..].starts_with("://");
    let known = WITH_COMMITS.contains(&kind) || WITHOUT_COMMITS.contains(&kind);
    (known || is_url).then_some(scheme)
}

fn encode(path: &OsStr) -> String {
    let mut text = String::new();
    for byte in path.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn references_with_a_scheme_stay_as_they_are_and_take_a_commit_where_they_can() {
        for (reference, pinned) in [
            ("github:a/b", Some("github:a/b?rev=REV")),
            (
                "git+https://example.org/a.git",
                Some("git+https://example.org/a.git?rev=REV&allRefs=1"),
            ),
            ("git+file:///a?dir=b", Some("git+file:///a?dir=b&rev=REV&allRefs=1")),
            ("path:/a", None),
            ("https://example.org/a.tar.gz", None),
        ] {
            let flake = FlakeRef::parse(reference).unwrap();
            assert_eq!(flake.as_str(), reference);
            assert_eq!(flake.at("REV").map(|flake| flake.0).as_deref(), pinned);
        }
    }

    #[test]
    fn a_folder_is_a_repository_a_part_of_one_or_just_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("a b/.git")).unwrap();
        fs::create_dir_all(root.join("a b/sub")).unwrap();
        let repository = root.join("a b");
        let parse = |name: &str| FlakeRef::parse(root.join(name).to_str().unwrap()).unwrap().0;
        let root = root.display();
        assert_eq!(parse(""), format!("path:{root}"));
        assert_eq!(parse("a b"), format!("git+file://{root}/a%20b"));
        assert_eq!(parse("a b/sub"), format!("git+file://{root}/a%20b?dir=sub"));
        for name in ["a b", "a b/sub"] {
            assert_eq!(source_root(&folder.path().join(name)).unwrap(), repository);
        }
        assert_eq!(
            source_root(folder.path()).unwrap(),
            folder.path().canonicalize().unwrap()
        );
        assert!(source_root(&folder.path().join("no-such")).is_err());
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in ["no-such-folder", "", "nixpkgs:x", ".#server"] {
            assert!(FlakeRef::parse(text).is_err(), "{text:?}");
        }
    }
}
