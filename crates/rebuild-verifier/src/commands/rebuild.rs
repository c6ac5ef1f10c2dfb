//! `rebuild`: builds attributes of a flake twice, and compares.

use std::path::{Path, PathBuf};

use bit_compare::comparison::{Comparison, Verdict};
use build_attestation::definition::LONGEST_BYTES;
use build_attestation::name;
use build_attestation::statement::Attester;
use build_info::BuildInfo;
use clap::Args;
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::failure::Failure;
use rebuild_verifier::nix::flake::FlakeRef;
use rebuild_verifier::nix::{Nix, Source};
use rebuild_verifier::rebuild::{self, Built, Stored, parts};
use rebuild_verifier::report::DOCUMENTS;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Error, Result, attest, comparison_text, outputs};
use untrusted_input::file;

use super::attest::builder;
use crate::cli::BUILDING_EXIT_CODES;
use crate::console::{self, Console};
use crate::progress::{Heard, Progress};

/// Build attributes of a flake and build them again, under other conditions, and compare
///
/// Runs `nix build` for each attribute and its `.rebuild`. What the store has already is not built again unless
/// `--again` says so, or it was copied there from elsewhere. A rebuild that holds the original, or shares with it what the
/// definition does not list, is refused with exit code 2. With `--keep-going`, what several attributes share is built
/// first and side by side, and what cannot be built is part of the results.
#[derive(Args)]
#[command(after_help = BUILDING_EXIT_CODES)]
pub(crate) struct Arguments {
    /// Attributes, as in `nix build .#FLAKE_ATTR`
    #[arg(required = true, value_name = "FLAKE_ATTR")]
    attributes: Vec<String>,
    /// The flake: a folder or a reference
    #[arg(long, value_name = "REF", default_value = ".")]
    flake: String,
    /// Build again what is in the store already
    #[arg(long)]
    again: bool,
    /// Go on with the others where one cannot be built; the exit code is 1 then
    #[arg(long)]
    keep_going: bool,
    #[command(flatten)]
    attest: AttestOut,
}

/// Where to attest to, and as whom: for commands that build.
#[derive(Args)]
pub(crate) struct AttestOut {
    /// Folder for results: in DIR/<attribute> a statement if everything is the same, else what differs; what an earlier run
    /// wrote there is removed first
    #[arg(long, value_name = "DIR", requires = "builder_id")]
    attest_out: Option<PathBuf>,
    /// Who builds: an absolute URI
    #[arg(long, value_name = "URI", requires = "attest_out")]
    builder_id: Option<String>,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console, info: &BuildInfo) -> Result<Status> {
        let outlet = self.attest.outlet(info)?;
        for attribute in &self.attributes {
            check_attribute(attribute)?;
        }
        if let Some(outlet) = &outlet {
            let places = outlet.places(self.attributes.iter().map(String::as_str))?;
            let places: Vec<_> = places.iter().map(PathBuf::as_path).collect();
            outputs::claim(&[], &places)?;
        }
        let flake = FlakeRef::parse(&self.flake)?;
        let stored = match self.again {
            true => Stored::BuildAgain,
            false => Stored::Count,
        };
        let mut progress = Progress::new(console)?;
        let source = Nix::new(&mut progress).fetch(&flake)?;
        if self.keep_going {
            progress.step(&format!("building {} twice", in_short(&self.attributes)))?;
            let parts: Vec<_> = self.attributes.iter().flat_map(|one| parts(one)).collect();
            // Which of them failed, and why, is found out below, one by one.
            Nix::new(&mut progress).build_all(&source.flake, &parts)?;
        }
        let mut statuses = Vec::new();
        for attribute in &self.attributes {
            progress.step(&format!("building {attribute} twice"))?;
            let mut heard = Heard::new(&mut progress);
            let built = rebuild::build(&mut Nix::new(&mut heard), &source, attribute, stored);
            let log = heard.into_lines();
            progress.clear();
            let status = built
                .and_then(|built| finish(console, outlet.as_ref(), &source, &built))
                .or_else(|error| {
                    self.go_on(
                        error,
                        attribute,
                        &log,
                        &source,
                        outlet.as_ref(),
                        &mut progress,
                    )
                })?;
            statuses.push(status);
            progress.check()?;
        }
        Ok(Status::roll_up(statuses))
    }

    /// What becomes of an error of one attribute: the end of all, or a result among others.
    fn go_on(
        &self,
        error: Error,
        attribute: &str,
        log: &[String],
        source: &Source,
        outlet: Option<&Outlet>,
        progress: &mut Progress,
    ) -> Result<Status> {
        if !self.keep_going || matches!(error, Error::Cancelled) {
            return Err(error);
        }
        console::complain(&format!("{attribute}: {error}"));
        if !matches!(error, Error::NotBuilt { .. }) {
            return Ok(Status::Undecided);
        }
        if let Some(outlet) = outlet {
            let definition = rebuild::definition(&mut Nix::new(progress), source, attribute)?;
            let failure = Failure::not_built(&error.in_documents(), log);
            outlet
                .record_failure(attribute, &definition, &failure)?
                .appear()?;
        }
        Ok(Status::NotBuilt)
    }
}

