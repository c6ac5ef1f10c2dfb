//! The requirements for an artifact: what is required, what was found, and whether that is enough.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::agreement::disagreements;
use super::count::count;
use super::{Artifact, CheckedAttestation, Outcome, SignedClaim};
use crate::policy::{Allowed, Policy};
use crate::uri::AbsoluteUri;

/// The status of a requirement. The default is [`Check::NotChecked`], which counts as a failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// There was no claim to check.
    #[default]
    NotChecked,
    /// The requirement is not met.
    Failed,
    /// The requirement is met.
    Passed,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotChecked => "not checked",
            Self::Failed => "failed",
            Self::Passed => "passed",
        })
    }
}

/// One requirement of one artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Requirement {
    /// The name.
    pub name: &'static str,
    /// What is required.
    pub required: String,
    /// What was found.
    pub found: String,
    /// Whether that is enough.
    #[serde(rename = "status")]
    pub check: Check,
}

/// A requirement that is checked on each claim.
struct Criterion {
    name: &'static str,
    required: fn(&Policy) -> String,
    found: fn(&SignedClaim) -> String,
    is_met: fn(&SignedClaim, &Policy) -> bool,
}

const CRITERIA: &[Criterion] = &[
    Criterion {
        name: "build-type",
        required: |policy| list(&policy.build_types),
        found: |signed| signed.claim.build_type.clone(),
        is_met: |signed, policy| policy.build_types.contains(&signed.claim.build_type),
    },
    Criterion {
        name: "builder",
        required: |policy| format!("{}, by a key that belongs to it", allowed(&policy.builders)),
        found: |signed| {
            let name = signed.builder.as_ref().map(AbsoluteUri::as_str);
            let name = name.unwrap_or("no name but its key");
            if signed.keys.is_empty() {
                format!("{name}, signed by another's key")
            } else {
                name.into()
            }
        },
        is_met: |signed, policy| !signed.keys.is_empty() && policy.builders.allows(signed.builder.as_ref()),
    },
    Criterion {
        name: "product",
        required: |policy| allowed(&policy.products),
        found: |signed| signed.claim.product.name(),
        is_met: |signed, policy| {
            let mut names = signed.claim.product.names();
            names.any(|name| policy.products.allows(Some(&name)))
        },
    },
    Criterion {
        name: "source-revision",
        required: |policy| allowed(&policy.revision),
        found: |signed| or_not_stated(signed.claim.source.revision.as_ref()),
        is_met: |signed, policy| policy.revision.allows(signed.claim.source.revision.as_ref()),
    },
    Criterion {
        name: "source-hash",
        required: |policy| allowed(&policy.nar_hash),
        found: |signed| or_not_stated(signed.claim.source.nar_hash.as_ref()),
        is_met: |signed, policy| policy.nar_hash.allows(signed.claim.source.nar_hash.as_ref()),
    },
    Criterion {
        name: "platform",
        required: |policy| allowed(&policy.platforms),
        found: |signed| or_not_stated(signed.claim.platform.as_ref()),
        is_met: |signed, policy| policy.platforms.allows(signed.claim.platform.as_ref()),
    },
    Criterion {
        name: "variations",
        required: |policy| list(&policy.variations),
        found: |signed| list(&signed.claim.variations),
        is_met: |signed, policy| policy.variations.is_subset(&signed.claim.variations),
    },
    Criterion {
        name: "shared-inputs",
        required: |policy| allowed(&policy.shared_inputs),
        found: |signed| match &signed.claim.shared_inputs {
            Some(kinds) => list(&kinds.iter().copied().map(String::from).collect()),
            None => "nobody has looked".into(),
        },
        is_met: |signed, policy| {
            let found = signed.claim.shared_inputs.as_ref();
            policy.shared_inputs.allows_all(found)
        },
    },
];

/// The names of the criteria that `signed` does not meet.
pub(super) fn unmet(signed: &SignedClaim, policy: &Policy) -> Vec<&'static str> {
    CRITERIA
        .iter()
        .filter(|one| !(one.is_met)(signed, policy))
        .map(|one| one.name)
        .collect()
}

/// Checks every requirement of one artifact.
pub(super) fn check(artifact: &Artifact, attestations: &[CheckedAttestation], policy: &Policy) -> Vec<Requirement> {
    let evidence = Evidence::about(artifact, attestations, policy);
    let mut requirements = vec![evidence.attested()];
    requirements.extend(CRITERIA.iter().map(|one| evidence.meets(one)));
    requirements.extend(evidence.numbers());
    requirements.push(without_exceptions(
        "agreement",
        "nobody whose key is trusted got other bits",
        disagreements(artifact, attestations),
    ));
    requirements.push(without_exceptions(
        "understood",
        "everything that a trusted key signed is valid, and has no unknown parameters",
        unusable(attestations),
    ));
    requirements
}

