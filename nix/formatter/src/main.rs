//! Formats Nix files, or checks that they are formatted: `nix-fmt [--check] [PATH...]`
//!
//! Without a path, the current folder is meant. A folder stands for all `.nix` files below it, except for those in
//! hidden folders and in caches such as cargo's `target`; symbolic links are not followed. If one file cannot be read or parsed,
//! no file is changed.
//!
//! Exit codes: 0 all files are formatted, 1 `--check` found one that is not, 2 could not decide.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

/// A file whose formatted text differs from its content.
struct Unformatted {
    path: PathBuf,
    formatted: String,
}

fn main() -> ExitCode {
    let (options, mut paths): (Vec<OsString>, Vec<OsString>) = env::args_os()
        .skip(1)
        .partition(|argument| argument.as_encoded_bytes().starts_with(b"-"));
    let check = options == ["--check"];
    if !(check || options.is_empty()) {
        return undecided(&["usage: nix-fmt [--check] [PATH...]".to_owned()]);
    }
    // NB: Nix 2.8 passes `.` if it is given no path; newer ones pass nothing.
    if paths.is_empty() {
        paths.push(OsString::from("."));
    }
    match unformatted(&paths) {
        Err(errors) => undecided(&errors),
        Ok(files) if check => {
            for file in &files {
                eprintln!("nix-fmt: `{}` is not formatted: run `nix fmt`", file.path.display());
            }
            ExitCode::from(u8::from(!files.is_empty()))
        }
        Ok(files) => {
            let errors: Vec<String> = files.iter().filter_map(|file| write(file).err()).collect();
            if errors.is_empty() {
                ExitCode::SUCCESS
            } else {
                undecided(&errors)
            }
        }
    }
}

/// Prints the errors; returns the exit code that goes with them.
fn undecided(errors: &[String]) -> ExitCode {
    for error in errors {
        eprintln!("nix-fmt: {error}");
    }
    ExitCode::from(2)
}

/// Finds the files that are not formatted; fails with one message for each path that could not be read or parsed.
fn unformatted(paths: &[OsString]) -> Result<Vec<Unformatted>, Vec<String>> {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        let found = nix_files(Path::new(path)).map_err(|error| cannot("read", Path::new(path), &error));
        match found {
            Ok(found) if found.is_empty() => errors.push(format!("no .nix file in `{}`", Path::new(path).display())),
            Ok(found) => files.extend(found),
            Err(error) => errors.push(error),
        }
    }
    let mut unformatted = Vec::new();
    for path in files {
        match format(&path) {
            Ok(Some(formatted)) => unformatted.push(Unformatted { path, formatted }),
            Ok(None) => {}
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(unformatted)
    } else {
        Err(errors)
    }
}

/// Returns the file itself, or the `.nix` files below a folder in the order of their names.
fn nix_files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut files = Vec::new();
    for entry in entries {
        let (kind, name) = (entry.file_type()?, entry.file_name());
        let below = entry.path();
        // Shorter in messages, without the `./` that is all that Nix passes.
        let below = below.strip_prefix(".").unwrap_or(&below);
        if kind.is_dir() {
            if !name.as_encoded_bytes().starts_with(b".") && !below.join("CACHEDIR.TAG").exists() {
                files.extend(nix_files(below)?);
            }
        } else if kind.is_file() && below.extension().is_some_and(|extension| extension == "nix") {
            files.push(below.to_owned());
        }
    }
    Ok(files)
}

/// Formats a file's content; returns nothing if that changes nothing.
fn format(path: &Path) -> Result<Option<String>, String> {
    let text = fs::read_to_string(path).map_err(|error| cannot("read", path, &error))?;
    let name = path.display().to_string();
    let formatted = nixfmt_rs::format(&text)
        .map_err(|error| format!("cannot parse {}", nixfmt_rs::format_error(&text, Some(&name), &error)))?;
    Ok((formatted != text).then_some(formatted))
}

fn write(file: &Unformatted) -> Result<(), String> {
    fs::write(&file.path, &file.formatted).map_err(|error| cannot("write", &file.path, &error))
}

fn cannot(what: &str, path: &Path, error: &io::Error) -> String {
    format!("cannot {what} `{}`: {error}", path.display())
}
