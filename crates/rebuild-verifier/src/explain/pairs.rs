//! Two maps side by side: parts by their names, fields by theirs, and the bytes that belong to no field.

use std::collections::BTreeMap;
use std::ops::Range;

use super::finding::{Finding, Values};
use super::runs::{Run, runs};
use super::{Clue, Explainer, Kind};
use crate::causes;
use crate::content::Content;
use crate::error::Result;
use crate::formats::{Field, Format, Map, Part};

/// A content and its map.
type Side<'a> = (&'a Content, &'a Map);

/// A value that differs alone is taken for a seed up to this many bytes.
const LONGEST_CONSTANT_BYTES: u64 = 16;

impl Explainer {
    /// Compares two maps of the same format; `problem` is why they are only maps of bytes.
    pub(super) fn maps(
        &mut self,
        members: &mut Vec<String>,
        ours: Side<'_>,
        theirs: Side<'_>,
        problem: Option<String>,
    ) -> Result<()> {
        let mut found = Found {
            members: members.clone(),
            format: ours.1.format,
            most_places: self.ours.limits.places,
            list: Vec::new(),
        };
        let (our_names, their_names) = (by_name(&ours.1.parts), by_name(&theirs.1.parts));
        for part in &theirs.1.parts {
            if !our_names.contains_key(part.name()) {
                found.only(&part.name, None, Kind::Unexpected, theirs.0, part);
            }
        }
        found.order(ours, theirs);
        for our_part in &ours.1.parts {
            let Some(at) = their_names.get(our_part.name()) else {
                found.only(&our_part.name, None, Kind::Missing, ours.0, our_part);
                continue;
            };
            let their_part = &theirs.1.parts[*at];
            if same(ours.0, &our_part.range, theirs.0, &their_part.range)? {
                continue;
            }
            let contents = (
                self.inner(our_part.inner.as_ref(), true)?,
                self.inner(their_part.inner.as_ref(), false)?,
            );
            let (Some(our_content), Some(their_content)) = contents else {
                found.parts(ours.0, our_part, theirs.0, their_part)?;
                continue;
            };
            if our_content.equals(&their_content)? {
                let original = Found::part(ours.0, our_part);
                found.packing(our_part, original, Found::part(theirs.0, their_part));
            } else {
                members.push(our_part.name.clone());
                self.contents(members, &our_content, &their_content)?;
                members.pop();
            }
        }
        let mut list = found.finish();
        if let (Some(problem), Some(first)) = (problem, list.first_mut()) {
            first.part = format!("{} ({problem})", first.part);
        }
        for finding in list {
            self.push(finding);
        }
        Ok(())
    }
}

fn same(ours: &Content, our: &Range<u64>, theirs: &Content, their: &Range<u64>) -> Result<bool> {
    ours.slice(our.clone()).equals(&theirs.slice(their.clone()))
}

trait Named {
    fn name(&self) -> &str;
}

impl Named for Part {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Field {
    fn name(&self) -> &str {
        &self.name
    }
}

/// The index of every name.
fn by_name<T: Named>(list: &[T]) -> BTreeMap<&str, usize> {
    let names = list.iter().map(T::name);
    names
        .enumerate()
        .map(|(index, name)| (name, index))
        .collect()
}

/// The first names that both lists have and that stand in another order, one from each list.
fn first_out_of_order<'a, T: Named>(ours: &'a [T], theirs: &'a [T]) -> Option<(&'a T, &'a T)> {
    let (our_names, their_names) = (by_name(ours), by_name(theirs));
    let common = |list: &'a [T], names: BTreeMap<&'a str, usize>| {
        list.iter()
            .filter(move |item| names.contains_key(item.name()))
    };
    common(ours, their_names)
        .zip(common(theirs, our_names))
        .find(|(one, other)| one.name() != other.name())
}

/// The findings of one pair of contents.
struct Found {
    members: Vec<String>,
    format: Format,
    most_places: usize,
    list: Vec<Finding>,
}

