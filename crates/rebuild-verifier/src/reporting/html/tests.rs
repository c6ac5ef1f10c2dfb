//! Pages show everything in the documents of a result as harmless text.

use bit_compare::comparison::{Comparison, Entry, Level, Node};
use bit_compare::engine::ContentDifference;
use bit_compare::explanation::{ChangeKind, Confidence, Explanation, LikelyCause, Place};
use bit_compare::path::{EntryPath, LinkTarget};
use build_attestation::definition::{Definition, SourceId, Variation};
use serde_json::json;
use untrusted_input::InputError as _;
use untrusted_input::digest::Sha256;
use untrusted_input::format::Format;

use super::super::{BuilderResult, Report, ReportedArtifact, Unreadable};
use super::comparison_page;
use crate::error::Error;
use crate::failure::Failure;
use crate::result::{ComparedOrFailed, StoredResult};

/// Text that would be markup, end an attribute or an element, command a CI runner, control a terminal, or hide and
/// reorder the text after it; and its escaped form.
const HOSTILE: &str = "<script>'\"&<style>##[x]\u{1b}\u{202e}\u{200b}";
const SHOWN: &str = r"&lt;script&gt;&#39;&quot;&amp;&lt;style&gt;\x23#[x]\x1b\xe2\x80\xae\xe2\x80\x8b";

/// Other invisible characters, which no path and no log line can contain.
const ENDING: &str = "\0\n";

fn evil(place: &str) -> String {
    format!("{place}{HOSTILE}{ENDING}")
}

fn evil_path(place: &str) -> EntryPath {
    EntryPath::new(format!("{place}{HOSTILE}")).unwrap()
}

fn file(content: &str) -> Option<Node> {
    Some(Node::File {
        executable: false,
        size_bytes: content.len() as u64,
        sha256: Sha256::of(content.as_bytes()),
    })
}

fn link(place: &str) -> Option<Node> {
    Some(Node::Symlink {
        target: LinkTarget::new(evil(place).as_bytes()),
    })
}

fn explanation() -> Explanation {
    let place = |value: &str| Place {
        offset_in_file_bytes: None,
        offset_bytes: 1,
        offset_in_part_bytes: 1,
        part_bytes: 2,
        value: evil(value),
    };
    Explanation {
        path: evil_path("file"),
        members: vec![evil("member")],
        format: Format::Elf,
        part: evil("part"),
        field: Some(evil("field")),
        kind: ChangeKind::Changed,
        original: Some(place("value-of-the-original")),
        rebuilt: Some(place("value-of-the-rebuild")),
        places: 1,
        differing_bytes: 1,
        cause: Some(LikelyCause {
            id: evil("id"),
            cause: evil("cause"),
            fix: evil("fix"),
            confidence: Confidence::Certain,
            follows: true,
        }),
    }
}

/// A comparison of two builds; the original's file has this content.
fn comparison(original: &str) -> Comparison {
    let different = Entry {
        path: evil_path("file"),
        original: file(original),
        rebuilt: file("new"),
        content: Some(Box::new(ContentDifference {
            first_differing_offset_bytes: 0,
            differing_bytes: 1,
        })),
        unsigned_sha256: None,
    };
    let links = Entry {
        path: evil_path("link"),
        original: link("target-of-the-original"),
        rebuilt: link("target-of-the-rebuild"),
        content: None,
        unsigned_sha256: None,
    };
    let comparison = Comparison::new(Level::Bits, vec![different, links]).unwrap();
    comparison.explained(vec![explanation()], 0).unwrap()
}

fn definition() -> Definition {
    Definition {
        flake_attribute: evil("attribute"),
        platform: evil("platform"),
        target: evil("target"),
        source: SourceId {
            revision: evil("revision"),
            nar_hash: evil("source-tree"),
        },
        toolchain: evil("toolchain"),
        variations: vec![Variation {
            name: evil("condition"),
            original: evil("condition-of-the-original"),
            rebuilt: evil("condition-of-the-rebuild"),
        }],
        ..Definition::from_json(sample_files::golden::DEFINITION.as_bytes()).unwrap()
    }
}

