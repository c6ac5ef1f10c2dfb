//! What an audit requires: every requirement is there from the start, and *not checked* until something decides it.

use build_attestation::verify::{Check, Requirement};
use untrusted_input::spelling::plural;

use super::Published;

/// The requirements of one audit.
pub(super) struct Requirements(Vec<Requirement>);

impl Requirements {
    /// All of them, none checked.
    pub(super) fn of(published: &Published) -> Self {
        let definition = &published.definition;
        let files = published.files.len();
        let list: [(&'static str, String); 10] = [
            (
                "documents",
                "the documents of the result agree with each other".into(),
            ),
            (
                "artifact",
                format!(
                    "{} published with the attested digest",
                    plural(files as u64, "file is", "files are")
                ),
            ),
            ("source-revision", definition.source.revision.clone()),
            ("source-hash", definition.source.nar_hash.clone()),
            (
                "lock-files",
                "the files of the source have the attested digests".into(),
            ),
            ("definition", "the source defines what was attested".into()),
            (
                "repeatable",
                "nothing differs when it is built again under the same conditions".into(),
            ),
            ("complete", "every file of the build is attested to".into()),
            (
                "original",
                "nothing published differs from what was built here".into(),
            ),
            (
                "rebuilt",
                "nothing differs when it is built under other conditions".into(),
            ),
        ];
        let requirement = |(name, required)| Requirement {
            name,
            required,
            found: String::new(),
            check: Check::NotChecked,
        };
        Self(list.into_iter().map(requirement).collect())
    }

    /// Says what was found that decides nothing.
    pub(super) fn leave(&mut self, name: &str, found: &str) {
        self.set(name, Check::NotChecked, found);
    }

    pub(super) fn pass(&mut self, name: &str, found: &str) {
        self.decide(name, true, found.into());
    }

    pub(super) fn fail(&mut self, name: &str, found: String) {
        self.decide(name, false, found);
    }

    /// Met exactly if there are no exceptions; says `otherwise` then.
    pub(super) fn none(&mut self, name: &str, exceptions: Vec<String>, otherwise: &str) -> bool {
        let met = exceptions.is_empty();
        let found = if met {
            otherwise.into()
        } else {
            exceptions.join(", ")
        };
        self.decide(name, met, found);
        met
    }

    pub(super) fn decide(&mut self, name: &str, met: bool, found: String) {
        self.set(
            name,
            if met { Check::Passed } else { Check::Failed },
            &found,
        );
    }

    fn set(&mut self, name: &str, check: Check, found: &str) {
        let list = self.0.iter_mut();
        for requirement in list.filter(|requirement| requirement.name == name) {
            requirement.check = check;
            requirement.found = found.into();
        }
    }

    pub(super) fn into_list(self) -> Vec<Requirement> {
        self.0
    }
}
