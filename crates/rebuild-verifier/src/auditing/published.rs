//! Reads a release: attestations, and the files that they name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bit_compare::path::EntryPath;
use bit_compare::tree::{EntryType, Tree, TreeEntry};
use build_attestation::definition::Definition;
use build_attestation::dsse::IN_TOTO;
use build_attestation::envelopes::{self, SignedContent};
use build_attestation::statement::RebuildStatement;
use untrusted_input::InputError as _;
use untrusted_input::digest::Sha256;
use untrusted_input::spelling;

use crate::error::{Error, Result};
use crate::outputs::folder_of;
use crate::result::{ResultDocument, ResultFolder, contradiction};

/// The file name endings of signed statements.
const ATTESTATION_ENDINGS: [&str; 2] = [".intoto.jsonl", ".sigstore.json"];

/// The attestations and files of one audit.
#[derive(Debug)]
pub struct Release {
    /// The attested builds, each once.
    pub published: Vec<Published>,
    /// Files that no attestation names.
    pub unattested: Vec<EntryPath>,
    /// Every file that was read as an attestation or a comparison.
    documents: Vec<PathBuf>,
}

/// One attested build, and its published files.
#[derive(Debug)]
pub struct Published {
    /// The attestation's file, without its folder.
    pub name: String,
    /// The attested definition: what was built, from what.
    pub definition: Definition,
    /// Every attested file.
    pub files: Vec<PublishedFile>,
    /// A contradiction between the documents of the result, if there is one.
    pub contradiction: Option<String>,
}

/// A file that was attested and published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedFile {
    /// Its path in the build.
    pub path: EntryPath,
    /// Its attested digest.
    pub sha256: Sha256,
    /// Its path in the release; it need not exist.
    pub published: PathBuf,
}

impl Release {
    /// Reads an attestation, or every attestation in a folder, and locates the published files: in `artifact`, or else
    /// beside the attestation.
    ///
    /// # Errors
    /// When there is no attestation, or one cannot be read or has another build type.
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
                // Skip the same build in another envelope, or by another builder.
                let is_same = |other: &Published| {
                    (&other.definition, &other.files) == (&one.definition, &one.files)
                        && other.contradiction == one.contradiction
                };
                if !published.iter().any(is_same) {
                    published.push(one);
                }
            }
            documents.push(file);
        }
        // With `--artifact`, the release folder may contain unattested files too.
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

    /// Every file that the audit reads: the documents and the published files.
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

/// Locates a file of the build in a release: under its path, or, in a flat release, under its name.
fn locate(root: &Path, path: &EntryPath) -> PathBuf {
    let whole = root.join(path.as_path());
    match path.as_path().file_name() {
        Some(name) if whole.symlink_metadata().is_err() && root.join(name).symlink_metadata().is_ok() => {
            root.join(name)
        }
        _ => whole,
    }
}

/// Every attestation directly in a folder, sorted.
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

/// Whether a file's name says that it contains signed statements.
fn is_signed(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    ATTESTATION_ENDINGS
        .iter()
        .any(|ending| name.ends_with(ending.as_bytes()))
}

/// Reads the statements in a file, signed or not. Signatures are not checked: an audit repeats the claim instead of
/// trusting it.
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

/// Reads the comparison beside the statement of a result, if there is one.
fn comparison_beside(file: &Path) -> Result<Option<(PathBuf, Vec<u8>)>> {
    let folder = ResultFolder::of_statement(file);
    let Some(folder) = folder.filter(|folder| folder.holds(ResultDocument::Comparison)) else {
        return Ok(None);
    };
    let path = folder.file(ResultDocument::Comparison);
    let json = ResultDocument::Comparison.read(&path)?;
    Ok(Some((path, json)))
}

/// Every file below `root` that is neither attested nor was read as a document, whatever its name, and every link to
/// such a file or out of `root`.
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
                // A link to a folder is fine: the folder's own entries are checked.
                target.starts_with(tree.root()) && (known.contains(&target) || target.is_dir())
            }),
        }
    };
    let unknown = tree.entries().iter().filter(|entry| !is_known(entry));
    Ok(unknown.map(|entry| entry.path.clone()).collect())
}
