//! `audit`: repeats what attestations claim, and compares with what was published.

use std::path::{Path, PathBuf};

use build_attestation::verify::Check;
use build_info::BuildInfo;
use clap::Args;
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::audit::document::ReleaseAudit;
use rebuild_verifier::audit::{self, Audit, Published, Release, Undecided, text};
use rebuild_verifier::nix::Nix;
use rebuild_verifier::nix::flake::FlakeRef;
use rebuild_verifier::outputs::folder_of;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Error, Result};

use super::common::{Outlet, OutputDocument, ResultsOut, claim, complain_unstable, deliver};
use crate::console::{self, Console};
use crate::help::BUILDING_EXIT_CODES;
use crate::progress::Progress;

/// What Nix reads of every flake.
const FLAKE_FILES: [&str; 2] = ["flake.nix", "flake.lock"];

/// Build again what was published, from what its attestation says, and compare bit for bit
///
/// Checks that the published files have the attested digests, fetches the attested commit, checks the hash of its tree and
/// of its lock files, checks that it defines the attested build with the attested inputs, builds it twice on this machine
/// (also what its store has already), and compares with the published files. Believes nobody: signatures are the business of
/// `rebuild-verifier verify`. Of a RELEASE_DIR every file must be attested to.
#[derive(Args)]
#[command(after_help = BUILDING_EXIT_CODES)]
pub(crate) struct Arguments {
    /// A folder with published files and their attestations, or one attestation (statement, envelope or bundle)
    #[arg(value_name = "RELEASE_DIR|ATTESTATION")]
    release: PathBuf,
    /// Where the source is: a folder or a reference; its revision is the attested one
    #[arg(long, value_name = "REF", default_value = ".")]
    flake: String,
    /// The published file or folder, if it is not beside the attestation
    #[arg(long, value_name = "PATH")]
    artifact: Option<PathBuf>,
    /// Write what was found as JSON to FILE, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(flatten)]
    results: ResultsOut,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console, info: &BuildInfo) -> Result<Status> {
        let outlet = self.results.outlet(info);
        let release = Release::read(&self.release, self.artifact.as_deref());
        // In any case: nothing of an earlier run is left there, whatever becomes of this one.
        let wanted = outlet.as_ref().ok().and_then(Option::as_ref);
        let claimed = self.claim(release.as_ref().ok(), wanted);
        let release = release?;
        claimed?;
        let outlet = outlet?;
        let flake = FlakeRef::parse(&self.flake)?;
        if let Some(complaint) = text::unattested(&release.unattested) {
            console::complain(&complaint);
        }
        let mut run = Run {
            flake,
            outlet,
            progress: Progress::new(console)?,
            staged: Staged::default(),
            found: ReleaseAudit {
                unattested: release.unattested,
                ..ReleaseAudit::default()
            },
        };
        for published in release.published {
            run.audit(published)?;
        }
        let Run { staged, found, .. } = run;
        self.tell(console, &found, staged)?;
        Ok(found.status())
    }

    /// Takes the places of what is to be written. That has to wait for what the attestations name; where they cannot be
    /// read, nothing beside them is touched.
    fn claim(&self, release: Option<&Release>, outlet: Option<&Outlet>) -> Result<()> {
        let sources = self.sources(release);
        let mut inputs: Vec<&Path> = vec![&self.release];
        inputs.extend(self.artifact.as_deref());
        inputs.extend(sources.iter().map(PathBuf::as_path));
        match release {
            Some(release) => inputs.extend(release.files()),
            None if self.release.is_file() => inputs.push(folder_of(&self.release)),
            None => {}
        }
        let places = match (outlet, release) {
            (Some(outlet), Some(release)) => {
                let published = release.published.iter();
                outlet.places(published.map(|one| one.definition.flake_attribute.as_str()))
            }
            _ => Ok(Vec::new()),
        };
        let outputs = self.json.iter().chain(places.iter().flatten());
        let outputs = outputs.map(PathBuf::as_path);
        claim(&inputs, &outputs.collect::<Vec<_>>())?;
        places.map(drop)
    }

    /// The files that are read of a flake that is a folder: it itself, and those that the attestations name. Whatever else is
    /// in it may be anything, the last audit too.
    fn sources(&self, release: Option<&Release>) -> Vec<PathBuf> {
        let flake = Path::new(&self.flake);
        if !flake.is_dir() {
            return Vec::new();
        }
        let published = release.into_iter().flat_map(|release| &release.published);
        let named = published.flat_map(|one| &one.definition.resolved_dependencies);
        let named = named.filter(|dependency| dependency.uri.is_none());
        let named = named.map(|dependency| dependency.name.as_str());
        let files = FLAKE_FILES.into_iter().chain(named);
        // The source itself is a dependency, and no file.
        let files = files.map(|name| flake.join(name));
        files.filter(|file| !file.is_dir()).collect()
    }

    fn tell(&self, console: &Console, found: &ReleaseAudit, staged: Staged) -> Result<()> {
        let json = self.json.iter();
        let documents: Vec<_> = json.map(|path| OutputDocument::new(path, || found.to_json())).collect();
        deliver(console, &documents, staged, |colors| {
            let audits = found.audits.iter();
            let texts: Vec<_> = audits.map(|audit| text::audit(audit, colors)).collect();
            texts.join("\n")
        })
    }
}

