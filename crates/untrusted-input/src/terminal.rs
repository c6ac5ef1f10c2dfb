//! Text on a terminal or in the log of a CI server: nothing that either would act on, and nothing that cannot be seen, but the
//! colours that are written on purpose.

use crate::spelling::{push_hex, push_visible};

/// Whether text carries terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colors(
    /// True for yes.
    pub bool,
);

impl Colors {
    /// A verdict in words, green if it is a good one.
    pub fn verdict(self, verdict: impl std::fmt::Display, is_good: bool) -> String {
        let code = if is_good { 32 } else { 31 };
        if self.0 {
            format!("\x1b[1;{code}m{verdict}\x1b[0m")
        } else {
            verdict.to_string()
        }
    }

    /// Text that stands out.
    pub fn bold(self, text: &str) -> String {
        if self.0 {
            format!("\x1b[1m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
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
        if at_start && rest.starts_with("::") || begins_command(rest) {
            push_hex(shown, &rest.as_bytes()[..1]);
        } else {
            push_visible(shown, character);
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
