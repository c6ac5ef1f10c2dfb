//! Attests to a build that it has just compared itself, and to nothing else.

use std::path::Path;

use bit_compare::comparison::{Comparison, Level, Verdict};
use build_attestation::definition::Definition;
use build_attestation::statement::{Attester, Statement};

use crate::atomic::Staged;
use crate::comparing::compare;
use crate::error::Result;
use crate::failure::Failure;
use crate::nix::graph::{Side, shared_inputs};

/// The name of the comparison in a result's folder.
pub const COMPARISON_FILE: &str = "comparison.json";
/// The name of the definition in the folder of a result to which nobody attests.
pub const DEFINITION_FILE: &str = "definition.json";
/// The name of the reason in the folder of a result of which a build failed.
pub const FAILURE_FILE: &str = "failure.json";
/// The name of the statement in a result's folder.
pub const STATEMENT_FILE: &str = "statement.json";

/// Compares two builds and, only if they are identical, stages `comparison.json` and `statement.json` for `out`, where they
/// are once they [appear](Staged::appear). With the `derivations` of both it is looked up what they share; without, the
/// statement says that nobody has looked.
///
/// # Errors
/// When it cannot be decided, the two builds share what they must not, or the result cannot be written; nothing is then left
/// in `out`.
pub fn attest(
    original: &Path,
    rebuilt: &Path,
    definition: &Path,
    derivations: Option<[&Path; 2]>,
    attester: &Attester,
    out: &Path,
) -> Result<(Comparison, Option<Staged>)> {
    let mut definition = Definition::read(definition)?;
    let listed = definition.shared_inputs.take().unwrap_or_default();
    if let Some(derivations) = derivations {
        let [original, rebuilt] = [(original, derivations[0]), (rebuilt, derivations[1])]
            .map(|(output, derivation)| Side { derivation, output });
        definition.shared_inputs = Some(shared_inputs(original, rebuilt, &listed)?);
    }
    let comparison = compare(original, rebuilt, Level::Bits)?;
    if comparison.verdict() != Verdict::Identical {
        return Ok((comparison, None));
    }
    let (statement, comparison_json) =
        Statement::attest(original, &comparison, definition, attester)?;
    let documents: [(&str, &[u8]); 2] = [
        (COMPARISON_FILE, &comparison_json),
        (STATEMENT_FILE, &statement.to_json()),
    ];
    let staged = Staged::new_in(out, &documents)?;
    Ok((comparison, Some(staged)))
}

/// Stages how two builds differ that followed `definition`, and the definition itself, for `out`: what `report` shows of
/// builds to which nobody attests.
///
/// # Errors
/// When it cannot be written; nothing is then left in `out`.
pub fn record(definition: &[u8], comparison: &Comparison, out: &Path) -> Result<Staged> {
    let comparison_json = comparison.to_json();
    let documents: [(&str, &[u8]); 2] = [
        (COMPARISON_FILE, &comparison_json),
        (DEFINITION_FILE, definition),
    ];
    Staged::new_in(out, &documents)
}

/// Stages why a build failed that was to follow `definition`, and the definition itself, for `out`.
///
/// # Errors
/// When it cannot be written; nothing is then left in `out`.
pub fn record_failure(definition: &[u8], failure: &Failure, out: &Path) -> Result<Staged> {
    let failure_json = failure.to_json();
    let documents: [(&str, &[u8]); 2] =
        [(DEFINITION_FILE, definition), (FAILURE_FILE, &failure_json)];
    Staged::new_in(out, &documents)
}