/// The names, or their number where they would fill the screen.
fn in_short(attributes: &[String]) -> String {
    const MOST: usize = 4;
    match attributes.len() {
        0..=MOST => attributes.join(", "),
        number => format!("{number} attributes"),
    }
}

/// Compares, tells, and attests.
fn finish(
    console: &Console,
    outlet: Option<&Outlet>,
    source: &Source,
    built: &Built,
) -> Result<Status> {
    rebuild::check(
        &built.definition,
        &built.definition_file,
        &built.attribute,
        source,
    )?;
    let (comparison, staged) = match outlet {
        Some(outlet) => outlet.attest(built)?,
        None => (built.compare()?, Staged::default()),
    };
    let verdict = built.verdict(&comparison);
    // Two builds may happen to be the same and yet not be what comes out each time: that is one verdict, not two.
    let text = match built.instability() {
        Some(why) if comparison.verdict() != verdict => {
            format!(
                "{}: {why}\n",
                Status::from(verdict).colored(console.colors())
            )
        }
        _ => comparison_text::comparison(
            &comparison,
            console.colors(),
            &built.original.output,
            &built.rebuilt.output,
        ),
    };
    console.say(&format!("{}: {text}", built.attribute))?;
    complain_unstable(built);
    staged.appear()?;
    Ok(verdict.into())
}

pub(crate) fn complain_unstable(built: &Built) {
    for attribute in &built.unstable {
        console::complain(&format!(
            "{attribute} came out different when it was built again under the same conditions; \
             see how with `nix build --rebuild --keep-failed`"
        ));
    }
}

/// Where results go.
pub(crate) struct Outlet {
    folder: PathBuf,
    attester: Attester,
}

impl AttestOut {
    /// Where results go, if anywhere.
    pub(crate) fn outlet(&self, info: &BuildInfo) -> Result<Option<Outlet>> {
        let Some((folder, id)) = self.attest_out.as_ref().zip(self.builder_id.as_ref()) else {
            return Ok(None);
        };
        let attester = Attester {
            builder_id: builder("--builder-id", id)?,
            version: info.version.clone(),
        };
        Ok(Some(Outlet {
            folder: folder.clone(),
            attester,
        }))
    }
}

impl Outlet {
    /// Where everything goes that may be written about `attributes`: what an earlier run wrote there is no result of this
    /// one.
    pub(crate) fn places<'a>(
        &self,
        attributes: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<PathBuf>> {
        let mut places = Vec::new();
        for attribute in attributes {
            check_attribute(attribute)?;
            places.extend(DOCUMENTS.map(|name| self.folder.join(attribute).join(name)));
        }
        Ok(places)
    }

    /// Attests to builds that are the same, and came out so each time; of others, says why nobody does. What is to be written
    /// is staged.
    pub(crate) fn attest(&self, built: &Built) -> Result<(Comparison, Staged)> {
        if let Some(why) = built.instability() {
            let comparison = built.compare()?;
            let staged = match comparison.verdict() {
                Verdict::Different => self.record(built, &comparison)?,
                _ => self.record_instability(built, &why)?,
            };
            return Ok((comparison, staged));
        }
        let Built {
            original,
            rebuilt,
            definition_file,
            ..
        } = built;
        let out = self.folder.join(&built.attribute);
        // Compares for itself: it attests to nothing that it was only told.
        let (comparison, staged) = attest::attest(
            &original.output,
            &rebuilt.output,
            definition_file,
            Some([&original.derivation, &rebuilt.derivation]),
            &self.attester,
            &out,
        )?;
        let staged = match staged {
            Some(staged) => staged,
            None => self.record(built, &comparison)?,
        };
        Ok((comparison, staged))
    }

    /// Stages how builds compare to which nobody attests.
    pub(crate) fn record(&self, built: &Built, comparison: &Comparison) -> Result<Staged> {
        let json = read(&built.definition_file)?;
        attest::record(&json, comparison, &self.folder.join(&built.attribute))
    }

    /// Stages that a build does not give the same each time.
    pub(crate) fn record_instability(&self, built: &Built, why: &str) -> Result<Staged> {
        let definition = read(&built.definition_file)?;
        self.record_failure(&built.attribute, &definition, &Failure::different(why))
    }

    /// Stages why there is nothing to attest to.
    fn record_failure(
        &self,
        attribute: &str,
        definition: &[u8],
        failure: &Failure,
    ) -> Result<Staged> {
        attest::record_failure(definition, failure, &self.folder.join(attribute))
    }
}

fn read(definition: &Path) -> Result<Vec<u8>> {
    Ok(file::read(definition, "definition", LONGEST_BYTES)?)
}

/// That an attribute may end up in commands and in the names of folders.
fn check_attribute(attribute: &str) -> Result<()> {
    match name::is_plain(attribute) {
        true => Ok(()),
        false => Err(Error::Argument {
            argument: "FLAKE_ATTR",
            value: attribute.into(),
            why: "it is not a name of letters, digits and \"-._+\" that begins with a letter or digit; give the flake with --flake",
        }),
    }
}
