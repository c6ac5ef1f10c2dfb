//! Finds paths in an executable: paths of the machine that built it, and paths that contain the commit of rustc.

use std::collections::BTreeSet;
use std::ops::Range;

use memchr::memmem;
use serde::Serialize;
use untrusted_input::spelling::escape;

/// Folders in which builds run.
const ROOTS: [&str; 7] = [
    "/nix/store/",
    "/build/",
    "/home/",
    "/root/",
    "/Users/",
    "C:\\Users\\",
    "C:/Users/",
];
/// Prefix that rustc gives its own sources. The commit follows it.
const RUSTC: &[u8] = b"/rustc/";
const COMMIT_DIGITS: usize = 40;
/// At most this many paths are listed.
const MOST_LISTED: usize = 100;
/// At most this many distinct paths are kept, which bounds memory.
const MOST_KEPT: usize = 10_000;
/// Longer paths are cut to this many bytes. It is also how far back [`begins_path`] looks.
pub(super) const LONGEST_BYTES: usize = 200;
/// A path ends after one of these, even if other text follows directly.
const ENDINGS: [&[u8]; 2] = [b".rs", b".toml"];

/// Paths of the machine that built an executable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Leaks {
    /// The distinct paths, sorted; long ones are shortened.
    pub paths: Vec<String>,
    /// How many more paths there are. Beyond 10,000 distinct paths, one that occurs again may be counted again.
    pub omitted: usize,
}

/// The paths found so far.
#[derive(Default)]
pub(super) struct Paths {
    leaks: BTreeSet<Vec<u8>>,
    omitted: usize,
    commits: BTreeSet<Vec<u8>>,
}

impl Paths {
    /// Finds paths that begin in the `fresh` part of `window`. The rest is context.
    pub(super) fn add(&mut self, window: &[u8], fresh: Range<usize>) {
        let begins = |name: &'static [u8]| {
            let end = window.len().min(fresh.end + name.len() - 1);
            let matches = memmem::find_iter(&window[fresh.start..end], name);
            matches.map(|at| at + fresh.start)
        };
        for root in ROOTS {
            for at in begins(root.as_bytes()) {
                let path = path(&window[at..]);
                // A root alone is not a path of the builder: programs mention such roots.
                if path.len() > root.len() && begins_path(&window[..at]) {
                    self.omitted += insert(&mut self.leaks, path, MOST_KEPT);
                }
            }
        }
        for at in begins(RUSTC) {
            let start = at + RUSTC.len();
            let commit = window.get(start..start + COMMIT_DIGITS);
            if let Some(commit) = commit.filter(|commit| commit.iter().all(is_hex)) {
                insert(&mut self.commits, commit, MOST_LISTED);
            }
        }
    }

    /// The distinct rustc commits, sorted, and the paths below folders in which builds run.
    pub(super) fn finish(self) -> (Vec<String>, Leaks) {
        let shown = |path: &Vec<u8>| escape(path);
        let listed = self.leaks.len().min(MOST_LISTED);
        let leaks = Leaks {
            paths: self.leaks.iter().take(MOST_LISTED).map(shown).collect(),
            omitted: self.leaks.len() - listed + self.omitted,
        };
        (self.commits.iter().map(shown).collect(), leaks)
    }
}

/// Inserts an item, and keeps only the first `most` in order; returns the number of items dropped.
fn insert(set: &mut BTreeSet<Vec<u8>>, item: &[u8], most: usize) -> usize {
    if set.contains(item) {
        return 0;
    }
    set.insert(item.to_vec());
    if set.len() <= most {
        return 0;
    }
    set.pop_last();
    1
}

fn is_hex(byte: &u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn in_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/\\._-+@~".contains(&byte)
}

/// A path may start here unless `before` ends inside another path. When ambiguous, assume it may: Rust string data has
/// no NUL separators, so text without a slash, or the end of a source path, may directly precede it.
fn begins_path(before: &[u8]) -> bool {
    let near = &before[before.len().saturating_sub(LONGEST_BYTES)..];
    let start = near.iter().rposition(|byte| !in_path(*byte));
    let token = &near[start.map_or(0, |at| at + 1)..];
    !token.contains(&b'/') || ENDINGS.iter().any(|ending| token.ends_with(ending))
}

/// The path at the start of `bytes`.
fn path(bytes: &[u8]) -> &[u8] {
    let near = &bytes[..bytes.len().min(LONGEST_BYTES)];
    // Only the colon of a drive letter belongs to a path.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(bytes: &[u8]) -> (Vec<String>, Leaks) {
        let mut paths = Paths::default();
        paths.add(bytes, 0..bytes.len());
        paths.finish()
    }

    fn leaks(bytes: &[u8]) -> Leaks {
        scan(bytes).1
    }

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
    fn of_more_paths_than_are_kept_the_first_are_listed_whatever_their_order() {
        let name = |index: usize| format!("/home/{index:06}\0");
        let up: String = (0..MOST_KEPT + 50).map(name).collect::<Vec<_>>().concat();
        let down: Vec<_> = (0..MOST_KEPT + 50).rev().map(name).collect();
        let leaks = [leaks(up.as_bytes()), leaks(down.concat().as_bytes())];
        assert_eq!(leaks[0], leaks[1]);
        assert_eq!(leaks[0].paths[99], "/home/000099");
        assert_eq!(leaks[0].omitted, MOST_KEPT + 50 - MOST_LISTED);
    }

    #[test]
    fn the_commit_of_the_standard_library_is_read_from_its_paths() {
        let commit = "4d91de4e48198da2e33413efdcd9cd2cc0c46688";
        let text = format!("/rustc/{commit}/library/a.rs/rustc/{commit}/library/b.rs /rustc/short/ /rustc/");
        assert_eq!(scan(text.as_bytes()).0, [commit]);
    }
}
