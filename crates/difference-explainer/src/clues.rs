//! Recognises what the bytes around a difference look like: a path, a date, the hash in a symbol's name.
//!
//! A pattern counts only if the difference lies inside it on at least one side.

/// What a difference looks like, independent of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clue {
    /// A path of C, C++ or assembly source.
    CPath,
    /// Another absolute path.
    Path,
    /// The hash in a symbol's name.
    SymbolHash,
    /// A date, a time of day, or seconds since 1970 in digits.
    Date,
    /// The same bytes in another order.
    Reordered,
    /// A short value that is the only difference in the content.
    LoneConstant,
}

/// Folders in which builds run. Programs should not contain paths below them.
pub(crate) const BUILD_ROOTS: [&str; 12] = [
    "/build/",
    "/home/",
    "/nix/store/",
    "/root/",
    "/Users/",
    "/tmp/",
    "/private/",
    "/var/",
    "/workspace/",
    "/__w/",
    "C:\\Users\\",
    "D:\\a\\",
];
const C_ENDINGS: [&str; 10] = [".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".S", ".s", ".m"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
/// Patterns of dates and times: `0` is any digit, `M` any month name, everything else is literal.
const DATES: [&str; 7] = [
    "0000-00-00",
    "0000/00/00",
    "00:00:00",
    "M 00 0000",
    "M  0 0000",
    "00 M 0000",
    "0000000000",
];

/// Recognises the difference at byte `at` of `text`.
pub(crate) fn clue(text: &[u8], at: usize) -> Option<Clue> {
    path(text, at)
        .or_else(|| symbol_hash(text, at))
        .or_else(|| date(text, at))
}

/// The run of bytes around `at` for which `belongs` holds, with its offset; empty if it does not hold at `at`.
fn token(text: &[u8], at: usize, belongs: impl Fn(u8) -> bool) -> (usize, &[u8]) {
    let start = text[..at.min(text.len())]
        .iter()
        .rposition(|byte| !belongs(*byte))
        .map_or(0, |before| before + 1);
    let length = text[start..]
        .iter()
        .position(|byte| !belongs(*byte))
        .unwrap_or(text.len() - start);
    (start, &text[start..start + length])
}

fn path(text: &[u8], at: usize) -> Option<Clue> {
    let in_path = |byte: u8| byte.is_ascii_alphanumeric() || b"/\\._-+@~:=".contains(&byte);
    let (start, token) = token(text, at, in_path);
    let at = at - start;
    let is_root = |index: usize| {
        let rest = &token[index..];
        BUILD_ROOTS.iter().any(|root| rest.starts_with(root.as_bytes()))
            || (index == 0 && rest.starts_with(b"/") && rest.iter().filter(|byte| **byte == b'/').count() > 1)
    };
    // The path from the last root that is not after the difference.
    let root = (0..=at.min(token.len().checked_sub(1)?))
        .rev()
        .find(|index| is_root(*index))?;
    let rest = &token[root..];
    let end = rest
        .iter()
        .position(|byte| matches!(byte, b':' | b'=') && *byte != rest[1]);
    let path = &rest[..end.unwrap_or(rest.len())];
    let is_c = |ending: &str| {
        memchr::memmem::find_iter(path, ending.as_bytes()).any(|at| {
            let after = path.get(at + ending.len());
            !after.is_some_and(|byte| byte.is_ascii_lowercase())
        })
    };
    Some(if C_ENDINGS.iter().any(|ending| is_c(ending)) {
        Clue::CPath
    } else {
        Clue::Path
    })
}

/// Recognises `17h0123456789abcdefE` and `.llvm.123` in legacy names, `Cs5Ab_` in v0 names, and `-0123456789abcdef` in
/// cargo's file names.
fn symbol_hash(text: &[u8], at: usize) -> Option<Clue> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let (start, word) = token(text, at, is_word);
    let inside = at - start;
    let hex =
        |bytes: &[u8]| bytes.len() >= 16 && bytes[..16].iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let legacy = |start: usize| {
        hex(&word[start + 3..]) && word.get(start + 19) == Some(&b'E') && (start + 3..start + 19).contains(&inside)
    };
    let v0 = |start: usize| {
        let rest = &word[start + 2..];
        let length = rest.iter().position(|byte| *byte == b'_');
        length.is_some_and(|length| (1..=13).contains(&length) && (start + 2..start + 2 + length).contains(&inside))
    };
    let before = &text[..start];
    let is_hash = memchr::memmem::find_iter(word, b"17h").any(legacy)
        || (word.starts_with(b"_R") && memchr::memmem::find_iter(word, b"Cs").any(v0))
        || (before.ends_with(b".llvm.") && word.iter().all(u8::is_ascii_digit))
        || (before.ends_with(b"-") && word.len() == 16 && hex(word));
    is_hash.then_some(Clue::SymbolHash)
}

