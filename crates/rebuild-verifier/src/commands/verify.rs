//! `verify`: artifacts against what builders signed about them.

use std::path::{Path, PathBuf};

use build_attestation::clock::Timestamp;
use build_attestation::definition::is_commit;
use build_attestation::envelopes;
use build_attestation::keys::PublicKey;
use build_attestation::policy::{Narrowing, Policy};
use build_attestation::verify::summary::Issuer;
use build_attestation::verify::{Artifact, Verification, VerificationResult, Verifier, text};
use build_info::BuildInfo;
use clap::Args;
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Error, Result};

use super::common::{OutputDocument, claim, deliver, is_stdout, uri_argument};
use crate::console::{self, Console};
use crate::help::EXIT_CODES;

/// Who verified, where nobody says so.
const UNNAMED_VERIFIER: &str = "urn:samebits:verifier:unnamed";

/// For the machine's clock, where a time is asked for.
const NOW: &str = "now";
const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";

/// Check artifacts against what trusted builders signed about them
///
/// Offline, with the keys that are given. Each ARTIFACT must be named, by its digest, in statements of at least K builders
/// that share neither a key nor a name, about the same build. It is rejected when anything that is required was not found,
/// when anybody whose key is trusted signed other bits for it, and when something that a trusted key signed cannot be
/// understood. What nobody trusted has signed is as if it were not there. Says for each requirement what was found.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// The files to verify
    #[arg(required = true, value_name = "ARTIFACT")]
    artifacts: Vec<PathBuf>,
    /// Sigstore bundle, DSSE envelope, in-toto link, or lines of them (repeatable)
    #[arg(long = "attestation", required = true, value_name = "FILE", num_args = 1..)]
    attestations: Vec<PathBuf>,
    /// Public key (PEM) to believe, for any builder (repeatable)
    #[arg(long = "key", required_unless_present = "policy", conflicts_with = "policy", value_name = "PUB", num_args = 1..)]
    keys: Vec<PathBuf>,
    /// What to require (TOML, see docs/policy.md); the options beside it can only require more
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// How many independent builders must agree [default: 1]
    #[arg(long, value_name = "K")]
    threshold: Option<usize>,
    /// Only this builder counts (repeatable)
    #[arg(long = "builder", value_name = "ID")]
    builders: Vec<String>,
    /// Only builds from this commit count
    #[arg(long, value_name = "REV")]
    source_rev: Option<String>,
    /// Write verification.json to FILE, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write a Simple Verification Result v0.2 if everything is verified, to FILE or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    emit_svr: Option<PathBuf>,
    /// Write a SLSA Verification Summary v1, passed or failed, to FILE or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    emit_vsa: Option<PathBuf>,
    /// Who verifies, in what is emitted [default: urn:samebits:verifier:unnamed]
    #[arg(long, value_name = "URI")]
    verifier_id: Option<String>,
    /// What the artifacts are, in a SLSA Verification Summary
    #[arg(long, value_name = "URI")]
    resource_uri: Option<String>,
    /// What time it is (RFC 3339, or `now` for the clock), for keys that end and for what is emitted; for the latter
    /// alone, SOURCE_DATE_EPOCH stands in
    #[arg(long, value_name = "TIME")]
    time: Option<String>,
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console, info: &BuildInfo) -> Result<Status> {
        self.claim()?;
        let policy = self.policy()?;
        let time = self.time()?;
        let issuer = self.issuer(info, time)?;
        let mut verifier = Verifier::new(policy, time)?;
        for path in &self.attestations {
            verifier.add(&envelopes::read(path)?);
        }
        let algorithms = verifier.algorithms();
        let artifacts = self
            .artifacts
            .iter()
            .map(|path| Artifact::read(path, &algorithms))
            .collect::<Result<_, _>>()?;
        let verification = verifier.decide(artifacts)?;
        if let Some(complaint) = text::complaint(&verification) {
            console::complain(&complaint);
        }
        let summaries = self.summaries(&verification, issuer.as_ref())?;
        let mut documents = Vec::new();
        if let Some(path) = &self.json {
            documents.push(OutputDocument::new(path, || verification.to_json()));
        }
        for (path, summary) in &summaries {
            documents.push(OutputDocument::new(path, || summary.clone()));
        }
        deliver(console, &documents, Staged::default(), |colors| {
            text::verification(&verification, colors)
        })?;
        Ok(match verification.verdict() {
            VerificationResult::Verified => Status::Identical,
            VerificationResult::Rejected => Status::Rejected,
        })
    }

    /// Takes the places of what is to be written. A policy names more files that are read.
    fn claim(&self) -> Result<()> {
        let named = match &self.policy {
            Some(path) => build_attestation::policy::file::possible_key_files(path),
            None => Vec::new(),
        };
        let inputs = [&self.artifacts, &self.attestations, &self.keys, &named];
        let inputs = inputs.into_iter().flatten().chain(&self.policy);
        let outputs = [&self.json, &self.emit_svr, &self.emit_vsa];
        let outputs = outputs.into_iter().flatten();
        claim(
            &inputs.map(PathBuf::as_path).collect::<Vec<_>>(),
            &outputs.map(PathBuf::as_path).collect::<Vec<_>>(),
        )
    }

    fn policy(&self) -> Result<Policy> {
        let policy = match &self.policy {
            Some(path) => Policy::read(path)?,
            None => Policy::of_keys(
                self.keys
                    .iter()
                    .map(|path| PublicKey::read(path))
                    .collect::<Result<_, _>>()?,
            ),
        };
        if let Some(revision) = self.source_rev.as_ref().filter(|revision| !is_commit(revision)) {
            return Err(Error::Argument {
                argument: "--source-rev",
                value: revision.clone(),
                why: "it is not a commit in 40 lower-case hex digits; take it from `git rev-parse`",
            });
        }
        if self.threshold == Some(0) {
            return Err(Error::Argument {
                argument: "--threshold",
                value: "0".into(),
                why: "nothing would be required; give at least 1",
            });
        }
        let builders = self
            .builders
            .iter()
            .map(|id| uri_argument("--builder", id))
            .collect::<Result<_>>()?;
        let narrowing = Narrowing {
            threshold: self.threshold,
            builders,
            revision: self.source_rev.clone(),
        };
        policy.narrow(narrowing).map_err(|why| Error::Policy {
            path: self.policy.clone().unwrap_or_default(),
            why,
        })
    }

    /// The time that somebody gave. The environment's is that of the source, which must not decide whether a key has
    /// ended.
    fn time(&self) -> Result<Option<Timestamp>> {
        let time = self.time.as_deref().map(|text| match text {
            NOW => Timestamp::now(),
            text => Timestamp::parse(text),
        });
        time.transpose().map_err(|_| Error::Argument {
            argument: "--time",
            value: self.time.clone().unwrap_or_default(),
            why: "it is no time; write it as in 2026-08-03T09:05:39Z, or `now` for what the clock says",
        })
    }

    /// What is needed to emit anything, if anything is to be emitted.
    fn issuer(&self, info: &BuildInfo, time: Option<Timestamp>) -> Result<Option<Issuer>> {
        if self.emit_svr.is_none() && self.emit_vsa.is_none() {
            return Ok(None);
        }
        let time = match time {
            Some(time) => time,
            None => time_of_the_source()?,
        };
        let verifier_id = self.verifier_id.as_deref().unwrap_or(UNNAMED_VERIFIER);
        let resource_uri = self
            .resource_uri
            .as_deref()
            .map(|uri| uri_argument("--resource-uri", uri))
            .transpose()?;
        Ok(Some(Issuer {
            verifier_id: uri_argument("--verifier-id", verifier_id)?,
            version: info.version.clone(),
            time,
            resource_uri,
        }))
    }

    /// The summaries and where to write them, last of all. A rejected artifact has no result that could be signed by
    /// mistake.
    fn summaries(&self, verification: &Verification, issuer: Option<&Issuer>) -> Result<Vec<(&Path, Vec<u8>)>> {
        let Some(issuer) = issuer else {
            return Ok(Vec::new());
        };
        let cannot = |path: &Path, why| Error::Summary { path: path.into(), why };
        let mut summaries = Vec::new();
        if let Some(path) = self.emit_svr.as_deref() {
            let svr = verification.svr(issuer).map_err(|why| cannot(path, why))?;
            // Whoever reads a result from standard output gets nothing else there either.
            let svr = svr.or_else(|| is_stdout(path).then(Vec::new));
            summaries.extend(svr.map(|svr| (path, svr)));
        }
        if let Some(path) = self.emit_vsa.as_deref() {
            summaries.push((path, verification.vsa(issuer).map_err(|why| cannot(path, why))?));
        }
        Ok(summaries)
    }
}

/// SOURCE_DATE_EPOCH, for documents that say when they were made.
fn time_of_the_source() -> Result<Timestamp> {
    let epoch = std::env::var_os(SOURCE_DATE_EPOCH).filter(|value| !value.is_empty());
    let epoch = epoch.ok_or(Error::Argument {
        argument: "--time",
        value: String::new(),
        why: "what is emitted says when it was verified; give the time, or set SOURCE_DATE_EPOCH",
    })?;
    let seconds = epoch.to_str().and_then(|text| text.parse().ok());
    let time = seconds.and_then(|seconds| Timestamp::from_epoch_seconds(seconds).ok());
    time.ok_or(Error::Environment {
        variable: SOURCE_DATE_EPOCH,
        why: "it is no time in seconds since 1970",
    })
}
