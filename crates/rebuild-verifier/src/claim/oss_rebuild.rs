//! oss-rebuild's two statements about a package's artifact: what a rebuild gave, and that it is equivalent to upstream's.
//!
//! Equivalent there means after normalisation. Here only bits count: of both statements, what the rebuild gave is the
//! claim, so that a rebuild that is merely equivalent speaks against the artifact and not for it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Claim, Output, Product, Source, file_name, only_output, part};
use crate::digest::Sha256;
use crate::intoto::Statement;
use crate::uri::AbsoluteUri;

/// Build type of what a rebuild gave.
pub(super) const REBUILD: &str = "https://docs.oss-rebuild.dev/builds/Rebuild@v0.1";
/// Build type of the comparison with what upstream published.
pub(super) const EQUIVALENCE: &str = "https://docs.oss-rebuild.dev/builds/ArtifactEquivalence@v0.1";
/// Before the artifact's name where the rebuilt one is meant.
const REBUILT: &str = "rebuild/";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RebuildParameters {
    artifact: String,
    #[serde(rename = "ecosystem")]
    _ecosystem: String,
    #[serde(rename = "package")]
    _package: String,
    #[serde(rename = "version")]
    _version: String,
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
    target: String,
}

#[derive(Deserialize)]
struct Dependency {
    #[serde(default)]
    name: String,
    #[serde(default)]
    digest: BTreeMap<String, String>,
}

pub(super) fn read_rebuild(statement: &Statement, _: &[u8]) -> Result<Claim, String> {
    let parameters: RebuildParameters = part(statement, "/buildDefinition/externalParameters")?;
    let output = only_output(statement)?;
    if output.name != format!("{REBUILT}{}", parameters.artifact) {
        return Err(format!(
            "its subject is {:?}, but it rebuilt {:?}",
            output.name, parameters.artifact
        ));
    }
    // Left out where there is none.
    let dependencies: Option<Vec<Dependency>> =
        part(statement, "/buildDefinition/resolvedDependencies")?;
    let repository = dependencies
        .into_iter()
        .flatten()
        .find(|dependency| dependency.name.starts_with("git+"));
    let revision = repository.and_then(|mut repository| {
        repository
            .digest
            .remove("gitCommit")
            .or_else(|| repository.digest.remove("sha1"))
    });
    claim(
        statement,
        REBUILD,
        &parameters.artifact,
        output.sha256,
        revision,
    )
}

pub(super) fn read_equivalence(statement: &Statement, _: &[u8]) -> Result<Claim, String> {
    let parameters: EquivalenceParameters = part(statement, "/buildDefinition/externalParameters")?;
    let output = only_output(statement)?;
    if parameters.candidate != format!("{REBUILT}{}", output.name) {
        return Err(format!(
            "its subject is {:?}, but its candidate {:?}",
            output.name, parameters.candidate
        ));
    }
    let dependencies: Vec<Dependency> = part(statement, "/buildDefinition/resolvedDependencies")?;
    let digest = |name: &str| match dependencies
        .iter()
        .filter(|dependency| dependency.name == name)
        .collect::<Vec<_>>()[..]
    {
        [one] => one
            .digest
            .get("sha256")
            .cloned()
            .ok_or_else(|| format!("{name:?} has no sha256")),
        ref several => Err(format!(
            "it has {} dependencies {name:?}, not one",
            several.len()
        )),
    };
    let (candidate, target) = (digest(&parameters.candidate)?, digest(&parameters.target)?);
    if Sha256::try_from(target)? != output.sha256 {
        return Err(format!(
            "its subject is not its target {:?}",
            parameters.target
        ));
    }
    claim(
        statement,
        EQUIVALENCE,
        &output.name,
        Sha256::try_from(candidate)?,
        None,
    )
}

fn claim(
    statement: &Statement,
    build_type: &str,
    artifact: &str,
    rebuilt: Sha256,
    revision: Option<String>,
) -> Result<Claim, String> {
    let builder: AbsoluteUri = part(statement, "/runDetails/builder/id")?;
    Ok(Claim {
        build_type: build_type.into(),
        builder: Some(builder),
        product: Product::File(file_name(artifact).into()),
        outputs: vec![Output {
            name: artifact.into(),
            sha256: rebuilt,
        }],
        source: Source {
            revision,
            nar_hash: None,
        },
        platform: None,
        variations: BTreeSet::new(),
    })
}
