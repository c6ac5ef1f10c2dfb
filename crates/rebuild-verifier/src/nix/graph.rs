//! The inputs of two derivations, all the way down, and the inputs that both share.
//!
//! This proves that the two builds share no build product, except archives with a pinned hash and what the definition
//! lists. It does not prove that a listed derivation is fit to be shared, or that a file of the source contains no
//! build product; both can be inspected.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use build_attestation::shared_inputs::SharedInput;
use untrusted_input::InputError as _;
use untrusted_input::file;
use untrusted_input::spelling::name;

use super::derivation::{Derivation, DerivationOutput};
use super::{DerivedPath, source};
use crate::error::{Error, Result};

/// The longest derivation that is read, in bytes.
const LONGEST_BYTES: u64 = 16 << 20;
/// The maximum number of derivations in one graph.
const MOST_DERIVATIONS: usize = 100_000;

/// A derivation, and all its inputs.
#[derive(Debug)]
struct Graph {
    root: PathBuf,
    derivations: BTreeMap<PathBuf, Derivation>,
    /// Source files, with everything that they refer to; false for a file that something has built.
    sources: BTreeMap<PathBuf, bool>,
}

/// Returns those of the `listed` inputs that two builds do share.
///
/// # Errors
/// When one build contains the other, or when they share an input that is neither listed nor a pinned archive. When
/// that cannot be determined, because a derivation cannot be read, has an output path that is known only after the
/// build, or has another output than the build at hand.
pub(crate) fn shared_inputs(
    original: &DerivedPath,
    rebuilt: &DerivedPath,
    listed: &[SharedInput],
) -> Result<Vec<SharedInput>> {
    let graphs = [Graph::of(original)?, Graph::of(rebuilt)?];
    shared_and_listed(&graphs, listed).map_err(|why| {
        Error::invalid(
            &rebuilt.derivation,
            "rebuild",
            why,
            "build the shared inputs again, or list them in the definition, see docs/auditing.md",
        )
    })
}

impl Graph {
    fn of(build: &DerivedPath) -> Result<Self> {
        let graph = Self::read(&build.derivation)?;
        let resolved = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.into());
        let output = resolved(&build.output);
        let outputs = &mut graph.root_derivation().outputs.iter();
        if outputs.any(|one| one.is_known() && resolved(&one.path) == output) {
            return Ok(graph);
        }
        Err(invalid(
            &build.derivation,
            format!("{:?} is not what it builds", build.output),
        ))
    }

    fn root_derivation(&self) -> &Derivation {
        &self.derivations[&self.root]
    }

    fn read(root: &Path) -> Result<Self> {
        let root = &root.canonicalize().map_err(|cause| Error::read(root, cause))?;
        let store = root.parent();
        let mut derivations = BTreeMap::new();
        let mut next = vec![root.to_path_buf()];
        while let Some(path) = next.pop() {
            if derivations.contains_key(&path) {
                continue;
            }
            if derivations.len() == MOST_DERIVATIONS {
                let why = format!("it has more than {} input derivations", MOST_DERIVATIONS);
                return Err(invalid(root, why));
            }
            if path.parent() != store || path.extension().is_none_or(|ending| ending != "drv") {
                return Err(invalid(root, format!("{path:?} is no derivation beside it")));
            }
            let bytes = file::read(&path, FORMAT, LONGEST_BYTES)?;
            let derivation = Derivation::parse(&bytes).map_err(|why| invalid(&path, why))?;
            next.extend(derivation.derivations.iter().cloned());
            derivations.insert(path, derivation);
        }
        let mut graph = Self {
            root: root.into(),
            derivations,
            sources: BTreeMap::new(),
        };
        graph.read_sources()?;
        Ok(graph)
    }

    fn read_sources(&mut self) -> Result<()> {
        let all = self.derivations.values().flat_map(|one| &one.sources);
        let mut next: BTreeSet<PathBuf> = all.cloned().collect();
        while let Some(path) = next.pop_first() {
            if self.sources.contains_key(&path) {
                continue;
            }
            let is_beside = path.parent() == self.root.parent();
            let references = if is_beside { source::references(&path)? } else { None };
            self.sources.insert(path, references.is_some());
            next.extend(references.into_iter().flatten());
        }
        Ok(())
    }

    /// Every path that may be in its builds: derivations, their outputs, sources.
    fn contents(&self) -> BTreeSet<&Path> {
        let derivations = self.derivations.iter();
        derivations
            .flat_map(|(path, one)| products(path, one))
            .chain(self.sources.keys().map(PathBuf::as_path))
            .collect()
    }

    /// The pinned archives: derivations that declare the hash of their output, and whose input derivations all do so
    /// too.
    fn pinned(&self) -> BTreeSet<&Path> {
        let is_fixed = |one: &Derivation| one.outputs.iter().all(|output| output.is_fixed);
        let all = || self.derivations.iter().map(|(path, one)| (path.as_path(), one));
        let mut pinned: BTreeSet<_> = all().filter(|(_, one)| is_fixed(one)).map(|(path, _)| path).collect();
        loop {
            let made = |path: &&Path| {
                let inputs = &self.derivations[*path].derivations;
                inputs.iter().any(|input| !pinned.contains(input.as_path()))
            };
            let made: Vec<_> = pinned.iter().copied().filter(made).collect();
            if made.is_empty() {
                return pinned;
            }
            pinned.retain(|path| !made.contains(path));
        }
    }
}

