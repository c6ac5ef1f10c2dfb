//! The page at `/`: a template in the executable, filled in once with the build's stamp.

use build_info::BuildInfo;

const TEMPLATE: &str = include_str!("index.html");

/// The page's `Content-Security-Policy`: nothing may be loaded or run; the one style is allowed by its digest.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
    style-src 'sha256-kxCLInq3kF/T8ut/1l07k+NLjrO1SoYc4s1t9ef2FXs='; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Renders the page as HTML.
pub fn render(info: &BuildInfo) -> String {
    let sources = if info.dirty {
        "differ from the revision"
    } else {
        "exactly the revision"
    };
    [
        ("{{name}}", info.name.as_str()),
        ("{{version}}", &info.version),
        ("{{revision}}", &info.revision),
        ("{{sources}}", sources),
        ("{{source_date}}", &info.source_date()),
        ("{{target}}", &info.target),
        ("{{toolchain}}", &info.toolchain),
    ]
    .iter()
    .fold(TEMPLATE.to_owned(), |page, (mark, value)| {
        page.replace(mark, &escape(value))
    })
}

/// Escapes text for HTML and quoted attributes. NB: escapes braces too, so that a value cannot pass for a placeholder.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '{' => escaped.push_str("&#123;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};

    #[test]
    fn every_mark_of_the_template_is_filled_in() {
        let page = render(&sample());
        assert!(!page.contains("{{"), "{page}");
        for value in [
            "<title>server 0.1.0</title>",
            "<dd>0123456789abcdef0123456789abcdef01234567</dd>",
            "<dd>exactly the revision</dd>",
            "<time datetime=\"2023-11-14T22:13:20Z\">2023-11-14T22:13:20Z</time>",
            "<dd>aarch64-unknown-linux-musl</dd>",
            "<dd>rustc 1.85.0</dd>",
        ] {
            assert!(page.contains(value), "{value} is not in:\n{page}");
        }
    }

    #[test]
    fn a_dirty_build_says_so() {
        assert!(
            render(&BuildInfo {
                dirty: true,
                ..sample()
            })
            .contains("<dd>differ from the revision</dd>")
        );
    }

    #[test]
    fn values_cannot_become_markup_or_marks() {
        let toolchain = "<script>&\"'{{target}}".to_owned();
        let page = render(&BuildInfo { toolchain, ..sample() });
        assert!(
            page.contains("<dd>&lt;script&gt;&amp;&quot;&#39;&#123;&#123;target}}</dd>"),
            "{page}"
        );
    }

    #[test]
    fn the_page_loads_nothing() {
        for mark in ["http:", "https:", "//", "src=", "<link", "<script", "url(", "@import"] {
            assert!(!TEMPLATE.contains(mark), "{mark}");
        }
    }

    #[test]
    fn the_policy_names_the_digest_of_the_style() {
        let (_, rest) = TEMPLATE.split_once("<style>").unwrap();
        let (style, _) = rest.split_once("</style>").unwrap();
        let source = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(style)));
        assert!(
            CONTENT_SECURITY_POLICY.contains(&source),
            "write {source} into CONTENT_SECURITY_POLICY"
        );
    }
}
