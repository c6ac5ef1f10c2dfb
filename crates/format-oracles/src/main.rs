//! `format-oracles FILE...`: checks that all readers agree about each file. It prints a line for each reader that
//! accepts it.
//!
//! The exit code is 0 only if at least one other reader accepts each file, and none disagrees.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use format_oracles::compare;

fn main() -> ExitCode {
    let files: Vec<_> = std::env::args_os().skip(1).collect();
    let mut all_agree = !files.is_empty();
    if files.is_empty() {
        eprintln!("format-oracles: there is nothing to read; give files: format-oracles FILE...");
    }
    for file in &files {
        if let Err(why) = read(Path::new(file)) {
            eprintln!("format-oracles: {file:?}: {why}");
            all_agree = false;
        }
    }
    if all_agree {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints the agreement about a file, or the reason why there is none.
fn read(file: &Path) -> Result<(), String> {
    let bytes = fs::read(file).map_err(|error| format!("cannot read it: {error}"))?;
    let agreement = compare(&bytes).map_err(|disagreement| disagreement.to_string())?;
    if let Some(part) = agreement.overlapping.first() {
        return Err(format!("its map cuts off {part}, which overlaps with another"));
    }
    if agreement.seen.is_empty() {
        return Err("no other reader takes it for anything".into());
    }
    for ((format, reader), seen) in &agreement.seen {
        let (files, parts) = (seen.files, seen.parts);
        println!("{}\t{format}\t{reader}\t{files}\t{parts}", file.display());
    }
    Ok(())
}
