//! `attest`: compares two builds and states that they are identical.

use std::path::PathBuf;

use bit_compare::comparison::Verdict;
use build_attestation::definition::Definition;
use build_info::BuildInfo;
use clap::Args;
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::attesting::{self, ObservedDefinition, TwoBuilds};
use rebuild_verifier::nix::DerivedPath;
use rebuild_verifier::result::{ResultDocument, ResultFolder};
use rebuild_verifier::status::Status;
use rebuild_verifier::{Result, comparison_text, outputs};

use super::common::attester;
use crate::console::{self, Console};
use crate::help::EXIT_CODES;

/// Compare two builds and write an in-toto/SLSA statement if they are identical
///
/// Writes statement.json and comparison.json into DIR, both or neither. Refuses if the builds differ.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// The file or tree to attest to
    original: PathBuf,
    /// The rebuilt file or tree
    rebuilt: PathBuf,
    /// The definition: what was built, from what, and what was varied (JSON)
    #[arg(long, value_name = "FILE")]
    definition: PathBuf,
    /// The .drv files of both builds, the original's first. Refuses if they share more than the definition lists.
    /// Without this option the statement says that nobody has looked
    #[arg(long, value_names = ["ORIGINAL_DRV", "REBUILT_DRV"], num_args = 2)]
    derivations: Option<Vec<PathBuf>>,
    /// The builder's id, an absolute URI
    #[arg(long, value_name = "URI")]
    builder_id: String,
    /// Folder for statement.json and comparison.json; neither may exist yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console, info: &BuildInfo) -> Result<Status> {
        let Self {
            original,
            rebuilt,
            definition,
            derivations,
            builder_id,
            out,
        } = self;
        let attester = attester(builder_id, info)?;
        let out = ResultFolder::new(out);
        let places = [ResultDocument::Comparison, ResultDocument::Statement].map(|it| out.file(it));
        let mut inputs = vec![original.as_path(), rebuilt, definition];
        inputs.extend(derivations.iter().flatten().map(PathBuf::as_path));
        outputs::claim_new(&inputs, &places.each_ref().map(PathBuf::as_path))?;
        let builds = TwoBuilds {
            original,
            rebuilt,
            definition: self.observed_definition()?,
        };
        let (comparison, staged) = attesting::attest(builds, &attester, &out)?;
        if comparison.verdict() == Verdict::Different {
            console::complain(
                "refused to attest: the two builds differ, so nothing was written; find out why, then build again",
            );
        }
        console.say(&comparison_text::comparison(
            &comparison,
            console.colors(),
            original,
            rebuilt,
        ))?;
        staged.map_or(Ok(()), Staged::appear)?;
        Ok(comparison.verdict().into())
    }

    /// The definition of both builds, with the shared inputs if the derivations are given.
    fn observed_definition(&self) -> Result<ObservedDefinition> {
        let definition = Definition::read(&self.definition)?;
        let Some([original, rebuilt]) = self.derivations.as_deref() else {
            return Ok(ObservedDefinition::unseen(definition));
        };
        let build = |derivation: &PathBuf, output: &PathBuf| DerivedPath {
            derivation: derivation.clone(),
            output: output.clone(),
        };
        ObservedDefinition::look_up(
            definition,
            &build(original, &self.original),
            &build(rebuilt, &self.rebuilt),
        )
    }
}
