//! Finds the results below what was named, reads each, and puts together those that speak of the same artifact.

use std::fs;
use std::path::{Component, Path, PathBuf};

use bit_compare::comparison::{self, Comparison, Verdict};
use build_attestation::definition::Definition;
use build_attestation::statement::{self, Statement};
use untrusted_input::file;
use untrusted_input::spelling::escape;

use super::{Artifact, Found, Outcome, Report, Unreadable};
use crate::attest::{COMPARISON_FILE, DEFINITION_FILE, FAILURE_FILE, STATEMENT_FILE};
use crate::error::{Error, Result};
use crate::failure::{self, Failure};

/// The `comparison.json` of all results that are put into one report, in bytes.
const REPORTED_BYTES: u64 = 96 << 20;

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

/// Folders that are results or should be, each with its name.
#[derive(Debug)]
pub struct Results(Vec<(String, Result<PathBuf>)>);

impl Results {
    /// Looks below `folders`: each is a result itself, or a folder of such folders. A result may hold others.
    pub fn find(folders: &[PathBuf]) -> Self {
        let below = |folder: &PathBuf| {
            let found = find(folder, DEEPEST).into_iter();
            let found = found.map(|found| (name_of(folder, &found), found));
            found.collect::<Vec<_>>()
        };
        Self(folders.iter().flat_map(below).collect())
    }

    /// Where they are, as far as there is anything.
    pub fn folders(&self) -> Vec<&Path> {
        let folders = self.0.iter().filter_map(|(_, found)| found.as_ref().ok());
        folders.map(PathBuf::as_path).collect()
    }

