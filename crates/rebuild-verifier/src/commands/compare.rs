//! `compare`: compares two builds byte for byte.

use std::path::PathBuf;

use bit_compare::comparison::Level;
use clap::{Args, ValueEnum};
use rebuild_verifier::atomic::Staged;
use rebuild_verifier::status::Status;
use rebuild_verifier::{Result, comparing, comparison_text, reporting};

use super::common::{OutputDocument, claim, deliver};
use crate::console::Console;
use crate::help::EXIT_CODES;

/// Compare two files or two trees, byte for byte
///
/// Everything must be the same: every byte of every file, relative paths, types, the owner's executable bit, the
/// targets of symbolic links. Links inside a tree are never followed; ORIGINAL and REBUILT themselves may be links. The
/// exit code is 2 for named pipes, sockets, devices, anything unreadable and anything that changes during the
/// comparison. It is 2 too for the same object given twice, and for two trees without a single file.
///
/// For differing bytes it names the section, member or field of ELF, PE, Mach-O, WebAssembly, ar, tar, zip, gzip, OCI
/// image and JSON, at any nesting, with both values, the likely cause and its fix.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// The original file or tree
    original: PathBuf,
    /// The rebuilt file or tree
    rebuilt: PathBuf,
    /// What must be the same: every bit, or every bit except code signatures of PE and Mach-O files. A match without
    /// signatures has its own verdict and cannot be attested; a malformed signature is exit code 2
    #[arg(long, value_enum, default_value = "bits", value_name = "LEVEL")]
    level: LevelChoice,
    /// Write comparison.json to FILE, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write a self-contained HTML page to FILE, or to standard output for `-`
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
            documents.push(OutputDocument::new(path, || reporting::comparison_page(&comparison)));
        }
        deliver(console, &documents, Staged::default(), |colors| {
            comparison_text::comparison(&comparison, colors, original, rebuilt)
        })?;
        Ok(comparison.verdict().into())
    }
}
