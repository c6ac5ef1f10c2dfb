//! The differences of one result on the page: which entry, how, where inside of it, why, and what to do about it.

use bit_compare::comparison::{Comparison, Entry};
use bit_compare::explanation::{Explanation, LikelyCause, Place};
use untrusted_input::spelling::plural;

use super::super::markup::Markup;
use super::super::words::describe;
use super::artifact::{MOST_LISTED, more};
use crate::comparison_text::{location, node, summary};

/// Explanations that are shown of one entry; the first ones are the causes.
const MOST_EXPLANATIONS: usize = 20;

/// Every entry that differs, with what explains it, under a heading of this level: `h5`.
pub(super) fn list(page: &mut Markup, comparison: &Comparison, heading: &'static str) {
    let count = comparison.different_entries().count();
    if count == 0 {
        return;
    }
    page.raw("<details class=\"differences\" open><summary><")
        .raw(heading)
        .raw(">");
    page.text(plural(count as u64, "entry differs", "entries differ"))
        .raw("</")
        .raw(heading)
        .raw("></summary>\n<ul>\n");
    for entry in comparison.different_entries().take(MOST_LISTED) {
        difference(page, comparison, entry);
    }
    page.raw("</ul>\n");
    more(page, count);
    page.raw("</details>\n");
}

fn difference(page: &mut Markup, comparison: &Comparison, entry: &Entry) {
    page.raw("<li><code class=\"path\">")
        .text(&entry.path)
        .raw("</code>\n");
    for kind in entry.differences() {
        page.raw("<p>").text(describe(&kind)).raw("</p>\n");
    }
    sides(
        page,
        &node(entry.original.as_ref()),
        &node(entry.rebuilt.as_ref()),
    );
    let explanations: Vec<_> = comparison.explanations_of(&entry.path).collect();
    if !explanations.is_empty() {
        page.raw("<ol class=\"why\">\n");
        for explanation in explanations.iter().take(MOST_EXPLANATIONS) {
            explain(page, explanation);
        }
        page.raw("</ol>\n");
    }
    let shown = explanations.len().min(MOST_EXPLANATIONS);
    more(page, MOST_LISTED + explanations.len() - shown);
    page.raw("</li>\n");
}

fn sides(page: &mut Markup, original: &str, rebuilt: &str) {
    page.raw("<dl class=\"sides\"><div><dt>original</dt><dd><code>")
        .text(original);
    page.raw("</code></dd></div><div><dt>rebuild</dt><dd><code>")
        .text(rebuilt)
        .raw("</code></dd></div></dl>\n");
}

fn explain(page: &mut Markup, explanation: &Explanation) {
    page.raw("<li><p><code class=\"path\">")
        .text(location(explanation))
        .raw("</code></p>\n<p>")
        .text(summary(explanation))
        .raw("</p>\n");
    let value = |place: &Option<Place>| match place {
        Some(place) => place.value.clone(),
        None => "nothing".into(),
    };
    sides(
        page,
        &value(&explanation.original),
        &value(&explanation.rebuilt),
    );
    match &explanation.cause {
        Some(likely) => cause(page, likely),
        None => {
            page.raw("<p class=\"note\">The cause is not known: <code>diffoscope</code> shows more.</p>\n");
        }
    }
    page.raw("</li>\n");
}

fn cause(page: &mut Markup, likely: &LikelyCause) {
    page.raw("<p class=\"cause\"><strong>Cause</strong> <span class=\"note\">(")
        .text(likely.confidence);
    if likely.follows {
        page.raw(", follows from other differences");
    }
    page.raw(")</span> ").text(&likely.cause);
    page.raw("<br><strong>Fix</strong> ")
        .text(&likely.fix)
        .raw("</p>\n");
}
