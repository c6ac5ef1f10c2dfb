//! `compare`: two builds, byte for byte.

use std::path::PathBuf;

use bit_compare::comparison::Level;
use clap::{Args, ValueEnum};
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Result, comparing, comparison_text, report};

use super::common::{OutputDocument, claim, deliver};
use crate::console::Console;
use crate::help::EXIT_CODES;

/// Compare two files or two trees, byte for byte
///
/// Everything must be the same: every byte of every file, relative paths, types, the owner's executable bit, the targets
/// of symbolic links (which are never followed inside a tree; ORIGINAL and REBUILT themselves may be links). Named pipes,
/// sockets, devices, anything unreadable and anything that changes meanwhile: could not decide. So is giving the same
/// object twice, and comparing two trees without a single file.
///
/// Where bytes differ it says which section, member or field of ELF, PE, Mach-O, WebAssembly, ar, tar, zip, gzip, OCI image
/// and JSON they are in, however these are nested, with both values, the likely cause and its fix.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// The file or tree to compare with
    original: PathBuf,
    /// The file or tree that was built again
    rebuilt: PathBuf,
    /// What has to be the same: every bit, or every bit but code signatures (of PE and Mach-O files), which is a verdict of
    /// its own and can not be attested to; a signature that is not well-formed: could not decide
    #[arg(long, value_enum, default_value = "bits", value_name = "LEVEL")]
    level: LevelChoice,
    /// Write comparison.json to FILE, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write a self-contained page to FILE, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum LevelChoice {
    Bits,
    Unsigned,
}

impl From<LevelChoice> for Level {
    fn from(choice: LevelChoice) -> Self {
        match choice {
            LevelChoice::Bits => Self::Bits,
            LevelChoice::Unsigned => Self::Unsigned,
        }
    }
}

impl Arguments {
    pub(crate) fn run(&self, console: &Console) -> Result<Status> {
        let Self {
            original,
            rebuilt,
            level,
            json,
            html,
        } = self;
        let outputs: Vec<_> = [json, html].into_iter().flatten().collect();
        let outputs: Vec<_> = outputs.iter().map(|path| path.as_path()).collect();
        claim(&[original, rebuilt], &outputs)?;
        let comparison = comparing::compare(original, rebuilt, (*level).into())?;
        let mut documents = Vec::new();
        if let Some(path) = json {
            documents.push(OutputDocument::new(path, || comparison.to_json()));
        }
        if let Some(path) = html {
            documents.push(OutputDocument::new(path, || report::comparison_page(&comparison)));
        }
        deliver(console, &documents, Staged::default(), |colors| {
            comparison_text::comparison(&comparison, colors, original, rebuilt)
        })?;
        Ok(comparison.verdict().into())
    }
}
