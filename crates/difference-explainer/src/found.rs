//! What one pair of maps differs in: parts, their fields, and the bytes between the fields.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use binary_formats::content::Content;
use binary_formats::{Field, Map, Part};
use bit_compare::explanation::Kind;
use untrusted_input::format::Format;
use untrusted_input::spelling::plural;

use crate::Clue;
use crate::error::Result;
use crate::finding::{Finding, Values};
use crate::names::{Named as _, by_name, first_out_of_order};
use crate::runs::{Run, runs};

/// A content and its map.
pub(crate) type Side<'a> = (&'a Content, &'a Map);

/// The findings of one pair of contents.
pub(crate) struct Found {
    pub(crate) members: Arc<[String]>,
    pub(crate) format: Format,
    /// The most places of a part that are looked at.
    pub(crate) most_places: usize,
    /// How many more are, of all parts.
    pub(crate) places_left: usize,
    pub(crate) list: Vec<Finding>,
    /// How many more findings there are than the list takes.
    pub(crate) omitted: u64,
}

/// Findings that are kept until those that are alike become one.
const MOST_FINDINGS: usize = 16_384;

impl Found {
    pub(crate) fn part(content: &Content, part: &Part) -> Values {
        Values {
            content: content.clone(),
            part: part.range.clone(),
            range: part.range.clone(),
            value: None,
        }
    }

    fn field(content: &Content, part: &Part, field: &Field) -> Values {
        Values {
            range: field.range.clone(),
            value: Some(field.value.clone()),
            ..Self::part(content, part)
        }
    }

    fn add(
        &mut self,
        part: &str,
        field: Option<&Field>,
        kind: Kind,
        original: Option<Values>,
        rebuilt: Option<Values>,
    ) -> &mut Finding {
        let bytes = |side: &Option<Values>| {
            side.as_ref()
                .map_or(0, |side| side.range.end - side.range.start)
        };
        let differing_bytes = bytes(&original).max(bytes(&rebuilt));
        if self.list.len() >= MOST_FINDINGS {
            // The last one makes room, and is counted.
            self.omitted += 1;
            self.list.truncate(MOST_FINDINGS - 1);
        }
        self.list.push(Finding {
            members: Arc::clone(&self.members),
            format: self.format,
            part: part.to_owned(),
            field: field.map(|field| field.name.clone()),
            kind,
            clue: None,
            derived: field.is_some_and(|field| field.derived),
            original,
            rebuilt,
            places: 1,
            differing_bytes,
        });
        let last = self.list.len() - 1;
        &mut self.list[last]
    }

    /// A part or a field that one side does not have.
    pub(crate) fn only(
        &mut self,
        name: &str,
        field: Option<&Field>,
        kind: Kind,
        content: &Content,
        part: &Part,
    ) {
        let side = match field {
            Some(field) => Self::field(content, part, field),
            None => Values {
                value: Some(plural(part.range.end - part.range.start, "byte", "bytes")),
                ..Self::part(content, part)
            },
        };
        let (original, rebuilt) = match kind {
            Kind::Missing => (Some(side), None),
            _ => (None, Some(side)),
        };
        self.add(name, field, kind, original, rebuilt);
    }

    pub(crate) fn order(&mut self, ours: Side<'_>, theirs: Side<'_>) {
        if let Some((our, their)) = first_out_of_order(&ours.1.parts, &theirs.1.parts) {
            let side = |content: &Content, part: &Part| Values {
                value: Some(part.name.clone()),
                ..Self::part(content, part)
            };
            let (original, rebuilt) = (side(ours.0, our), side(theirs.0, their));
            self.add(
                "order of parts",
                None,
                Kind::Order,
                Some(original),
                Some(rebuilt),
            );
        }
    }

    /// The same content, packed differently.
    pub(crate) fn packing(&mut self, part: &Part, mut original: Values, mut rebuilt: Values) {
        for side in [&mut original, &mut rebuilt] {
            let bytes = plural(side.range.end - side.range.start, "byte", "bytes");
            side.value = Some(format!("{bytes} packed"));
        }
        self.add(
            &part.name,
            None,
            Kind::Packing,
            Some(original),
            Some(rebuilt),
        );
    }

