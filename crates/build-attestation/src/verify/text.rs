//! The text of a verification for people.

use untrusted_input::terminal::{Colors, one_line};

use super::document::describe;
use super::{Check, Requirement, Verification, VerificationResult};

/// The verdict and the requirements of each artifact, then the result for each attestation.
pub fn verification(verification: &Verification, colors: Colors) -> String {
    let mut text = String::new();
    for checked in &verification.artifacts {
        let artifact = &checked.artifact;
        let verdict = checked.verdict();
        let verdict = colors.verdict(verdict, verdict == VerificationResult::Verified);
        text.push_str(&format!("{verdict}: {}\n", artifact.name));
        text.push_str(&requirements(&checked.requirements));
        text.push('\n');
    }
    for attestation in &verification.attestations {
        let (outcome, why) = describe(&attestation.outcome);
        text.push_str(&format!(
            "{outcome:<13}  {}\n",
            one_line(&attestation.origin.to_string())
        ));
        for signer in &attestation.signers {
            text.push_str(&format!("  signed by    {signer}\n"));
        }
        if let Some(why) = why {
            text.push_str(&format!("  because      {}\n", one_line(&why)));
        }
    }
    text
}

/// One line per requirement: the status, the name and what was found. A failed requirement has a second line with what
/// is required.
pub fn requirements(requirements: &[Requirement]) -> String {
    let mut text = String::new();
    for one in requirements {
        text.push_str(&format!(
            "  {:<12} {:<15}  {}\n",
            one.check,
            one.name,
            one_line(&one.found)
        ));
        if one.check == Check::Failed {
            text.push_str(&format!(
                "  {:<12} {:<15}  {}\n",
                "",
                "  required:",
                one_line(&one.required)
            ));
        }
    }
    text
}

/// The line on stderr: the first rejected artifact with its first failed requirement.
pub fn complaint(verification: &Verification) -> Option<String> {
    let rejected = verification
        .artifacts
        .iter()
        .find(|checked| checked.verdict() != VerificationResult::Verified)?;
    let reason = rejected.requirements.iter().find(|one| one.check == Check::Failed)?;
    Some(format!(
        "rejected {:?}: {}: required is {}, found was {}; do not use it until enough builders whose keys you trust agree",
        rejected.artifact.name, reason.name, reason.required, reason.found
    ))
}
