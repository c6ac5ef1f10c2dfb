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

/// The section that holds the stamp.
const STAMP_SECTION: &str = ".bldinfo";

/// Upper limit on such sections in one image.
const MOST_STAMPS: usize = 16;

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
    // NB: besides its own stamp, a program may carry an executable with another one.
    let own: Vec<_> = sections
        .iter()
        .filter(|section| section.name == STAMP_SECTION)
        .collect();
    if own.len() > MOST_STAMPS {
        return Err(malformed(format!("it has more than {MOST_STAMPS} stamps")));
    }
    if let Some(finder) = &mut finder {
        for section in &own {
            feed(finder, content, section)?;
        }
    }
    let mut at = 0;
    while at < content.length() {
        let window = content.bytes(at, CHUNK_BYTES + LONGEST_BYTES)?;
        let chunk = &window[..window.len().min(CHUNK_BYTES)];
        if let Some(finder) = finder.as_mut().filter(|_| own.is_empty()) {
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

/// Searches a section for stamps.
fn feed(finder: &mut Finder, content: &Content, section: &Section) -> Result<(), MapFailure> {
    let mut at = section.range.start;
    finder.move_to(at as usize).map_err(damaged)?;
    while at < section.range.end {
        let length = CHUNK_BYTES.min((section.range.end - at) as usize);
        let bytes = content.bytes(at, length)?;
        finder.feed(&bytes).map_err(damaged)?;
        if bytes.is_empty() {
            break;
        }
        at += bytes.len() as u64;
    }
    Ok(())
}

fn damaged(error: FindError) -> MapFailure {
    malformed(error.to_string())
}