    /// Two parts that are compared field by field, and byte by byte between the fields.
    pub(crate) fn parts(
        &mut self,
        our_content: &Content,
        ours: &Part,
        their_content: &Content,
        theirs: &Part,
    ) -> Result<()> {
        let before = self.list.len();
        let (our_names, their_names) = (by_name(&ours.fields), by_name(&theirs.fields));
        for field in &ours.fields {
            let Some(at) = their_names.get(field.name()) else {
                self.only(&ours.name, Some(field), Kind::Missing, our_content, ours);
                continue;
            };
            let their_field = &theirs.fields[*at];
            if same(our_content, &field.range, their_content, &their_field.range)? {
                continue;
            }
            let mut original = Self::field(our_content, ours, field);
            let mut rebuilt = Self::field(their_content, theirs, their_field);
            if original.value == rebuilt.value {
                // Two spellings of one value: their bytes are what differs.
                (original.value, rebuilt.value) = (None, None);
            }
            let (clue, differing_bytes) = look_at(&original, &rebuilt)?;
            let finding = self.add(
                &ours.name,
                Some(field),
                Kind::Changed,
                Some(original),
                Some(rebuilt),
            );
            (finding.clue, finding.differing_bytes) = (clue, differing_bytes);
        }
        for field in &theirs.fields {
            if !our_names.contains_key(field.name()) {
                self.only(
                    &theirs.name,
                    Some(field),
                    Kind::Unexpected,
                    their_content,
                    theirs,
                );
            }
        }
        if let Some((our, their)) = first_out_of_order(&ours.fields, &theirs.fields) {
            let side = |content, part, field: &Field| Values {
                value: Some(field.name.clone()),
                ..Self::field(content, part, field)
            };
            let original = side(our_content, ours, our);
            let rebuilt = side(their_content, theirs, their);
            self.add(&ours.name, None, Kind::Order, Some(original), Some(rebuilt));
        } else {
            let pairs = gaps(ours, &their_names).zip(gaps(theirs, &our_names));
            for (our_gap, their_gap) in pairs {
                // Of another length, it holds a field that only one side has, which is told already.
                let same_length = our_gap.end - our_gap.start == their_gap.end - their_gap.start;
                if same_length || self.list.len() == before {
                    self.bytes(our_content, ours, our_gap, their_content, theirs, their_gap)?;
                }
            }
        }
        if self.list.len() == before {
            let (our, their) = (ours.range.clone(), theirs.range.clone());
            self.bytes(our_content, ours, our, their_content, theirs, their)?;
        }
        Ok(())
    }

