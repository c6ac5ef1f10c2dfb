//! What was published: attestations, and the files that they speak of.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bit_compare::path::EntryPath;
use bit_compare::tree::{EntryType, Tree, TreeEntry};
use build_attestation::definition::Definition;
use build_attestation::dsse::IN_TOTO;
use build_attestation::envelopes::{self, SignedContent};
use build_attestation::statement::RebuildStatement;
use untrusted_input::digest::Sha256;
use untrusted_input::spelling;

use crate::error::{Error, Result};
use crate::outputs::folder_of;
use crate::result::{ResultDocument, ResultFolder, contradiction};

/// How the names of files end that hold signed statements.
const ATTESTATION_ENDINGS: [&str; 2] = [".intoto.jsonl", ".sigstore.json"];

/// Everything that is to be audited at once.
#[derive(Debug)]
pub struct Release {
    /// What was attested, each build once.
    pub published: Vec<Published>,
    /// Files beside them that no attestation speaks of.
    pub unattested: Vec<EntryPath>,
    /// Every file that was read as an attestation or a comparison.
    documents: Vec<PathBuf>,
}

/// One attested build, and the files that were published of it.
#[derive(Debug)]
pub struct Published {
    /// The attestation's file, without its folder.
    pub name: String,
    /// What was attested to be built, from what.
    pub definition: Definition,
    /// Every file that it speaks of.
    pub files: Vec<PublishedFile>,
    /// Where the documents of the result contradict each other.
    pub contradiction: Option<String>,
}

/// A file that was attested and published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedFile {
    /// Its path in the build.
    pub path: EntryPath,
    /// Its attested digest.
    pub sha256: Sha256,
    /// Where it was published; it need not be there.
    pub published: PathBuf,
}

impl Release {
    /// Reads an attestation, or every attestation in a folder, and finds the published files: in `artifact`, else beside
    /// the attestation.
    ///
    /// # Errors
    /// When there is no attestation, or one cannot be read or speaks of another kind of build.
    pub fn read(release: &Path, artifact: Option<&Path>) -> Result<Self> {
        let is_folder = release
            .metadata()
            .map_err(|cause| Error::read(release, cause))?
            .is_dir();
        let beside = if is_folder { release } else { folder_of(release) };
        let root = artifact.unwrap_or(beside);
        let files = if is_folder {
            attestations(release)?
        } else {
            vec![release.into()]
        };
        let mut published: Vec<Published> = Vec::new();
        let mut documents = Vec::new();
        for file in files {
            for statement in statements(&file)? {
                let comparison = comparison_beside(&file)?;
                documents.extend(comparison.as_ref().map(|(path, _)| path.clone()));
                let one = Published::new(&file, &statement, comparison, root)?;
                // The same in another wrapping, or by another builder.
                let known = |other: &Published| {
                    (&other.definition, &other.files) == (&one.definition, &one.files)
                        && other.contradiction == one.contradiction
                };
                if !published.iter().any(known) {
                    published.push(one);
                }
            }
            documents.push(file);
        }
        // A release may hold more than the artifact that lies elsewhere, and nobody attests to that either.
        let mut unattested = Vec::new();
        for folder in is_folder.then_some(release).into_iter().chain(artifact) {
            unattested.extend(self::unattested(folder, &published, &documents)?);
        }
        unattested.sort();
        unattested.dedup();
        Ok(Self {
            published,
            unattested,
            documents,
        })
    }

    /// Every file that is read: the documents, and what was published.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let published = self.published.iter().flat_map(|one| &one.files);
        let documents = self.documents.iter().map(PathBuf::as_path);
        documents.chain(published.map(|file| file.published.as_path()))
    }
}

impl Published {
    fn new(
        file: &Path,
        statement: &RebuildStatement,
        comparison: Option<(PathBuf, Vec<u8>)>,
        root: &Path,
    ) -> Result<Self> {
        let definition = statement.definition().map_err(|why| invalid(file, why))?;
        let subjects: Vec<_> = statement.subjects().collect();
        let is_file = root.is_file();
        if is_file && subjects.len() > 1 {
            return Err(invalid(
                file,
                format!("it speaks of {} files, and one was given", subjects.len()),
            ));
        }
        let files = subjects
            .into_iter()
            .map(|(path, sha256)| PublishedFile {
                published: if is_file { root.into() } else { locate(root, path) },
                path: path.clone(),
                sha256,
            })
            .collect();
        Ok(Self {
            name: spelling::name(file),
            contradiction: contradiction(statement, comparison.as_ref().map(|(_, json)| json.as_slice())),
            definition,
            files,
        })
    }
}

