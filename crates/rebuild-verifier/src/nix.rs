//! Runs Nix: finds sources, evaluates attributes, builds them. Nothing here believes what a build says of itself.
//!
//! The commands are those of Nix 2.8 and later. Every run can be cancelled; the child is then ended and waited for.

pub mod flake;
pub mod log;

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::nix::flake::FlakeRef;
use crate::nix::log::{Event, Log};

/// Nix says so, and newer versions exit with this code, when a derivation that was built again gave something else.
const CHECK_FAILED: (&str, i32) = ("may not be deterministic", 104);

/// The most that is read of an answer, in bytes.
const MOST_OUTPUT_BYTES: u64 = 64 << 20;

/// How often a silent run looks whether it is to stop.
const TICK: Duration = Duration::from_millis(100);

/// How long Nix has to end its builders before it is ended itself; on a busy machine it takes some ten seconds.
const GRACE: Duration = Duration::from_secs(30);

/// Whoever wants to know how a run gets on.
pub trait Watch {
    /// Something happened.
    fn see(&mut self, event: &Event<'_>);
    /// Some time has passed.
    fn tick(&mut self);
    /// Whether the run is to stop.
    fn is_cancelled(&self) -> bool;
}

/// The `nix` program.
pub struct Nix<'a> {
    watch: &'a mut dyn Watch,
}

/// A flake's source as Nix has fetched it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The reference that it was fetched by.
    pub flake: FlakeRef,
    /// The hash of its Nix archive.
    pub nar_hash: String,
    /// Its commit, unless it is none.
    pub revision: Option<String>,
    /// Where it is in the store.
    pub path: PathBuf,
}

/// Where an attribute, its rebuild and its definition will be in the store.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outputs {
    /// The attribute itself.
    pub original: PathBuf,
    /// The same, built under other conditions.
    pub rebuilt: PathBuf,
    /// Its definition.
    pub definition: PathBuf,
}

/// What an attribute must have to be built twice.
const OUTPUTS: &str = "build: { original = build.outPath; rebuilt = build.rebuild.outPath; \
                       definition = build.definition.outPath; }";

/// What the store knows of a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
struct PathInfo {
    /// False where Nix 2.8 has nothing; absent where it has something.
    #[serde(default = "yes")]
    valid: bool,
    /// Whether this store built it.
    #[serde(default)]
    ultimate: bool,
}

fn yes() -> bool {
    true
}

/// Whether a path is in the store, and how it came there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is not there.
    Absent,
    /// This store built it.
    Built,
    /// It was copied from elsewhere.
    Copied,
}

/// What a run of Nix left behind.
struct Finished {
    status: ExitStatus,
    stdout: Vec<u8>,
    errors: Vec<String>,
}

impl<'a> Nix<'a> {
    /// Runs `nix` of the PATH, watched by `watch`.
    pub fn new(watch: &'a mut dyn Watch) -> Self {
        Self { watch }
    }

    /// Fetches a flake.
    ///
    /// # Errors
    /// When there is no such flake or no such revision of it.
    pub fn fetch(&mut self, flake: &FlakeRef) -> Result<Source> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Metadata {
            locked: Locked,
            path: PathBuf,
            revision: Option<String>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Locked {
            nar_hash: String,
        }
        let arguments = [
            "flake",
            "metadata",
            "--json",
            "--no-update-lock-file",
            flake.as_str(),
        ];
        let Metadata {
            locked,
            path,
            revision,
        } = self.ask("fetch the source", &arguments)?;
        Ok(Source {
            flake: flake.clone(),
            nar_hash: locked.nar_hash,
            revision,
            path,
        })
    }

    /// Says where an attribute of a flake will be in the store, without building it.
    ///
    /// # Errors
    /// When there is no such attribute, or it lacks `rebuild` or `definition`.
    pub fn outputs(&mut self, flake: &FlakeRef, attribute: &str) -> Result<Outputs> {
        let installable = flake.attribute(attribute);
        let what = format!("evaluate {attribute}");
        let arguments = [
            "eval",
            "--json",
            "--no-update-lock-file",
            &installable,
            "--apply",
            OUTPUTS,
        ];
        self.ask(&what, &arguments)
    }

