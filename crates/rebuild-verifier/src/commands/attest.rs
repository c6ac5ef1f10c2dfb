//! `attest`: compares two builds and states that they are the same.

use std::path::PathBuf;

use bit_compare::comparison::Verdict;
use build_attestation::statement::Attester;
use build_attestation::uri::AbsoluteUri;
use build_info::BuildInfo;
use clap::Args;
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::attest::{self, COMPARISON_FILE, STATEMENT_FILE};
use rebuild_verifier::status::Status;
use rebuild_verifier::{Error, Result, comparison_text, outputs};

use crate::cli::EXIT_CODES;
use crate::console::{self, Console};

/// Compare two builds and write an in-toto/SLSA statement if they are identical
///
/// Writes statement.json and comparison.json into DIR, both or neither; refuses when the builds differ.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// The file or tree to attest to
    original: PathBuf,
    /// The file or tree that was built again
    rebuilt: PathBuf,
    /// What was built, from what, and what was varied (JSON)
    #[arg(long, value_name = "FILE")]
    definition: PathBuf,
    /// How both were built: their .drv files, the original's first. Refuses if they share more than the definition lists;
    /// without this the statement says that nobody has looked
    #[arg(long, value_names = ["ORIGINAL_DRV", "REBUILT_DRV"], num_args = 2)]
    derivations: Option<Vec<PathBuf>>,
    /// Who built it: an absolute URI
    #[arg(long, value_name = "URI")]
    builder_id: String,
    /// Folder for statement.json and comparison.json, which must not be there yet
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
        let attester = Attester {
            builder_id: builder("--builder-id", builder_id)?,
            version: info.version.clone(),
        };
        let derivations = match derivations.as_deref() {
            Some([original, rebuilt]) => Some([original.as_path(), rebuilt.as_path()]),
            _ => None,
        };
        let places = [COMPARISON_FILE, STATEMENT_FILE].map(|name| out.join(name));
        let mut inputs = vec![original.as_path(), rebuilt, definition];
        inputs.extend(derivations.iter().flatten());
        outputs::claim_new(&inputs, &places.each_ref().map(PathBuf::as_path))?;
        let (comparison, staged) =
            attest::attest(original, rebuilt, definition, derivations, &attester, out)?;
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
}

/// The builder that `argument` names.
pub(crate) fn builder(argument: &'static str, uri: &str) -> Result<AbsoluteUri> {
    AbsoluteUri::try_from(uri.to_owned()).map_err(|_| Error::Argument {
        argument,
        value: uri.to_owned(),
        why: "it is not an absolute URI; name the builder as in https://example.org/builders/1",
    })
}
