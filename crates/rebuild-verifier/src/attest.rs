//! Attests to a build that it has just compared itself, and to nothing else.

use std::path::Path;

use bit_compare::comparison::{Comparison, Level, Verdict};
use build_attestation::definition::Definition;
use build_attestation::statement::{Attester, RebuildStatement};

use crate::atomic::Staged;
use crate::comparing::compare;
use crate::error::Result;
use crate::nix::DerivedPath;
use crate::nix::graph::shared_inputs;
use crate::result::{NewResult, ResultFolder};

/// A definition as a statement has it: of what both builds may be made with, it says what they are made with.
#[derive(Clone, Debug)]
pub struct ObservedDefinition(Definition);

impl ObservedDefinition {
    /// Looks up in both derivations what the builds share.
    ///
    /// # Errors
    /// When they share what they must not, or when that cannot be known.
    pub fn look_up(mut definition: Definition, original: &DerivedPath, rebuilt: &DerivedPath) -> Result<Self> {
        let listed = definition.shared_inputs.take().unwrap_or_default();
        definition.shared_inputs = Some(shared_inputs(original, rebuilt, &listed)?);
        Ok(Self(definition))
    }

    /// Without the derivations: the statement will say that nobody has looked.
    pub fn unseen(definition: Definition) -> Self {
        Self(Definition {
            shared_inputs: None,
            ..definition
        })
    }

    /// What it says.
    pub fn as_definition(&self) -> &Definition {
        &self.0
    }
}

/// Two builds, and the definition that both followed.
#[derive(Debug)]
pub struct TwoBuilds<'a> {
    /// The file or tree to attest to.
    pub original: &'a Path,
    /// The file or tree that was built again.
    pub rebuilt: &'a Path,
    /// What was built, from what.
    pub definition: ObservedDefinition,
}

/// Compares two builds and, only if they are identical, stages a result that attests to it for `out`, where its documents
/// are once they [appear](Staged::appear).
///
/// # Errors
/// When it cannot be decided, or the result cannot be written; nothing is then left in `out`.
pub fn attest(builds: TwoBuilds<'_>, attester: &Attester, out: &ResultFolder) -> Result<(Comparison, Option<Staged>)> {
    let TwoBuilds {
        original,
        rebuilt,
        definition,
    } = builds;
    let comparison = compare(original, rebuilt, Level::Bits)?;
    if comparison.verdict() != Verdict::Identical {
        return Ok((comparison, None));
    }
    let (statement, comparison_json) = RebuildStatement::attest(original, &comparison, definition.0, attester)?;
    let staged = out.stage(NewResult::Attested {
        statement: &statement,
        comparison_json: &comparison_json,
    })?;
    Ok((comparison, Some(staged)))
}
