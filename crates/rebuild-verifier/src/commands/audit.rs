//! `audit`: repeats attested builds, and compares them with the published files.

use std::path::{Path, PathBuf};

use build_attestation::verify::Check;
use build_info::BuildInfo;
use clap::Args;
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::auditing::document::ReleaseAudit;
use rebuild_verifier::auditing::{self, Audit, Published, Release, Undecided, text};
use rebuild_verifier::nix::flake::{FlakeRef, source_root};
use rebuild_verifier::outputs::folder_of;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Error, Result};
use untrusted_input::InputError as _;

use super::common::{Outlet, OutputDocument, ResultsOut, Trust, claim, complain_unstable, deliver};
use crate::console::{self, Console};
use crate::help::BUILDING_EXIT_CODES;
use crate::progress::Progress;

/// The files that Nix reads from every flake.
const FLAKE_FILES: [&str; 2] = ["flake.nix", "flake.lock"];

/// Build a release again from its attestation, and compare bit for bit
///
/// Checks that the published files have the attested digests. Fetches the attested commit, and checks the hashes of its
/// tree and lock files. Checks that it defines the attested build with the attested inputs. Builds it twice on this
/// machine (even if the store already has it), and compares with the published files. Checks no signatures:
/// `rebuild-verifier verify` does that. Every file of a RELEASE_DIR must be attested.
#[derive(Args)]
#[command(after_help = BUILDING_EXIT_CODES)]
pub(crate) struct Arguments {
    /// A folder with published files and their attestations, or one attestation (statement, envelope or bundle)
    #[arg(value_name = "RELEASE_DIR|ATTESTATION")]
    release: PathBuf,
    /// The flake with the source, a folder or a reference; fetched at the attested revision
    #[arg(long, value_name = "REF", default_value = ".")]
    flake: String,
    /// The published file or folder, if it is not beside the attestation
    #[arg(long, value_name = "PATH")]
    artifact: Option<PathBuf>,
    /// Write the findings as JSON to FILE, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    results: ResultsOut,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console, info: &BuildInfo) -> Result<Status> {
        let outlet = self.results.outlet(info);
        let release = Release::read(&self.release, self.artifact.as_deref());
        // Claim the outputs before any error returns: files of an earlier run must never survive this one.
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
            trust: self.trust,
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
        self.write_results(console, &found, staged)?;
        Ok(found.status())
    }

    /// Claims the outputs. The attestations name more inputs, so they are read first; if they cannot be read, nothing
    /// beside them is touched.
    fn claim(&self, release: Option<&Release>, outlet: Option<&Outlet>) -> Result<()> {
        let sources = self.sources(release)?;
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

    /// The files that are read from a flake in a folder: the flake's own, and those that the attestations name. Other
    /// files in the folder may be anything, even results of the last audit.
    fn sources(&self, release: Option<&Release>) -> Result<Vec<PathBuf>> {
        let flake = Path::new(&self.flake);
        if !flake.is_dir() {
            return Ok(Vec::new());
        }
        let root = source_root(flake)?;
        let published = release.into_iter().flat_map(|release| &release.published);
        let dependencies = published.flat_map(|one| &one.definition.resolved_dependencies);
        let named = dependencies.filter_map(|one| one.source_file().ok().flatten());
        let named = named.map(|file| root.join(file.path.as_path()));
        let files = FLAKE_FILES.into_iter().map(|name| flake.join(name)).chain(named);
        // What is named may be a folder.
        Ok(files.filter(|file| !file.is_dir()).collect())
    }

    fn write_results(&self, console: &Console, found: &ReleaseAudit, staged: Staged) -> Result<()> {
        let json = self.json.iter();
        let documents: Vec<_> = json.map(|path| OutputDocument::new(path, || found.to_json())).collect();
        deliver(console, &documents, staged, |colors| {
            let audits = found.audits.iter();
            let texts: Vec<_> = audits.map(|audit| text::audit(audit, colors)).collect();
            texts.join("\n")
        })
    }
}

/// The state of an audit of several attestations.
struct Run {
    flake: FlakeRef,
    outlet: Option<Outlet>,
    trust: Trust,
    progress: Progress,
    staged: Staged,
    found: ReleaseAudit,
}

impl Run {
    /// Audits one attestation. If it cannot be audited, the others still are.
    fn audit(&mut self, published: Published) -> Result<()> {
        let attestation = published.name.clone();
        let flake_attribute = published.definition.flake_attribute.clone();
        self.progress
            .step(&format!("auditing {flake_attribute} ({attestation})"))?;
        let audited = auditing::audit(&mut self.trust.nix(&mut self.progress), &self.flake, published);
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
            // Without Nix no attestation can be audited.
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

/// Prints the one line on stderr about a failed audit.
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
            "{} {:?}: {}: {}; do not use the published files until the reason is known",
            audit.status(),
            audit.published.name,
            requirement.name,
            requirement.found
        ));
    }
}

/// Attests to the builds if everything is as published; else records how they compare.
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
