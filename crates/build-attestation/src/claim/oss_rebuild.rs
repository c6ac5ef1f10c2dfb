//! Reads oss-rebuild's two statements about an artifact of a package: what the rebuild gave, and that the rebuild is
//! equivalent to upstream's artifact.
//!
//! oss-rebuild calls artifacts equivalent if they are the same after normalisation. Here only bits count. The claim of
//! both statements is the bits of the rebuild, so a rebuild that is only equivalent disagrees with upstream's artifact.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::parts::{check_file_name, only_output, part};
use super::{Claim, ClaimedSource, Output, Product};
use crate::definition::{check_line, is_commit};
use crate::digests::Digests;
use crate::intoto::{Statement, check_name};
use crate::uri::AbsoluteUri;

/// Build type of a rebuild.
pub(super) const REBUILD: &str = "https://docs.oss-rebuild.dev/builds/Rebuild@v0.1";
/// Build type of the comparison with upstream's artifact.
pub(super) const EQUIVALENCE: &str = "https://docs.oss-rebuild.dev/builds/ArtifactEquivalence@v0.1";
/// The prefix of the name of a rebuilt artifact.
const REBUILT: &str = "rebuild/";
/// The prefix of the name of the dependency that is the repository.
const REPOSITORY: &str = "git+";

const PARAMETERS: &[&str] = &["buildDefinition", "externalParameters"];
const DEPENDENCIES: &[&str] = &["buildDefinition", "resolvedDependencies"];
const BUILDER: &[&str] = &["runDetails", "builder", "id"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RebuildParameters {
    artifact: String,
    ecosystem: String,
    package: String,
    version: String,
    #[serde(rename = "buildConfigSource")]
    _build_config_source: Option<Location>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Location {
    #[serde(rename = "path")]
    _path: Option<String>,
    #[serde(rename = "ref")]
    _ref: String,
    #[serde(rename = "repository")]
    _repository: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EquivalenceParameters {
    candidate: String,
    target: AbsoluteUri,
}

#[derive(Deserialize)]
struct Dependency {
    #[serde(default)]
    name: String,
    #[serde(default)]
    digest: BTreeMap<String, String>,
}

pub(super) fn read_rebuild(statement: &Statement, _: &[u8]) -> Result<Claim, String> {
    let RebuildParameters {
        artifact,
        ecosystem,
        package,
        version,
        ..
    } = part(statement, PARAMETERS)?;
    let output = only_output(statement)?;
    if output.name != format!("{REBUILT}{artifact}") {
        return Err(format!("its subject is {:?}, but it rebuilt {artifact:?}", output.name));
    }
    check_file_name("artifact", &artifact)?;
    check_name(&package)?;
    check_line("ecosystem", &ecosystem)?;
    check_line("version", &version)?;
    // oss-rebuild leaves the list out if it is empty.
    let dependencies: Option<Vec<Dependency>> = part(statement, DEPENDENCIES)?;
    let source = ClaimedSource {
        revision: revision(&dependencies.unwrap_or_default())?,
        nar_hash: None,
    };
    let product = Product::Package {
        ecosystem,
        package,
        version,
        artifact: artifact.clone(),
    };
    let rebuilt = Output {
        name: artifact,
        digests: output.digests,
    };
    Ok(Claim {
        builder: Some(part(statement, BUILDER)?),
        source,
        ..Claim::of(REBUILD, product, vec![rebuilt])
    })
}

/// The commit of the only repository, if there is one.
fn revision(dependencies: &[Dependency]) -> Result<Option<String>, String> {
    let is_repository = |one: &&Dependency| one.name.starts_with(REPOSITORY);
    let repositories: Vec<_> = dependencies.iter().filter(is_repository).collect();
    let digest = match repositories[..] {
        [] => return Ok(None),
        [one] => &one.digest,
        _ => {
            return Err(format!("it was built from {} repositories", repositories.len()));
        }
    };
    // Both names stand for a Git commit.
    let commits = ["gitCommit", "sha1"].map(|name| digest.get(name));
    match commits {
        [Some(commit), Some(other)] if commit != other => {
            Err(format!("its repository is at {commit:?} and at {other:?}"))
        }
        _ => match commits.into_iter().flatten().next() {
            Some(commit) if !is_commit(commit) => Err(format!("its repository is at {commit:?}, which is no commit")),
            commit => Ok(commit.cloned()),
        },
    }
}

pub(super) fn read_equivalence(statement: &Statement, _: &[u8]) -> Result<Claim, String> {
    let EquivalenceParameters { candidate, target } = part(statement, PARAMETERS)?;
    let output = only_output(statement)?;
    if candidate != format!("{REBUILT}{}", output.name) {
        return Err(format!(
            "its subject is {:?}, but its candidate {candidate:?}",
            output.name
        ));
    }
    check_file_name("artifact", &output.name)?;
    let dependencies: Vec<Dependency> = part(statement, DEPENDENCIES)?;
    let digests = |name: &str| match dependencies
        .iter()
        .filter(|dependency| dependency.name == name)
        .collect::<Vec<_>>()[..]
    {
        [one] => Digests::from_set(&one.digest).map_err(|why| format!("{name:?} {why}")),
        ref several => Err(format!("it has {} dependencies {name:?}, not one", several.len())),
    };
    let of_target = digests(target.as_str())?;
    let published = output
        .digests
        .merged(&of_target)
        .ok_or_else(|| format!("its subject is not its target {target}"))?;
    let rebuilt = digests(&candidate)?;
    // If the rebuild gave the published bits, the digests of both are digests of one content.
    let rebuilt = if rebuilt.sha256 == published.sha256 {
        rebuilt
            .merged(&published)
            .ok_or_else(|| format!("{candidate:?} has digests of two contents"))?
    } else {
        rebuilt
    };
    let product = Product::Target {
        uri: target,
        artifact: output.name.clone(),
    };
    let rebuilt = Output {
        name: output.name,
        digests: rebuilt,
    };
    Ok(Claim {
        builder: Some(part(statement, BUILDER)?),
        ..Claim::of(EQUIVALENCE, product, vec![rebuilt])
    })
}
