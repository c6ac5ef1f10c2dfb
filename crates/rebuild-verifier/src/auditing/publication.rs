//! Checks a release before anything is built: its documents agree with each other, and its files have the attested
//! digests.

use bit_compare::engine::Engine;
use bit_compare::tree::Tree;

use super::published::Published;
use super::requirements::{AuditRequirement, Decision};
use crate::error::Result;

/// Decides the requirements that need no source. If the documents contradict each other, no file is read.
pub(super) fn check(published: &Published) -> Result<Vec<Decision>> {
    let documents = check_documents(published);
    if documents.has_failed() {
        return Ok(vec![documents]);
    }
    Ok(vec![documents, check_artifact(published)?])
}

fn check_documents(published: &Published) -> Decision {
    match &published.contradiction {
        Some(why) => AuditRequirement::Documents.fail(why),
        None => AuditRequirement::Documents.pass("they agree"),
    }
}

/// Whether every published file has the attested digest.
fn check_artifact(published: &Published) -> Result<Decision> {
    let mut other = Vec::new();
    let mut engine = Engine::default();
    for file in &published.files {
        let tree = Tree::read(&file.published)?;
        let found = if tree.whole().is_file() {
            engine.measure(tree.open(tree.whole())?)?.sha256.to_string()
        } else {
            "a folder".into()
        };
        tree.check_unchanged()?;
        if found != file.sha256.to_string() {
            other.push(format!("{} is {found}, not {}", file.path, file.sha256));
        }
    }
    Ok(AuditRequirement::Artifact.pass_unless(&other, "all digests match"))
}
