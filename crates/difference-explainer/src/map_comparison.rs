//! Compares two maps: their parts, the fields of parts, and the bytes between fields.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use binary_formats::content::Content;
use binary_formats::{Field, Part};
use bit_compare::Result;
use bit_compare::explanation::ChangeKind;
use untrusted_input::format::Format;

use crate::both::Both;
use crate::clues::Clue;
use crate::difference::{PartDifference, Values};
use crate::mapped::{MappedContent, PartOf};
use crate::names::{Named as _, Names, by_name, first_out_of_order};
use crate::runs::{Run, Runs, runs};

/// The differences of one pair of maps that were found so far.
pub(crate) struct MapComparison {
    pub(crate) members: Arc<[String]>,
    pub(crate) format: Format,
    /// Upper limit on places that are examined in one part.
    pub(crate) most_places: usize,
    /// How many more places may be examined in all parts together.
    pub(crate) places_left: usize,
    pub(crate) differences: Vec<PartDifference>,
    /// Number of differences beyond the capacity of the list.
    pub(crate) omitted: u64,
}

/// Capacity of the list before similar differences are grouped.
const MOST_DIFFERENCES: usize = 16_384;

impl MapComparison {
    fn add(&mut self, part: &str, kind: ChangeKind, values: Both<Option<Values>>) -> &mut PartDifference {
        let bytes = |side: &Option<Values>| side.as_ref().map_or(0, Values::length);
        let differing_bytes = bytes(&values.original).max(bytes(&values.rebuilt));
        if self.differences.len() >= MOST_DIFFERENCES {
            // Drop the last one to make room, and count it.
            self.omitted += 1;
            self.differences.truncate(MOST_DIFFERENCES - 1);
        }
        self.differences.push(PartDifference {
            members: Arc::clone(&self.members),
            format: self.format,
            part: part.to_owned(),
            field: None,
            kind,
            clue: None,
            derived: false,
            original: values.original,
            rebuilt: values.rebuilt,
            places: 1,
            differing_bytes,
        });
        let last = self.differences.len() - 1;
        &mut self.differences[last]
    }

    /// Adds something that only one side has; `kind` says whether the rebuild lacks it or has it in addition.
    fn add_only(&mut self, part: &str, kind: ChangeKind, values: Values) -> &mut PartDifference {
        let (original, rebuilt) = match kind {
            ChangeKind::Missing => (Some(values), None),
            _ => (None, Some(values)),
        };
        self.add(part, kind, Both { original, rebuilt })
    }

    /// Adds a part that only one side has.
    pub(crate) fn only_part(&mut self, kind: ChangeKind, of: PartOf<'_>) {
        let values = of.whole();
        let length = values.counted("byte", "bytes");
        self.add_only(&of.part.name, kind, values.shown_as(length));
    }

    /// Adds a field that only one side has.
    fn only_field(&mut self, kind: ChangeKind, of: PartOf<'_>, field: &Field) {
        self.add_only(&of.part.name, kind, of.field(field)).set_field(field);
    }

    /// Adds a different order of the common parts, if there is one.
    pub(crate) fn order(&mut self, contents: Both<MappedContent<'_>>) {
        let (ours, theirs) = (contents.original, contents.rebuilt);
        if let Some((our, their)) = first_out_of_order(&ours.map.parts, &theirs.map.parts) {
            let parts = Both {
                original: ours.part(our),
                rebuilt: theirs.part(their),
            };
            let values = parts.map(|of| of.whole().shown_as(of.part.name.clone()));
            self.add("order of parts", ChangeKind::Order, values.map(Some));
        }
    }

    /// Adds a pair of parts that have the same content, packed differently.
    pub(crate) fn packing(&mut self, parts: Both<PartOf<'_>>) {
        let values = parts.map(|of| {
            let values = of.whole();
            let length = values.counted("byte", "bytes");
            values.shown_as(format!("{length} packed"))
        });
        let name = &parts.original.part.name;
        self.add(name, ChangeKind::Packing, values.map(Some));
    }

    /// Compares two parts field by field, and byte by byte between the fields.
    pub(crate) fn parts(&mut self, parts: Both<PartOf<'_>>) -> Result<()> {
        let before = self.differences.len();
        let names = parts.map(|of| by_name(&of.part.fields));
        self.fields(parts, &names)?;
        if !self.order_of_fields(parts) {
            self.between_fields(parts, &names, before)?;
        }
        if self.differences.len() == before {
            self.bytes(&parts.original.part.name, parts.map(PartOf::whole))?;
        }
        Ok(())
    }

