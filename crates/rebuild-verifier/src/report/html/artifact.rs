//! One artifact on the page: what it is, what each builder made of it, and every difference.

use build_attestation::definition::Variation;
use untrusted_input::spelling::plural;

use super::super::markup::Markup;
use super::super::{Artifact, Found, Outcome, Row};
use super::{badge, difference};
use crate::comparison_text::size;
use crate::failure::Failure;
use crate::status::Status;

/// Files, and differences, that are listed of one result: a page of a million would open in no browser.
pub(super) const MOST_LISTED: usize = 200;

/// The section of the artifact at `index`; open unless there is nothing to look into.
pub(super) fn section(
    page: &mut Markup,
    artifact: &Artifact,
    index: usize,
    conditions: &[&[Variation]],
) {
    let status = artifact.status();
    let definition = artifact.definition();
    page.raw("<details class=\"card\"");
    if status != Status::Identical {
        page.raw(" open");
    }
    page.raw("><summary><h3>").text(artifact.service());
    page.raw(" <span class=\"platform\">")
        .text(&definition.platform)
        .raw("</span></h3>");
    badge(page, status);
    page.raw("<span class=\"note\">")
        .text(size(artifact.size_bytes()))
        .raw("</span></summary>\n");
    page.raw("<div class=\"body\" id=\"artifact-")
        .text(index + 1)
        .raw("\">\n");
    for path in artifact.disagreements() {
        page.raw("<p class=\"alert bad\">The builders disagree about <code>")
            .text(path);
        page.raw("</code>, although all of them built the same source.</p>\n");
    }
    page.raw("<dl class=\"facts\">\n");
    fact(
        page,
        "Build it",
        &format!("nix build .#{}", definition.flake_attribute),
    );
    fact(page, "Source", &definition.source.revision);
    fact(page, "Source tree", &definition.source.nar_hash);
    fact(page, "Target", &definition.target);
    fact(page, "Toolchain", &definition.toolchain);
    let inputs = definition.resolved_dependencies.len() as u64;
    fact(page, "Pinned inputs", &inputs.to_string());
    page.raw("</dl>\n");
    for outcome in &artifact.results {
        result(page, outcome, conditions);
    }
    page.raw("</div></details>\n");
}

fn fact(page: &mut Markup, term: &'static str, value: &str) {
    page.raw("<div><dt>")
        .raw(term)
        .raw("</dt><dd><code>")
        .text(value)
        .raw("</code></dd></div>\n");
}

fn result(page: &mut Markup, outcome: &Outcome, conditions: &[&[Variation]]) {
    page.raw("<section class=\"result\"><h4><span class=\"unseen\">Builder </span>")
        .text(outcome.builder());
    page.raw("</h4>");
    badge(page, outcome.status());
    let variations = outcome.definition.variations.as_slice();
    if let Some(list) = conditions.iter().position(|list| *list == variations) {
        page.raw(" <a class=\"note\" href=\"#conditions-")
            .text(list + 1)
            .raw("\">");
        page.text(plural(variations.len() as u64, "condition", "conditions"))
            .raw(" varied</a>");
    }
    page.raw("\n");
    if let Some(why) = &outcome.rejected {
        page.raw("<p class=\"alert bad\">Rejected: ")
            .text(why)
            .raw("</p>\n");
    }
    match &outcome.found {
        Found::NotBuilt(failure) => failed(page, failure),
        Found::Compared(comparison) => {
            files(page, &|| Box::new(outcome.rows()));
            difference::list(page, comparison, "h5");
        }
    }
    page.raw("</section>\n");
}

/// Why there are no files, and what was said before.
fn failed(page: &mut Markup, failure: &Failure) {
    let verdict = match failure.status() {
        Status::Different => "Different: ",
        _ => "Not built: ",
    };
    page.raw("<p class=\"alert bad\">")
        .text(verdict)
        .text(&failure.why)
        .raw("</p>\n");
    if !failure.log.is_empty() {
        page.raw("<details open><summary><h5>The end of the log</h5></summary>\n");
        page.raw("<div class=\"scroll\" role=\"region\" aria-label=\"The end of the log\" tabindex=\"0\"><pre class=\"log\">");
        page.lines(&failure.log.join("\n"))
            .raw("</pre></div></details>\n");
    }
}

/// A table with every role spelled out: narrow screens show it as blocks, and screen readers still as a table.
pub(super) fn files<'a>(page: &mut Markup, rows: &dyn Fn() -> Box<dyn Iterator<Item = Row> + 'a>) {
    page.raw("<div class=\"scroll\" role=\"region\" aria-label=\"Files\" tabindex=\"0\"><table class=\"files\" role=\"table\">\n");
    page.raw("<caption class=\"unseen\">Every file with its size, digest and verdict</caption>\n");
    page.raw("<thead role=\"rowgroup\"><tr role=\"row\">");
    for column in ["File", "Size", "SHA-256", "Verdict"] {
        page.raw("<th role=\"columnheader\" scope=\"col\">")
            .raw(column)
            .raw("</th>");
    }
    page.raw("</tr></thead>\n<tbody role=\"rowgroup\">\n");
    // Links and folders that differ are among the differences below.
    let files = || rows().filter(|row| row.original.is_some() || row.rebuilt.is_some());
    for row in files().take(MOST_LISTED) {
        file(page, &row);
    }
    page.raw("</tbody></table></div>\n");
    more(page, files().count());
}

fn file(page: &mut Markup, row: &Row) {
    const CELL: &str = "</td><td role=\"cell\">";
    page.raw("<tr role=\"row\"><th role=\"rowheader\" scope=\"row\"><code>");
    page.text(&row.path);
    page.raw("</code></th><td role=\"cell\" class=\"size\">");
    page.text(row.size_bytes.map_or("no file".into(), size));
    page.raw(CELL);
    if row.original == row.rebuilt {
        digest(page, "", row.original);
    } else {
        digest(page, "original ", row.original);
        digest(page, "rebuild ", row.rebuilt);
    }
    page.raw(CELL);
    badge(page, row.status);
    page.raw("</td></tr>\n");
}

fn digest(page: &mut Markup, which: &'static str, digest: Option<untrusted_input::digest::Sha256>) {
    page.raw("<div>").raw(which);
    match digest {
        Some(digest) => page
            .raw("<code class=\"digest\">")
            .text(digest)
            .raw("</code>"),
        None => page.raw("no file"),
    };
    page.raw("</div>");
}

/// Says how many are not listed.
pub(super) fn more(page: &mut Markup, count: usize) {
    if let Some(more) = count.checked_sub(MOST_LISTED).filter(|more| *more > 0) {
        page.raw("<p class=\"note\">and ")
            .text(more)
            .raw(" more, all of them in comparison.json</p>\n");
    }
}
