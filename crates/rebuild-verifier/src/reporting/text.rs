//! Renders a report for the terminal: one line for each file if both digests fit, else a block.

use std::fmt::Write as _;

use untrusted_input::terminal::Colors;

use super::{BuilderResult, Report, ReportedArtifact, Row};
use crate::comparison_text::size;
use crate::status::Status;

const HEADER: [&str; 6] = [
    "artifact",
    "platform",
    "builder",
    "size",
    "SHA-256 of the original",
    "SHA-256 of the rebuild",
];
const GAP: usize = 2;
const LONGEST_VERDICT: usize = "could not decide".len();

impl Report {
    /// The report as text, within `columns` if possible.
    pub fn to_text(&self, colors: Colors, columns: usize) -> String {
        let lines: Vec<_> = self.artifacts.iter().flat_map(lines).collect();
        layout(&lines, colors, columns)
    }
}

fn layout(lines: &[Line], colors: Colors, columns: usize) -> String {
    let mut widths = HEADER.map(str::len);
    for (cells, _) in lines {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = widths.iter().map(|width| width + GAP).sum::<usize>() + LONGEST_VERDICT;
    if line <= columns {
        table(lines, widths, colors)
    } else {
        blocks(lines, colors)
    }
}

type Line = ([String; 6], Status);

/// One line for each file, or a single line for a failed build.
fn lines(artifact: &ReportedArtifact) -> impl Iterator<Item = Line> {
    let not_built = |result: &BuilderResult| {
        let cells = [
            result.stored.definition.flake_attribute.clone(),
            result.stored.definition.platform.clone(),
            result.builder(),
            "no file".into(),
            "no file".into(),
            "no file".into(),
        ];
        (cells, result.status())
    };
    let line = |result: &BuilderResult, row: Row| {
        let digest = |digest: Option<_>| digest.map_or("no file".to_owned(), |digest| format!("{digest}"));
        let cells = [
            format!("{} {}", result.stored.definition.flake_attribute, row.path),
            result.stored.definition.platform.clone(),
            result.builder(),
            row.size_bytes.map_or("no file".to_owned(), size),
            digest(row.original),
            digest(row.rebuilt),
        ];
        (cells, row.status)
    };
    artifact.results.iter().flat_map(move |result| {
        let failed = result.failure().map(|_| not_built(result));
        let built = result.rows().map(move |row| line(result, row));
        failed.into_iter().chain(built)
    })
}

fn table(lines: &[Line], widths: [usize; 6], colors: Colors) -> String {
    let mut text = String::new();
    let mut push_line = |cells: [&str; 6], verdict: &str| {
        for (cell, width) in cells.iter().zip(widths) {
            // Writing to a String cannot fail, here and below.
            let _ = write!(text, "{cell:<width$}  ");
        }
        let _ = writeln!(text, "{verdict}");
    };
    push_line(HEADER, "verdict");
    for (cells, status) in lines {
        push_line(cells.each_ref().map(String::as_str), &status.colored(colors));
    }
    text
}

fn blocks(lines: &[Line], colors: Colors) -> String {
    let mut text = String::new();
    for ([artifact, platform, builder, size, original, rebuilt], status) in lines {
        let verdict = status.colored(colors);
        let _ = write!(
            text,
            "{artifact}\n  platform  {platform}\n  builder   {builder}\n  size      {size}\n  \
             original  {original}\n  rebuild   {rebuilt}\n  verdict   {verdict}\n"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use untrusted_input::digest::Sha256;

    use super::*;

    fn line(status: Status) -> Line {
        let cells = [
            "server-aarch64-linux bin/server".into(),
            "aarch64-linux".into(),
            "https://example.org/builders/1".into(),
            size(3_071_234),
            Sha256::of(b"one").to_string(),
            Sha256::of(b"two").to_string(),
        ];
        (cells, status)
    }

    #[test]
    fn a_narrow_report_shows_both_digests_whole_within_80_columns() {
        let text = layout(&[line(Status::Different)], Colors(false), 80);
        for content in [b"one", b"two"] {
            assert!(text.contains(&Sha256::of(content).to_string()), "{text}");
        }
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
        assert!(text.contains("verdict   different"), "{text}");
    }

    #[test]
    fn a_wide_report_has_one_line_for_each_row_and_no_colour_unless_asked() {
        let lines = [line(Status::Identical), line(Status::Rejected)];
        let text = layout(&lines, Colors(false), 300);
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.lines().nth(1).unwrap().ends_with("identical"), "{text}");
        assert!(!text.contains('\x1b'));
        assert!(layout(&lines, Colors(true), 300).contains("\x1b[1;31mrejected\x1b[0m"));
    }
}