    fn fields(&mut self, parts: Both<PartOf<'_>>, names: &Both<Names<'_>>) -> Result<()> {
        let (ours, theirs) = (parts.original, parts.rebuilt);
        for field in &ours.part.fields {
            let Some(at) = names.rebuilt.get(field.name()) else {
                self.only_field(ChangeKind::Missing, ours, field);
                continue;
            };
            let fields = Both {
                original: field,
                rebuilt: &theirs.part.fields[*at],
            };
            self.field(parts, fields)?;
        }
        for field in &theirs.part.fields {
            if !names.original.contains_key(field.name()) {
                self.only_field(ChangeKind::Unexpected, theirs, field);
            }
        }
        Ok(())
    }

    /// Compares a field that both sides have.
    fn field(&mut self, parts: Both<PartOf<'_>>, fields: Both<&Field>) -> Result<()> {
        let (ours, theirs) = (parts.original, parts.rebuilt);
        let bytes = Both {
            original: ours.content.slice(fields.original.range.clone()),
            rebuilt: theirs.content.slice(fields.rebuilt.range.clone()),
        };
        if bytes.original.equals(&bytes.rebuilt)? {
            return Ok(());
        }
        let mut values = Both {
            original: ours.field(fields.original),
            rebuilt: theirs.field(fields.rebuilt),
        };
        if values.original.value == values.rebuilt.value {
            // Two encodings of one value: show their bytes instead.
            (values.original.value, values.rebuilt.value) = (None, None);
        }
        let runs = runs(&bytes.original, &bytes.rebuilt, 1)?;
        let clue = match runs.first.first() {
            Some(first) => clue_in_field(&values, first)?,
            None => None,
        };
        let difference = self.add(&ours.part.name, ChangeKind::Changed, values.map(Some));
        difference.set_field(fields.original);
        difference.clue = clue;
        difference.differing_bytes = runs.differing_bytes;
        Ok(())
    }

    /// Adds a different order of the common fields; returns whether there is one.
    fn order_of_fields(&mut self, parts: Both<PartOf<'_>>) -> bool {
        let fields = parts.map(|of| &of.part.fields);
        let Some((our, their)) = first_out_of_order(fields.original, fields.rebuilt) else {
            return false;
        };
        let values = Both {
            original: parts.original.field(our).shown_as(our.name.clone()),
            rebuilt: parts.rebuilt.field(their).shown_as(their.name.clone()),
        };
        let name = &parts.original.part.name;
        self.add(name, ChangeKind::Order, values.map(Some));
        true
    }

    /// Compares the bytes around the common fields. `before` is the number of differences before this part.
    fn between_fields(&mut self, parts: Both<PartOf<'_>>, names: &Both<Names<'_>>, before: usize) -> Result<()> {
        let ours = gaps(parts.original.part, &names.rebuilt);
        let theirs = gaps(parts.rebuilt.part, &names.original);
        for (our, their) in ours.zip(theirs) {
            let gaps = Both {
                original: parts.original.at(our),
                rebuilt: parts.rebuilt.at(their),
            };
            // A gap of a different length holds a field that only one side has, which is already reported.
            let same_length = gaps.original.length() == gaps.rebuilt.length();
            if same_length || self.differences.len() == before {
                self.bytes(&parts.original.part.name, gaps)?;
            }
        }
        Ok(())
    }

    /// Compares bytes without fields. Places with the same clue become one difference.
    fn bytes(&mut self, part: &str, sides: Both<Values>) -> Result<()> {
        let bytes = sides.as_ref().map(Values::bytes);
        if bytes.original.equals(&bytes.rebuilt)? {
            return Ok(());
        }
        if is_padding(&bytes.original)? && is_padding(&bytes.rebuilt)? {
            let zeros = sides.map(|side| {
                let count = side.counted("zero", "zeros");
                side.shown_as(count)
            });
            self.add(part, ChangeKind::Changed, zeros.map(Some)).derived = true;
            return Ok(());
        }
        let most = self.most_places.min(self.places_left);
        let runs = runs(&bytes.original, &bytes.rebuilt, most)?;
        self.places_left = self.places_left.saturating_sub(runs.first.len());
        let mut groups = BTreeMap::new();
        for run in &runs.first {
            self.add_run(part, within(run, &sides), runs.reordered, &mut groups)?;
        }
        self.count_rest(&runs, &groups);
        Ok(())
    }

