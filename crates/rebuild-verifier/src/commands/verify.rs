//! `verify`: checks artifacts against signed attestations.

use std::path::{Path, PathBuf};

use build_attestation::clock::Timestamp;
use build_attestation::definition::is_commit;
use build_attestation::envelopes;
use build_attestation::keys::PublicKey;
use build_attestation::policy::{Policy, Restrictions};
use build_attestation::verify::summary::Issuer;
use build_attestation::verify::{Artifact, Verification, VerificationResult, Verifier, text};
use build_info::BuildInfo;
use clap::Args;
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Error, Result};
use untrusted_input::InputError as _;

use super::common::{OutputDocument, claim, deliver, is_stdout, uri_argument};
use crate::console::{self, Console};
use crate::help::EXIT_CODES;

/// The verifier's id if none is given.
const UNNAMED_VERIFIER: &str = "urn:samebits:verifier:unnamed";

/// The value of `--time` that means the machine's clock.
const NOW: &str = "now";
const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";

/// Check artifacts against attestations of trusted builders
///
/// Works offline, with the given keys. At least K builders that share neither a key nor a name must have signed
/// statements about the same build that contain the ARTIFACT's digest. An artifact is rejected if a requirement is not
/// met, if any trusted key signed other bits for it, or if a statement signed by a trusted key cannot be understood.
/// Statements that no trusted key has signed are ignored. Prints the finding for each requirement.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// The files to verify
    #[arg(required = true, value_name = "ARTIFACT")]
    artifacts: Vec<PathBuf>,
    /// Sigstore bundle, DSSE envelope or in-toto link, or a file with one on each line (repeatable)
    #[arg(long = "attestation", required = true, value_name = "FILE", num_args = 1..)]
    attestations: Vec<PathBuf>,
    /// Public key (PEM) to trust, for any builder (repeatable)
    #[arg(long = "key", required_unless_present = "policy", conflicts_with = "policy", value_name = "PUB", num_args = 1..)]
    keys: Vec<PathBuf>,
    /// The policy (TOML, see docs/policy.md); other options can only require more
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// How many independent builders must agree [default: 1]
    #[arg(long, value_name = "K")]
    threshold: Option<usize>,
    /// Count only this builder (repeatable)
    #[arg(long = "builder", value_name = "ID")]
    builders: Vec<String>,
    /// Count only builds of this commit
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
    /// The verifier's id in emitted summaries [default: urn:samebits:verifier:unnamed]
    #[arg(long, value_name = "URI")]
    verifier_id: Option<String>,
    /// The URI of the artifacts in a SLSA Verification Summary
    #[arg(long, value_name = "URI")]
    resource_uri: Option<String>,
    /// The current time (RFC 3339, or `now` for the clock), for keys that end and for emitted summaries. Summaries
    /// alone may take it from SOURCE_DATE_EPOCH instead
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

    /// Claims the outputs. A policy names more inputs.
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
            return Err(Error::argument(
                "--source-rev",
                revision,
                "it is not a commit in 40 lower-case hex digits; take it from `git rev-parse`",
            ));
        }
        if self.threshold == Some(0) {
            return Err(Error::argument(
                "--threshold",
                "0",
                "nothing would be required; give at least 1",
            ));
        }
        let builders = self
            .builders
            .iter()
            .map(|id| uri_argument("--builder", id))
            .collect::<Result<_>>()?;
        let restrictions = Restrictions {
            threshold: self.threshold,
            builders,
            revision: self.source_rev.clone(),
        };
        policy.restrict(restrictions).map_err(|why| Error::Policy {
            path: self.policy.clone().unwrap_or_default(),
            why,
        })
    }

    /// The time of `--time`. SOURCE_DATE_EPOCH is the source's time, which must not decide whether a key has ended.
    fn time(&self) -> Result<Option<Timestamp>> {
        let time = self.time.as_deref().map(|text| match text {
            NOW => Timestamp::now(),
            text => Timestamp::parse(text),
        });
        time.transpose().map_err(|_| {
            Error::argument(
                "--time",
                self.time.as_deref().unwrap_or_default(),
                "it is no time; write it as in 2026-08-03T09:05:39Z, or `now` for the clock",
            )
        })
    }

    /// The issuer of summaries, if any are requested.
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

    /// The requested summaries and their paths. There is no verification result about a rejected artifact, so nobody
    /// can sign one by mistake.
    fn summaries(&self, verification: &Verification, issuer: Option<&Issuer>) -> Result<Vec<(&Path, Vec<u8>)>> {
        let Some(issuer) = issuer else {
            return Ok(Vec::new());
        };
        let cannot = |path: &Path, why| Error::Summary { path: path.into(), why };
        let mut summaries = Vec::new();
        if let Some(path) = self.emit_svr.as_deref() {
            let svr = verification.svr(issuer).map_err(|why| cannot(path, why))?;
            // If the result goes to standard output, no text may go there in its place.
            let svr = svr.or_else(|| is_stdout(path).then(Vec::new));
            summaries.extend(svr.map(|svr| (path, svr)));
        }
        if let Some(path) = self.emit_vsa.as_deref() {
            summaries.push((path, verification.vsa(issuer).map_err(|why| cannot(path, why))?));
        }
        Ok(summaries)
    }
}

/// SOURCE_DATE_EPOCH, for documents that contain a time.
fn time_of_the_source() -> Result<Timestamp> {
    let epoch = std::env::var_os(SOURCE_DATE_EPOCH).filter(|value| !value.is_empty());
    let epoch = epoch.ok_or_else(|| {
        Error::argument(
            "--time",
            "",
            "a summary contains the time of the verification; give the time, or set SOURCE_DATE_EPOCH",
        )
    })?;
    let seconds = epoch.to_str().and_then(|text| text.parse().ok());
    let time = seconds.and_then(|seconds| Timestamp::from_epoch_seconds(seconds).ok());
    time.ok_or(Error::Environment {
        variable: SOURCE_DATE_EPOCH,
        why: "it is no number of seconds since 1970",
    })
}
