//! Two maps side by side: parts by their names, and the contents that they hold.

use super::found::{Found, Side, same};
use super::grouping::group;
use super::names::{Named as _, by_name};
use super::{Explainer, Kind};
use crate::error::Result;

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
            members: members.as_slice().into(),
            format: ours.1.format,
            most_places: self.ours.limits.places,
            places_left: self.places_left,
            list: Vec::new(),
            omitted: 0,
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
                self.places_left = found.places_left;
                self.contents(members, &our_content, &their_content)?;
                found.places_left = self.places_left;
                members.pop();
            }
        }
        self.places_left = found.places_left;
        self.omitted += found.omitted;
        let mut list = group(found.list);
        if let (Some(problem), Some(first)) = (problem, list.first_mut()) {
            first.part = format!("{} ({problem})", first.part);
        }
        for finding in list {
            self.push(finding);
        }
        Ok(())
    }
}