    /// Adds a run to the group with the same clue. `groups` holds the index of each group's difference.
    fn add_run(
        &mut self,
        part: &str,
        run: Both<Values>,
        reordered: bool,
        groups: &mut BTreeMap<Option<Clue>, usize>,
    ) -> Result<()> {
        let bytes = run.original.length().max(run.rebuilt.length());
        let clues = run.as_ref().try_map(Values::clue)?;
        let clue = clues
            .original
            .or(clues.rebuilt)
            .or(reordered.then_some(Clue::Reordered));
        if let Some(at) = groups.get(&clue) {
            let group = &mut self.differences[*at];
            group.places += 1;
            group.differing_bytes += bytes;
        } else {
            let group = self.add(part, ChangeKind::Changed, run.map(Some));
            (group.clue, group.differing_bytes) = (clue, bytes);
            groups.insert(clue, self.differences.len() - 1);
        }
        Ok(())
    }

    /// Adds the runs that were not examined to the group without a clue, or to the last group if all have one.
    fn count_rest(&mut self, runs: &Runs, groups: &BTreeMap<Option<Clue>, usize>) {
        let Some(unknown) = groups.get(&None).or(groups.values().next_back()) else {
            return;
        };
        let counted = groups.values().map(|at| &self.differences[*at]);
        let counted: u64 = counted.map(|group| group.differing_bytes).sum();
        let group = &mut self.differences[*unknown];
        group.places += runs.count - runs.first.len() as u64;
        group.differing_bytes += runs.differing_bytes.saturating_sub(counted);
    }
}

/// Both sides, narrowed to a run.
fn within(run: &Run, sides: &Both<Values>) -> Both<Values> {
    let at = |side: &Values, run: &Range<u64>| Values {
        range: side.range.start + run.start..side.range.start + run.end,
        value: None,
        ..side.clone()
    };
    Both {
        original: at(&sides.original, &run.original),
        rebuilt: at(&sides.rebuilt, &run.rebuilt),
    }
}

/// The clue at the beginning of a field's difference.
fn clue_in_field(values: &Both<Values>, first: &Run) -> Result<Option<Clue>> {
    let clue = |side: Values, field: &Values| {
        // Ignore the bytes around the field.
        let part = field.range.clone();
        Values { part, ..side }.clue()
    };
    let run = within(first, values);
    match clue(run.original, &values.original)? {
        Some(clue) => Ok(Some(clue)),
        None => clue(run.rebuilt, &values.rebuilt),
    }
}

/// Whether a content is zero padding, whose length follows from where something else ends.
fn is_padding(content: &Content) -> Result<bool> {
    const MOST_BYTES: u64 = 64 * 1024;
    Ok(content.length() <= MOST_BYTES && content.bytes(0, MOST_BYTES as usize)?.iter().all(|byte| *byte == 0))
}

/// The ranges of a part before, between and after the fields that the other side has too: one more than common fields.
fn gaps(part: &Part, common: &Names<'_>) -> impl Iterator<Item = Range<u64>> {
    let fields = || {
        let ranges = part.fields.iter().filter(|field| common.contains_key(field.name()));
        ranges.map(|field| &field.range)
    };
    let starts = std::iter::once(part.range.start).chain(fields().map(|range| range.end));
    let ends = fields().map(|range| range.start);
    starts
        .zip(ends.chain(std::iter::once(part.range.end)))
        .map(|(start, end)| start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(fields: usize) -> Part {
        let fields = (0..fields as u64).map(|at| Field {
            name: at.to_string(),
            range: at..at + 1,
            value: String::new(),
            derived: false,
        });
        Part {
            name: "part".into(),
            range: 0..MOST_DIFFERENCES as u64 + 20,
            fields: fields.collect(),
            inner: None,
        }
    }

    /// Bytes after more fields than the list can hold are still counted, and so is the difference that counts them.
    #[test]
    fn differences_beyond_those_that_are_kept_are_counted() {
        let part = part(MOST_DIFFERENCES);
        let contents = [b'1', b'2'].map(|byte| {
            let mut bytes = vec![b' '; part.range.end as usize];
            bytes[..MOST_DIFFERENCES].fill(byte);
            bytes[MOST_DIFFERENCES + 4] = byte;
            *bytes.last_mut().unwrap() = byte;
            Content::memory(bytes)
        });
        let mut comparison = MapComparison {
            members: Arc::from([]),
            format: Format::Bytes,
            most_places: 256,
            places_left: 4096,
            differences: Vec::new(),
            omitted: 0,
        };
        let [original, rebuilt] = &contents;
        let parts = Both { original, rebuilt }.map(|content| PartOf { content, part: &part });
        comparison.parts(parts).unwrap();
        assert_eq!(comparison.differences.len(), MOST_DIFFERENCES);
        assert_eq!(comparison.omitted, 1);
        let last = comparison.differences.last().unwrap();
        assert_eq!((last.places, last.differing_bytes), (2, 2));
        assert_eq!(last.field, None);
    }
}