    /// Reads every one of them.
    ///
    /// Nothing fails here: a result that cannot be read is part of the report, and of its status.
    pub fn read(self) -> Report {
        let mut outcomes = Vec::new();
        let mut unreadable = Vec::new();
        let mut left = REPORTED_BYTES;
        for (name, found) in self.0 {
            let within = found.and_then(|path| take_comparison(&path, &mut left).map(|()| path));
            match within.and_then(|path| Outcome::read(&path, name.clone())) {
                Ok(outcome) => outcomes.push(outcome),
                Err(error) => unreadable.push(Unreadable { name, error }),
            }
        }
        Report {
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
        let unattested =
            exists(&folder.join(DEFINITION_FILE)) && !exists(&folder.join(STATEMENT_FILE));
        if unattested {
            return Self::read_unattested(folder, name);
        }
        let (_, (statement, definition)) = document(
            &folder.join(STATEMENT_FILE),
            "statement",
            statement::LONGEST_BYTES,
            |json| {
                let statement = Statement::from_json(json)?;
                let definition = statement.definition()?;
                Ok((statement, definition))
            },
        )?;
        let (json, comparison) = read_comparison(folder)?;
        let beside = contradiction_beside(folder, &definition)?;
        Ok(Self {
            folder: folder.into(),
            name,
            definition,
            attester: Some(statement.attester()),
            rejected: statement.check_against(&comparison, &json).err().or(beside),
            found: Found::Compared(comparison),
        })
    }

    /// Builds that differ, or of which one failed: there is a comparison or a reason, and the definition stands where a
    /// statement would.
    fn read_unattested(folder: &Path, name: String) -> Result<Self> {
        let definition = Definition::read(&folder.join(DEFINITION_FILE))?;
        let mut rejected = None;
        let found = if exists(&folder.join(FAILURE_FILE)) {
            if exists(&folder.join(COMPARISON_FILE)) {
                read_comparison(folder)?;
                rejected = Some(format!(
                    "its {COMPARISON_FILE} compares two builds, and its {FAILURE_FILE} says that one of them failed"
                ));
            }
            Found::NotBuilt(read_failure(folder)?)
        } else {
            let (_, comparison) = read_comparison(folder)?;
            if comparison.verdict() != Verdict::Different {
                return Err(Error::invalid(
                    folder,
                    "result",
                    format!("its builds are identical, but it has no {STATEMENT_FILE}"),
                    REMEDY,
                ));
            }
            Found::Compared(comparison)
        };
        Ok(Self {
            folder: folder.into(),
            name,
            definition,
            attester: None,
            found,
            rejected,
        })
    }
}

/// What else lies beside a statement, and says otherwise.
fn contradiction_beside(folder: &Path, stated: &Definition) -> Result<Option<String>> {
    if exists(&folder.join(FAILURE_FILE)) {
        let why = read_failure(folder)?.why;
        return Ok(Some(format!(
            "its {FAILURE_FILE} says that a build failed: {why}"
        )));
    }
    let path = folder.join(DEFINITION_FILE);
    if !exists(&path) {
        return Ok(None);
    }
    let other = stated.differences(&Definition::read(&path)?);
    Ok(other
        .first()
        .map(|other| format!("its {DEFINITION_FILE} is not what is attested to: {other}")))
}

/// Takes off what the comparison of a result is long: all of a report are in memory together.
fn take_comparison(folder: &Path, left: &mut u64) -> Result<()> {
    let path = folder.join(COMPARISON_FILE);
    let length = path.metadata().map_or(0, |metadata| metadata.len());
    // Longer than any may be: that is for its reader to say.
    if length > comparison::LONGEST_BYTES {
        return Ok(());
    }
    match left.checked_sub(length) {
        Some(rest) => *left = rest,
        None => {
            return Err(Error::invalid(
                path,
                "comparison",
                format!("with those before it there are more than {REPORTED_BYTES} bytes"),
                "report on fewer results at a time",
            ));
        }
    }
    Ok(())
}

fn read_comparison(folder: &Path) -> Result<(Vec<u8>, Comparison)> {
    document(
        &folder.join(COMPARISON_FILE),
        "comparison",
        comparison::LONGEST_BYTES,
        Comparison::from_json,
    )
}

fn read_failure(folder: &Path) -> Result<Failure> {
    let (_, failure) = document(
        &folder.join(FAILURE_FILE),
        "failure",
        failure::LONGEST_BYTES,
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
    let json = file::read(path, format, limit_bytes)?;
    match parse(&json) {
        Ok(document) => Ok((json, document)),
        Err(why) => Err(Error::invalid(path, format, why, REMEDY)),
    }
}

/// The folders below `folder` that are results or should be, sorted, and `folder` itself if it holds a document or nothing
/// below it does.
fn find(folder: &Path, deepest: usize) -> Vec<Result<PathBuf>> {
    let itself = || Ok(folder.to_owned());
    if !folder.is_dir() {
        return vec![itself()];
    }
    let below = match folders_in(folder) {
        Ok(below) => below,
        Err(cause) => return vec![Err(Error::read(folder, cause))],
    };
    let is_result = holds_document(folder);
    if deepest == 0 && !below.is_empty() {
        let too_deep = Err(Error::invalid(
            folder,
            "result",
            "it lies so deep that the folders in it are not looked at",
            "name the folders of results themselves",
        ));
        return is_result
            .then(itself)
            .into_iter()
            .chain([too_deep])
            .collect();
    }
    let mut found: Vec<_> = below
        .iter()
        .flat_map(|path| find(path, deepest.saturating_sub(1)))
        .collect();
    if is_result {
        // Whatever else is there is none of ours; a result is, and may disagree.
        found.retain(|found| {
            found.as_ref().is_ok_and(|path| holds_document(path)) || found.is_err()
        });
    }
    if is_result || below.is_empty() {
        found.insert(0, itself());
    }
    found
}

/// What may be a folder, sorted. A file beside the folders is none of them: a report that was written there before, say. A
/// link to nowhere may be one.
fn folders_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut below = entries.collect::<std::io::Result<Vec<_>>>()?;
    below.retain(|path| !path.is_file());
    below.sort();
    Ok(below)
}

fn holds_document(folder: &Path) -> bool {
    DOCUMENTS.iter().any(|name| exists(&folder.join(name)))
}

fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// What to call a result in documents, which say nothing of where things lie on this machine.
fn name_of(argument: &Path, found: &Result<PathBuf>) -> String {
    let path = match found {
        Ok(path) => path,
        Err(Error::Input(untrusted_input::Error::Read { path, .. })) => path,
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
