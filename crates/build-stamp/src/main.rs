//! The program: arguments, and exit code 2 with a message if no stamp can be written.

use std::path::PathBuf;
use std::process::ExitCode;

use build_stamp::{Build, Error};
use clap::Parser;

/// Writes the stamp of an executable: the files `build-info` and `dependencies`, for a build to link in
#[derive(Parser)]
#[command(version)]
struct Args {
    /// What the build states of itself, as JSON
    #[arg(long, value_name = "JSON")]
    fields: String,
    /// The executable, by cargo's name
    #[arg(long, value_name = "NAME")]
    binary: String,
    /// What cargo printed while it built the executable (`--message-format json`)
    #[arg(long, value_name = "FILE")]
    messages: PathBuf,
    /// What `cargo metadata` printed
    #[arg(long, value_name = "FILE")]
    metadata: PathBuf,
    /// The target triple for which it was built, if cargo was given one
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
    /// Features of the package that no release has, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "")]
    debug_features: Vec<String>,
    /// The folder for the two files; without it, only what is no release is refused
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("build-stamp: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), Error> {
    let build = Build::read(&args.messages, &args.metadata, args.target.as_deref())?;
    match &args.output {
        None => build_stamp::check(&args.fields, &args.binary, &args.debug_features, &build),
        Some(folder) => {
            let stamp = build_stamp::stamp(&args.fields, &args.binary, &args.debug_features, &build)?;
            build_stamp::write(&stamp, folder)
        }
    }
}