/// The paths of a derivation and of its outputs.
fn products<'a>(path: &'a Path, derivation: &'a Derivation) -> impl Iterator<Item = &'a Path> {
    let outputs = derivation.outputs.iter().map(|output| output.path.as_path());
    std::iter::once(path).chain(outputs)
}

/// The listed inputs that both share; an error if they share more.
fn shared_and_listed(graphs: &[Graph; 2], listed: &[SharedInput]) -> Result<Vec<SharedInput>, String> {
    check_outputs_are_known(graphs)?;
    check_is_built(graphs)?;
    let contents = [graphs[0].contents(), graphs[1].contents()];
    check_neither_holds_the_other(graphs, &contents)?;
    let shared: BTreeSet<String> = graphs
        .iter()
        .flat_map(|graph| shared_derivations(graph, &contents))
        .collect();
    check_all_is_listed(&shared, listed)?;
    check_sources_are_sources(graphs)?;
    let is_shared = |one: &&SharedInput| shared.contains(&one.derivation);
    Ok(listed.iter().filter(is_shared).cloned().collect())
}

fn check_outputs_are_known(graphs: &[Graph; 2]) -> Result<(), String> {
    for (path, derivation) in graphs.iter().flat_map(|graph| &graph.derivations) {
        if !derivation.outputs.iter().all(DerivationOutput::is_known) {
            return Err(format!(
                "the output path of {} is known only once it is built, so nobody can see what else uses it",
                name(path)
            ));
        }
    }
    Ok(())
}

fn check_is_built(graphs: &[Graph; 2]) -> Result<(), String> {
    for graph in graphs {
        let outputs = &mut graph.root_derivation().outputs.iter();
        if outputs.any(|output| output.is_fixed) {
            return Err(format!(
                "the output of {} is written down by its hash instead of built",
                name(&graph.root)
            ));
        }
    }
    Ok(())
}

fn check_neither_holds_the_other(graphs: &[Graph; 2], contents: &[BTreeSet<&Path>; 2]) -> Result<(), String> {
    for (graph, other, whose) in [
        (&graphs[0], &contents[1], "it holds the original itself"),
        (&graphs[1], &contents[0], "the original holds it"),
    ] {
        if products(&graph.root, graph.root_derivation()).any(|path| other.contains(path)) {
            return Err(whose.into());
        }
    }
    Ok(())
}

/// The names of the derivations of `graph` that both contain, themselves or by an output; without pinned archives.
fn shared_derivations<'a>(graph: &'a Graph, contents: &'a [BTreeSet<&Path>; 2]) -> impl Iterator<Item = String> + 'a {
    let pinned = graph.pinned();
    let is_shared = |path: &Path| contents.iter().all(|contents| contents.contains(path));
    graph
        .derivations
        .iter()
        .filter(move |(path, _)| !pinned.contains(path.as_path()))
        .filter(move |(path, one)| products(path, one).any(is_shared))
        .map(|(path, _)| name(path))
}

fn check_all_is_listed(shared: &BTreeSet<String>, listed: &[SharedInput]) -> Result<(), String> {
    let is_listed = |name: &&String| listed.iter().any(|one| one.derivation == **name);
    let unlisted: Vec<_> = shared.iter().filter(|name| !is_listed(name)).cloned().collect();
    if unlisted.is_empty() {
        return Ok(());
    }
    Err(format!(
        "it shares inputs with the original that the definition does not list: {}",
        unlisted.join(", ")
    ))
}

fn check_sources_are_sources(graphs: &[Graph; 2]) -> Result<(), String> {
    let mut sources = graphs.iter().flat_map(|graph| &graph.sources);
    match sources.find(|(_, is_source)| !**is_source) {
        None => Ok(()),
        Some((path, _)) => Err(format!(
            "{} is used as a source, but is not named after its content: something has built it",
            name(path)
        )),
    }
}

const FORMAT: &str = "derivation";

fn invalid(path: &Path, why: String) -> Error {
    Error::invalid(
        path,
        FORMAT,
        why,
        "name the .drv file in the store of the Nix that built it",
    )
}
