//! Searches the bytes of an executable of any format, in one pass and constant memory.

use binary_formats::content::Content;
use binary_formats::{MapFailure, malformed};
use build_info::{BuildInfo, FindError, Finder};
use sha2::Digest as _;
use untrusted_input::digest::Sha256;

use crate::paths::{LONGEST_BYTES, Leaks, Paths};

/// Size of a chunk.
const CHUNK_BYTES: usize = 1 << 20;

/// The results of a scan.
pub(super) struct Scan {
    pub(super) sha256: Sha256,
    pub(super) stamp: Option<BuildInfo>,
    pub(super) rustc_commits: Vec<String>,
    pub(super) leaked_paths: Leaks,
}

impl Scan {
    pub(super) fn of(content: &Content) -> Result<Self, MapFailure> {
        let mut hasher = sha2::Sha256::new();
        let mut finder = Finder::default();
        let mut paths = Paths::default();
        let damaged = |error: FindError| malformed(error.to_string());
        let mut at = 0;
        while at < content.length() {
            // Recognising a path needs context, which may be in the neighbouring chunks.
            let before = at.min(LONGEST_BYTES as u64) as usize;
            let window = content.bytes(at - before as u64, before + CHUNK_BYTES + LONGEST_BYTES)?;
            let end = window.len().min(before + CHUNK_BYTES);
            let chunk = &window[before..end];
            hasher.update(chunk);
            finder.feed(chunk).map_err(damaged)?;
            paths.add(&window, before..end);
            at += chunk.len() as u64;
        }
        let stamp = match finder.finish() {
            Ok(stamp) => Some(stamp),
            Err(FindError::Missing) => None,
            Err(error) => return Err(damaged(error)),
        };
        let (rustc_commits, leaked_paths) = paths.finish();
        Ok(Self {
            sha256: hasher.into(),
            stamp,
            rustc_commits,
            leaked_paths,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places text around every boundary between two chunks.
    #[test]
    fn what_lies_across_two_chunks_is_found_like_anything_else() {
        let commit = "4d91de4e48198da2e33413efdcd9cd2cc0c46688";
        let stamp = "\0samebits-build-info-v1\0{\"name\":\"server\",\"version\":\"0.1.0\",\"revision\":\"unknown\",\"dirty\":true,\
                     \"source_date_epoch\":1,\"target\":\"t\",\"toolchain\":\"rustc 1.85.0\"}\0";
        let text = format!("/rustc/{commit}/library/a.rs/build/a/src/main.rs {stamp}");
        let expected = ["/build/a/src/main.rs"];
        for shift in (0..text.len() + 2).step_by(7) {
            let mut bytes = vec![b' '; 2 * CHUNK_BYTES];
            let at = CHUNK_BYTES - shift;
            bytes[at..at + text.len()].copy_from_slice(text.as_bytes());
            let sha256 = Sha256::of(&bytes);
            let scan = Scan::of(&Content::memory(bytes)).unwrap();
            assert_eq!(scan.leaked_paths.paths, expected, "{shift}");
            assert_eq!(scan.rustc_commits, [commit], "{shift}");
            assert_eq!(scan.stamp.unwrap().name, "server", "{shift}");
            assert_eq!(scan.sha256, sha256);
        }
    }
}