/// What every attestation is audited with, and what has come of those before.
struct Run {
    flake: FlakeRef,
    outlet: Option<Outlet>,
    progress: Progress,
    staged: Staged,
    found: ReleaseAudit,
}

impl Run {
    /// Audits one attestation; one that cannot be audited does not keep the others from it.
    fn audit(&mut self, published: Published) -> Result<()> {
        let attestation = published.name.clone();
        let flake_attribute = published.definition.flake_attribute.clone();
        self.progress
            .step(&format!("auditing {flake_attribute} ({attestation})"))?;
        let audited = audit::audit(&mut Nix::new(&mut self.progress), &self.flake, published);
        self.progress.clear();
        self.progress.check()?;
        match audited {
            Ok(audit) => {
                complain(&audit);
                if let Some(outlet) = &self.outlet {
                    self.staged.merge(attest(outlet, &audit)?);
                }
                self.found.audits.push(audit);
            }
            // Without Nix nothing can be audited at all.
            Err(error @ Error::Tool { .. }) => return Err(error),
            Err(error) => {
                console::complain(&error.to_string());
                self.found.undecided.push(Undecided {
                    attestation,
                    flake_attribute,
                    error,
                });
            }
        }
        Ok(())
    }
}

/// The one line on stderr about an attestation that does not hold.
fn complain(audit: &Audit) {
    if let Some(built) = &audit.built {
        complain_unstable(built);
    }
    let failed = audit
        .requirements
        .iter()
        .find(|requirement| requirement.check == Check::Failed);
    if let Some(requirement) = failed {
        console::complain(&format!(
            "{} {:?}: {}: {}; do not use what was published until it is known why",
            audit.status(),
            audit.published.name,
            requirement.name,
            requirement.found
        ));
    }
}

/// Attests to what was built here if all of it is as published; else says how it compares.
fn attest(outlet: &Outlet, audit: &Audit) -> Result<Staged> {
    let Some(built) = &audit.built else {
        return Ok(Staged::default());
    };
    if audit.status() == Status::Identical {
        return Ok(outlet.attest(built)?.1);
    }
    let published = audit.published_comparison().map_err(|why| {
        Error::invalid(
            PathBuf::from(&audit.published.name),
            "list of subjects",
            why,
            "attest again",
        )
    })?;
    match (published, built.instability()) {
        (Some(comparison), _) => outlet.record(built, &comparison),
        (None, Some(why)) => outlet.record_instability(built, &why),
        (None, None) => Ok(Staged::default()),
    }
}
