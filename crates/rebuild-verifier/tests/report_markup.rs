//! `report`: the page, the JUnit XML and the Markdown are well-formed, and no name in them becomes markup.

use std::collections::BTreeSet;

use crate::report_documents::{attested, document, unattested};
use crate::util::Folder;

/// Names that are markup, end a table cell, load something, or hide what follows.
const HOSTILE: [&str; 8] = [
    "<script>alert(1)<\u{2215}script>",
    "\"onmouseover=\"alert(1)",
    "'><img src=x onerror=alert(1)>",
    "]]>&lt;&#60;",
    "a|b`c`|[x](https:x)",
    "# h ![i](https:x) ~~~",
    "new\nline",
    "\u{202e}txt.exe\u{200b}",
];

/// A result with hostile file names, and an unreadable result with a hostile name.
pub(crate) fn hostile() -> Folder {
    let folder = Folder::with_identical_trees();
    for name in HOSTILE {
        folder.write(format!("a/{name}"), "one");
        folder.write(format!("b/{name}"), "two");
        folder.link(&format!("a/link {name}"), name);
        folder.link(&format!("b/link {name}"), "elsewhere");
    }
    unattested(&folder, "one", "server-aarch64-linux");
    // The name of a result is hostile too.
    folder.make_folder(&format!("results/{}", HOSTILE[2]));
    folder
}

/// Every tag in `markup`, with its attributes.
fn tags(markup: &str) -> Vec<&str> {
    let after_opening = markup.split('<').skip(1);
    after_opening.map(|rest| rest.split('>').next().unwrap()).collect()
}

#[test]
fn hostile_names_are_text_in_the_page_and_never_markup() {
    let page = document(&hostile(), "--html", 2);
    for tag in tags(&page) {
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap();
        assert!(
            !["script", "img", "iframe", "object", "link"].contains(&name),
            "<{tag}>"
        );
        assert!(!tag.contains("onmouseover") && !tag.contains("onerror"), "<{tag}>");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;"));
    assert!(page.contains("&quot;onmouseover=&quot;alert(1)"));
    assert!(page.contains("]]&gt;&amp;lt;&amp;#60;"));
    assert!(!page.contains('\u{202e}') && !page.contains('\u{200b}'));
}

#[test]
fn the_page_loads_nothing_and_runs_nothing() {
    let page = document(&hostile(), "--html", 2);
    for tag in tags(&page) {
        for loader in ["src=", "srcset=", "background=", "action=", "@import", "url("] {
            assert!(!tag.contains(loader), "<{tag}>");
        }
        let href = tag.split("href=\"").nth(1);
        assert!(href.is_none_or(|target| target.starts_with('#')), "<{tag}>");
    }
    assert!(page.contains("content=\"default-src 'none'; style-src 'sha256-"));
}

/// A browser applies the style only if the page's policy names its digest.
#[test]
fn the_style_has_the_digest_in_the_policy() {
    let folder = hostile();
    let page = document(&folder, "--html", 2);
    let style = page.split("<style>").nth(1).unwrap();
    folder.write("style", style.split("</style>").next().unwrap());
    let sum = folder.shell("sha256sum < style", 0).stdout[..64].to_owned();
    let policy = page.split("'sha256-").nth(1).unwrap();
    let digest = base64_hex(policy.split('\'').next().unwrap());
    assert_eq!(digest, sum);
}

fn base64_hex(text: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text);
    hex::encode(bytes.unwrap())
}

#[test]
fn every_tag_of_the_page_is_closed_in_order_and_every_link_leads_somewhere() {
    let page = document(&hostile(), "--html", 2);
    let mut open = Vec::new();
    let mut ids = BTreeSet::new();
    let mut targets = BTreeSet::new();
    for tag in tags(&page) {
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed));
        } else if !tag.ends_with('/') && !["!DOCTYPE", "meta"].contains(&name) {
            open.push(name);
        }
        if let Some(id) = tag.split(" id=\"").nth(1) {
            assert!(ids.insert(id.split('"').next().unwrap()), "{id} twice");
        }
        for attribute in ["href=\"#", "aria-labelledby=\""] {
            if let Some(target) = tag.split(attribute).nth(1) {
                targets.insert(target.split('"').next().unwrap());
            }
        }
    }
    assert_eq!(open, [""; 0]);
    assert_eq!(targets.difference(&ids).count(), 0, "{targets:?} {ids:?}");
}

#[test]
fn verdicts_are_words_and_tables_have_headings_for_screen_readers() {
    let folder = Folder::with_identical_trees();
    attested(&folder, "one", "server-aarch64-linux", "urn:x:one");
    let page = document(&folder, "--html", 0);
    assert!(page.contains("<html lang=\"en\">") && page.contains("<title>Identical"));
    assert_eq!(
        page.matches("class=\"badge ").count(),
        page.matches("</svg>identical</span>").count()
    );
    assert_eq!(page.matches("<table").count(), page.matches("<thead").count());
    for tag in tags(&page) {
        if tag.starts_with("th ") || tag == "th" {
            assert!(tag.contains("scope=\""), "<{tag}>");
        }
        if tag.starts_with("svg ") {
            assert!(tag.contains("aria-hidden=\"true\""), "<{tag}>");
        }
    }
}

