//! Reads the documents of a result, and checks that they agree.

use bit_compare::comparison::{Comparison, Verdict};
use build_attestation::definition::Definition;
use build_attestation::statement::RebuildStatement;
use untrusted_input::InputError as _;

use super::{ComparedOrFailed, ResultDocument, ResultFolder, StoredResult};
use crate::error::{Error, Result};
use crate::failure::Failure;

const REMEDY: &str = "attest again, and do not edit the documents";

impl ResultFolder {
    /// Reads the result in this folder, and checks it.
    ///
    /// # Errors
    /// When a document cannot be read or does not follow its format, and when identical builds have no statement.
    pub(crate) fn read(&self) -> Result<StoredResult> {
        if self.holds(ResultDocument::Definition) && !self.holds(ResultDocument::Statement) {
            self.read_unattested()
        } else {
            self.read_attested()
        }
    }

    fn read_attested(&self) -> Result<StoredResult> {
        let (_, (statement, definition)) = self.parse(ResultDocument::Statement, |json| {
            let statement = RebuildStatement::from_json(json)?;
            let definition = statement.definition()?;
            Ok((statement, definition))
        })?;
        let (json, comparison) = self.read_comparison()?;
        let beside = self.contradiction_beside(&definition)?;
        let within = statement.check_against(&comparison, &json).err();
        Ok(StoredResult {
            definition,
            attester: Some(statement.attester()),
            outcome: ComparedOrFailed::Compared(comparison),
            contradiction: within.or(beside),
        })
    }

    /// Checks the other documents beside a statement for a contradiction.
    fn contradiction_beside(&self, stated: &Definition) -> Result<Option<String>> {
        if self.holds(ResultDocument::Failure) {
            let why = self.read_failure()?.why;
            return Ok(Some(format!(
                "its {} says that a build failed: {why}",
                ResultDocument::Failure
            )));
        }
        if !self.holds(ResultDocument::Definition) {
            return Ok(None);
        }
        let other = stated.differences(&self.read_definition()?);
        let what = ResultDocument::Definition;
        Ok(other
            .first()
            .map(|other| format!("its {what} is not what is attested to: {other}")))
    }

    /// Reads a result without a statement: a definition, and a comparison or a failure.
    fn read_unattested(&self) -> Result<StoredResult> {
        let definition = self.read_definition()?;
        let (outcome, contradiction) = if self.holds(ResultDocument::Failure) {
            let contradiction = self.comparison_beside_failure()?;
            let failure = self.read_failure()?;
            (ComparedOrFailed::Failed(failure), contradiction)
        } else {
            let comparison = self.read_different()?;
            (ComparedOrFailed::Compared(comparison), None)
        };
        Ok(StoredResult {
            definition,
            attester: None,
            outcome,
            contradiction,
        })
    }

    /// A comparison beside a failure is a contradiction.
    fn comparison_beside_failure(&self) -> Result<Option<String>> {
        if !self.holds(ResultDocument::Comparison) {
            return Ok(None);
        }
        self.read_comparison()?;
        Ok(Some(format!(
            "its {} compares two builds, and its {} says that one of them failed",
            ResultDocument::Comparison,
            ResultDocument::Failure
        )))
    }

    /// Reads the comparison of builds without a statement, which must be different.
    fn read_different(&self) -> Result<Comparison> {
        let (_, comparison) = self.read_comparison()?;
        if comparison.verdict() == Verdict::Different {
            return Ok(comparison);
        }
        Err(Error::invalid(
            self.path(),
            "result",
            format!("its builds are identical, but it has no {}", ResultDocument::Statement),
            REMEDY,
        ))
    }

    fn read_definition(&self) -> Result<Definition> {
        Ok(Definition::read(&self.file(ResultDocument::Definition))?)
    }

    fn read_comparison(&self) -> Result<(Vec<u8>, Comparison)> {
        self.parse(ResultDocument::Comparison, Comparison::from_json)
    }

    fn read_failure(&self) -> Result<Failure> {
        let (_, failure) = self.parse(ResultDocument::Failure, Failure::from_json)?;
        Ok(failure)
    }

    fn parse<T>(
        &self,
        document: ResultDocument,
        parse: impl FnOnce(&[u8]) -> Result<T, String>,
    ) -> Result<(Vec<u8>, T)> {
        let path = self.file(document);
        let json = document.read(&path)?;
        match parse(&json) {
            Ok(parsed) => Ok((json, parsed)),
            Err(why) => Err(Error::invalid(path, document.format(), why, REMEDY)),
        }
    }
}

/// A contradiction between a statement and the comparison beside it, or, without a comparison, within the statement.
pub(crate) fn contradiction(statement: &RebuildStatement, comparison_json: Option<&[u8]>) -> Option<String> {
    let Some(json) = comparison_json else {
        return statement.check_rebuilt().err();
    };
    match Comparison::from_json(json) {
        Ok(comparison) => statement.check_against(&comparison, json).err(),
        Err(why) => Some(format!("{} is not valid: {why}", ResultDocument::Comparison)),
    }
}
