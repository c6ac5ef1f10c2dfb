//! Source files in the store: checks that they were added as they are, and that nothing has built them.
//!
//! A source is named after its own content. A build product is not, unless its content was pinned. So the name is
//! computed again from the content. This proves that the file is the one whose name was written into the derivation. It
//! does not prove that nobody committed a build product to the sources; a review of the source shows that.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use build_attestation::shared_inputs::{HASH_DIGITS, HASH_LENGTH};
use memchr::memmem;
use sha2::Digest as _;
use untrusted_input::InputError as _;
use untrusted_input::digest::Sha256;
use untrusted_input::file;

use crate::error::{Error, Result};

/// The longest file of a source that is read, in bytes.
pub(crate) const LONGEST_FILE_BYTES: u64 = 64 << 20;

/// The bytes of a name's hash.
const HASH_BYTES: usize = 20;

/// The store paths that a source refers to, which are inputs too; `None` if the file is not named after its content.
///
/// # Errors
/// When it cannot be read.
pub(super) fn references(path: &Path) -> Result<Option<BTreeSet<PathBuf>>> {
    let failed = |cause| Error::read(path, cause);
    let (Some(store), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(None);
    };
    let Some((hash, name)) = name.to_str().and_then(|name| name.split_once('-')) else {
        return Ok(None);
    };
    let metadata = path.symlink_metadata().map_err(failed)?;
    let limit = LONGEST_FILE_BYTES;
    if metadata.is_file() && metadata.len() <= limit {
        let content = file::read(path, "source", limit)?;
        let references = mentioned_paths(store, &content);
        let digest = Sha256::of(&content);
        if hash == hash_of(store, &text_kind(&references), digest, name) {
            return Ok(Some(references));
        }
        let fixed = Sha256::of(format!("fixed:out:sha256:{digest}:").as_bytes());
        if hash == hash_of(store, b"output:out", fixed, name) {
            return Ok(Some(BTreeSet::new()));
        }
    }
    let is_source = source_name(store, path, name)? == format!("{hash}-{name}");
    Ok(is_source.then(BTreeSet::new))
}

/// The name that a file or folder gets when it is added to the store as a source called `name`.
///
/// # Errors
/// When it cannot be read.
pub fn source_name(store: &Path, path: &Path, name: &str) -> Result<String> {
    let failed = |cause| Error::read(path, cause);
    let metadata = path.symlink_metadata().map_err(failed)?;
    let mut archive = Hasher(sha2::Sha256::new());
    write_archive(&mut archive, path, &metadata).map_err(failed)?;
    let hash = hash_of(store, b"source", archive.0.into(), name);
    Ok(format!("{hash}-{name}"))
}

/// The kind of a text file in the store, which names its references.
fn text_kind(references: &BTreeSet<PathBuf>) -> Vec<u8> {
    let mut kind = b"text".to_vec();
    for path in references {
        kind.push(b':');
        kind.extend(path.as_os_str().as_bytes());
    }
    kind
}

/// The hash in a store path, computed from kind, digest and name.
fn hash_of(store: &Path, kind: &[u8], digest: Sha256, name: &str) -> String {
    let digest = format!(":sha256:{digest}:");
    let store = store.as_os_str().as_bytes();
    let whole = [kind, digest.as_bytes(), store, b":", name.as_bytes()].concat();
    let mut folded = [0; HASH_BYTES];
    for (place, byte) in Sha256::of(&whole).as_bytes().iter().enumerate() {
        folded[place % HASH_BYTES] ^= byte;
    }
    let digit = |place: usize| {
        let (byte, bit) = (place * 5 / 8, place * 5 % 8);
        let above = folded.get(byte + 1).copied().unwrap_or_default();
        let bits = u16::from_le_bytes([folded[byte], above]) >> bit;
        char::from(HASH_DIGITS[usize::from(bits & 0x1f)])
    };
    (0..HASH_LENGTH).rev().map(digit).collect()
}

/// Every store path that a text mentions.
fn mentioned_paths(store: &Path, text: &[u8]) -> BTreeSet<PathBuf> {
    let prefix = [store.as_os_str().as_bytes(), b"/"].concat();
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-._?=".contains(byte);
    let mut found = BTreeSet::new();
    let mut rest = text;
    while let Some(at) = memmem::find(rest, &prefix) {
        rest = &rest[at + prefix.len()..];
        let length = rest.iter().take_while(|byte| in_name(byte)).count();
        // A character after a name may look like a part of it, such as a full stop: try the longest name first.
        let is_there = (HASH_LENGTH + 2..=length.min(HASH_LENGTH + 212))
            .rev()
            .map(|length| store.join(OsStr::from_bytes(&rest[..length])))
            .find(|path| path.symlink_metadata().is_ok());
        found.extend(is_there);
    }
    found
}

/// A writer that hashes everything written to it.
struct Hasher(sha2::Sha256);

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes a file or folder as a Nix archive.
fn write_archive(out: &mut impl Write, path: &Path, metadata: &Metadata) -> io::Result<()> {
    write_words(out, &[b"nix-archive-1"])?;
    write_node(out, path, metadata)
}

