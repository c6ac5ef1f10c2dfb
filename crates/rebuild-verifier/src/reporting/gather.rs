//! Finds the results below the named folders, reads each, and groups them by artifact.

use std::fs;
use std::path::{Component, Path, PathBuf};

use bit_compare::comparison;
use untrusted_input::InputError as _;
use untrusted_input::spelling::escape;

use super::{BuilderResult, Report, ReportedArtifact, Unreadable};
use crate::error::{Error, Result};
use crate::result::{ResultDocument, ResultFolder};

/// The maximum size of all `comparison.json` files in one report, in bytes.
const REPORTED_BYTES: u64 = 96 << 20;

/// The maximum nesting of folders of results: one for each builder, for example, and in it one for each attribute.
const DEEPEST: usize = 3;

/// Folders that are or should be results, each with its name.
#[derive(Debug)]
pub struct Results(Vec<(String, Result<ResultFolder>)>);

impl Results {
    /// Searches `folders`: each is a result itself, or a folder of such folders. A result may contain others.
    pub fn find(folders: &[PathBuf]) -> Self {
        let below = |folder: &PathBuf| {
            let found = find(folder, DEEPEST).into_iter();
            let found = found.map(|found| (name_of(folder, &found), found));
            found.collect::<Vec<_>>()
        };
        Self(folders.iter().flat_map(below).collect())
    }

    /// The paths of those that were found.
    pub fn folders(&self) -> Vec<&Path> {
        let folders = self.0.iter().filter_map(|(_, found)| found.as_ref().ok());
        folders.map(ResultFolder::path).collect()
    }

    /// Reads every one of them.
    ///
    /// This cannot fail: a result that cannot be read is part of the report and of its status.
    pub fn read(self) -> Report {
        let mut results = Vec::new();
        let mut unreadable = Vec::new();
        let mut left = REPORTED_BYTES;
        for (name, found) in self.0 {
            match found.and_then(|folder| read(folder, &name, &mut left)) {
                Ok(result) => results.push(result),
                Err(error) => unreadable.push(Unreadable { name, error }),
            }
        }
        Report {
            artifacts: artifacts(results),
            unreadable,
        }
    }
}

/// Reads one result, which documents call `name`.
fn read(folder: ResultFolder, name: &str, left: &mut u64) -> Result<BuilderResult> {
    charge_comparison(&folder, left)?;
    Ok(BuilderResult {
        stored: folder.read()?,
        folder: folder.path().into(),
        name: name.into(),
    })
}

/// Subtracts the length of a result's comparison from the budget: all comparisons of a report are in memory together.
fn charge_comparison(folder: &ResultFolder, left: &mut u64) -> Result<()> {
    let path = folder.file(ResultDocument::Comparison);
    let length = path.metadata().map_or(0, |metadata| metadata.len());
    // Its reader refuses it, because it exceeds the limit for one comparison.
    if length > comparison::LONGEST_BYTES {
        return Ok(());
    }
    match left.checked_sub(length) {
        Some(rest) => *left = rest,
        None => {
            return Err(Error::invalid(
                path,
                "comparison",
                format!("together with those before it, it has more than {REPORTED_BYTES} bytes"),
                "report on fewer results at a time",
            ));
        }
    }
    Ok(())
}

/// The folders below `folder` that are or should be results, sorted. Also `folder` itself, if it contains a document or
/// no folders.
fn find(folder: &Path, deepest: usize) -> Vec<Result<ResultFolder>> {
    let itself = || Ok(ResultFolder::new(folder));
    if !folder.is_dir() {
        return vec![itself()];
    }
    let below = match folders_in(folder) {
        Ok(below) => below,
        Err(cause) => return vec![Err(Error::read(folder, cause))],
    };
    let is_result = ResultFolder::new(folder).holds_any();
    if deepest == 0 && !below.is_empty() {
        let too_deep = Err(Error::invalid(
            folder,
            "result",
            "it lies so deep that its folders are not searched",
            "name the folders of results themselves",
        ));
        return is_result.then(itself).into_iter().chain([too_deep]).collect();
    }
    let mut found: Vec<_> = below
        .iter()
        .flat_map(|path| find(path, deepest.saturating_sub(1)))
        .collect();
    if is_result {
        // Other folders inside a result are ignored. A nested result counts, because it may disagree.
        found.retain(|found| found.as_ref().is_ok_and(ResultFolder::holds_any) || found.is_err());
    }
    if is_result || below.is_empty() {
        found.insert(0, itself());
    }
    found
}

/// The entries of a folder that may be folders, sorted. Files are skipped: an earlier report may lie there. A dangling
/// link is kept, so that it is reported.
fn folders_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut below = entries.collect::<std::io::Result<Vec<_>>>()?;
    below.retain(|path| !path.is_file());
    below.sort();
    Ok(below)
}

/// The name of a result in documents, without paths of this machine.
fn name_of(argument: &Path, found: &Result<ResultFolder>) -> String {
    let path = match found {
        Ok(folder) => folder.path(),
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

/// Sorts results, and groups them into one artifact for each attribute, platform and source.
fn artifacts(mut results: Vec<BuilderResult>) -> Vec<ReportedArtifact> {
    fn artifact(result: &BuilderResult) -> [&str; 4] {
        let definition = &result.stored.definition;
        [
            &definition.flake_attribute,
            &definition.platform,
            &definition.source.revision,
            &definition.source.nar_hash,
        ]
    }
    fn builder(result: &BuilderResult) -> Option<&str> {
        let attester = result.stored.attester.as_ref()?;
        Some(attester.builder_id.as_str())
    }
    results.sort_by(|one, other| {
        (artifact(one), builder(one), &one.folder).cmp(&(artifact(other), builder(other), &other.folder))
    });
    let mut artifacts: Vec<ReportedArtifact> = Vec::new();
    for result in results {
        match artifacts.last_mut() {
            Some(last) if artifact(&last.results[0]) == artifact(&result) => {
                last.results.push(result);
            }
            _ => artifacts.push(ReportedArtifact { results: vec![result] }),
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
            assert_eq!(name_of(Path::new(argument), &Ok(ResultFolder::new(found))), name);
        }
    }
}