    /// Bytes without fields: every place, those that look alike as one finding.
    fn bytes(
        &mut self,
        our_content: &Content,
        ours: &Part,
        our_range: Range<u64>,
        their_content: &Content,
        theirs: &Part,
        their_range: Range<u64>,
    ) -> Result<()> {
        let (our_bytes, their_bytes) = (
            our_content.slice(our_range.clone()),
            their_content.slice(their_range.clone()),
        );
        if our_bytes.equals(&their_bytes)? {
            return Ok(());
        }
        if is_padding(&our_bytes)? && is_padding(&their_bytes)? {
            let zeros = |content, part, range: &Range<u64>| Values {
                range: range.clone(),
                value: Some(plural(range.end - range.start, "zero", "zeros")),
                ..Self::part(content, part)
            };
            let original = zeros(our_content, ours, &our_range);
            let rebuilt = zeros(their_content, theirs, &their_range);
            self.add(
                &ours.name,
                None,
                Kind::Changed,
                Some(original),
                Some(rebuilt),
            )
            .derived = true;
            return Ok(());
        }
        let most = self.most_places.min(self.places_left);
        let runs = runs(&our_bytes, &their_bytes, most)?;
        self.places_left = self.places_left.saturating_sub(runs.first.len());
        let side = |content: &Content, part: &Part, start: u64, run: &Range<u64>| Values {
            range: start + run.start..start + run.end,
            ..Self::part(content, part)
        };
        let mut groups: BTreeMap<Option<Clue>, usize> = BTreeMap::new();
        let looked_at = runs.first.len() as u64;
        for Run { original, rebuilt } in &runs.first {
            let bytes = (original.end - original.start).max(rebuilt.end - rebuilt.start);
            let original = side(our_content, ours, our_range.start, original);
            let rebuilt = side(their_content, theirs, their_range.start, rebuilt);
            let clue = match (original.clue()?, rebuilt.clue()?) {
                (Some(clue), _) | (None, Some(clue)) => Some(clue),
                (None, None) => runs.reordered.then_some(Clue::Reordered),
            };
            match groups.get(&clue) {
                Some(at) => {
                    self.list[*at].places += 1;
                    self.list[*at].differing_bytes += bytes;
                }
                None => {
                    groups.insert(clue, self.list.len());
                    let finding = self.add(
                        &ours.name,
                        None,
                        Kind::Changed,
                        Some(original),
                        Some(rebuilt),
                    );
                    (finding.clue, finding.differing_bytes) = (clue, bytes);
                }
            }
        }
        // Those that were not looked at count as the kind of which nothing is known, if there is one.
        let unknown = groups.get(&None).or(groups.values().next_back());
        if let Some(at) = unknown {
            let told: u64 = groups
                .values()
                .map(|at| self.list[*at].differing_bytes)
                .sum();
            self.list[*at].places += runs.count - looked_at;
            self.list[*at].differing_bytes += runs.differing_bytes.saturating_sub(told);
        }
        Ok(())
    }
}

/// Whether two ranges hold the same bytes.
pub(crate) fn same(
    ours: &Content,
    our: &Range<u64>,
    theirs: &Content,
    their: &Range<u64>,
) -> Result<bool> {
    Ok(ours
        .slice(our.clone())
        .equals(&theirs.slice(their.clone()))?)
}

/// What a field's difference looks like, at the first byte that is not the same, and how many bytes differ.
fn look_at(original: &Values, rebuilt: &Values) -> Result<(Option<Clue>, u64)> {
    let bytes = |side: &Values| side.content.slice(side.range.clone());
    let runs = runs(&bytes(original), &bytes(rebuilt), 1)?;
    let Some(first) = runs.first.first() else {
        return Ok((None, runs.differing_bytes));
    };
    let at = |side: &Values, run: &Range<u64>| Values {
        range: side.range.start + run.start..side.range.start + run.end,
        part: side.range.clone(),
        ..side.clone()
    };
    let clue = match at(original, &first.original).clue()? {
        Some(clue) => Some(clue),
        None => at(rebuilt, &first.rebuilt).clue()?,
    };
    Ok((clue, runs.differing_bytes))
}

/// Whether a content is a few zeros, whose number follows from where something else ends.
fn is_padding(content: &Content) -> Result<bool> {
    const MOST_BYTES: u64 = 64 * 1024;
    Ok(content.length() <= MOST_BYTES
        && content
            .bytes(0, MOST_BYTES as usize)?
            .iter()
            .all(|byte| *byte == 0))
}

/// The bytes of a part before, between and after the fields that the other side has too; one more than there are of these.
fn gaps(part: &Part, common: &BTreeMap<&str, usize>) -> impl Iterator<Item = Range<u64>> {
    let fields = || {
        let ranges = part
            .fields
            .iter()
            .filter(|field| common.contains_key(field.name()));
        ranges.map(|field| &field.range)
    };
    let starts = std::iter::once(part.range.start).chain(fields().map(|range| range.end));
    let ends = fields().map(|range| range.start);
    starts
        .zip(ends.chain(std::iter::once(part.range.end)))
        .map(|(start, end)| start..end)
}