    /// Says how a path came into the store.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub fn origin(&mut self, path: &Path) -> Result<Origin> {
        if path.symlink_metadata().is_err() {
            return Ok(Origin::Absent);
        }
        let what = format!("look up {}", path.display());
        // What it complains about where there is nothing is no error here.
        let mut silent = Silent(self.watch);
        let arguments = ["path-info".into(), "--json".into(), path.into()];
        let finished = Nix::new(&mut silent).run(&arguments)?;
        // Nix 2.8 answers, and fails, where a path is absent; newer versions answer null and succeed.
        let infos: Value = serde_json::from_slice(&finished.stdout)
            .map_err(|error| failed(&what, &error.to_string(), &finished.errors))?;
        let info = match &infos {
            Value::Array(infos) => infos.first(),
            Value::Object(infos) => infos.values().next(),
            _ => None,
        };
        let info = info.ok_or_else(|| failed(&what, "the answer is empty", &finished.errors))?;
        let info: Option<PathInfo> = serde_json::from_value(info.clone())
            .map_err(|error| failed(&what, &error.to_string(), &finished.errors))?;
        Ok(match info.filter(|info| info.valid) {
            None => Origin::Absent,
            Some(PathInfo { ultimate: true, .. }) => Origin::Built,
            Some(_) => Origin::Copied,
        })
    }

    /// Builds whatever of `attributes` is not in the store yet, and keeps it there as long as `root` exists.
    ///
    /// # Errors
    /// When one of them does not build.
    pub fn build(&mut self, flake: &FlakeRef, attributes: &[String], root: &Path) -> Result<()> {
        let arguments = build_arguments(
            &["--out-link".as_ref(), root.as_os_str()],
            flake,
            attributes,
        );
        let finished = self.run(&arguments)?;
        if finished.status.success() {
            Ok(())
        } else {
            Err(Error::NotBuilt {
                what: attributes.join(", "),
                why: said("it failed", &finished.errors),
            })
        }
    }

    /// Builds whatever of `attributes` is not in the store yet, all that can be built where some cannot; says whether all were.
    ///
    /// # Errors
    /// When Nix cannot be run.
    pub fn build_all(&mut self, flake: &FlakeRef, attributes: &[String]) -> Result<bool> {
        let options = ["--keep-going", "--no-link"].map(OsStr::new);
        let arguments = build_arguments(&options, flake, attributes);
        Ok(self.run(&arguments)?.status.success())
    }

    /// Builds an attribute that is in the store once more, and says whether it came out the same.
    ///
    /// # Errors
    /// When it does not build.
    pub fn build_again(&mut self, flake: &FlakeRef, attribute: &str) -> Result<bool> {
        let arguments = [
            "build",
            "--rebuild",
            "--no-link",
            "--no-update-lock-file",
            &flake.attribute(attribute),
        ];
        let finished = self.run(&arguments.map(OsString::from))?;
        let (text, code) = CHECK_FAILED;
        let says_so = finished.errors.iter().any(|error| error.contains(text));
        match finished.status.code() {
            Some(0) => Ok(true),
            Some(exit) if exit == code || says_so => Ok(false),
            _ => Err(failed(
                &format!("build {attribute} again"),
                "it failed",
                &finished.errors,
            )),
        }
    }

    /// Runs a command that answers with JSON.
    fn ask<T: for<'de> Deserialize<'de>>(&mut self, what: &str, arguments: &[&str]) -> Result<T> {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        let finished = self.run(&arguments)?;
        if !finished.status.success() {
            return Err(failed(what, "it failed", &finished.errors));
        }
        serde_json::from_slice(&finished.stdout)
            .map_err(|error| failed(what, &error.to_string(), &finished.errors))
    }

    fn run(&mut self, arguments: &[OsString]) -> Result<Finished> {
        let mut child = Command::new("nix")
            .args(["--extra-experimental-features", "nix-command flakes"])
            .args(["--log-format", "internal-json"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(no_nix)?;
        let stdout = child.stdout.take().map(|stdout| {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                stdout
                    .take(MOST_OUTPUT_BYTES)
                    .read_to_end(&mut bytes)
                    .map(|_| bytes)
            })
        });
        let errors = match self.follow(&mut child) {
            Ok(errors) => errors,
            Err(error) => {
                self.watch.see(&Event::Ending);
                end(&mut child);
                return Err(error);
            }
        };
        let status = child.wait().map_err(no_nix)?;
        let stdout = stdout
            .and_then(|reader| reader.join().ok())
            .transpose()
            .map_err(no_nix)?
            .unwrap_or_default();
        Ok(Finished {
            status,
            stdout,
            errors,
        })
    }

    /// Reads the log until the child has ended, and returns what it complained about.
    fn follow(&mut self, child: &mut Child) -> Result<Vec<String>> {
        let (sender, lines) = mpsc::channel();
        if let Some(stderr) = child.stderr.take() {
            thread::spawn(move || {
                let mut reader = BufReader::new(stderr);
                let mut line = Vec::new();
                while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
                    if sender.send(std::mem::take(&mut line)).is_err() {
                        return;
                    }
                }
            });
        }
        let mut log = Log::default();
        loop {
            if self.watch.is_cancelled() {
                return Err(Error::Cancelled);
            }
            match lines.recv_timeout(TICK) {
                Ok(line) => log.add(&line, &mut |event| self.watch.see(&event)),
                Err(RecvTimeoutError::Disconnected) => return Ok(log.into_errors()),
                Err(RecvTimeoutError::Timeout) => self.watch.tick(),
            }
        }
    }
}

/// Passes on only the wish to stop.
struct Silent<'a>(&'a mut dyn Watch);

impl Watch for Silent<'_> {
    fn see(&mut self, _: &Event<'_>) {}

    fn tick(&mut self) {}

    fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// Ends Nix as a terminal would, so that it ends its builders, and waits for it.
fn end(child: &mut Child) {
    let asked = kill_process(Pid::from_child(child), Signal::TERM);
    let until = Instant::now() + GRACE;
    while asked.is_ok() && Instant::now() < until {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        thread::sleep(TICK);
    }
    // It may have ended by itself; there is nobody left to tell.
    let _ = child.kill();
    let _ = child.wait();
}

fn no_nix(cause: io::Error) -> Error {
    Error::Tool {
        program: "nix",
        remedy: if cause.kind() == ErrorKind::NotFound {
            "install Nix 2.8 or newer, and see that it is in the PATH"
        } else {
            "check that this user may run it"
        },
        cause,
    }
}

fn failed(what: &str, otherwise: &str, errors: &[String]) -> Error {
    Error::Nix {
        what: what.into(),
        why: said(otherwise, errors),
    }
}

/// The arguments of a `nix build` of attributes.
fn build_arguments(options: &[&OsStr], flake: &FlakeRef, attributes: &[String]) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["build".into(), "--no-update-lock-file".into()];
    arguments.extend(options.iter().map(OsString::from));
    let installables = attributes
        .iter()
        .map(|attribute| flake.attribute(attribute));
    arguments.extend(installables.map(OsString::from));
    arguments
}

/// Nix's errors in one line.
fn said(otherwise: &str, errors: &[String]) -> String {
    match errors {
        [] => otherwise.into(),
        errors => errors.join("; "),
    }
}
