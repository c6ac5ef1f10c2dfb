//! Attests to a build, after comparing it here. Nothing else is ever attested.

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

/// A definition as a statement contains it: `sharedInputs` lists what both builds do share, not what they may share.
#[derive(Clone, Debug)]
pub struct ObservedDefinition(Definition);

impl ObservedDefinition {
    /// Looks the shared inputs up in both derivations.
    ///
    /// # Errors
    /// When the builds share something that the definition does not list, or when that cannot be determined.
    pub fn look_up(mut definition: Definition, original: &DerivedPath, rebuilt: &DerivedPath) -> Result<Self> {
        let listed = definition.shared_inputs.take().unwrap_or_default();
        definition.shared_inputs = Some(shared_inputs(original, rebuilt, &listed)?);
        Ok(Self(definition))
    }

    /// A definition without known derivations: the statement will say that nobody has looked.
    pub fn unseen(definition: Definition) -> Self {
        Self(Definition {
            shared_inputs: None,
            ..definition
        })
    }

    /// The definition itself.
    pub(crate) fn as_definition(&self) -> &Definition {
        &self.0
    }
}

/// Two builds, and their definition.
#[derive(Debug)]
pub struct TwoBuilds<'a> {
    /// The file or tree to attest to.
    pub original: &'a Path,
    /// The rebuilt file or tree.
    pub rebuilt: &'a Path,
    /// What was built, from what.
    pub definition: ObservedDefinition,
}

/// Compares two builds. Only if they are identical, stages an attested result for `out`, where its documents are once
/// they [appear](Staged::appear).
///
/// # Errors
/// When nothing can be decided, or the result cannot be written; nothing is then left in `out`.
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
