//! What an image carries in named sections and anywhere in its bytes, in the same way in every format: its stamp, its list
//! of dependencies, instrumentation.

use std::collections::BTreeSet;
use std::ops::Range;

use binary_formats::content::Content;
use binary_formats::{Context, MapFailure, malformed};
use build_info::{FindError, Finder};

use crate::image::Image;
use crate::instrumentation::{self, LONGEST_BYTES, Texts};
use crate::{CHUNK_BYTES, dependencies};

/// A section by its name, without a segment's.
pub(super) struct Section<'a> {
    pub(super) name: &'a str,
    pub(super) range: Range<u64>,
}

/// Adds what the sections and the bytes of an image hold.
pub(super) fn add(
    image: &mut Image,
    content: &Content,
    sections: &[Section],
    context: &mut Context,
) -> Result<(), MapFailure> {
    image.dependencies = dependencies::of(content, sections, context)?;
    // NB: in packed bytes a stamp may begin and not end.
    let mut finder = image.packer.is_none().then(Finder::default);
    let mut texts = Texts::new();
    let damaged = |error: FindError| malformed(error.to_string());
    let mut at = 0;
    while at < content.length() {
        let window = content.bytes(at, CHUNK_BYTES + LONGEST_BYTES)?;
        let chunk = &window[..window.len().min(CHUNK_BYTES)];
        if let Some(finder) = &mut finder {
            finder.feed(chunk).map_err(damaged)?;
        }
        texts.add(&window);
        at += chunk.len() as u64;
    }
    image.stamp = match finder.map(Finder::finish) {
        None | Some(Err(FindError::Missing)) => None,
        Some(found) => Some(found.map_err(damaged)?),
    };
    let names: BTreeSet<&str> = sections.iter().map(|section| section.name).collect();
    image.instrumentation = instrumentation::kinds(&names, &image.libraries, &texts);
    Ok(())
}
