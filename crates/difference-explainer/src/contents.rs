//! Explains why two contents differ.

use binary_formats::content::Content;
use binary_formats::{Context, Inner, Map, MapFailure, detect, map, unpack};
use bit_compare::Result;
use bit_compare::explanation::{ChangeKind, Explained};
use bit_compare::path::EntryPath;
use untrusted_input::format::Format;

use crate::both::Both;
use crate::difference::PartDifference;
use crate::grouping::group;
use crate::limits::Limits;
use crate::map_comparison::MapComparison;
use crate::mapped::{MappedContent, PartOf};
use crate::names::{Named as _, by_name};

/// Explains why two contents differ.
///
/// # Errors
/// When either cannot be read.
pub fn explain(path: &EntryPath, original: &Content, rebuilt: &Content, limits: Limits) -> Result<Explained> {
    let contents = Both { original, rebuilt };
    let mut explainer = Explainer {
        contexts: contents.map(|content| Context::new(limits.formats, content.length())),
        limits,
        places_left: limits.places_of_a_file,
        differences: Vec::new(),
        omitted: 0,
    };
    explainer.contents(&mut Vec::new(), contents)?;
    let mut differences = explainer.differences;
    differences.sort_by_key(PartDifference::rank);
    let only_follows = differences.first().is_some_and(PartDifference::follows);
    let most = limits.explanations_of_a_file;
    let omitted = explainer.omitted + differences.len().saturating_sub(most) as u64;
    differences.truncate(most);
    let explanations = differences
        .into_iter()
        .map(|difference| difference.explanation(path, only_follows))
        .collect::<Result<_>>()?;
    Ok(Explained { explanations, omitted })
}

/// Further differences are only counted. The list is sorted and cut when it is complete.
const MOST_DIFFERENCES: usize = 4096;

struct Explainer {
    /// The remaining budget of either side.
    contexts: Both<Context>,
    limits: Limits,
    places_left: usize,
    differences: Vec<PartDifference>,
    omitted: u64,
}

/// Maps a content. If it does not follow its format, maps its bytes and returns the reason too.
fn map_or_bytes(format: Format, content: &Content, context: &mut Context) -> Result<(Map, Option<String>)> {
    let why = match map(format, content, context) {
        Ok(map) => return Ok((map, None)),
        Err(MapFailure::Unreadable(error)) => return Err(error.into()),
        Err(MapFailure::Malformed(why)) => why,
    };
    match map(Format::Bytes, content, context) {
        Ok(map) => Ok((map, Some(format!("not read as {format}: {why}")))),
        Err(MapFailure::Unreadable(error)) => Err(error.into()),
        Err(MapFailure::Malformed(why)) => Ok((
            Map {
                format: Format::Bytes,
                parts: Vec::new(),
            },
            Some(why),
        )),
    }
}

impl Explainer {
    /// Compares two contents and adds their differences.
    fn contents(&mut self, members: &mut Vec<String>, contents: Both<&Content>) -> Result<()> {
        if contents.original.equals(contents.rebuilt)? {
            return Ok(());
        }
        let (maps, problem) = self.read(members.len(), contents)?;
        // Nested contents share the limits with the maps that lead to them, because those maps stay in memory.
        let limits = self.contexts.as_ref().map(|context| context.limits);
        self.contexts.original.charge(&maps.original);
        self.contexts.rebuilt.charge(&maps.rebuilt);
        let before = self.count();
        let mapped = Both {
            original: MappedContent {
                content: contents.original,
                map: &maps.original,
            },
            rebuilt: MappedContent {
                content: contents.rebuilt,
                map: &maps.rebuilt,
            },
        };
        self.maps(members, mapped, problem)?;
        self.contexts.original.limits = limits.original;
        self.contexts.rebuilt.limits = limits.rebuilt;
        if self.count() == before {
            // Only parts differ that are normally left out. Report the bytes, so that every difference is reported.
            self.push(PartDifference::of_contents(members, contents));
        }
        Ok(())
    }

