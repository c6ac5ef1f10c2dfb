//! Reads the claim in a signed attestation into one form, for every kind of rebuilder.
//!
//! A claim states that a builder rebuilt a product, and which bits came out. External parameters that the build type
//! does not define are refused, because they may change what was built.

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

/// Reads the claim in a statement. The second argument is the statement's bytes.
type Reader = fn(&Statement, &[u8]) -> Result<Claim, String>;

/// The known build types of SLSA provenance, each with its reader.
const READERS: &[(&str, Reader)] = &[
    (BUILD_TYPE, flake::read),
    (oss_rebuild::REBUILD, oss_rebuild::read_rebuild),
    (oss_rebuild::EQUIVALENCE, oss_rebuild::read_equivalence),
];

/// The accepted payload types of statements: in-toto's own, and the one that oss-rebuild uses.
const PAYLOAD_TYPES: [&str; 2] = [IN_TOTO, STATEMENT_TYPE];

/// Every build type that can count for an artifact, sorted.
pub(crate) fn build_types() -> BTreeSet<&'static str> {
    READERS.iter().map(|(name, _)| *name).chain([LINK_BUILD_TYPE]).collect()
}

/// A builder's claim about what it built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The build type, which defines the meaning of the other fields.
    pub build_type: String,
    /// The builder, if the format names it.
    pub builder: Option<AbsoluteUri>,
    /// The product.
    pub product: Product,
    /// The files that came out, with their digests.
    pub outputs: Vec<Output>,
    /// The source, as far as the format names it.
    pub source: ClaimedSource,
    /// The Nix double of the platform, if the format names it.
    pub platform: Option<String>,
    /// The names of the conditions that differed between the builds.
    pub variations: BTreeSet<String>,
    /// The kinds of inputs that both builds shared besides pinned archives. `None` if nobody checked.
    pub shared_inputs: Option<BTreeSet<InputKind>>,
}

impl Claim {
    /// A claim with a product and its outputs, and nothing else.
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

/// One file that came out of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The name.
    pub name: String,
    /// The digests.
    pub digests: Digests,
}

/// The source of a build, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClaimedSource {
    /// A commit, or a word like `dirty` that stands for no commit.
    pub revision: Option<String>,
    /// The source tree's Nix archive hash.
    pub nar_hash: Option<String>,
}

impl ClaimedSource {
    /// Whether both name the same tree or the same commit. Words like `dirty` are no commit.
    fn is_same_as(&self, other: &Self) -> bool {
        let commit = self.revision.as_ref().filter(|revision| is_commit(revision));
        (self.nar_hash.is_some() && self.nar_hash == other.nar_hash)
            || (commit.is_some() && commit == other.revision.as_ref())
    }
}

/// The meaning of an attestation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A claim about what a build gave.
    Claim(Box<Claim>),
    /// Something else, with a description.
    Other(String),
}

/// Reads a signed content. Call it only after verifying a signature of a trusted key.
///
/// # Errors
/// The rule that the content breaks. It is about a build, but must not be relied on.
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
            "it is not provenance: its predicate is {}",
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
        // A statement must not pass for a link: the parameters of links are different.
        None if build_type == LINK_BUILD_TYPE => Err(format!(
            "its build type {build_type:?} is that of in-toto links, but it is not a link"
        )),
        None => Ok(read_unknown_build_type(&statement, build_type)),
    }
}

fn claimed(claim: Claim) -> Reading {
    Reading::Claim(Box::new(claim))
}

/// Reads provenance of an unknown build type. Such a claim never counts for an artifact, but may disagree with one.
fn read_unknown_build_type(statement: &Statement, build_type: &str) -> Reading {
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
