//! A verification as people read it.

use std::fmt::Write as _;

use untrusted_input::terminal::{Colors, one_line};

use super::document::told;
use super::{Check, Requirement, Verification, VerificationResult};

/// The verdict, each requirement of each artifact, and what became of each attestation.
pub fn verification(verification: &Verification, colors: Colors) -> String {
    let mut text = String::new();
    for checked in &verification.artifacts {
        let artifact = &checked.artifact;
        let verdict = checked.verdict();
        let verdict = colors.verdict(verdict, verdict == VerificationResult::Verified);
        push(&mut text, format_args!("{verdict}: {}\n", artifact.name));
        text.push_str(&requirements(&checked.requirements));
        text.push('\n');
    }
    for appraisal in &verification.appraisals {
        let (outcome, why) = told(&appraisal.standing);
        push(
            &mut text,
            format_args!("{outcome:<13}  {}\n", one_line(&appraisal.origin.to_string())),
        );
        for signer in &appraisal.signers {
            push(&mut text, format_args!("  signed by    {signer}\n"));
        }
        if let Some(why) = why {
            push(&mut text, format_args!("  because      {}\n", one_line(&why)));
        }
    }
    text
}

/// A line for each requirement: whether it is met, its name, what was found, and what is required if that is not it.
pub fn requirements(requirements: &[Requirement]) -> String {
    let mut text = String::new();
    for one in requirements {
        push(
            &mut text,
            format_args!("  {:<12} {:<15}  {}\n", one.check, one.name, one_line(&one.found)),
        );
        if one.check == Check::Failed {
            push(
                &mut text,
                format_args!("  {:<12} {:<15}  {}\n", "", "  required:", one_line(&one.required)),
            );
        }
    }
    text
}

/// The first requirement that is not met, for the one line on stderr.
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

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(arguments);
}
