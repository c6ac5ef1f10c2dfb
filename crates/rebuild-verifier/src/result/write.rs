//! Stages the documents of a result.

use bit_compare::comparison::Comparison;
use build_attestation::statement::RebuildStatement;

use super::{ResultDocument, ResultFolder};
use crate::atomic::Staged;
use crate::error::Result;
use crate::failure::Failure;

/// A result that is to be written.
#[derive(Clone, Copy, Debug)]
pub enum NewResult<'a> {
    /// The builds are identical and attested.
    Attested {
        /// The attestation.
        statement: &'a RebuildStatement,
        /// The comparison that the statement names by the digest of these bytes.
        comparison_json: &'a [u8],
    },
    /// The builds differ. `report` shows them too.
    Different {
        /// The definition of both, byte for byte.
        definition_json: &'a [u8],
        /// How they differ.
        comparison: &'a Comparison,
    },
    /// A build failed or is not repeatable.
    Failed {
        /// The definition of both, byte for byte.
        definition_json: &'a [u8],
        /// The reason.
        failure: &'a Failure,
    },
}

impl ResultFolder {
    /// Stages the documents of a result for this folder, where they are once they [appear](Staged::appear).
    ///
    /// # Errors
    /// When one of them exists already, or cannot be written; nothing is then left in the folder.
    pub fn stage(&self, result: NewResult<'_>) -> Result<Staged> {
        match result {
            NewResult::Attested {
                statement,
                comparison_json,
            } => self.stage_all([
                (ResultDocument::Comparison, comparison_json),
                (ResultDocument::Statement, &statement.to_json()),
            ]),
            NewResult::Different {
                definition_json,
                comparison,
            } => self.stage_all([
                (ResultDocument::Comparison, &comparison.to_json()),
                (ResultDocument::Definition, definition_json),
            ]),
            NewResult::Failed {
                definition_json,
                failure,
            } => self.stage_all([
                (ResultDocument::Definition, definition_json),
                (ResultDocument::Failure, &failure.to_json()),
            ]),
        }
    }

    fn stage_all(&self, documents: [(ResultDocument, &[u8]); 2]) -> Result<Staged> {
        let files = documents.map(|(document, json)| (document.file_name(), json));
        Staged::new_in(self.path(), &files)
    }
}