/// The claims about one artifact.
struct Evidence<'a> {
    artifact: &'a Artifact,
    attestations: &'a [CheckedAttestation],
    policy: &'a Policy,
    /// The claims that have the artifact's bits.
    claims: Vec<&'a SignedClaim>,
    /// The number of independent parties that made them.
    independent: usize,
}

impl<'a> Evidence<'a> {
    fn about(artifact: &'a Artifact, attestations: &'a [CheckedAttestation], policy: &'a Policy) -> Self {
        let claims: Vec<_> = attestations
            .iter()
            .filter_map(CheckedAttestation::claim)
            .filter(|signed| signed.names_of(artifact).next().is_some())
            .collect();
        let (all, _) = count(claims.iter().copied());
        Self {
            artifact,
            attestations,
            policy,
            claims,
            independent: all.independent,
        }
    }

    /// Requires that a trusted claim has the artifact's bits.
    fn attested(&self) -> Requirement {
        let signed = self.attestations.iter();
        let signed = signed.filter(|attestation| !attestation.signers.is_empty()).count();
        let names = self.claims.iter();
        let names = names.flat_map(|claim| claim.names_of(self.artifact));
        let names: BTreeSet<_> = names.map(str::to_owned).collect();
        Requirement {
            name: "attested",
            required: format!(
                "sha256 {} in a claim that a trusted key signed",
                self.artifact.digests.sha256
            ),
            found: format!(
                "in {} of {} attestations, {signed} of them signed by a trusted key; as {}",
                self.claims.len(),
                self.attestations.len(),
                list(&names),
            ),
            check: passed(!self.claims.is_empty()),
        }
    }

    /// Requires that enough claims meet one criterion.
    fn meets(&self, criterion: &Criterion) -> Requirement {
        let claims = || self.claims.iter().copied();
        let met = claims().filter(|claim| (criterion.is_met)(claim, self.policy));
        let (met, _) = count(met);
        let found: BTreeSet<_> = claims().map(criterion.found).collect();
        Requirement {
            name: criterion.name,
            required: (criterion.required)(self.policy),
            found: list(&found),
            // If there are too few claims in all, only the requirements on numbers fail.
            check: self.checked(met.independent >= self.policy.threshold.min(self.independent)),
        }
    }

    /// Requires enough keys, builders and independent parties among the claims that meet every criterion.
    fn numbers(&self) -> [Requirement; 3] {
        let claims = self.claims.iter().copied();
        let (agreeing, product) = count(claims.filter(|claim| claim.unmet.is_empty()));
        let of = product.map_or(String::new(), |product| format!(" for {product}"));
        let threshold = self.policy.threshold;
        let number = |name, what: &str, found: usize| Requirement {
            name,
            required: format!("{what}, at least {threshold}"),
            found: format!("{found}{of}"),
            check: self.checked(found >= threshold),
        };
        [
            number("keys", "different keys", agreeing.keys),
            number("builders", "different builders", agreeing.builders),
            number(
                "independent",
                "builders that share neither key nor name",
                agreeing.independent,
            ),
        ]
    }

    /// The status of a requirement on the claims: not checked if there is no claim.
    fn checked(&self, holds: bool) -> Check {
        if self.claims.is_empty() {
            Check::NotChecked
        } else {
            passed(holds)
        }
    }
}

fn unusable(attestations: &[CheckedAttestation]) -> Vec<String> {
    let describe = |attestation: &CheckedAttestation| match &attestation.outcome {
        Outcome::Unusable(why) => Some(format!("{}: {why}", attestation.origin)),
        _ => None,
    };
    attestations.iter().filter_map(describe).collect()
}

/// A requirement that is met if there are no exceptions.
fn without_exceptions(name: &'static str, required: &str, exceptions: Vec<String>) -> Requirement {
    Requirement {
        name,
        required: required.into(),
        check: passed(exceptions.is_empty()),
        found: list(&exceptions.into_iter().collect()),
    }
}

fn passed(yes: bool) -> Check {
    if yes { Check::Passed } else { Check::Failed }
}

fn list(texts: &BTreeSet<String>) -> String {
    if texts.is_empty() {
        return "none".into();
    }
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    texts.join(", ")
}

fn allowed<T: Clone + Into<String>>(values: &Allowed<T>) -> String {
    match values {
        Allowed::Any => "any".into(),
        Allowed::Only(values) => list(&values.iter().cloned().map(T::into).collect()),
    }
}

fn or_not_stated(value: Option<&String>) -> String {
    value.map_or("not stated".into(), String::clone)
}
