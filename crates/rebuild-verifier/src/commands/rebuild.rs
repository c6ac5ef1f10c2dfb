//! `rebuild`: builds attributes of a flake twice, and compares.

use std::path::PathBuf;

use build_info::BuildInfo;
use clap::Args;
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::failure::Failure;
use rebuild_verifier::nix::flake::FlakeRef;
use rebuild_verifier::nix::{FetchedSource, Nix};
use rebuild_verifier::rebuilding::{self, Built, Stored, parts};
use rebuild_verifier::status::Status;
use rebuild_verifier::{Error, Result, comparison_text, outputs};

use super::common::{Outlet, ResultsOut, Trust, check_attribute, complain_unstable};
use crate::console::{self, Console};
use crate::help::BUILDING_EXIT_CODES;
use crate::progress::{ErrorCollector, Progress};

/// Build attributes of a flake twice, the second time under other conditions, and compare
///
/// Runs `nix build` for each attribute and its `.rebuild`. Builds in the store are not repeated, unless `--again` is
/// given or they were copied there from elsewhere. A rebuild that contains the original, or shares inputs with it that
/// the definition does not list, is refused with exit code 2. With `--keep-going`, all attributes are built in parallel
/// first, common inputs once, and failed builds are part of the results.
#[derive(Args)]
#[command(after_help = BUILDING_EXIT_CODES)]
pub(crate) struct Arguments {
    /// Attributes, as in `nix build .#FLAKE_ATTR`
    #[arg(required = true, value_name = "FLAKE_ATTR")]
    attributes: Vec<String>,
    /// The flake: a folder or a reference
    #[arg(long, value_name = "REF", default_value = ".")]
    flake: String,
    /// Build again what the store already has
    #[arg(long)]
    again: bool,
    /// Continue with the other attributes if one cannot be built; the exit code is then 1 instead of 2
    #[arg(long)]
    keep_going: bool,
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    results: ResultsOut,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console, info: &BuildInfo) -> Result<Status> {
        let outlet = self.results.outlet(info)?;
        for attribute in &self.attributes {
            check_attribute(attribute)?;
        }
        if let Some(outlet) = &outlet {
            let places = outlet.places(self.attributes.iter().map(String::as_str))?;
            let places: Vec<_> = places.iter().map(PathBuf::as_path).collect();
            outputs::claim(&[], &places)?;
        }
        let flake = FlakeRef::parse(&self.flake)?;
        let stored = if self.again { Stored::BuildAgain } else { Stored::Count };
        let mut progress = Progress::new(console)?;
        let source = Nix::new(&mut progress).fetch(&flake)?;
        if self.keep_going {
            progress.step(&format!("building {} twice", in_short(&self.attributes)))?;
            let parts: Vec<_> = self.attributes.iter().flat_map(|one| parts(one)).collect();
            // The builds below find out one by one which of them failed, and why.
            self.trust.nix(&mut progress).build_all(&source.flake, &parts)?;
        }
        let mut run = Run {
            keep_going: self.keep_going,
            trust: self.trust,
            stored,
            source,
            outlet,
            console,
            progress,
        };
        let mut statuses = Vec::new();
        for attribute in &self.attributes {
            statuses.push(run.build(attribute)?);
            run.progress.check()?;
        }
        Ok(Status::roll_up(statuses))
    }
}

/// The names, or their number if they would fill the screen.
fn in_short(attributes: &[String]) -> String {
    const MOST: usize = 4;
    match attributes.len() {
        0..=MOST => attributes.join(", "),
        number => format!("{number} attributes"),
    }
}

/// The state of a run over several attributes.
struct Run<'a> {
    keep_going: bool,
    trust: Trust,
    stored: Stored,
    source: FetchedSource,
    outlet: Option<Outlet>,
    console: &'a Console,
    progress: Progress,
}

impl Run<'_> {
    /// Builds one attribute twice, compares, prints, and attests.
    fn build(&mut self, attribute: &str) -> Result<Status> {
        self.progress.step(&format!("building {attribute} twice"))?;
        let mut watch = ErrorCollector::new(&mut self.progress);
        let mut nix = self.trust.nix(&mut watch);
        let built = rebuilding::build(&mut nix, &self.source, attribute, self.stored);
        let log = watch.into_lines();
        self.progress.clear();
        match built.and_then(|built| self.finish(&built)) {
            Ok(status) => Ok(status),
            Err(error) => self.handle_error(attribute, error, &log),
        }
    }

    fn finish(&self, built: &Built) -> Result<Status> {
        built.check(&self.source)?;
        let (comparison, staged) = match &self.outlet {
            Some(outlet) => outlet.attest(built)?,
            None => (built.compare()?, Staged::default()),
        };
        let verdict = built.verdict(&comparison);
        let colors = self.console.colors();
        // Both builds may be identical although one is not repeatable. That is one verdict, so print only one.
        let text = match built.instability() {
            Some(why) if comparison.verdict() != verdict => {
                format!("{}: {why}\n", Status::from(verdict).colored(colors))
            }
            _ => {
                let (original, rebuilt) = (&built.original.output, &built.rebuilt.output);
                comparison_text::comparison(&comparison, colors, original, rebuilt)
            }
        };
        self.console.say(&format!("{}: {text}", built.attribute))?;
        complain_unstable(built);
        staged.appear()?;
        Ok(verdict.into())
    }

    /// Ends the run with the error of one attribute, or with `--keep-going` records it, with the lines of `log`, as a
    /// result.
    fn handle_error(&mut self, attribute: &str, error: Error, log: &[String]) -> Result<Status> {
        if !self.keep_going || matches!(error, Error::Cancelled) {
            return Err(error);
        }
        console::complain(&format!("{attribute}: {error}"));
        if !matches!(error, Error::NotBuilt { .. }) {
            return Ok(Status::Undecided);
        }
        if let Some(outlet) = &self.outlet {
            let mut nix = Nix::new(&mut self.progress);
            let definition = rebuilding::definition(&mut nix, &self.source, attribute)?;
            let failure = Failure::not_built(&error.in_documents(), log);
            outlet.record_failure(attribute, &definition, &failure)?.appear()?;
        }
        Ok(Status::NotBuilt)
    }
}
