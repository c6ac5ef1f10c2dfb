//! A report as one HTML page: nothing is loaded, nothing is executed, everything can be read without colours.

mod artifact;
pub(crate) mod comparison;
mod difference;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use build_attestation::definition::Variation;
use sha2::Digest as _;
use untrusted_input::spelling::plural;

use super::markup::Markup;
use super::{Artifact, Report};
use crate::status::Status;

pub use comparison::page as comparison_page;

const STYLE: &str = include_str!("html/page.css");

/// The shapes beside each verdict, drawn once and used by their names.
const SHAPES: &str = include_str!("html/shapes.svg");

impl Report {
    /// The report as a page: the same bytes for the same results.
    pub fn to_html(&self) -> Vec<u8> {
        let mut page = Markup::default();
        head(&mut page, self.status(), "rebuild report");
        page.raw("<body>\n").raw(SHAPES);
        header(&mut page, self);
        page.raw("<main>\n");
        unreadable(&mut page, self);
        if !self.artifacts.is_empty() {
            overview(&mut page, self);
            page.raw(
                "<section aria-labelledby=\"artifacts\">\n<h2 id=\"artifacts\">Artifacts</h2>\n",
            );
            for (index, artifact) in self.artifacts.iter().enumerate() {
                artifact::section(&mut page, artifact, index, &self.conditions());
            }
            page.raw("</section>\n");
            conditions(&mut page, &self.conditions());
        }
        page.raw(ABOUT);
        page.raw("</main>\n</body>\n</html>\n");
        page.finish().into_bytes()
    }
}

const ABOUT: &str = "<section aria-labelledby=\"about\">
<h2 id=\"about\">What this page says</h2>
<p><strong>Identical</strong> means every byte of every file, its path, its type, its executable bit and its link target. \
Each artifact was built twice from the same pinned source, the second time under other conditions. What both builds were \
made with stands in each statement, and also if nobody has looked.</p>
<p>What is called identical follows from documents that keep to their formats and agree with each other, and all builders \
of one source got the same. Signatures were not checked, and published files were not read: <code>rebuild-verifier verify</code> does both. \
<code>rebuild-verifier audit</code> builds again and compares with what was published.</p>
</section>
";

fn head(page: &mut Markup, status: Status, what: &'static str) {
    page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    page.raw("<meta name=\"referrer\" content=\"no-referrer\">\n");
    // Names in a report come from whoever built: whatever they hold, the browser loads and runs nothing.
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-");
    page.text(STANDARD.encode(sha2::Sha256::digest(STYLE)));
    page.raw("'\">\n<title>");
    page.text(capitalized(status));
    page.raw(" – ")
        .raw(what)
        .raw("</title>\n<style>")
        .raw(STYLE)
        .raw("</style>\n</head>\n");
}

fn header(page: &mut Markup, report: &Report) {
    let status = report.status();
    page.raw("<header>\n<h1>Rebuild report</h1>\n");
    verdict(page, status, &report.summary());
    if !report.artifacts.is_empty() {
        page.raw("<dl class=\"facts\">\n");
        facts(page, "Source", &sources(report));
        facts(page, "Built by", &builders(report));
        page.raw("</dl>\n");
    }
    page.raw("</header>\n");
}

/// The verdict on everything, and what it is made of.
fn verdict(page: &mut Markup, status: Status, summary: &str) {
    page.raw("<div class=\"verdict ")
        .raw(class(status))
        .raw("\">");
    shape(page, status);
    page.raw("<p><strong>")
        .text(capitalized(status))
        .raw("</strong> <span>");
    page.text(summary).raw("</span></p></div>\n");
}

fn facts(page: &mut Markup, term: &'static str, values: &BTreeSet<&str>) {
    if values.is_empty() {
        return;
    }
    page.raw("<div><dt>").raw(term).raw("</dt>");
    for value in values {
        page.raw("<dd><code>").text(value).raw("</code></dd>");
    }
    page.raw("</div>\n");
}

fn sources(report: &Report) -> BTreeSet<&str> {
    report
        .artifacts
        .iter()
        .map(|artifact| artifact.definition().source.revision.as_str())
        .collect()
}

fn builders(report: &Report) -> BTreeSet<&str> {
    report
        .artifacts
        .iter()
        .flat_map(|artifact| &artifact.results)
        .filter_map(|outcome| outcome.attester.as_ref())
        .map(|attester| attester.builder_id.as_str())
        .collect()
}

fn unreadable(page: &mut Markup, report: &Report) {
    if report.unreadable.is_empty() {
        return;
    }
    page.raw(
        "<section aria-labelledby=\"unreadable\">\n<h2 id=\"unreadable\">Could not be read</h2>\n",
    );
    page.raw("<p>Nothing is known about these results, so the whole could not be decided.</p>\n<ul class=\"plain\">\n");
    for unreadable in &report.unreadable {
        page.raw("<li class=\"card unread\"><code>")
            .text(&unreadable.name)
            .raw("</code> ");
        badge(page, Status::Undecided);
        page.raw("<p>")
            .text(unreadable.error.in_documents())
            .raw("</p></li>\n");
    }
    page.raw("</ul>\n</section>\n");
}