fn result(outcome: ComparedOrFailed, contradiction: Option<String>) -> BuilderResult {
    BuilderResult {
        folder: "result".into(),
        name: evil("result"),
        stored: StoredResult {
            definition: definition(),
            attester: None,
            outcome,
            contradiction,
        },
    }
}

fn report() -> Report {
    let failure = json!({
        "schema_version": 2,
        "verdict": "not-built",
        "why": evil("why-not-built"),
        "log": [format!("log{HOSTILE}")],
    });
    let failure = Failure::from_json(failure.to_string().as_bytes()).unwrap();
    let disagreeing = ["one", "two"].map(|content| result(ComparedOrFailed::Compared(comparison(content)), None));
    let rejected = Some(evil("why-rejected"));
    Report {
        artifacts: vec![
            ReportedArtifact {
                results: disagreeing.into(),
            },
            ReportedArtifact {
                results: vec![result(ComparedOrFailed::Failed(failure.clone()), None)],
            },
            ReportedArtifact {
                results: vec![result(ComparedOrFailed::Failed(failure), rejected)],
            },
        ],
        unreadable: vec![Unreadable {
            name: evil("unreadable"),
            error: Error::invalid(evil("document"), "statement", evil("why-unreadable"), ""),
        }],
    }
}

/// Fails unless `document` shows the hostile text of all these places, and of no other.
fn assert_shown(document: &[u8], places: &[&str]) {
    let document = std::str::from_utf8(document).unwrap();
    for place in places {
        let shown = format!("{place}{SHOWN}");
        assert!(document.contains(&shown), "{shown:?} is not in {document}");
    }
    for raw in ["<script", "##[", "\0", "\u{1b}", "\u{202e}", "\u{200b}"] {
        assert!(!document.contains(raw), "{raw:?} is in {document}");
    }
    // No unescaped part of it is anywhere else.
    let shown = document.matches(SHOWN).count();
    assert_eq!(document.matches("script").count(), shown, "{document}");
}

const OF_A_DIFFERENCE: [&str; 12] = [
    "file",
    "link",
    "symlink to target-of-the-original",
    "symlink to target-of-the-rebuild",
    "member",
    "part",
    "field",
    "value-of-the-original",
    "value-of-the-rebuild",
    "cause",
    "fix",
    "disagree about <code>file",
];

#[test]
fn hostile_text_is_harmless_wherever_a_report_shows_it() {
    let places = [
        "attribute",
        "nix build .#attribute",
        "platform",
        "target",
        "revision",
        "source-tree",
        "toolchain",
        "condition",
        "condition-of-the-original",
        "condition-of-the-rebuild",
        "nobody attests to result",
        "why-not-built",
        "log",
        "Rejected: why-rejected",
        "unreadable",
        "document",
        "why-unreadable",
    ];
    let page = report().to_html();
    assert_shown(&page, &[&places[..], &OF_A_DIFFERENCE].concat());
}

#[test]
fn hostile_text_is_harmless_wherever_a_comparison_shows_it() {
    let (_, places) = OF_A_DIFFERENCE.split_last().unwrap();
    assert_shown(&comparison_page(&comparison("one")), places);
}

#[test]
fn hostile_text_is_harmless_wherever_junit_has_it() {
    let places = [
        "attribute",
        "platform",
        "revision",
        "nobody attests to result",
        "why-not-built",
        "log",
        "why-rejected",
        "unreadable",
        "why-unreadable",
    ];
    let (_, of_a_difference) = OF_A_DIFFERENCE.split_last().unwrap();
    // JUnit XML does not show the two values of an explanation.
    let of_a_difference = of_a_difference.iter().filter(|place| !place.starts_with("value"));
    let places: Vec<_> = places.iter().chain(of_a_difference).copied().collect();
    assert_shown(&report().to_junit(), &places);
}
