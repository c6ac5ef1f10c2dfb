//! Makes `statement.json` from a comparison, and reads it strictly. It is an in-toto Statement v1 with SLSA provenance
//! v1.

mod byproducts;

use std::path::Path;

use bit_compare::comparison::{Comparison, FileDigest, Level, Verdict};
use bit_compare::path::EntryPath;
use byproducts::Byproducts;
use serde::{Deserialize, Serialize};
use untrusted_input::InputError as _;
use untrusted_input::digest::Sha256;
use untrusted_input::json;

use crate::definition::{self, Definition, Dependency, SourceId, Variation};
use crate::digest_set::OnlySha256;
use crate::error::{Error, Result};
use crate::intoto::{MAX_SUBJECTS, STATEMENT_TYPE, check_name};
use crate::name;
use crate::shared_inputs::{self, SharedInput};
use crate::uri::AbsoluteUri;

/// `predicateType` of SLSA provenance v1.
pub const PREDICATE_TYPE: &str = "https://slsa.dev/provenance/v1";
/// `buildType`: built by this project's flake, and rebuilt under varied conditions with the same result.
/// The version changes when the meaning of a parameter changes.
pub const BUILD_TYPE: &str = "urn:samebits:nix-rebuild:v2";
/// The longest `statement.json` that is read, in bytes.
pub const LONGEST_BYTES: u64 = 16 << 20;

/// Who attests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attester {
    /// The id of the builder that vouches for the statement.
    pub builder_id: AbsoluteUri,
    /// The version of this program.
    pub version: String,
}

