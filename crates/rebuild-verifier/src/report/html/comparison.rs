//! One comparison as a page of its own: what `compare --html` writes.

use bit_compare::comparison::{Comparison, Level};
use untrusted_input::spelling::plural;

use super::super::Row;
use super::super::markup::Markup;
use super::{SHAPES, artifact, difference, head, verdict};
use crate::comparison_text::size;
use crate::status::Status;

/// A comparison as a page: the same bytes for the same comparison.
pub fn page(comparison: &Comparison) -> Vec<u8> {
    let status = Status::from(comparison.verdict());
    let mut page = Markup::default();
    head(&mut page, status, "comparison");
    page.raw("<body>\n").raw(SHAPES);
    page.raw("<header>\n<h1>Comparison</h1>\n");
    verdict(&mut page, status, &sentence(comparison));
    page.raw("</header>\n<main>\n");
    if comparison.different_entries().next().is_some() {
        page.raw(
            "<section aria-labelledby=\"differences\">\n<h2 id=\"differences\">Differences</h2>\n",
        );
        difference::list(&mut page, comparison, "h3");
        page.raw("</section>\n");
    }
    page.raw("<section aria-labelledby=\"files\">\n<h2 id=\"files\">Files</h2>\n");
    artifact::files(&mut page, &|| {
        Box::new(comparison.entries().iter().filter_map(Row::of))
    });
    page.raw("</section>\n").raw(match comparison.level() {
        Level::Bits => BITS,
        Level::Unsigned => UNSIGNED,
    });
    page.raw("</main>\n</body>\n</html>\n");
    page.finish().into_bytes()
}

/// `1 of 3 entries differs; 2 files, 1.2 MB (1200000 bytes), against 2 files, 1.2 MB (1200000 bytes)`.
fn sentence(comparison: &Comparison) -> String {
    let counts = comparison.counts();
    let side = |files: usize, bytes| {
        let files = plural(files as u64, "file", "files");
        format!("{files}, {}", size(bytes))
    };
    format!(
        "{} of {} differ; {} against {}",
        comparison.different_entries().count(),
        plural(comparison.entries().len() as u64, "entry", "entries"),
        side(counts.original_files, counts.original_bytes),
        side(counts.rebuilt_files, counts.rebuilt_bytes),
    )
}

const BITS: &str = "<section aria-labelledby=\"about\">
<h2 id=\"about\">What this page says</h2>
<p><strong>Identical</strong> means every byte of every file, its path, its type, its executable bit and its link target.</p>
</section>
";

const UNSIGNED: &str = "<section aria-labelledby=\"about\">
<h2 id=\"about\">What this page says</h2>
<p>Compared was <strong>without code signatures</strong>: PE and Mach-O files may differ in their signatures and in nothing else. \
Everything else has to be the same, bit for bit.</p>
</section>
";