#[test]
fn the_page_names_both_values_offset_and_count_of_a_difference() {
    let folder = Folder::with_identical_trees();
    folder.write("b/bin/server", b"\x7fELF sErvEr");
    unattested(&folder, "one", "server-aarch64-linux");
    let page = document(&folder, "--html", 1);
    assert!(
        page.contains("content: 2 bytes differ, the first at offset 6 (0x6)"),
        "{page}"
    );
    let comparison = folder.read_json("results/one/comparison.json");
    for side in ["original", "rebuilt"] {
        let sha256 = comparison["entries"][1][side]["sha256"].as_str().unwrap();
        assert!(page.contains(sha256));
    }
    assert!(page.contains("nobody attests to results/one"));
}

#[test]
fn every_form_says_why_and_what_to_do_and_takes_no_markup_from_an_explanation() {
    let folder = Folder::with_identical_trees();
    folder.write("a/bin/server", "built 2026-11-20T10:00:00Z\n");
    folder.write("b/bin/server", "built 2026-11-21T10:00:00Z\n");
    unattested(&folder, "one", "server-aarch64-linux");
    let name = "results/one/comparison.json";
    let mut comparison = folder.read_json(name);
    let explanation = &mut comparison["explanations"][0];
    for field in ["cause", "fix"] {
        let text = explanation["cause"][field].as_str().unwrap().to_owned();
        for form in ["--html", "--junit", "--markdown", "--json"] {
            assert!(document(&folder, form, 1).contains(&text), "{form}: {text}");
        }
        explanation["cause"][field] = "<script>`|".into();
    }
    explanation["members"] = ["<img src=x>"].into();
    explanation["part"] = "</code>\u{202e}".into();
    explanation["original"]["value"] = "<b>".into();
    folder.write_json(name, &comparison);
    for form in ["--html", "--junit", "--markdown"] {
        let text = document(&folder, form, 1);
        for hostile in ["<script>", "<img src=x>", "\u{202e}", "<b>"] {
            let in_code = format!("`{hostile} › ");
            assert!(!text.replace(&in_code, "").contains(hostile), "{form}: {text}");
        }
    }
}

#[test]
fn hostile_names_stay_text_in_junit() {
    let xml = document(&hostile(), "--junit", 2);
    let names: BTreeSet<_> = tags(&xml)
        .into_iter()
        .map(|tag| tag.trim_start_matches(['/', '?']).split(' ').next().unwrap())
        .collect();
    let ours = ["error", "failure", "testcase", "testsuite", "testsuites", "xml"];
    assert!(names.into_iter().eq(ours), "{xml}");
    assert!(!xml.contains("]]>") && !xml.contains('\u{202e}'));
    // An ampersand begins one of the five entities, or a quote as a number.
    for rest in xml.split('&').skip(1) {
        let entity = rest.split(';').next().unwrap();
        assert!(["amp", "lt", "gt", "quot", "#39"].contains(&entity), "&{entity}");
    }
}

#[test]
fn junit_counts_failures_and_errors_and_says_where() {
    let folder = Folder::with_identical_trees();
    attested(&folder, "good", "a-aarch64-linux", "urn:x:one");
    folder.write("b/bin/server", "other");
    unattested(&folder, "bad", "b-aarch64-linux");
    let xml = document(&folder, "--junit", 1);
    assert!(
        xml.contains("<testsuites name=\"rebuild-verifier\" tests=\"2\" failures=\"1\" errors=\"0\""),
        "{xml}"
    );
    assert!(
        xml.contains("<testsuite name=\"a\" tests=\"1\" failures=\"0\""),
        "{xml}"
    );
    assert!(xml.contains("bin/server, content: "), "{xml}");
    folder.make_folder("results/none");
    let xml = document(&folder, "--junit", 2);
    assert!(xml.contains(" tests=\"3\" failures=\"1\" errors=\"1\""), "{xml}");
    assert!(xml.contains("name=\"results/none\""), "{xml}");
}

#[test]
fn hostile_names_stay_literal_in_markdown() {
    let text = document(&hostile(), "--markdown", 2);
    for line in text.lines() {
        // Outside of code spans there are only this program's own words.
        let mut outside = String::new();
        let mut rest = line;
        while let Some((before, code)) = rest.split_once('`') {
            let (_, after) = code.split_once('`').expect(line);
            outside.push_str(before);
            rest = after;
        }
        outside.push_str(rest);
        for tag in tags(&outside) {
            assert!(
                ["details", "/details", "summary", "/summary", "code", "/code"].contains(&tag),
                "{line}"
            );
        }
        assert!(!outside.contains("](") && !outside.contains("!["), "{line}");
        if line.starts_with('|') {
            assert_eq!(line.matches('|').count(), 7, "{line}");
        }
    }
    assert!(text.contains("<code>a&#124;b&#96;c"), "{text}");
}
