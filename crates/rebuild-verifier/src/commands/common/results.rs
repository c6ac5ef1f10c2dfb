//! The results of commands that build: where they go, and what is written.

use std::path::PathBuf;

use bit_compare::comparison::{Comparison, Verdict};
use build_attestation::name;
use build_attestation::statement::Attester;
use build_info::BuildInfo;
use clap::Args;
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::attesting::{self, TwoBuilds};
use rebuild_verifier::failure::Failure;
use rebuild_verifier::nix::{Nix, Watch};
use rebuild_verifier::rebuilding::Built;
use rebuild_verifier::result::{NewResult, ResultFolder};
use rebuild_verifier::{Error, Result};
use untrusted_input::InputError as _;

use super::attester;
use crate::console;

/// Options of commands that build: where to write results, and as which builder.
#[derive(Args)]
pub(crate) struct ResultsOut {
    /// Folder for results: DIR/<attribute> gets a statement if everything is identical, else the differences. Documents
    /// of an earlier run are removed first
    #[arg(long, value_name = "DIR", requires = "builder_id")]
    attest_out: Option<PathBuf>,
    /// The builder's id, an absolute URI
    #[arg(long, value_name = "URI", requires = "attest_out")]
    builder_id: Option<String>,
}

/// An option of commands that build: what to expect of builds.
#[derive(Args, Clone, Copy)]
pub(crate) struct Trust {
    /// Accept a Nix that builds as the owner of the store, so that a build script could change what both builds read
    #[arg(long)]
    trust_build_scripts: bool,
}

impl Trust {
    /// The `nix` that builds.
    pub(crate) fn nix(self, watch: &mut dyn Watch) -> Nix<'_> {
        Nix::new(watch).trusting_builds(self.trust_build_scripts)
    }
}

/// Where results go, and who attests.
pub(crate) struct Outlet {
    folder: PathBuf,
    attester: Attester,
}

impl ResultsOut {
    /// The outlet, if the options ask for results.
    pub(crate) fn outlet(&self, info: &BuildInfo) -> Result<Option<Outlet>> {
        let Some((folder, id)) = self.attest_out.as_ref().zip(self.builder_id.as_ref()) else {
            return Ok(None);
        };
        Ok(Some(Outlet {
            folder: folder.clone(),
            attester: attester(id, info)?,
        }))
    }
}

impl Outlet {
    fn result_folder(&self, attribute: &str) -> ResultFolder {
        ResultFolder::new(self.folder.join(attribute))
    }

    /// Every path that may be written for `attributes`. All of them are claimed, so that no document of an earlier run
    /// looks like a result of this one.
    pub(crate) fn places<'a>(&self, attributes: impl Iterator<Item = &'a str>) -> Result<Vec<PathBuf>> {
        let mut places = Vec::new();
        for attribute in attributes {
            check_attribute(attribute)?;
            places.extend(self.result_folder(attribute).files());
        }
        Ok(places)
    }

    /// Stages a statement if both builds are identical and repeatable; else stages the reason why there is none.
    pub(crate) fn attest(&self, built: &Built) -> Result<(Comparison, Staged)> {
        if let Some(why) = built.instability() {
            let comparison = built.compare()?;
            let staged = match comparison.verdict() {
                Verdict::Different => self.record(built, &comparison)?,
                _ => self.record_instability(built, &why)?,
            };
            return Ok((comparison, staged));
        }
        let builds = TwoBuilds {
            original: &built.original.output,
            rebuilt: &built.rebuilt.output,
            definition: built.definition.clone(),
        };
        let out = self.result_folder(&built.attribute);
        // `attest` compares the builds itself, and attests to nothing else.
        let (comparison, staged) = attesting::attest(builds, &self.attester, &out)?;
        let staged = match staged {
            Some(staged) => staged,
            None => self.record(built, &comparison)?,
        };
        Ok((comparison, staged))
    }

    /// Stages the comparison of builds that cannot be attested.
    pub(crate) fn record(&self, built: &Built, comparison: &Comparison) -> Result<Staged> {
        let folder = self.result_folder(&built.attribute);
        folder.stage(NewResult::Different {
            definition_json: &built.definition_json()?,
            comparison,
        })
    }

    /// Stages a failure: a build is not repeatable.
    pub(crate) fn record_instability(&self, built: &Built, why: &str) -> Result<Staged> {
        let failure = Failure::different(why);
        self.record_failure(&built.attribute, &built.definition_json()?, &failure)
    }

    /// Stages a failure: there is no build to attest.
    pub(crate) fn record_failure(&self, attribute: &str, definition_json: &[u8], failure: &Failure) -> Result<Staged> {
        let folder = self.result_folder(attribute);
        folder.stage(NewResult::Failed {
            definition_json,
            failure,
        })
    }
}

/// Refuses an attribute that could not safely be part of a command or the name of a folder.
pub(crate) fn check_attribute(attribute: &str) -> Result<()> {
    if name::is_plain(attribute) {
        return Ok(());
    }
    Err(Error::argument(
        "FLAKE_ATTR",
        attribute,
        "it is not a name of letters, digits and \"-._+\" that begins with a letter or digit; give the flake with --flake",
    ))
}

/// Prints how to find out why a build is not repeatable.
pub(crate) fn complain_unstable(built: &Built) {
    for attribute in &built.unstable {
        console::complain(&format!(
            "{attribute} came out different when it was built again under the same conditions; \
             see how with `nix build --rebuild --keep-failed`"
        ));
    }
}
