//! Searches the bytes of a whole file of any format, in one pass and constant memory.

use binary_formats::MapFailure;
use binary_formats::content::Content;
use sha2::Digest as _;
use untrusted_input::digest::Sha256;

use crate::CHUNK_BYTES;
use crate::paths::{LONGEST_BYTES, Leaks, Paths};

/// The results of a scan.
pub(super) struct Scan {
    pub(super) sha256: Sha256,
    pub(super) rustc_commits: Vec<String>,
    pub(super) leaked_paths: Leaks,
}

impl Scan {
    pub(super) fn of(content: &Content) -> Result<Self, MapFailure> {
        let mut hasher = sha2::Sha256::new();
        let mut paths = Paths::default();
        let mut at = 0;
        while at < content.length() {
            // Recognising a path needs context, which may be in the neighbouring chunks.
            let before = at.min(LONGEST_BYTES as u64) as usize;
            let window = content.bytes(at - before as u64, before + CHUNK_BYTES + LONGEST_BYTES)?;
            let end = window.len().min(before + CHUNK_BYTES);
            let chunk = &window[before..end];
            hasher.update(chunk);
            paths.add(&window, before..end);
            at += chunk.len() as u64;
        }
        let (rustc_commits, leaked_paths) = paths.finish();
        Ok(Self {
            sha256: hasher.into(),
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
        let text = format!("/rustc/{commit}/library/a.rs/build/a/src/main.rs ");
        let expected = ["/build/a/src/main.rs"];
        for shift in (0..text.len() + 2).step_by(7) {
            let mut bytes = vec![b' '; 2 * CHUNK_BYTES];
            let at = CHUNK_BYTES - shift;
            bytes[at..at + text.len()].copy_from_slice(text.as_bytes());
            let sha256 = Sha256::of(&bytes);
            let scan = Scan::of(&Content::memory(bytes)).unwrap();
            assert_eq!(scan.leaked_paths.paths, expected, "{shift}");
            assert_eq!(scan.rustc_commits, [commit], "{shift}");
            assert_eq!(scan.sha256, sha256);
        }
    }
}
