//! Explains a difference: which member, section or field it is in, where, what both sides have, and why, as far as the
//! [table of causes](crate::causes) knows.
//!
//! Bytes have decided before this begins, and nothing here changes a verdict. Whatever differs gets at least one
//! explanation: where a format cannot be read, its bytes are compared as they are.

mod clues;
mod finding;
mod found;
mod grouping;
mod names;
mod pairs;
mod runs;

use serde::{Deserialize, Serialize};

use crate::causes::Confidence;
use crate::content::Content;
use crate::error::Result;
use crate::formats::{Context, Failure, Format, Inner, Map, map, unpack};
use crate::input::Limits;
use crate::json;
use crate::path::EntryPath;

pub use clues::Clue;
use finding::{Finding, Values};

/// One thing that differs inside a pair of files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// The entry of the comparison.
    pub path: EntryPath,
    /// The members that lead to the content in question, outermost first; empty for the file itself.
    pub members: Vec<String>,
    /// The format of that content.
    pub format: Format,
    /// The section, header or member that differs.
    pub part: String,
    /// The field of the part, if the bytes belong to one.
    #[serde(deserialize_with = "json::nullable")]
    pub field: Option<String>,
    /// How it differs.
    pub kind: Kind,
    /// What the original has.
    #[serde(deserialize_with = "json::nullable")]
    pub original: Option<Place>,
    /// What the rebuild has.
    #[serde(deserialize_with = "json::nullable")]
    pub rebuilt: Option<Place>,
    /// How many places of the part are like this one, this one included.
    pub places: u64,
    /// Bytes that differ in them.
    pub differing_bytes: u64,
    /// Why, if that is known.
    #[serde(deserialize_with = "json::nullable")]
    pub cause: Option<LikelyCause>,
}

/// How a part differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Both have it, with other bytes.
    Changed,
    /// Only the original has it.
    Missing,
    /// Only the rebuild has it.
    Unexpected,
    /// Both have the same parts, in another order.
    Order,
    /// Both hold the same content, packed into other bytes.
    Packing,
}

/// Where one side has what, in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Offset in the file of the comparison; `None` when the content had to be unpacked.
    #[serde(deserialize_with = "json::nullable")]
    pub offset_in_file_bytes: Option<u64>,
    /// Offset in the innermost content.
    pub offset_bytes: u64,
    /// Offset in the part.
    pub offset_in_part_bytes: u64,
    /// Length of the part.
    pub part_bytes: u64,
    /// What is there, as people read it: a field's value, a text in quotes, or bytes in hexadecimal.
    pub value: String,
}

/// The cause that fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LikelyCause {
    /// Its name in the table.
    pub id: String,
    /// What makes the builds differ.
    pub cause: String,
    /// What makes them the same.
    pub fix: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// Whether it only follows from other differences.
    pub follows: bool,
}

/// All that was found about one pair of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explained {
    /// The explanations: causes before consequences, sure ones before others; at least one.
    pub explanations: Vec<Explanation>,
    /// How many more there were than the limits allow.
    pub omitted: u64,
}

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
        ours: Context::new(limits, original.length()),
        theirs: Context::new(limits, rebuilt.length()),
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
        Err(Failure::Unreadable(error)) => return Err(error),
        Err(Failure::Malformed(why)) => why,
    };
    match map(Format::Bytes, content, context) {
        Ok(map) => Ok((map, Some(format!("not read as {format}: {why}")))),
        Err(Failure::Unreadable(error)) => Err(error),
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
        let (our_format, their_format) = (Format::of(original)?, Format::of(rebuilt)?);
        let too_deep = members.len() >= self.ours.limits.nested_depth;
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
                    Err(Failure::Unreadable(error)) => Err(error),
                }
            }
        }
    }
}
