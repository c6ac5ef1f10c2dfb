//! Shows a comparison as text. Nothing here decides anything.

mod explanation;

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use bit_compare::comparison::{Comparison, DifferenceKind, Entry, Node};
use bit_compare::engine::ContentDifference;
use bit_compare::path::LinkTarget;
use explanation::push_explanation;
use untrusted_input::spelling::{escape, plural};
use untrusted_input::terminal::Colors;

use crate::status::Status;

pub(crate) use explanation::{location, summary};

/// Renders a comparison: the verdict, every difference, and the command to run next.
pub fn comparison(comparison: &Comparison, colors: Colors, original: &Path, rebuilt: &Path) -> String {
    let counts = comparison.counts();
    let status = Status::from(comparison.verdict());
    let mut text = status.colored(colors);
    if status == Status::Identical {
        let files = plural(counts.original_files as u64, "file", "files");
        text.push_str(&format!(": {files}, {} in each\n", size(counts.original_bytes)));
        return text;
    }
    let differences = plural(counts.differences as u64, "difference", "differences");
    text.push_str(&format!(
        ": {differences} in {}\n",
        plural(counts.entries as u64, "entry", "entries")
    ));
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
        text.push_str(&format!("\n{more} left out\n"));
    }
    text.push_str(&format!(
        "\nnext: diffoscope {} {}\n",
        shell_word(original),
        shell_word(rebuilt)
    ));
    text
}

fn push_entry(text: &mut String, entry: &Entry) {
    let kinds = entry.differences();
    if kinds.is_empty() {
        return;
    }
    let names: Vec<_> = kinds.iter().map(DifferenceKind::name).collect();
    text.push_str(&format!("\n{}: {}\n", names.join(", "), entry.path));
    for kind in &kinds {
        if let Some(ContentDifference {
            first_differing_offset_bytes: first,
            differing_bytes,
        }) = kind.content()
        {
            let differ = plural(differing_bytes, "byte differs", "bytes differ");
            text.push_str(&format!("  from      offset {first} ({first:#x}), {differ}\n"));
        }
    }
    text.push_str(&format!("  original  {}\n", node(entry.original.as_ref())));
    text.push_str(&format!("  rebuilt   {}\n", node(entry.rebuilt.as_ref())));
}

/// Renders one side of an entry: digest, size and type of a file, the target of a link.
pub(crate) fn node(node: Option<&Node>) -> String {
    match node {
        Some(Node::File {
            executable,
            size_bytes,
            sha256,
        }) => {
            let kind = if *executable { "executable file" } else { "file" };
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

/// Quotes a path as one word for a shell; bytes that cannot be printed become `$'\xff'`.
pub fn shell_word(path: &Path) -> String {
    let bytes = path.as_os_str().as_bytes();
    let (shown, prefix) = (escape(bytes), if bytes.starts_with(b"-") { "./" } else { "" });
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
        Some((name, unit)) => format!("{}.{:02} {name} ({exact})", bytes / unit, bytes % unit / (unit / 100)),
        None => exact,
    }
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
        assert_eq!(size(u64::MAX), "18446744.07 TB (18446744073709551615 bytes)");
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
}
