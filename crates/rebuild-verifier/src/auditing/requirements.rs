//! The requirements of an audit, and the decisions about them. A requirement without a decision is *not checked*.

use build_attestation::verify::{Check, Requirement};
use untrusted_input::spelling::plural;

use super::published::Published;

/// A requirement of an audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AuditRequirement {
    /// The documents of the result agree with each other.
    Documents,
    /// The published files have the attested digests.
    Artifact,
    /// The source is the attested commit.
    SourceRevision,
    /// The source is the attested tree.
    SourceHash,
    /// The files of the source that the attestation names are the attested ones.
    LockFiles,
    /// The source defines the attested build.
    Definition,
    /// The builds come out the same under the same conditions.
    Repeatable,
    /// Every file of the build is attested.
    Complete,
    /// The published files are identical to those built here.
    Original,
    /// The rebuild under other conditions is identical.
    Rebuilt,
}

impl AuditRequirement {
    /// Every one of them, in the order in which they are decided.
    const ALL: [Self; 10] = [
        Self::Documents,
        Self::Artifact,
        Self::SourceRevision,
        Self::SourceHash,
        Self::LockFiles,
        Self::Definition,
        Self::Repeatable,
        Self::Complete,
        Self::Original,
        Self::Rebuilt,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Artifact => "artifact",
            Self::SourceRevision => "source-revision",
            Self::SourceHash => "source-hash",
            Self::LockFiles => "lock-files",
            Self::Definition => "definition",
            Self::Repeatable => "repeatable",
            Self::Complete => "complete",
            Self::Original => "original",
            Self::Rebuilt => "rebuilt",
        }
    }

    /// The requirement in words, for one attested build.
    fn describe(self, published: &Published) -> String {
        let source = &published.definition.source;
        match self {
            Self::Documents => "the documents of the result agree with each other".into(),
            Self::Artifact => {
                let files = plural(published.files.len() as u64, "file is", "files are");
                format!("{files} published with the attested digest")
            }
            Self::SourceRevision => source.revision.clone(),
            Self::SourceHash => source.nar_hash.clone(),
            Self::LockFiles => "the files of the source have the attested digests".into(),
            Self::Definition => "the source defines the attested build".into(),
            Self::Repeatable => "nothing differs when built again under the same conditions".into(),
            Self::Complete => "every file of the build is attested".into(),
            Self::Original => "no published file differs from the build here".into(),
            Self::Rebuilt => "nothing differs when built under other conditions".into(),
        }
    }

    /// The requirement stays not checked, because `found` decides nothing.
    pub(super) fn leave(self, found: &str) -> Decision {
        Decision {
            requirement: self,
            check: Check::NotChecked,
            found: found.into(),
        }
    }

    pub(super) fn pass(self, found: &str) -> Decision {
        self.decide(true, found)
    }

    pub(super) fn fail(self, found: &str) -> Decision {
        self.decide(false, found)
    }

    pub(super) fn decide(self, met: bool, found: &str) -> Decision {
        Decision {
            requirement: self,
            check: if met { Check::Passed } else { Check::Failed },
            found: found.into(),
        }
    }

    /// Passes with `finding` if there are no exceptions; else fails and lists them.
    pub(super) fn pass_unless(self, exceptions: &[String], finding: &str) -> Decision {
        if exceptions.is_empty() {
            self.pass(finding)
        } else {
            self.fail(&exceptions.join(", "))
        }
    }
}

/// A decision about one requirement.
#[derive(Debug)]
pub(super) struct Decision {
    requirement: AuditRequirement,
    check: Check,
    found: String,
}

impl Decision {
    pub(super) fn has_failed(&self) -> bool {
        self.check == Check::Failed
    }
}

/// Every requirement, with its decision.
pub(super) fn requirements(published: &Published, decisions: &[Decision]) -> Vec<Requirement> {
    let requirement = |one: AuditRequirement| {
        let decision = decisions.iter().find(|it| it.requirement == one);
        Requirement {
            name: one.name(),
            required: one.describe(published),
            found: decision.map_or_else(String::new, |it| it.found.clone()),
            check: decision.map_or(Check::NotChecked, |it| it.check),
        }
    };
    AuditRequirement::ALL.map(requirement).into()
}
