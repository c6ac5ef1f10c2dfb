//! What people read: a comparison, an error on one line. Nothing here decides anything.

mod explanation;

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use crate::comparison::{Comparison, Entry, Kind, Node};
use crate::engine::ContentDifference;
use crate::path::{LinkTarget, escape, push_hex, push_visible};
use crate::status::Status;
use explanation::push_explanation;
pub(crate) use explanation::{location, summary};

/// Whether text carries terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colors(
    /// True for yes.
    pub bool,
);

impl Colors {
    /// The status in words, green only if all is well.
    pub fn status(self, status: Status) -> String {
        self.verdict(status, status == Status::Identical)
    }

    /// A verdict in words, green if it is a good one.
    pub(crate) fn verdict(self, verdict: impl std::fmt::Display, is_good: bool) -> String {
        let code = if is_good { 32 } else { 31 };
        if self.0 {
            format!("\x1b[1;{code}m{verdict}\x1b[0m")
        } else {
            verdict.to_string()
        }
    }

    /// Text that stands out.
    fn bold(self, text: &str) -> String {
        if self.0 {
            format!("\x1b[1m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// A comparison: the verdict, every difference, and what to run next.
pub fn comparison(
    comparison: &Comparison,
    colors: Colors,
    original: &Path,
    rebuilt: &Path,
) -> String {
    let counts = comparison.counts();
    let status = Status::from(comparison.verdict());
    let mut text = colors.status(status);
    if status == Status::Identical {
        let files = plural(counts.original_files as u64, "file", "files");
        push(
            &mut text,
            format_args!(": {files}, {} in each\n", size(counts.original_bytes)),
        );
        return text;
    }
    let differences = plural(counts.differences as u64, "difference", "differences");
    push(
        &mut text,
        format_args!(
            ": {differences} in {}\n",
            plural(counts.entries as u64, "entry", "entries")
        ),
    );
    let mut explanations = comparison.explanations().iter().peekable();
    for entry in comparison.entries() {
        push_entry(&mut text, entry);
        while let Some(of_entry) = explanations.next_if(|it| it.path == entry.path) {
            push_explanation(&mut text, of_entry, colors);
        }
    }
    let omitted = comparison.omitted_explanations();
    if omitted > 0 {
        let more = plural(omitted, "explanation was", "explanations were");
        push(&mut text, format_args!("\n{more} left out\n"));
    }
    push(
        &mut text,
        format_args!(
            "\nnext: diffoscope {} {}\n",
            shell_word(original),
            shell_word(rebuilt)
        ),
    );
    text
}

fn push_entry(text: &mut String, entry: &Entry) {
    let kinds = entry.differences();
    if kinds.is_empty() {
        return;
    }
    let names: Vec<_> = kinds.iter().map(Kind::name).collect();
    push(
        text,
        format_args!("\n{}: {}\n", names.join(", "), entry.path),
    );
    for kind in &kinds {
        if let Some(ContentDifference {
            first_differing_offset_bytes: first,
            differing_bytes,
        }) = kind.content()
        {
            let differ = plural(differing_bytes, "byte differs", "bytes differ");
            push(
                text,
                format_args!("  from      offset {first} ({first:#x}), {differ}\n"),
            );
        }
    }
    push(
        text,
        format_args!("  original  {}\n", node(entry.original.as_ref())),
    );
    push(
        text,
        format_args!("  rebuilt   {}\n", node(entry.rebuilt.as_ref())),
    );
}

/// One side of an entry: digest, size and type of a file, the target of a link.
pub(crate) fn node(node: Option<&Node>) -> String {
    match node {
        Some(Node::File {
            executable,
            size_bytes,
            sha256,
        }) => {
            let kind = if *executable {
                "executable file"
            } else {
                "file"
            };
            format!("{sha256}  {}, {kind}", plural(*size_bytes, "byte", "bytes"))
        }
        Some(Node::Directory {}) => "directory".into(),
        Some(Node::Symlink { target }) => link(target),
        None => "nothing".into(),
    }
}

fn link(target: &LinkTarget) -> String {
    format!("symlink to {target}")
}

/// The colours that this crate writes.
const STYLES: [&str; 4] = ["\x1b[0m", "\x1b[1m", "\x1b[1;31m", "\x1b[1;32m"];

/// A message on one line, with nothing in it that a terminal or a CI server would act on, and nothing that cannot be seen.
pub fn one_line(message: &str) -> String {
    let mut shown = String::with_capacity(message.len());
    push_shown(&mut shown, message, &[]);
    shown
}

/// The same for text of several lines of this crate, whose colours stay. Whatever it quotes, no line of it is a command.
pub fn lines(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        push_shown(&mut shown, content, &STYLES);
        shown.push_str(&line[content.len()..]);
    }
    shown
}

/// A message up to where a key in PEM begins: somebody may have given it where a name was meant.
pub fn without_keys(message: &str) -> String {
    match message.split_once("-----BEGIN") {
        Some((before, _)) => format!("{before}[a key]"),
        None => message.to_owned(),
    }
}

/// One line. CI servers obey those that begin with `::`, white space left out, and `##[` or `##vso[` wherever it stands: the
/// first character of these is spelled out, as are those that are not to be seen.
fn push_shown(shown: &mut String, line: &str, styles: &[&str]) {
    let mut rest = line;
    let mut at_start = true;
    while let Some(character) = rest.chars().next() {
        if let Some(style) = styles.iter().find(|style| rest.starts_with(**style)) {
            shown.push_str(style);
            rest = &rest[style.len()..];
            continue;
        }
        let commands = at_start && rest.starts_with("::") || begins_command(rest);
        match commands {
            true => push_hex(shown, &rest.as_bytes()[..1]),
            false => push_visible(shown, character),
        }
        at_start &= character.is_whitespace();
        rest = &rest[character.len_utf8()..];
    }
}

/// `##[`, `##vso[` and the like.
fn begins_command(text: &str) -> bool {
    text.strip_prefix("##").is_some_and(|text| {
        text.trim_start_matches(|character: char| character.is_ascii_alphabetic())
            .starts_with('[')
    })
}

/// A path as a word that a POSIX shell reads back; bytes that cannot be shown as `$'\xff'`.
pub fn shell_word(path: &Path) -> String {
    let bytes = path.as_os_str().as_bytes();
    let (shown, prefix) = (
        escape(bytes),
        if bytes.starts_with(b"-") { "./" } else { "" },
    );
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+=:,@%".contains(byte);
    if !bytes.is_empty() && bytes.iter().all(plain) {
        format!("{prefix}{shown}")
    } else if shown.as_bytes() == bytes {
        format!("{prefix}'{}'", shown.replace('\'', "'\\''"))
    } else {
        format!("{prefix}$'{}'", shown.replace('\'', "\\'"))
    }
}

/// `3.07 MB (3071234 bytes)`, decimal units, rounded down.
pub(crate) fn size(bytes: u64) -> String {
    let exact = plural(bytes, "byte", "bytes");
    let units = [
        ("TB", 1_000_000_000_000),
        ("GB", 1_000_000_000),
        ("MB", 1_000_000),
        ("kB", 1_000),
    ];
    match units.into_iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) => format!(
            "{}.{:02} {name} ({exact})",
            bytes / unit,
            bytes % unit / (unit / 100)
        ),
        None => exact,
    }
}

/// `1 byte`, `2 bytes`.
pub(crate) fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(arguments);
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn sizes_are_short_and_exact() {
        assert_eq!(size(0), "0 bytes");
        assert_eq!(size(1), "1 byte");
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(1_009), "1.00 kB (1009 bytes)");
        assert_eq!(size(3_079_999), "3.07 MB (3079999 bytes)");
        assert_eq!(
            size(u64::MAX),
            "18446744.07 TB (18446744073709551615 bytes)"
        );
    }

    #[test]
    fn shell_words_are_quoted_only_where_they_must_be() {
        let word = |bytes: &[u8]| shell_word(Path::new(OsStr::from_bytes(bytes)));
        assert_eq!(word(b"result/bin"), "result/bin");
        assert_eq!(word(b"-a"), "./-a");
        assert_eq!(word(b"a b"), "'a b'");
        assert_eq!(word(b"it's"), r"'it'\''s'");
        assert_eq!(word(b"a\xff'"), r"$'a\xff\''");
        assert_eq!(word(b""), "''");
    }

    #[test]
    fn a_message_never_reaches_the_terminal_raw() {
        for (raw, shown) in [
            ("a\x1b[2J\nb", r"a\x1b[2J\x0ab"),
            ("\x1b[1ma", r"\x1b[1ma"),
            ("a\u{202e}b", r"a\xe2\x80\xaeb"),
            ("a\u{200b}b\u{e0041}", r"a\xe2\x80\x8bb\xf3\xa0\x81\x81"),
            ("größe 文", "größe 文"),
        ] {
            assert_eq!(one_line(raw), shown);
        }
    }

    #[test]
    fn no_line_is_a_command_to_a_ci_server() {
        for (raw, shown) in [
            ("::error::a::b\n", "\\x3a:error::a::b\n"),
            ("a\n  ::b", "a\n  \\x3a:b"),
            ("\u{a0}\u{3000}::b", "\u{a0}\u{3000}\\x3a:b"),
            ("\x1b[1m ::b\x1b[0m\n", "\x1b[1m \\x3a:b\x1b[0m\n"),
            ("\u{200b}::b", "\\xe2\\x80\\x8b::b"),
            (
                "a ##[group]b ##vso[task]c",
                "a \\x23#[group]b \\x23#vso[task]c",
            ),
            ("###[b]\n##teamcity[c]", "#\\x23#[b]\n\\x23#teamcity[c]"),
            ("## a: b [c] #[d] a::b", "## a: b [c] #[d] a::b"),
            ("a\rb\x1b[2Jc\td\n\n", "a\\x0db\\x1b[2Jc\\x09d\n\n"),
        ] {
            assert_eq!(lines(raw), shown, "{raw:?}");
        }
    }
}