/// An in-toto Statement v1 about one build and its rebuild.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RebuildStatement {
    #[serde(rename = "_type")]
    type_: String,
    subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: Provenance,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    name: EntryPath,
    digest: OnlySha256,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Provenance {
    build_definition: BuildDefinition,
    run_details: RunDetails,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BuildDefinition {
    build_type: String,
    external_parameters: ExternalParameters,
    internal_parameters: InternalParameters,
    resolved_dependencies: Vec<Dependency>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ExternalParameters {
    flake_attribute: String,
    platform: String,
    source: SourceId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct InternalParameters {
    /// Null if nobody checked.
    #[serde(deserialize_with = "json::nullable")]
    shared_inputs: Option<Vec<SharedInput>>,
    source_date_epoch: u64,
    target: String,
    toolchain: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RunDetails {
    builder: Builder,
    byproducts: Byproducts,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Builder {
    id: AbsoluteUri,
    version: Version,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Version {
    rebuild_verifier: String,
}

impl RebuildStatement {
    /// Makes the statement about the build `original`, and the `comparison.json` whose digest it contains. The build
    /// followed `definition`, whose shared inputs must be those that the builds did share.
    ///
    /// # Errors
    /// When the builds are not identical, have too many files for a statement, or a file name that no statement may
    /// have.
    pub fn attest(
        original: &Path,
        comparison: &Comparison,
        definition: Definition,
        attester: &Attester,
    ) -> Result<(Self, Vec<u8>)> {
        if comparison.level() != Level::Bits || comparison.verdict() != Verdict::Identical {
            return Err(Error::invalid(
                original,
                "build to attest to",
                "its rebuild does not have the same bits",
                "make it reproducible first: `rebuild-verifier compare` says what differs",
            ));
        }
        let count = comparison.counts().original_files;
        if count > MAX_SUBJECTS {
            return Err(Error::TooManySubjects {
                path: original.into(),
                count,
                limit: MAX_SUBJECTS,
            });
        }
        for file in comparison.original_files() {
            check_name(&file.path.to_string()).map_err(|why| {
                Error::invalid(
                    original,
                    "build to attest to",
                    why,
                    "rename the file: verifiers refuse names that are not valid on every system",
                )
            })?;
        }
        let json = comparison.to_json();
        Ok((Self::new(definition, attester, comparison, &json), json))
    }

    fn new(definition: Definition, attester: &Attester, comparison: &Comparison, json: &[u8]) -> Self {
        let subject = |file: FileDigest<'_>| Subject {
            name: file.path.clone(),
            digest: OnlySha256 { sha256: file.sha256 },
        };
        Self {
            type_: STATEMENT_TYPE.into(),
            subject: comparison.original_files().map(subject).collect(),
            predicate_type: PREDICATE_TYPE.into(),
            predicate: Provenance {
                run_details: RunDetails {
                    builder: Builder {
                        id: attester.builder_id.clone(),
                        version: Version {
                            rebuild_verifier: attester.version.clone(),
                        },
                    },
                    byproducts: Byproducts::of(comparison, json, &definition.variations),
                },
                build_definition: BuildDefinition {
                    build_type: BUILD_TYPE.into(),
                    external_parameters: ExternalParameters {
                        flake_attribute: definition.flake_attribute,
                        platform: definition.platform,
                        source: definition.source,
                    },
                    internal_parameters: InternalParameters {
                        shared_inputs: definition.shared_inputs,
                        source_date_epoch: definition.source_date_epoch,
                        target: definition.target,
                        toolchain: definition.toolchain,
                    },
                    resolved_dependencies: definition.resolved_dependencies,
                },
            },
        }
    }

    /// Writes `statement.json`, with a line feed at the end. The same statement always gives the same bytes.
    pub fn to_json(&self) -> Vec<u8> {
        json::write(self)
    }

    /// Parses `statement.json`.
    ///
    /// # Errors
    /// The rule of the format that the statement breaks.
    pub fn from_json(json: &[u8]) -> Result<Self, String> {
        let statement: Self = json::from_slice(json)?;
        let build = &statement.predicate.build_definition;
        let constants = [
            ("_type", &statement.type_, STATEMENT_TYPE),
            ("predicateType", &statement.predicate_type, PREDICATE_TYPE),
            ("buildType", &build.build_type, BUILD_TYPE),
        ];
        for (field, found, expected) in constants {
            if found != expected {
                return Err(format!("{field} is {found:?}, not {expected:?}"));
            }
        }
        if statement.subject.is_empty() || statement.subject.len() > MAX_SUBJECTS {
            return Err(format!(
                "it has {} subjects, not 1 to {MAX_SUBJECTS}",
                statement.subject.len()
            ));
        }
        if let Some(pair) = statement.subject.windows(2).find(|pair| pair[0].name >= pair[1].name) {
            return Err(format!("subject \"{}\" is not in ascending order", pair[1].name));
        }
        if statement.subject[0].name == EntryPath::whole() {
            return Err("subject \".\" is no file".into());
        }
        name::check("flakeAttribute", statement.flake_attribute())?;
        name::check("platform", statement.platform())?;
        name::check("target", &build.internal_parameters.target)?;
        definition::check_line("toolchain", &build.internal_parameters.toolchain)?;
        definition::check_line(
            "version",
            &statement.predicate.run_details.builder.version.rebuild_verifier,
        )?;
        definition::check_dependencies(&build.resolved_dependencies, &build.external_parameters.source)?;
        statement.byproducts().check()?;
        shared_inputs::check(statement.shared_inputs().unwrap_or_default())?;
        Ok(statement)
    }

    /// The flake attribute that was built.
    pub(crate) fn flake_attribute(&self) -> &str {
        &self.predicate.build_definition.external_parameters.flake_attribute
    }

    /// The Nix double of the platform.
    pub(crate) fn platform(&self) -> &str {
        &self.predicate.build_definition.external_parameters.platform
    }

    /// Who made the statement.
    pub fn attester(&self) -> Attester {
        let builder = &self.predicate.run_details.builder;
        Attester {
            builder_id: builder.id.clone(),
            version: builder.version.rebuild_verifier.clone(),
        }
    }

    /// The definition that the statement was made from.
    ///
    /// # Errors
    /// When the statement has no valid list of variations.
    pub fn definition(&self) -> Result<Definition, String> {
        let build = &self.predicate.build_definition;
        let (external, internal) = (&build.external_parameters, &build.internal_parameters);
        Ok(Definition {
            flake_attribute: external.flake_attribute.clone(),
            platform: external.platform.clone(),
            target: internal.target.clone(),
            source: external.source.clone(),
            source_date_epoch: internal.source_date_epoch,
            toolchain: internal.toolchain.clone(),
            resolved_dependencies: build.resolved_dependencies.clone(),
            variations: self.variations()?,
            shared_inputs: internal.shared_inputs.clone(),
        })
    }

    /// The conditions that differed for the rebuild.
    ///
    /// # Errors
    /// When the statement has no valid list of variations.
    pub(crate) fn variations(&self) -> Result<Vec<Variation>, String> {
        self.byproducts().variations()
    }

    /// The inputs that both builds shared, besides pinned archives. `None` if nobody checked; the rebuild may then be a
    /// copy.
    pub(crate) fn shared_inputs(&self) -> Option<&[SharedInput]> {
        let internal = &self.predicate.build_definition.internal_parameters;
        internal.shared_inputs.as_deref()
    }

    /// Path and digest of every subject.
    pub fn subjects(&self) -> impl Iterator<Item = (&EntryPath, Sha256)> {
        self.subject
            .iter()
            .map(|subject| (&subject.name, subject.digest.sha256))
    }

    /// Checks that the files of the rebuild, listed in the byproducts, are exactly the subjects.
    ///
    /// # Errors
    /// The contradiction.
    pub fn check_rebuilt(&self) -> Result<(), String> {
        if self.byproducts().have_rebuilt(self.subjects()) {
            Ok(())
        } else {
            Err("its subjects are not what its byproducts say the rebuild gave".into())
        }
    }

    /// Checks that the subjects and byproducts are exactly those that follow from `comparison`. `json` is its
    /// `comparison.json`.
    ///
    /// # Errors
    /// The first contradiction.
    pub fn check_against(&self, comparison: &Comparison, json: &[u8]) -> Result<(), String> {
        if comparison.level() != Level::Bits {
            return Err("its comparison leaves code signatures out".into());
        }
        let files = comparison.original_files();
        if !self.subjects().eq(files.map(|file| (file.path, file.sha256))) {
            return Err("its subjects are not the files of the original in the comparison".into());
        }
        let expected = Byproducts::of(comparison, json, &self.variations()?);
        if *self.byproducts() != expected {
            return Err("its byproducts are not the files of the rebuild and the comparison itself".into());
        }
        Ok(())
    }

    fn byproducts(&self) -> &Byproducts {
        &self.predicate.run_details.byproducts
    }
}
