//! A report for CI servers: JUnit XML, a suite for each service, a case for each builder's result.
//!
//! Two builds that differ, or of which one failed, are a failure, as are documents that were rejected and builders that disagree; a result that
//! could not be read is an error.

use super::markup::Markup;
use super::words::describe;
use super::{Artifact, Outcome, Report, Unreadable};
use crate::comparison_text::{location, node, summary};
use crate::status::Status;

/// What becomes of one case.
enum Case {
    Passed,
    Failure(&'static str, String),
    Error(String),
}

impl Report {
    /// The report as JUnit XML: the same bytes for the same results.
    pub fn to_junit(&self) -> Vec<u8> {
        let mut suites: Vec<(&str, Vec<(String, Case)>)> = Vec::new();
        for artifact in &self.artifacts {
            let cases = cases(artifact);
            match suites
                .iter_mut()
                .find(|(name, _)| *name == artifact.service())
            {
                Some((_, all)) => all.extend(cases),
                None => suites.push((artifact.service(), cases)),
            }
        }
        if !self.unreadable.is_empty() {
            let case = |unreadable: &Unreadable| {
                (
                    unreadable.name.clone(),
                    Case::Error(unreadable.error.in_documents()),
                )
            };
            let cases = self.unreadable.iter().map(case).collect();
            suites.push(("results that could not be read", cases));
        }
        let mut xml = Markup::default();
        xml.raw(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rebuild-verifier\"",
        );
        counts(&mut xml, suites.iter().flat_map(|(_, cases)| cases));
        xml.raw(">\n");
        for (name, cases) in &suites {
            xml.raw("  <testsuite name=\"").text(name).raw("\"");
            counts(&mut xml, cases.iter());
            xml.raw(">\n");
            for (case, outcome) in cases {
                push(&mut xml, name, case, outcome);
            }
            xml.raw("  </testsuite>\n");
        }
        xml.raw("</testsuites>\n");
        xml.finish().into_bytes()
    }
}

fn counts<'a>(xml: &mut Markup, cases: impl Iterator<Item = &'a (String, Case)>) {
    let (mut tests, mut failures, mut errors) = (0, 0, 0);
    for (_, case) in cases {
        tests += 1;
        match case {
            Case::Passed => {}
            Case::Failure(..) => failures += 1,
            Case::Error(_) => errors += 1,
        }
    }
    xml.raw(" tests=\"").text(tests);
    xml.raw("\" failures=\"").text(failures);
    xml.raw("\" errors=\"").text(errors);
    xml.raw("\" skipped=\"0\"");
}

fn push(xml: &mut Markup, suite: &str, case: &str, outcome: &Case) {
    xml.raw("    <testcase classname=\"").text(suite);
    xml.raw("\" name=\"").text(case);
    match outcome {
        Case::Passed => xml.raw("\"/>\n"),
        Case::Failure(message, text) => xml
            .raw("\">\n      <failure message=\"")
            .text(message)
            .raw("\">")
            .lines(text)
            .raw("</failure>\n    </testcase>\n"),
        Case::Error(text) => xml
            .raw("\">\n      <error message=\"could not be read\">")
            .lines(text)
            .raw("</error>\n    </testcase>\n"),
    };
}

fn cases(artifact: &Artifact) -> Vec<(String, Case)> {
    let definition = artifact.definition();
    let name = |who: &str| {
        format!(
            "{} from {}, {who}",
            definition.platform, definition.source.revision
        )
    };
    let mut cases: Vec<_> = artifact
        .results
        .iter()
        .map(|outcome| (name(&outcome.builder()), case(outcome)))
        .collect();
    if artifact.results.len() > 1 {
        let disagreements = artifact.disagreements();
        let mut text = String::new();
        for path in &disagreements {
            text.push_str(&path.to_string());
            text.push('\n');
        }
        let case = match disagreements.as_slice() {
            [] => Case::Passed,
            _ => Case::Failure("the builders disagree", text),
        };
        cases.push((name("all builders agree"), case));
    }
    cases
}

fn case(outcome: &Outcome) -> Case {
    match outcome.status() {
        Status::Different if outcome.failure().is_some() => {
            Case::Failure("a build does not give the same each time", said(outcome))
        }
        Status::Identical => Case::Passed,
        Status::Different | Status::IdenticalWithoutSignatures => {
            Case::Failure("the two builds differ", differences(outcome))
        }
        Status::NotBuilt => Case::Failure("a build failed", said(outcome)),
        Status::Rejected => Case::Failure(
            "the documents contradict each other",
            outcome.rejected.clone().unwrap_or_default(),
        ),
        status @ (Status::Undecided | Status::NotChecked) => Case::Error(status.to_string()),
    }
}

/// Why a build failed, and what was said before.
fn said(outcome: &Outcome) -> String {
    let lines = outcome
        .failure()
        .map(|failure| [std::slice::from_ref(&failure.why), &failure.log].concat());
    lines.unwrap_or_default().join("\n")
}

fn differences(outcome: &Outcome) -> String {
    let mut text = String::new();
    for entry in outcome.differences() {
        for kind in entry.differences() {
            text.push_str(&format!("{}, {}\n", entry.path, describe(&kind)));
        }
        text.push_str(&format!(
            "  original  {}\n  rebuilt   {}\n",
            node(entry.original.as_ref()),
            node(entry.rebuilt.as_ref())
        ));
        for explanation in outcome.explanations(&entry.path) {
            text.push_str(&format!(
                "  {}: {}\n",
                location(explanation),
                summary(explanation)
            ));
            if let Some(likely) = &explanation.cause {
                text.push_str(&format!(
                    "    cause ({}): {}\n    fix: {}\n",
                    likely.confidence, likely.cause, likely.fix
                ));
            }
        }
    }
    text
}
