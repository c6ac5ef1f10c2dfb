//! What a signed attestation claims about a build, in one form for every kind of rebuilder.
//!
//! A claim says: this builder built this product again, and these are the bits that came out. External parameters that a
//! build type does not define are refused, since they may change what was built.

mod flake;
mod link;
mod oss_rebuild;
mod parts;
mod product;

use std::collections::BTreeSet;

use parts::outputs;

use crate::definition::is_commit;
use crate::digests::Digests;
use crate::dsse::IN_TOTO;
use crate::envelopes::SignedContent;
use crate::intoto::{STATEMENT_TYPE, Statement};
use crate::shared_inputs::InputKind;
use crate::statement::{BUILD_TYPE, PREDICATE_TYPE};
use crate::uri::AbsoluteUri;

pub use link::BUILD_TYPE as LINK_BUILD_TYPE;
pub use product::Product;
pub(crate) use product::{Relation, check_product};

/// Reads the claim in a statement; the second argument is the statement's own bytes.
type Reader = fn(&Statement, &[u8]) -> Result<Claim, String>;

/// Build types of SLSA provenance whose parameters are understood.
const READERS: &[(&str, Reader)] = &[
    (BUILD_TYPE, flake::read),
    (oss_rebuild::REBUILD, oss_rebuild::read_rebuild),
    (oss_rebuild::EQUIVALENCE, oss_rebuild::read_equivalence),
];

/// What a statement may be signed as: in-toto's own type, and the one that oss-rebuild gives.
const PAYLOAD_TYPES: [&str; 2] = [IN_TOTO, STATEMENT_TYPE];

/// Every build type that can count for an artifact, sorted.
pub(crate) fn build_types() -> BTreeSet<&'static str> {
    READERS.iter().map(|(name, _)| *name).chain([LINK_BUILD_TYPE]).collect()
}

/// What somebody says to have built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// How to understand the rest.
    pub build_type: String,
    /// Who built, where the format says so.
    pub builder: Option<AbsoluteUri>,
    /// What was built.
    pub product: Product,
    /// What came out: names and digests.
    pub outputs: Vec<Output>,
    /// From what, where the format says so.
    pub source: ClaimedSource,
    /// The Nix double of the platform, where the format says so.
    pub platform: Option<String>,
    /// The conditions that were not the same for both builds, by name.
    pub variations: BTreeSet<String>,
    /// What both builds were made with besides pinned archives, by kind; nothing where nobody has looked.
    pub shared_inputs: Option<BTreeSet<InputKind>>,
}

impl Claim {
    /// A claim that says what came out of a build, and nothing else.
    fn of(build_type: &str, product: Product, outputs: Vec<Output>) -> Self {
        Self {
            build_type: build_type.into(),
            builder: None,
            product,
            outputs,
            source: ClaimedSource::default(),
            platform: None,
            variations: BTreeSet::new(),
            shared_inputs: None,
        }
    }
}

/// Something that came out of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its digests.
    pub digests: Digests,
}

/// What a build was made from, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClaimedSource {
    /// A commit, or a word that says that there is none.
    pub revision: Option<String>,
    /// The source tree's Nix archive hash.
    pub nar_hash: Option<String>,
}

impl ClaimedSource {
    /// The same tree, or the same commit. Words like `dirty` are no commit.
    fn is_same_as(&self, other: &Self) -> bool {
        let commit = self.revision.as_ref().filter(|revision| is_commit(revision));
        (self.nar_hash.is_some() && self.nar_hash == other.nar_hash)
            || (commit.is_some() && commit == other.revision.as_ref())
    }
}

/// What an attestation is, once its signature has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It says what a build gave.
    Claim(Box<Claim>),
    /// It says something else: what.
    Other(String),
}

/// Reads what was signed. Call it only for what a trusted key has signed.
///
/// # Errors
/// The rule that it breaks: it says something about a build, and nobody may rely on it.
pub fn read(content: &SignedContent) -> Result<Reading, String> {
    let (payload_type, payload) = match content {
        SignedContent::Link { link, .. } => return link::read(link).map(claimed),
        SignedContent::Payload { payload_type, payload } => (payload_type, payload),
    };
    if !PAYLOAD_TYPES.contains(&payload_type.as_str()) {
        return Ok(Reading::Other(format!(
            "its payload is of type {payload_type:?}, not {IN_TOTO:?}"
        )));
    }
    let statement = Statement::from_json(payload)?;
    if statement.predicate_type.as_str() != PREDICATE_TYPE {
        return Ok(Reading::Other(format!(
            "it is no provenance: its predicate is {}",
            statement.predicate_type
        )));
    }
    let build_type = statement
        .predicate
        .get("buildDefinition")
        .and_then(|build| build["buildType"].as_str());
    let build_type = build_type.ok_or("its buildDefinition has no buildType")?;
    match READERS.iter().find(|(name, _)| *name == build_type) {
        Some((_, reader)) => reader(&statement, payload).map(claimed),
        // It would count as a link, whose parameters are others.
        None if build_type == LINK_BUILD_TYPE => Err(format!(
            "its build type {build_type:?} is that of in-toto links, and it is none"
        )),
        None => Ok(foreign(&statement, build_type)),
    }
}

fn claimed(claim: Claim) -> Reading {
    Reading::Claim(Box::new(claim))
}

/// Provenance of a build type that is not known: it never counts for an artifact, but it may speak against one.
fn foreign(statement: &Statement, build_type: &str) -> Reading {
    let builder = statement
        .predicate
        .get("runDetails")
        .and_then(|run| run["builder"]["id"].as_str());
    let outputs = outputs(statement);
    let Some(first) = outputs.first() else {
        return Reading::Other(format!("its build type {build_type:?} is not known"));
    };
    let product = Product::Unknown(first.name.clone());
    claimed(Claim {
        builder: builder.and_then(|id| AbsoluteUri::try_from(id.to_owned()).ok()),
        ..Claim::of(build_type, product, outputs)
    })
}

/// The last part of a name.
pub(crate) fn file_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

#[cfg(test)]
mod tests;
