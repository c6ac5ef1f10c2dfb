//! Escapes every value that goes into HTML, XML and Markdown.
//!
//! Templates have no other escaper (`askama.toml`): every value in them, of any type, goes through [`Shown`], and a
//! test refuses template code that turns escaping off. NB: a `Display` that writes several pieces is escaped piece by
//! piece, so a CI runner's command could span two pieces. Types with untrusted text must therefore write it in one
//! piece.

use std::fmt::{self, Display, Write};

use askama::filters::Escaper;
use untrusted_input::terminal::one_line;

/// Escapes text for use between tags and inside quoted attributes; invisible characters become visible.
#[derive(Clone, Copy)]
pub(super) struct Shown;

impl Escaper for Shown {
    fn write_escaped_str<W: Write>(&self, mut markup: W, text: &str) -> fmt::Result {
        for character in one_line(text).chars() {
            match character {
                '&' => markup.write_str("&amp;")?,
                '<' => markup.write_str("&lt;")?,
                '>' => markup.write_str("&gt;")?,
                '"' => markup.write_str("&quot;")?,
                '\'' => markup.write_str("&#39;")?,
                character => markup.write_char(character)?,
            }
        }
        Ok(())
    }
}

/// `text` as HTML.
pub(super) fn html(text: &str) -> String {
    let mut html = String::new();
    // Writing to a String cannot fail, here and below.
    let _ = Shown.write_escaped_str(&mut html, text);
    html
}

/// `text` as literal Markdown of one line, in a table too.
pub(super) fn code_span(text: impl Display) -> String {
    let text = one_line(&text.to_string());
    // NB: these end the span or the table cell, and no escape works in both.
    let spelled_out = text.contains(['`', '|']);
    let mut span = String::from(if spelled_out { "<code>" } else { "`" });
    for character in text.chars() {
        if spelled_out && character.is_ascii_punctuation() {
            let _ = write!(span, "&#{};", u32::from(character));
        } else {
            span.push(character);
        }
    }
    span.push_str(if spelled_out { "</code>" } else { "`" });
    span
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn nothing_that_a_template_names_is_ever_markup() {
        assert_eq!(
            html("<b a='1' c=\"2\">&amp;"),
            "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;"
        );
    }

    #[test]
    fn characters_that_hide_or_move_others_are_spelled_out() {
        for (hidden, shown) in [
            ("a\u{202e}b", r"a\xe2\x80\xaeb"),
            ("a\u{200b}b", r"a\xe2\x80\x8bb"),
            ("a\0\u{1b}\n", r"a\x00\x1b\x0a"),
            ("\u{ffff}", r"\xef\xbf\xbf"),
        ] {
            assert_eq!(html(hidden), shown);
            assert_eq!(code_span(hidden), format!("`{shown}`"));
        }
        assert_eq!(html("größe 文"), "größe 文");
    }

    #[test]
    fn no_text_is_a_command_to_a_ci_server() {
        assert_eq!(html("::error::x"), "\\x3a:error::x");
        assert_eq!(html("\t::y"), "\\x09\\x3a:y");
        assert_eq!(html("a ##vso[b]"), "a \\x23#vso[b]");
    }

    #[test]
    fn markdown_has_no_way_out_of_a_name() {
        assert_eq!(code_span("a_b*<i>[x](y)\\"), "`a_b*<i>[x](y)\\`");
        assert_eq!(code_span("a`b"), "<code>a&#96;b</code>");
        assert_eq!(code_span(r"a\|<b"), "<code>a&#92;&#124;&#60;b</code>");
    }

    /// Refuses template code that turns escaping off, or that puts a value where escaping does not protect.
    #[test]
    fn no_template_goes_around_the_escaper() {
        let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut seen = 0;
        for template in templates.read_dir().unwrap() {
            let path = template.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let spaceless: String = text.split_whitespace().collect();
            for way in ["|safe", "|escape", "|e}", "|e|", "{%filter", "<script", "={{"] {
                assert!(!spaceless.contains(way), "{way} in {path:?}");
            }
            seen += 1;
        }
        assert!(seen > 5);
    }
}
