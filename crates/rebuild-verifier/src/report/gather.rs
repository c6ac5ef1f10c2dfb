//! Finds the results below what was named, reads each, and puts together those that speak of the same artifact.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::{Artifact, Found, Outcome, Report, Unreadable};
use crate::attest::{COMPARISON_FILE, DEFINITION_FILE, FAILURE_FILE, STATEMENT_FILE};
use crate::comparison::{Comparison, Verdict};
use crate::definition::Definition;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::{self, Limits};
use crate::path::escape;
use crate::statement::Statement;

/// The names of all documents that a result may have.
pub const DOCUMENTS: [&str; 4] = [
    STATEMENT_FILE,
    COMPARISON_FILE,
    DEFINITION_FILE,
    FAILURE_FILE,
];

/// A folder of results may hold folders of results: one a builder, one an attribute, say.
const DEEPEST: usize = 3;

const REMEDY: &str = "attest again, and do not edit what it writes";

impl Report {
    /// Reads every result in `folders`: each is a result itself, or a folder of such folders.
    ///
    /// Nothing fails here: a result that cannot be read is part of the report, and of its status.
    pub fn gather(folders: &[PathBuf]) -> Self {
        let mut outcomes = Vec::new();
        let mut unreadable = Vec::new();
        let mut left = Limits::default().reported_bytes;
        for folder in folders {
            for found in find(folder, DEEPEST) {
                let name = name_of(folder, &found);
                let within =
                    found.and_then(|path| take_comparison(&path, &mut left).map(|()| path));
                match within.and_then(|path| Outcome::read(&path, name.clone())) {
                    Ok(outcome) => outcomes.push(outcome),
                    Err(error) => unreadable.push(Unreadable { name, error }),
                }
            }
        }
        Self {
            artifacts: artifacts(outcomes),
            unreadable,
        }
    }
}

impl Outcome {
    /// Reads the result in `folder`, which documents call `name`, and checks it.
    ///
    /// # Errors
    /// When a document cannot be read or does not follow its format, and when nobody attests to builds that are the same.
    pub fn read(folder: &Path, name: String) -> Result<Self> {
        let limits = Limits::default();
        let unattested =
            exists(&folder.join(DEFINITION_FILE)) && !exists(&folder.join(STATEMENT_FILE));
        if unattested {
            return Self::read_unattested(folder, name);
        }
        let (_, (statement, definition)) = document(
            &folder.join(STATEMENT_FILE),
            "statement",
            limits.statement_bytes,
            |json| {
                let statement = Statement::from_json(json)?;
                let definition = statement.definition()?;
                Ok((statement, definition))
            },
        )?;
        let (json, comparison) = read_comparison(folder)?;
        Ok(Self {
            folder: folder.into(),
            name,
            definition,
            attester: Some(statement.attester()),
            rejected: statement.check_against(&comparison, &json).err(),
            found: Found::Compared(comparison),
        })
    }

    /// Builds that differ, or of which one failed: there is a comparison or a reason, and the definition stands where a
    /// statement would.
    fn read_unattested(folder: &Path, name: String) -> Result<Self> {
        let definition = Definition::read(&folder.join(DEFINITION_FILE))?;
        let contradiction = |why: String| Error::Invalid {
            path: folder.into(),
            format: "result",
            why,
            remedy: REMEDY,
        };
        let found = if exists(&folder.join(FAILURE_FILE)) {
            if exists(&folder.join(COMPARISON_FILE)) {
                let why = format!("it has a {COMPARISON_FILE} and a {FAILURE_FILE}");
                return Err(contradiction(why));
            }
            Found::NotBuilt(read_failure(folder)?)
        } else {
            let (_, comparison) = read_comparison(folder)?;
            if comparison.verdict() != Verdict::Different {
                let why = format!("its builds are identical, but it has no {STATEMENT_FILE}");
                return Err(contradiction(why));
            }
            Found::Compared(comparison)
        };
        Ok(Self {
            folder: folder.into(),
            name,
            definition,
            attester: None,
            found,
            rejected: None,
        })
    }
}

/// Takes off what the comparison of a result is long: all of a report are in memory together.
fn take_comparison(folder: &Path, left: &mut u64) -> Result<()> {
    let path = folder.join(COMPARISON_FILE);
    let length = path.metadata().map_or(0, |metadata| metadata.len());
    // Longer than any may be: that is for its reader to say.
    if length > Limits::default().comparison_bytes {
        return Ok(());
    }
    match left.checked_sub(length) {
        Some(rest) => *left = rest,
        None => {
            return Err(Error::Invalid {
                path,
                format: "comparison",
                why: format!(
                    "with those before it there are more than {} bytes",
                    Limits::default().reported_bytes
                ),
                remedy: "report on fewer results at a time",
            });
        }
    }
    Ok(())
}

