//! Text for markup: HTML and XML, where only literals of this crate are markup, and Markdown, where names stay literal.

use std::fmt::{Display, Write as _};

use untrusted_input::terminal::one_line;

/// HTML or XML in the making. Whatever is not written in the source of this crate is escaped: there is no other way in.
#[derive(Default)]
pub(super) struct Markup(String);

impl Markup {
    /// Adds markup as it stands.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds text, for between tags and for between the quotes of an attribute.
    pub(super) fn text(&mut self, text: impl Display) -> &mut Self {
        for character in one_line(&text.to_string()).chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                character => self.0.push(character),
            }
        }
        self
    }

    /// Adds text of several lines.
    pub(super) fn lines(&mut self, text: &str) -> &mut Self {
        for line in text.lines() {
            self.text(line).raw("\n");
        }
        self
    }

    /// All of it.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// `text` as literal Markdown of one line, in a table too.
pub(super) fn code_span(text: impl Display) -> String {
    let text = one_line(&text.to_string());
    // These would end the span or the cell of a table, and have no escape that holds in both.
    let spelled_out = text.contains(['`', '|']);
    let mut span = String::from(if spelled_out { "<code>" } else { "`" });
    for character in text.chars() {
        if spelled_out && character.is_ascii_punctuation() {
            // Writing to a String cannot fail.
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
    use super::*;

    fn escaped(text: &str) -> String {
        let mut markup = Markup::default();
        markup.raw("<i>").text(text).raw("</i>");
        markup.finish()
    }

    #[test]
    fn nothing_that_is_not_a_literal_is_ever_markup() {
        assert_eq!(
            escaped("<b a='1' c=\"2\">&amp;"),
            "<i>&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;</i>"
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
            assert_eq!(escaped(hidden), format!("<i>{shown}</i>"));
            assert_eq!(code_span(hidden), format!("`{shown}`"));
        }
        assert_eq!(escaped("größe 文"), "<i>größe 文</i>");
    }

    #[test]
    fn no_line_is_a_command_to_a_ci_server() {
        let mut markup = Markup::default();
        markup.lines("::error::x\n\t::y\na ##vso[b]");
        assert_eq!(
            markup.finish(),
            "\\x3a:error::x\n\\x09\\x3a:y\na \\x23#vso[b]\n"
        );
    }

    #[test]
    fn markdown_has_no_way_out_of_a_name() {
        assert_eq!(code_span("a_b*<i>[x](y)\\"), "`a_b*<i>[x](y)\\`");
        assert_eq!(code_span("a`b"), "<code>a&#96;b</code>");
        assert_eq!(code_span(r"a\|<b"), "<code>a&#92;&#124;&#60;b</code>");
    }
}