impl Found {
    fn part(content: &Content, part: &Part) -> Values {
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
        self.list.push(Finding {
            members: self.members.clone(),
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
    fn only(
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
                value: Some(format!("{} bytes", part.range.end - part.range.start)),
                ..Self::part(content, part)
            },
        };
        let (original, rebuilt) = match kind {
            Kind::Missing => (Some(side), None),
            _ => (None, Some(side)),
        };
        self.add(name, field, kind, original, rebuilt);
    }

    fn order(&mut self, ours: Side<'_>, theirs: Side<'_>) {
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
    fn packing(&mut self, part: &Part, mut original: Values, mut rebuilt: Values) {
        for side in [&mut original, &mut rebuilt] {
            side.value = Some(format!(
                "{} bytes packed",
                side.range.end - side.range.start
            ));
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
    fn parts(
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
            let clue = clue(&original, &rebuilt, self.most_places)?;
            self.add(
                &ours.name,
                Some(field),
                Kind::Changed,
                Some(original),
                Some(rebuilt),
            )
            .clue = clue;
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
        if (ours.fields.iter().map(Field::name)).eq(theirs.fields.iter().map(Field::name)) {
            for (our_gap, their_gap) in gaps(ours).zip(gaps(theirs)) {
                self.bytes(our_content, ours, our_gap, their_content, theirs, their_gap)?;
            }
        } else if let Some((our, their)) = first_out_of_order(&ours.fields, &theirs.fields) {
            let side = |content, part, field: &Field| Values {
                value: Some(field.name.clone()),
                ..Self::field(content, part, field)
            };
            let original = side(our_content, ours, our);
            let rebuilt = side(their_content, theirs, their);
            self.add(&ours.name, None, Kind::Order, Some(original), Some(rebuilt));
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
                value: Some(format!("{} zeros", range.end - range.start)),
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
        let runs = runs(&our_bytes, &their_bytes, self.most_places)?;
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

    /// The findings; those that only follow from others are one.
    fn finish(mut self) -> Vec<Finding> {
        let plain = |finding: &&mut Finding| {
            finding.field.is_none()
                && finding.kind == Kind::Changed
                && finding.clue.is_none()
                && !finding.derived
        };
        let mut unknown = self.list.iter_mut().filter(plain);
        if let (Some(only), None) = (unknown.next(), unknown.next()) {
            if only.places == 1 && only.differing_bytes <= LONGEST_CONSTANT_BYTES {
                only.clue = Some(Clue::LoneConstant);
            }
        }
        let mut list: Vec<Finding> = Vec::new();
        let mut groups: BTreeMap<(&str, Option<String>, Kind), usize> = BTreeMap::new();
        for finding in self.list {
            // One explanation for a thousand members with another time, and one for all that follows from others.
            let group = match finding.cause() {
                Some((cause, _)) if cause.id == causes::FOLLOWS => {
                    Some((cause.id, None, finding.kind))
                }
                Some((cause, _)) if finding.field.is_some() => {
                    Some((cause.id, finding.field.clone(), finding.kind))
                }
                _ => None,
            };
            match group.as_ref().and_then(|group| groups.get(group)) {
                Some(at) => {
                    list[*at].places += finding.places;
                    list[*at].differing_bytes += finding.differing_bytes;
                }
                None => {
                    groups.extend(group.map(|group| (group, list.len())));
                    list.push(finding);
                }
            }
        }
        list
    }
}

/// What a field's difference looks like, at the first byte that is not the same.
fn clue(original: &Values, rebuilt: &Values, most: usize) -> Result<Option<Clue>> {
    let bytes = |side: &Values| side.content.slice(side.range.clone());
    let runs = runs(&bytes(original), &bytes(rebuilt), most)?;
    let Some(first) = runs.first.first() else {
        return Ok(None);
    };
    let at = |side: &Values, run: &Range<u64>| Values {
        range: side.range.start + run.start..side.range.start + run.end,
        part: side.range.clone(),
        ..side.clone()
    };
    Ok(at(original, &first.original)
        .clue()?
        .or(at(rebuilt, &first.rebuilt).clue()?))
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

/// The bytes of a part before, between and after its fields; one more than there are fields.
fn gaps(part: &Part) -> impl Iterator<Item = Range<u64>> {
    let starts = std::iter::once(part.range.start).chain(part.fields.iter().map(|it| it.range.end));
    let ends = part.fields.iter().map(|it| it.range.start);
    starts
        .zip(ends.chain(std::iter::once(part.range.end)))
        .map(|(start, end)| start..end)
}
