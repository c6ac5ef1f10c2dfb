//! Paths in an executable: those of the machine that built it, and those that name the compiler's commit.

use std::collections::BTreeSet;

use memchr::memmem;
use serde::Serialize;

use crate::path::escape;

/// Where builds take place.
const ROOTS: [&str; 7] = [
    "/nix/store/",
    "/build/",
    "/home/",
    "/root/",
    "/Users/",
    "C:\\Users\\",
    "C:/Users/",
];
/// What rustc calls its own sources, followed by the commit.
const RUSTC: &[u8] = b"/rustc/";
const COMMIT_DIGITS: usize = 40;
/// The most paths that are listed.
const MOST_LISTED: usize = 100;
/// The most bytes of a path that are shown.
const LONGEST_BYTES: usize = 200;
/// After these a path is over, even if text that belongs to something else follows.
const ENDINGS: [&[u8]; 2] = [b".rs", b".toml"];

/// Paths of the machine that built an executable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Leaks {
    /// Each once, sorted; shortened where they are very long.
    pub paths: Vec<String>,
    /// How many more there are.
    pub omitted: usize,
}

/// Finds paths below the folders in which builds take place.
pub(super) fn leaks(bytes: &[u8]) -> Leaks {
    let mut found = BTreeSet::new();
    for root in ROOTS {
        for at in memmem::find_iter(bytes, root.as_bytes()) {
            let path = path(&bytes[at..]);
            // The root alone is a text about such paths, not one of them.
            if path.len() > root.len() && begins_path(&bytes[..at]) {
                found.insert(path);
            }
        }
    }
    let omitted = found.len().saturating_sub(MOST_LISTED);
    Leaks {
        paths: found.into_iter().take(MOST_LISTED).map(escape).collect(),
        omitted,
    }
}

fn in_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/\\._-+@~".contains(&byte)
}

/// Whether a path may begin after `before`: not in the midst of another. Where that is not clear it may. Text without a slash may stand right before it,
/// as Rust puts no zero byte between its texts, and so may the end of a source's path.
fn begins_path(before: &[u8]) -> bool {
    let near = &before[before.len().saturating_sub(LONGEST_BYTES)..];
    let start = near.iter().rposition(|byte| !in_path(*byte));
    let token = &near[start.map_or(0, |at| at + 1)..];
    !token.contains(&b'/') || ENDINGS.iter().any(|ending| token.ends_with(ending))
}

/// The path at the start of `bytes`.
fn path(bytes: &[u8]) -> &[u8] {
    let near = &bytes[..bytes.len().min(LONGEST_BYTES)];
    // The colon of a drive, and of nothing else.
    let end = near
        .iter()
        .enumerate()
        .position(|(at, byte)| !(in_path(*byte) || (at == 1 && *byte == b':')));
    let path = &near[..end.unwrap_or(near.len())];
    let ends = ENDINGS.iter().filter_map(|ending| {
        let at = memmem::find(path, ending)?;
        Some(at + ending.len())
    });
    &path[..ends.min().unwrap_or(path.len())]
}

/// The commits in the paths of the standard library's sources, each once, sorted.
pub(super) fn rustc_commits(bytes: &[u8]) -> Vec<String> {
    let is_hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let commits: BTreeSet<&[u8]> = memmem::find_iter(bytes, RUSTC)
        .filter_map(|at| bytes.get(at + RUSTC.len()..at + RUSTC.len() + COMMIT_DIGITS))
        .filter(|commit| commit.iter().all(is_hex))
        .collect();
    commits.into_iter().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_builder_are_found_wherever_text_stands_around_them() {
        let bytes = b"\0/build/a/src/main.rsattempt to add\0None value/home/me/x.rs/nix/store/abc-zlib/lib\0C:\\Users\\me\\y \0";
        assert_eq!(
            leaks(bytes).paths,
            [
                "/build/a/src/main.rs",
                "/home/me/x.rs",
                "/nix/store/abc-zlib/lib",
                "C:\\\\Users\\\\me\\\\y"
            ]
        );
    }

    #[test]
    fn folders_of_these_names_inside_other_paths_are_none() {
        for text in [
            "/rustc/0123/library/build/x",
            "a/src/home/page.rs",
            "/builder/x",
            "build/x",
        ] {
            assert_eq!(leaks(text.as_bytes()), Leaks::default(), "{text}");
        }
    }

    #[test]
    fn more_paths_than_are_listed_are_counted() {
        let mut many = String::new();
        for index in 0..150 {
            many.push_str(&format!("/home/{index:03}\0"));
        }
        let leaks = leaks(many.as_bytes());
        assert_eq!((leaks.paths.len(), leaks.omitted), (MOST_LISTED, 50));
    }

    #[test]
    fn the_commit_of_the_standard_library_is_read_from_its_paths() {
        let commit = "4d91de4e48198da2e33413efdcd9cd2cc0c46688";
        let text = format!(
            "/rustc/{commit}/library/a.rs/rustc/{commit}/library/b.rs /rustc/short/ /rustc/"
        );
        assert_eq!(rustc_commits(text.as_bytes()), [commit]);
    }
}