fn write_node(out: &mut impl Write, path: &Path, metadata: &Metadata) -> io::Result<()> {
    write_words(out, &[b"(", b"type"])?;
    if metadata.is_symlink() {
        let target = fs::read_link(path)?;
        write_words(out, &[b"symlink", b"target", target.as_os_str().as_bytes()])?;
    } else if metadata.is_dir() {
        write_words(out, &[b"directory"])?;
        let entries = fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.file_name()));
        let mut names = entries.collect::<io::Result<Vec<_>>>()?;
        names.sort();
        for name in names {
            let path = path.join(&name);
            write_words(out, &[b"entry", b"(", b"name", name.as_bytes(), b"node"])?;
            write_node(out, &path, &path.symlink_metadata()?)?;
            write_words(out, &[b")"])?;
        }
    } else if metadata.is_file() {
        write_words(out, &[b"regular"])?;
        if metadata.permissions().mode() & 0o100 != 0 {
            write_words(out, &[b"executable", b""])?;
        }
        write_words(out, &[b"contents"])?;
        out.write_all(&metadata.len().to_le_bytes())?;
        let copied = io::copy(&mut File::open(path)?.take(metadata.len()), out)?;
        if copied != metadata.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        write_padding(out, metadata.len())?;
    } else {
        return Err(io::Error::other("it is no file, folder or link"));
    }
    write_words(out, &[b")"])
}

fn write_words(out: &mut impl Write, words: &[&[u8]]) -> io::Result<()> {
    for word in words {
        out.write_all(&(word.len() as u64).to_le_bytes())?;
        out.write_all(word)?;
        write_padding(out, word.len() as u64)?;
    }
    Ok(())
}

/// Zeros up to a multiple of 8 bytes.
fn write_padding(out: &mut impl Write, length: u64) -> io::Result<()> {
    let missing = length.next_multiple_of(8) - length;
    out.write_all(&[0; 8][..missing as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected names are from Nix 2.8, with this store.
    const STORE: &str = "/nix/store";

    #[test]
    fn a_file_and_a_tree_have_the_names_that_nix_gives_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "text").unwrap();
        fs::create_dir_all(path("tree/sub")).unwrap();
        fs::write(path("tree/b"), "a").unwrap();
        fs::write(path("tree/sub/y"), "x").unwrap();
        fs::set_permissions(path("tree/sub/y"), fs::Permissions::from_mode(0o755)).unwrap();
        std::os::unix::fs::symlink("b", path("tree/link")).unwrap();
        for name in [
            "1xzijs8vpwwl47gprplmrdk9gdykfds4-file",
            "39ngddn3yg51lx0bh6y9hlc6rkkzr54m-tree",
        ] {
            let (_, plain) = name.split_once('-').unwrap();
            assert_eq!(source_name(Path::new(STORE), &path(plain), plain).unwrap(), name);
        }
    }

    #[test]
    fn a_text_and_a_flat_file_have_the_names_that_nix_gives_them() {
        let store = Path::new(STORE);
        let text = Sha256::of(b"text");
        let none = text_kind(&BTreeSet::new());
        assert_eq!(hash_of(store, &none, text, "plain"), "1r8s2k4wzhdr1gx2j60wdz02k69jkx15");
        let file = "/nix/store/1xzijs8vpwwl47gprplmrdk9gdykfds4-file";
        let refers = Sha256::of(format!("see {file}.").as_bytes());
        let one = text_kind(&BTreeSet::from([file.into()]));
        assert_eq!(
            hash_of(store, &one, refers, "refers"),
            "asc2c25j018ff06jwky09v8q7r4djmy3"
        );
        let fixed = Sha256::of(format!("fixed:out:sha256:{text}:").as_bytes());
        assert_eq!(
            hash_of(store, b"output:out", fixed, "file"),
            "6k06s5cg6swfbl803956s1macj0b5cbs"
        );
    }

    #[test]
    fn a_source_goes_by_its_content_and_a_text_brings_along_what_it_mentions() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().canonicalize().unwrap();
        let add = |name: &str, content: &str| {
            let plain = store.join("plain");
            fs::write(&plain, content).unwrap();
            let path = store.join(source_name(&store, &plain, name).unwrap());
            fs::rename(plain, &path).unwrap();
            path
        };
        let file = add("file", "content");
        assert_eq!(references(&file).unwrap(), Some(BTreeSet::new()));
        let content = format!("see {}.", file.display());
        let kind = text_kind(&BTreeSet::from([file.clone()]));
        let hash = hash_of(&store, &kind, Sha256::of(content.as_bytes()), "refers");
        let refers = store.join(format!("{hash}-refers"));
        fs::write(&refers, content).unwrap();
        assert_eq!(references(&refers).unwrap(), Some(BTreeSet::from([file.clone()])));
        // Any other content or mode gives another name.
        fs::write(&file, "other").unwrap();
        assert_eq!(references(&file).unwrap(), None);
        fs::write(&file, "content").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(references(&file).unwrap(), None);
        for name in ["file", "1xzijs8vpwwl47gprplmrdk9gdykfds4-file"] {
            fs::write(store.join(name), "content").unwrap();
            assert_eq!(references(&store.join(name)).unwrap(), None);
        }
        assert!(references(&store.join("none-such")).is_err());
    }
}
