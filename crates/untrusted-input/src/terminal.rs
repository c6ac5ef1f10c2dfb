//! Text for a terminal or the log of a CI server. Control sequences, CI commands and invisible characters are escaped;
//! only this project's own colours remain.

use crate::spelling::{push_hex, push_visible};

/// Whether text has terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colors(
    /// True for colours.
    pub bool,
);

impl Colors {
    /// A verdict in bold green if it is good, else in bold red.
    pub fn verdict(self, verdict: impl std::fmt::Display, is_good: bool) -> String {
        let code = if is_good { 32 } else { 31 };
        if self.0 {
            format!("\x1b[1;{code}m{verdict}\x1b[0m")
        } else {
            verdict.to_string()
        }
    }

    /// Text in bold.
    pub fn bold(self, text: &str) -> String {
        if self.0 {
            format!("\x1b[1m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// The escape sequences that [`Colors`] writes.
const STYLES: [&str; 4] = ["\x1b[0m", "\x1b[1m", "\x1b[1;31m", "\x1b[1;32m"];

/// Escapes a message into one line that no terminal or CI server acts on, and in which every character is visible.
pub fn one_line(message: &str) -> String {
    let mut shown = String::with_capacity(message.len());
    push_shown(&mut shown, message, &[]);
    shown
}

/// Escapes each line of a text like [`one_line`], but keeps the colours of [`Colors`]. No line can be a CI command,
/// whatever the text quotes.
pub fn lines(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        push_shown(&mut shown, content, &STYLES);
        shown.push_str(&line[content.len()..]);
    }
    shown
}

/// Cuts a message off where a PEM key begins: a user may have passed a key in place of a file name.
pub fn without_keys(message: &str) -> String {
    match message.split_once("-----BEGIN") {
        Some((before, _)) => format!("{before}[a key]"),
        None => message.to_owned(),
    }
}

/// Adds one line. CI servers obey lines that begin with `::` after white space, and `##[` or `##vso[` anywhere in a
/// line. The first character of such a command is escaped, and so is every invisible character.
fn push_shown(shown: &mut String, line: &str, styles: &[&str]) {
    let mut rest = line;
    let mut at_start = true;
    while let Some(character) = rest.chars().next() {
        if let Some(style) = styles.iter().find(|style| rest.starts_with(**style)) {
            shown.push_str(style);
            rest = &rest[style.len()..];
            continue;
        }
        if at_start && rest.starts_with("::") || begins_command(rest) {
            push_hex(shown, &rest.as_bytes()[..1]);
        } else {
            push_visible(shown, character);
        }
        at_start &= character.is_whitespace();
        rest = &rest[character.len_utf8()..];
    }
}

/// Whether `text` begins with `##[`, `##vso[` or the like.
fn begins_command(text: &str) -> bool {
    text.strip_prefix("##").is_some_and(|text| {
        text.trim_start_matches(|character: char| character.is_ascii_alphabetic())
            .starts_with('[')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("a ##[group]b ##vso[task]c", "a \\x23#[group]b \\x23#vso[task]c"),
            ("###[b]\n##teamcity[c]", "#\\x23#[b]\n\\x23#teamcity[c]"),
            ("## a: b [c] #[d] a::b", "## a: b [c] #[d] a::b"),
            ("a\rb\x1b[2Jc\td\n\n", "a\\x0db\\x1b[2Jc\\x09d\n\n"),
        ] {
            assert_eq!(lines(raw), shown, "{raw:?}");
        }
    }
}
