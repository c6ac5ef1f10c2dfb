//! Why two contents differ.

use binary_formats::content::Content;
use binary_formats::{Context, Failure, Inner, Map, detect, map, unpack};
use bit_compare::explanation::{Explained, Kind};
use bit_compare::path::EntryPath;
use untrusted_input::format::Format;

use crate::Limits;
use crate::error::Result;
use crate::finding::{Finding, Values};
use crate::found::{Found, Side, same};
use crate::grouping::group;
use crate::names::{Named as _, by_name};

/// Explains why two contents differ.
///
/// # Errors
/// When either cannot be read.
pub fn explain(
    path: &EntryPath,
    original: &Content,
    rebuilt: &Content,
    limits: Limits,
) -> Result<Explained> {
    let mut explainer = Explainer {
        ours: Context::new(limits.formats, original.length()),
        theirs: Context::new(limits.formats, rebuilt.length()),
        limits,
        places_left: limits.places_of_a_file,
        findings: Vec::new(),
        omitted: 0,
    };
    explainer.contents(&mut Vec::new(), original, rebuilt)?;
    let mut findings = explainer.findings;
    findings.sort_by_key(Finding::rank);
    let only_follows = findings.first().is_some_and(Finding::follows);
    let most = limits.explanations_of_a_file;
    let omitted = explainer.omitted + findings.len().saturating_sub(most) as u64;
    findings.truncate(most);
    let explanations = findings
        .into_iter()
        .map(|finding| finding.explanation(path, only_follows))
        .collect::<Result<_>>()?;
    Ok(Explained {
        explanations,
        omitted,
    })
}

/// More findings than this are only counted: they are sorted and cut once all are there.
const MOST_FINDINGS: usize = 4096;

struct Explainer {
    ours: Context,
    theirs: Context,
    limits: Limits,
    places_left: usize,
    findings: Vec<Finding>,
    omitted: u64,
}

/// The map of a content, or of its bytes when it does not follow its format, and then why.
fn map_or_bytes(
    format: Format,
    content: &Content,
    context: &mut Context,
) -> Result<(Map, Option<String>)> {
    let why = match map(format, content, context) {
        Ok(map) => return Ok((map, None)),
        Err(Failure::Unreadable(error)) => return Err(error.into()),
        Err(Failure::Malformed(why)) => why,
    };
    match map(Format::Bytes, content, context) {
        Ok(map) => Ok((map, Some(format!("not read as {format}: {why}")))),
        Err(Failure::Unreadable(error)) => Err(error.into()),
        Err(Failure::Malformed(why)) => Ok((
            Map {
                format: Format::Bytes,
                parts: Vec::new(),
            },
            Some(why),
        )),
    }
}

impl Explainer {
    /// Explains two contents, if they differ.
    fn contents(
        &mut self,
        members: &mut Vec<String>,
        original: &Content,
        rebuilt: &Content,
    ) -> Result<()> {
        if original.equals(rebuilt)? {
            return Ok(());
        }
        let (our_format, their_format) = (detect(original)?, detect(rebuilt)?);
        let too_deep = members.len() >= self.limits.nested_depth;
        let format = if our_format == their_format && !too_deep {
            our_format
        } else {
            Format::Bytes
        };
        let (mut ours, our_problem) = map_or_bytes(format, original, &mut self.ours)?;
        let (mut theirs, their_problem) = map_or_bytes(format, rebuilt, &mut self.theirs)?;
        if ours.format != theirs.format {
            // One is read and the other is not: only their bytes can be compared.
            (ours, _) = map_or_bytes(Format::Bytes, original, &mut self.ours)?;
            (theirs, _) = map_or_bytes(Format::Bytes, rebuilt, &mut self.theirs)?;
        }
        let problem = our_problem.or(their_problem);
        // What is nested shares the limits with the maps that lead to it, which stay in memory meanwhile.
        let limits = (self.ours.limits, self.theirs.limits);
        self.ours.charge(&ours);
        self.theirs.charge(&theirs);
        let before = self.findings.len() + self.omitted as usize;
        self.maps(members, (original, &ours), (rebuilt, &theirs), problem)?;
        (self.ours.limits, self.theirs.limits) = limits;
        if self.findings.len() + self.omitted as usize == before {
            // Only parts that are left out when others differ: told as bytes, so that nothing stays untold.
            let bytes = |content: &Content| Values::whole(content);
            let finding = Finding::bytes(members, bytes(original)?, bytes(rebuilt)?);
            self.push(finding);
        }
        Ok(())
    }

    /// Compares two maps of the same format; `problem` is why they are only maps of bytes.
    fn maps(
        &mut self,
        members: &mut Vec<String>,
        ours: Side<'_>,
        theirs: Side<'_>,
        problem: Option<String>,
    ) -> Result<()> {
        let mut found = Found {
            members: members.as_slice().into(),
            format: ours.1.format,
            most_places: self.limits.places,
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

    fn push(&mut self, finding: Finding) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.omitted += 1;
        }
    }

    /// The content that a part holds, unpacked if need be; `None` when that cannot be done.
    fn inner(&mut self, inner: Option<&Inner>, is_original: bool) -> Result<Option<Content>> {
        let context = if is_original {
            &mut self.ours
        } else {
            &mut self.theirs
        };
        match inner {
            None => Ok(None),
            Some(Inner::Plain(content)) => Ok(Some(content.clone())),
            Some(Inner::Packed(packing, content)) => {
                match unpack::unpack(*packing, content, 0, context) {
                    Ok(unpacked) => Ok(Some(unpacked.content)),
                    Err(Failure::Malformed(_)) => Ok(None),
                    Err(Failure::Unreadable(error)) => Err(error.into()),
                }
            }
        }
    }
}