fn date(text: &[u8], at: usize) -> Option<Clue> {
    let is_in_date = DATES.iter().any(|pattern| {
        let length = pattern.len() + if pattern.contains('M') { 2 } else { 0 };
        let first = at.saturating_sub(length - 1);
        (first..=at).any(|start| {
            text.get(start..start + length)
                .is_some_and(|candidate| is_date(candidate, pattern, text, start))
        })
    });
    is_in_date.then_some(Clue::Date)
}

fn is_date(candidate: &[u8], pattern: &str, text: &[u8], start: usize) -> bool {
    let mut rest = candidate;
    for expected in pattern.bytes() {
        let taken = match expected {
            b'0' => usize::from(rest[0].is_ascii_digit()),
            b'M' if MONTHS.iter().any(|month| rest.starts_with(month.as_bytes())) => 3,
            expected => usize::from(rest[0] == expected),
        };
        if taken == 0 {
            return false;
        }
        rest = &rest[taken..];
    }
    let year = |at: usize| matches!(candidate[at..at + 2], [b'1', b'9'] | [b'2', b'0']);
    match pattern {
        // Seconds of this century that are not part of a longer number.
        "0000000000" => {
            let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
            matches!(candidate[0], b'1' | b'2') && !(start > 0 && digit(start - 1)) && !digit(start + 10)
        }
        "0000-00-00" | "0000/00/00" => year(0),
        "00:00:00" => candidate[0] <= b'2' && candidate[3] <= b'5' && candidate[6] <= b'6',
        _ => year(candidate.len() - 4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The clue at the first `^` of `text`, with the `^` removed.
    fn at_mark(text: &str) -> Option<Clue> {
        let at = text.find('^').unwrap();
        clue(text.replacen('^', "", 1).as_bytes(), at)
    }

    #[test]
    fn paths_are_known_by_their_roots_and_c_sources_by_their_endings() {
        for (text, expected) in [
            ("called on a None value/build/^a/src/main.rs:3", Some(Clue::Path)),
            ("\0/opt/some/^where\0", Some(Clue::Path)),
            ("/nix/store/^abc-zlib/lib", Some(Clue::Path)),
            (r"C:\Users\^me\main.rs", Some(Clue::Path)),
            ("/build/^a/sqlite3.c", Some(Clue::CPath)),
            ("/build/^a/inc/x.h:12", Some(Clue::CPath)),
            ("/build/a/src/x.cargo/^b", Some(Clue::Path)),
            ("^x /build/a/src/main.rs", None),
            ("either/^or", None),
            ("/^x", None),
        ] {
            assert_eq!(at_mark(text), expected, "{text}");
        }
    }

    #[test]
    fn hashes_of_symbols_are_known_in_every_mangling() {
        for (text, expected) in [
            ("_ZN4core3fmt17h01234567^89abcdefE", Some(Clue::SymbolHash)),
            ("_ZN4co^re3fmt17h0123456789abcdefE", None),
            ("_RNvCs12^34_7mycrate3foo", Some(Clue::SymbolHash)),
            ("_RNvCs1234_7my^crate3foo", None),
            ("foo.llvm.1234^5678", Some(Clue::SymbolHash)),
            ("libfoo-01234567^89abcdef.rlib", Some(Clue::SymbolHash)),
            ("Cs12^34_", None),
        ] {
            assert_eq!(at_mark(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_and_times_are_known_in_their_usual_spellings() {
        for (text, expected) in [
            ("built 2026-11-^20T13:41:05Z", Some(Clue::Date)),
            ("at 13:4^1:05", Some(Clue::Date)),
            ("Nov 2^0 2026", Some(Clue::Date)),
            ("Nov  ^2 2026", Some(Clue::Date)),
            ("20 N^ov 2026", Some(Clue::Date)),
            ("epoch=17000^00000;", Some(Clue::Date)),
            ("117000^00000", None),
            ("version 1.2^.3", None),
            ("9999-12-^31", None),
            ("^", None),
        ] {
            assert_eq!(at_mark(text), expected, "{text}");
        }
    }

    #[test]
    fn no_text_and_no_place_make_it_panic() {
        let text = b"/build/C:\\Users\\17h0123456789abcdefE.llvm.1 _RCs_ 2026-01-01 Nov  2 2026";
        for start in 0..text.len() {
            for at in 0..=text.len() - start {
                clue(&text[start..], at);
                clue(&text[..start], at.min(start));
            }
        }
    }
}