/// Platforms down, services across: there are many of the former.
fn overview(page: &mut Markup, report: &Report) {
    let platforms: BTreeSet<_> = report
        .artifacts
        .iter()
        .map(|artifact| &artifact.definition().platform)
        .collect();
    let services: BTreeSet<_> = report.artifacts.iter().map(Artifact::service).collect();
    page.raw(
        "<section aria-labelledby=\"overview\">\n<h2 id=\"overview\">Services and platforms</h2>\n",
    );
    page.raw("<div class=\"scroll\" role=\"region\" aria-labelledby=\"overview\" tabindex=\"0\"><table class=\"overview\">\n");
    page.raw("<caption class=\"unseen\">The verdict on each service for each platform</caption>\n");
    page.raw("<thead><tr><th scope=\"col\">Platform</th>");
    for service in &services {
        page.raw("<th scope=\"col\">").text(service).raw("</th>");
    }
    page.raw("</tr></thead>\n<tbody>\n");
    for platform in platforms {
        page.raw("<tr><th scope=\"row\">")
            .text(platform)
            .raw("</th>");
        for service in &services {
            page.raw("<td>");
            let mut none = true;
            for (index, artifact) in report.artifacts.iter().enumerate() {
                if artifact.service() == *service && artifact.definition().platform == *platform {
                    none = false;
                    overview_cell(page, artifact, index);
                }
            }
            if none {
                page.raw("<span class=\"none\" aria-hidden=\"true\">–</span><span class=\"unseen\">no result</span>");
            }
            page.raw("</td>");
        }
        page.raw("</tr>\n");
    }
    page.raw("</tbody></table></div>\n</section>\n");
}

fn overview_cell(page: &mut Markup, artifact: &Artifact, index: usize) {
    page.raw("<a href=\"#artifact-").text(index + 1).raw("\">");
    badge(page, artifact.status());
    page.raw("</a> <span class=\"note\">");
    page.text(plural(artifact.builders() as u64, "builder", "builders"))
        .raw("</span>");
}

fn conditions(page: &mut Markup, lists: &[&[Variation]]) {
    page.raw("<section aria-labelledby=\"conditions\">\n<h2 id=\"conditions\">What the rebuilds varied</h2>\n");
    for (index, list) in lists.iter().enumerate() {
        page.raw("<details class=\"card\"><summary>");
        page.raw("<h3 id=\"conditions-").text(index + 1).raw("\">");
        if lists.len() > 1 {
            page.raw("List ").text(index + 1).raw(": ");
        }
        page.text(plural(list.len() as u64, "condition", "conditions"))
            .raw("</h3></summary>\n");
        page.raw("<div class=\"scroll\" role=\"region\" aria-labelledby=\"conditions-")
            .text(index + 1);
        page.raw("\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">Condition</th><th scope=\"col\">Original</th>");
        page.raw("<th scope=\"col\">Rebuild</th></tr></thead>\n<tbody>\n");
        for variation in *list {
            page.raw("<tr><th scope=\"row\">")
                .text(&variation.name)
                .raw("</th><td><code>");
            page.text(&variation.original).raw("</code></td><td><code>");
            page.text(&variation.rebuilt).raw("</code></td></tr>\n");
        }
        page.raw("</tbody></table></div></details>\n");
    }
    page.raw("</section>\n");
}

/// A verdict: a shape, a word, and a colour for those who see it.
fn badge(page: &mut Markup, status: Status) {
    page.raw("<span class=\"badge ")
        .raw(class(status))
        .raw("\">");
    shape(page, status);
    page.text(status).raw("</span>");
}

fn shape(page: &mut Markup, status: Status) {
    let name = match status {
        Status::Identical => "#shape-identical",
        Status::Different | Status::IdenticalWithoutSignatures => "#shape-different",
        Status::Rejected | Status::NotBuilt => "#shape-rejected",
        Status::Undecided | Status::NotChecked => "#shape-unknown",
    };
    page.raw("<svg class=\"shape\" aria-hidden=\"true\"><use href=\"")
        .raw(name)
        .raw("\"/></svg>");
}

fn class(status: Status) -> &'static str {
    match status {
        Status::Identical => "good",
        Status::Different
        | Status::IdenticalWithoutSignatures
        | Status::NotBuilt
        | Status::Rejected => "bad",
        Status::Undecided | Status::NotChecked => "unknown",
    }
}

fn capitalized(status: Status) -> String {
    let text = status.to_string();
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}
