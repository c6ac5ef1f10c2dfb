//! Renders a report as JUnit XML for CI servers: a suite for each service, a case for each builder's result.
//!
//! Differing builds, failed builds, rejected documents and disagreeing builders are failures. A result that could not
//! be read is an error.

use askama::Template;

use super::words::describe;
use super::{BuilderResult, Report, ReportedArtifact, rendered};
use crate::comparison_text::{location, node, summary};
use crate::status::Status;

#[derive(Template)]
#[template(path = "junit.xml")]
struct JunitDocument<'a> {
    suites: Vec<Suite<'a>>,
}

/// The cases of one service, or of the results that could not be read.
struct Suite<'a> {
    name: &'a str,
    cases: Vec<Case>,
}

/// The result of one builder, or the agreement of all.
struct Case {
    name: String,
    result: CaseResult,
}

enum CaseResult {
    Passed,
    Failure(&'static str, String),
    Error(String),
}

/// The number of cases, of failures and of errors.
struct CaseCounts {
    tests: usize,
    failures: usize,
    errors: usize,
}

impl Report {
    /// The report as JUnit XML: the same bytes for the same results.
    pub fn to_junit(&self) -> Vec<u8> {
        let mut suites: Vec<Suite<'_>> = Vec::new();
        for artifact in &self.artifacts {
            let (name, cases) = (artifact.service(), cases(artifact));
            match suites.iter_mut().find(|suite| suite.name == name) {
                Some(suite) => suite.cases.extend(cases),
                None => suites.push(Suite { name, cases }),
            }
        }
        let unreadable = self.unreadable.iter().map(|unreadable| Case {
            name: unreadable.name.clone(),
            result: CaseResult::Error(unreadable.error.in_documents()),
        });
        if !self.unreadable.is_empty() {
            suites.push(Suite {
                name: "results that could not be read",
                cases: unreadable.collect(),
            });
        }
        rendered(&JunitDocument { suites })
    }
}

impl JunitDocument<'_> {
    fn counts(&self) -> CaseCounts {
        CaseCounts::of(self.suites.iter().flat_map(|suite| &suite.cases))
    }
}

impl Suite<'_> {
    fn counts(&self) -> CaseCounts {
        CaseCounts::of(self.cases.iter())
    }
}

impl CaseCounts {
    fn of<'a>(cases: impl Iterator<Item = &'a Case>) -> Self {
        let (mut tests, mut failures, mut errors) = (0, 0, 0);
        for case in cases {
            tests += 1;
            match case.result {
                CaseResult::Passed => {}
                CaseResult::Failure(..) => failures += 1,
                CaseResult::Error(_) => errors += 1,
            }
        }
        Self {
            tests,
            failures,
            errors,
        }
    }
}

fn cases(artifact: &ReportedArtifact) -> Vec<Case> {
    let definition = artifact.definition();
    let name = |who: &str| format!("{} from {}, {who}", definition.platform, definition.source.revision);
    let mut cases: Vec<_> = artifact
        .results
        .iter()
        .map(|result| Case {
            name: name(&result.builder()),
            result: case_result(result),
        })
        .collect();
    if artifact.results.len() > 1 {
        let disagreements = artifact.disagreements();
        let mut text = String::new();
        for path in &disagreements {
            text.push_str(&path.to_string());
            text.push('\n');
        }
        let result = if disagreements.is_empty() {
            CaseResult::Passed
        } else {
            CaseResult::Failure("the builders disagree", text)
        };
        cases.push(Case {
            name: name("all builders agree"),
            result,
        });
    }
    cases
}

fn case_result(result: &BuilderResult) -> CaseResult {
    match result.status() {
        Status::Different if result.failure().is_some() => {
            CaseResult::Failure("a build is not repeatable", failure_text(result))
        }
        Status::Identical => CaseResult::Passed,
        Status::Different | Status::IdenticalWithoutSignatures => {
            CaseResult::Failure("the two builds differ", differences(result))
        }
        Status::NotBuilt => CaseResult::Failure("a build failed", failure_text(result)),
        Status::Rejected => CaseResult::Failure(
            "the documents contradict each other",
            result.stored.contradiction.clone().unwrap_or_default(),
        ),
        status @ (Status::Undecided | Status::NotChecked) => CaseResult::Error(status.to_string()),
    }
}

/// Why a build failed, and the end of its log.
fn failure_text(result: &BuilderResult) -> String {
    let lines = result
        .failure()
        .map(|failure| [std::slice::from_ref(&failure.why), &failure.log].concat());
    lines.unwrap_or_default().join("\n")
}

fn differences(result: &BuilderResult) -> String {
    let mut text = String::new();
    for entry in result.differences() {
        for kind in entry.differences() {
            text.push_str(&format!("{}, {}\n", entry.path, describe(&kind)));
        }
        text.push_str(&format!(
            "  original  {}\n  rebuilt   {}\n",
            node(entry.original.as_ref()),
            node(entry.rebuilt.as_ref())
        ));
        for explanation in result.explanations(&entry.path) {
            text.push_str(&format!("  {}: {}\n", location(explanation), summary(explanation)));
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
