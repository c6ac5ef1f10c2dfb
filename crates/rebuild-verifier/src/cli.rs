//! The arguments.

use std::path::PathBuf;

use build_info::BuildInfo;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

/// This program's name, before each of its messages.
pub(crate) const NAME: &str = "rebuild-verifier";

const EXIT_CODES: &str = "\
Exit codes:
  0  the same: every byte, path, type, executable bit and link target
  1  different, or rejected
  2  could not decide: bad arguments or input, something unreadable, an output that could not be written";

/// Compares two builds bit for bit, and attests to those that are the same.
#[derive(Parser)]
#[command(name = NAME, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    /// When to use colours; NO_COLOR is respected
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN"
    )]
    pub(crate) color: ColorChoice,
    /// Print nothing but errors; the exit code says the rest
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// Parses this process's arguments; `--version` answers with the whole of `info`.
    pub(crate) fn parse_with(info: &BuildInfo) -> Result<Self, clap::Error> {
        let text = info.to_string();
        // clap puts the name before the version itself, and wants the text to live as long as the process.
        let version: &'static str = text
            .strip_prefix(NAME)
            .unwrap_or(&text)
            .trim_start()
            .to_owned()
            .leak();
        Self::from_arg_matches(&Self::command().version(version).try_get_matches()?)
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Compare(Compare),
    Attest(Attest),
    Report(Report),
}

/// Compare two files or two trees, byte for byte
///
/// Everything must be the same: every byte of every file, relative paths, types, the owner's executable bit, the targets
/// of symbolic links (which are never followed inside a tree; ORIGINAL and REBUILT themselves may be links). Named pipes,
/// sockets, devices, anything unreadable and anything that changes meanwhile: could not decide. So is giving the same
/// object twice, and comparing two trees without a single file.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Compare {
    /// The file or tree to compare with
    pub(crate) original: PathBuf,
    /// The file or tree that was built again
    pub(crate) rebuilt: PathBuf,
    /// Write comparison.json to FILE, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

/// Compare two builds and write an in-toto/SLSA statement if they are identical
///
/// Writes statement.json and comparison.json into DIR, both or neither; refuses when the builds differ.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Attest {
    /// The file or tree to attest to
    pub(crate) original: PathBuf,
    /// The file or tree that was built again
    pub(crate) rebuilt: PathBuf,
    /// What was built, from what, and what was varied (JSON)
    #[arg(long, value_name = "FILE")]
    pub(crate) definition: PathBuf,
    /// Who built it: an absolute URI
    #[arg(long, value_name = "URI")]
    pub(crate) builder_id: String,
    /// Folder for statement.json and comparison.json, which must not be there yet
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

/// Print what results say: artifact, platform, size, both digests, verdict
///
/// Checks that both documents of each result are valid and agree with each other. Does not check signatures, and does not
/// read the artifacts.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Report {
    /// Folders that `rebuild-verifier attest` wrote
    #[arg(required = true, value_name = "RESULT")]
    pub(crate) results: Vec<PathBuf>,
}