fn read_comparison(folder: &Path) -> Result<(Vec<u8>, Comparison)> {
    document(
        &folder.join(COMPARISON_FILE),
        "comparison",
        Limits::default().comparison_bytes,
        Comparison::from_json,
    )
}

fn read_failure(folder: &Path) -> Result<Failure> {
    let (_, failure) = document(
        &folder.join(FAILURE_FILE),
        "failure",
        Limits::default().failure_bytes,
        Failure::from_json,
    )?;
    Ok(failure)
}

fn document<T>(
    path: &Path,
    format: &'static str,
    limit_bytes: u64,
    parse: impl FnOnce(&[u8]) -> Result<T, String>,
) -> Result<(Vec<u8>, T)> {
    let json = input::read(path, format, limit_bytes)?;
    match parse(&json) {
        Ok(document) => Ok((json, document)),
        Err(why) => Err(Error::Invalid {
            path: path.into(),
            format,
            why,
            remedy: REMEDY,
        }),
    }
}

/// The folders below `folder` that are results or should be, sorted; `folder` itself if it holds a document or no folder.
fn find(folder: &Path, deepest: usize) -> Vec<Result<PathBuf>> {
    let itself = || vec![Ok(folder.to_owned())];
    if deepest == 0 || !folder.is_dir() || DOCUMENTS.iter().any(|name| exists(&folder.join(name))) {
        return itself();
    }
    let names = fs::read_dir(folder).and_then(|entries| {
        entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
    });
    let mut below = match names {
        Ok(names) => names,
        Err(cause) => return vec![Err(Error::read(folder, cause))],
    };
    // A file beside the folders is none of them: a report that was written here before, say. A link to nowhere may be one.
    below.retain(|path| !path.is_file());
    below.sort();
    if below.is_empty() {
        return itself();
    }
    below
        .iter()
        .flat_map(|path| find(path, deepest - 1))
        .collect()
}

fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// What to call a result in documents, which say nothing of where things lie on this machine.
fn name_of(argument: &Path, found: &Result<PathBuf>) -> String {
    let path = match found {
        Ok(path) => path,
        Err(Error::Read { path, .. }) => path,
        Err(_) => argument,
    };
    let leaves = path
        .components()
        .any(|component| !matches!(component, Component::Normal(_) | Component::CurDir));
    let shown = match argument.parent() {
        Some(parent) if leaves => path.strip_prefix(parent).unwrap_or(path),
        _ => path,
    };
    let plain: PathBuf = shown
        .components()
        .filter(|component| matches!(component, Component::Normal(_)))
        .collect();
    match plain.as_os_str().as_encoded_bytes() {
        b"" => ".".into(),
        bytes => escape(bytes),
    }
}

/// Sorted, and one artifact for each attribute, platform and source.
fn artifacts(mut outcomes: Vec<Outcome>) -> Vec<Artifact> {
    fn artifact(outcome: &Outcome) -> [&str; 4] {
        let definition = &outcome.definition;
        [
            &definition.flake_attribute,
            &definition.platform,
            &definition.source.revision,
            &definition.source.nar_hash,
        ]
    }
    fn builder(outcome: &Outcome) -> Option<&str> {
        let attester = outcome.attester.as_ref()?;
        Some(attester.builder_id.as_str())
    }
    outcomes.sort_by(|one, other| {
        (artifact(one), builder(one), &one.folder).cmp(&(
            artifact(other),
            builder(other),
            &other.folder,
        ))
    });
    let mut artifacts: Vec<Artifact> = Vec::new();
    for outcome in outcomes {
        match artifacts.last_mut() {
            Some(last) if artifact(&last.results[0]) == artifact(&outcome) => {
                last.results.push(outcome);
            }
            _ => artifacts.push(Artifact {
                results: vec![outcome],
            }),
        }
    }
    artifacts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_never_say_where_a_result_lies_on_this_machine() {
        for (argument, found, name) in [
            ("results", "results/one", "results/one"),
            ("./results", "./results", "results"),
            ("/home/me/results", "/home/me/results/a/b", "results/a/b"),
            ("/home/me/result", "/home/me/result", "result"),
            ("../out/result", "../out/result", "result"),
            ("/", "/", "."),
            ("..", "..", "."),
        ] {
            assert_eq!(name_of(Path::new(argument), &Ok(found.into())), name);
        }
    }
}