/// Under its path, or, where a release is flat, under its name.
fn locate(root: &Path, path: &EntryPath) -> PathBuf {
    let whole = root.join(path.as_path());
    match path.as_path().file_name() {
        Some(name) if whole.symlink_metadata().is_err() && root.join(name).symlink_metadata().is_ok() => {
            root.join(name)
        }
        _ => whole,
    }
}

/// Every file of a folder that holds statements, sorted.
fn attestations(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |cause| Error::read(folder, cause);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if is_attestation(&path) {
            found.push(path);
        }
    }
    found.sort();
    if !found.is_empty() {
        return Ok(found);
    }
    Err(Error::invalid(
        folder,
        "release",
        format!(
            "it holds no {}, and no *{}",
            ResultDocument::Statement,
            ATTESTATION_ENDINGS.join(" or *")
        ),
        "name the attestation itself",
    ))
}

fn is_attestation(path: &Path) -> bool {
    ResultFolder::of_statement(path).is_some() || is_signed(path)
}

/// Whether a file holds signed statements, by its name.
fn is_signed(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    ATTESTATION_ENDINGS
        .iter()
        .any(|ending| name.ends_with(ending.as_bytes()))
}

/// The statement that a file is, or those that it holds signed. Nobody looks at the signatures here: an audit repeats
/// what is claimed instead of believing it.
fn statements(file: &Path) -> Result<Vec<RebuildStatement>> {
    if !is_signed(file) {
        let json = ResultDocument::Statement.read(file)?;
        return Ok(vec![
            RebuildStatement::from_json(&json).map_err(|why| invalid(file, why))?,
        ]);
    }
    let mut statements = Vec::new();
    for one in envelopes::read(file)? {
        let SignedContent::Payload { payload_type, payload } = one.content else {
            return Err(invalid(file, "it is an in-toto link".into()));
        };
        if payload_type != IN_TOTO {
            return Err(invalid(file, format!("its payload is {payload_type:?}")));
        }
        statements.push(RebuildStatement::from_json(&payload).map_err(|why| invalid(file, why))?);
    }
    Ok(statements)
}

fn invalid(file: &Path, why: String) -> Error {
    Error::invalid(
        file,
        "statement",
        why,
        "only builds that rebuild-verifier attested to can be repeated from what is stated",
    )
}

/// The comparison beside the statement of a result, if there is one.
fn comparison_beside(file: &Path) -> Result<Option<(PathBuf, Vec<u8>)>> {
    let folder = ResultFolder::of_statement(file);
    let Some(folder) = folder.filter(|folder| folder.holds(ResultDocument::Comparison)) else {
        return Ok(None);
    };
    let path = folder.file(ResultDocument::Comparison);
    let json = ResultDocument::Comparison.read(&path)?;
    Ok(Some((path, json)))
}

/// Every file below `root` that is neither attested to nor was read as a document, whatever its name, and every link that
/// leads to neither, or out of `root`.
fn unattested(root: &Path, published: &[Published], documents: &[PathBuf]) -> Result<Vec<EntryPath>> {
    let tree = Tree::read(root)?;
    let attested = published.iter().flat_map(|one| &one.files);
    let known: BTreeSet<PathBuf> = attested
        .map(|file| &file.published)
        .chain(documents)
        .filter_map(|file| file.canonicalize().ok())
        .collect();
    let is_known = |entry: &TreeEntry| {
        let full = tree.root().join(entry.path.as_path());
        match entry.entry_type() {
            EntryType::Directory => true,
            EntryType::File { .. } => known.contains(&full),
            EntryType::Symlink { .. } => full.canonicalize().is_ok_and(|target| {
                // What lies in a folder is looked at where it is.
                target.starts_with(tree.root()) && (known.contains(&target) || target.is_dir())
            }),
        }
    };
    let unknown = tree.entries().iter().filter(|entry| !is_known(entry));
    Ok(unknown.map(|entry| entry.path.clone()).collect())
}
