//! Attests to a build that it has just compared itself, and to nothing else.

use std::path::Path;

use crate::atomic::Staged;
use crate::compare::Pair;
use crate::comparison::{Comparison, Verdict};
use crate::definition::Definition;
use crate::error::{Error, Result};
use crate::intoto::check_name;
use crate::nix::graph::{Side, shared_inputs};
use crate::result::{NewResult, ResultFolder};
use crate::statement::{Attester, MAX_SUBJECTS, Statement};

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
    out: &ResultFolder,
) -> Result<(Comparison, Option<Staged>)> {
    let mut definition = Definition::read(definition)?;
    let listed = definition.shared_inputs.take().unwrap_or_default();
    if let Some(derivations) = derivations {
        let [original, rebuilt] = [(original, derivations[0]), (rebuilt, derivations[1])]
            .map(|(output, derivation)| Side { derivation, output });
        definition.shared_inputs = Some(shared_inputs(original, rebuilt, &listed)?);
    }
    let pair = Pair::read(original, rebuilt)?;
    let comparison = pair.compare()?;
    if comparison.verdict() != Verdict::Identical {
        return Ok((comparison, None));
    }
    let count = comparison.counts().original_files;
    if count > MAX_SUBJECTS {
        return Err(Error::TooManySubjects {
            path: original.into(),
            count,
            limit: MAX_SUBJECTS,
        });
    }
    for (path, ..) in comparison.original_files() {
        check_name(&path.to_string()).map_err(|why| Error::Invalid {
            path: original.into(),
            format: "build to attest to",
            why,
            remedy: "give its files names that every system can take, since verifiers refuse others",
        })?;
    }
    let comparison_json = comparison.to_json();
    let statement = Statement::new(definition, attester, &comparison, &comparison_json);
    let staged = out.stage(NewResult::Attested {
        statement: &statement,
        comparison_json: &comparison_json,
    })?;
    Ok((comparison, Some(staged)))
}