    /// Maps two contents by their common format or as bytes. Also returns why, if they do not follow their format.
    fn read(&mut self, depth: usize, contents: Both<&Content>) -> Result<(Both<Map>, Option<String>)> {
        let Both { original, rebuilt } = contents;
        let formats = contents.try_map(detect)?;
        let is_common = formats.original == formats.rebuilt && depth < self.limits.nested_depth;
        let format = if is_common { formats.original } else { Format::Bytes };
        let contexts = &mut self.contexts;
        let (mut ours, our_problem) = map_or_bytes(format, original, &mut contexts.original)?;
        let (mut theirs, their_problem) = map_or_bytes(format, rebuilt, &mut contexts.rebuilt)?;
        if ours.format != theirs.format {
            // Only one side could be mapped by its format, so compare bytes.
            (ours, _) = map_or_bytes(Format::Bytes, original, &mut contexts.original)?;
            (theirs, _) = map_or_bytes(Format::Bytes, rebuilt, &mut contexts.rebuilt)?;
        }
        let maps = Both {
            original: ours,
            rebuilt: theirs,
        };
        Ok((maps, our_problem.or(their_problem)))
    }

    /// Compares two maps of the same format. `problem` says why they are only maps of bytes.
    fn maps(
        &mut self,
        members: &mut Vec<String>,
        contents: Both<MappedContent<'_>>,
        problem: Option<String>,
    ) -> Result<()> {
        let mut comparison = MapComparison {
            members: members.as_slice().into(),
            format: contents.original.map.format,
            most_places: self.limits.places,
            places_left: self.places_left,
            differences: Vec::new(),
            omitted: 0,
        };
        let (ours, theirs) = (&contents.original, &contents.rebuilt);
        let names = contents.map(|content| by_name(&content.map.parts));
        for part in &theirs.map.parts {
            if !names.original.contains_key(part.name()) {
                comparison.only_part(ChangeKind::Unexpected, theirs.part(part));
            }
        }
        comparison.order(contents);
        for part in &ours.map.parts {
            match names.rebuilt.get(part.name()) {
                None => comparison.only_part(ChangeKind::Missing, ours.part(part)),
                Some(at) => {
                    let parts = Both {
                        original: ours.part(part),
                        rebuilt: theirs.part(&theirs.map.parts[*at]),
                    };
                    self.parts(members, parts, &mut comparison)?;
                }
            }
        }
        self.places_left = comparison.places_left;
        self.omitted += comparison.omitted;
        let mut list = group(comparison.differences);
        if let (Some(problem), Some(first)) = (problem, list.first_mut()) {
            first.part = format!("{} ({problem})", first.part);
        }
        for difference in list {
            self.push(difference);
        }
        Ok(())
    }

    /// Compares two parts of the same name: their nested contents if possible, otherwise their bytes.
    fn parts(
        &mut self,
        members: &mut Vec<String>,
        parts: Both<PartOf<'_>>,
        comparison: &mut MapComparison,
    ) -> Result<()> {
        let (ours, theirs) = (parts.original.part, parts.rebuilt.part);
        let bytes = parts.map(|of| of.content.slice(of.part.range.clone()));
        if bytes.original.equals(&bytes.rebuilt)? {
            return Ok(());
        }
        let inside = (
            unpacked(ours.inner.as_ref(), &mut self.contexts.original)?,
            unpacked(theirs.inner.as_ref(), &mut self.contexts.rebuilt)?,
        );
        let (Some(original), Some(rebuilt)) = &inside else {
            return comparison.parts(parts);
        };
        if original.equals(rebuilt)? {
            comparison.packing(parts);
            return Ok(());
        }
        members.push(ours.name.clone());
        self.places_left = comparison.places_left;
        self.contents(members, Both { original, rebuilt })?;
        comparison.places_left = self.places_left;
        members.pop();
        Ok(())
    }

    /// Number of differences so far.
    fn count(&self) -> usize {
        self.differences.len() + self.omitted as usize
    }

    fn push(&mut self, difference: PartDifference) {
        if self.differences.len() < MOST_DIFFERENCES {
            self.differences.push(difference);
        } else {
            self.omitted += 1;
        }
    }
}

/// A part's nested content, unpacked if necessary; `None` if there is none or it cannot be unpacked.
fn unpacked(inner: Option<&Inner>, context: &mut Context) -> Result<Option<Content>> {
    match inner {
        None => Ok(None),
        Some(Inner::Plain(content)) => Ok(Some(content.clone())),
        Some(Inner::Packed(packing, content)) => match unpack(*packing, content, 0, context) {
            Ok(unpacked) => Ok(Some(unpacked.content)),
            Err(MapFailure::Malformed(_)) => Ok(None),
            Err(MapFailure::Unreadable(error)) => Err(error.into()),
        },
    }
}
