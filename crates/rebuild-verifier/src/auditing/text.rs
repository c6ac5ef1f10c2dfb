//! Shows an audit as text.

use bit_compare::path::EntryPath;
use build_attestation::verify::text::requirements;
use untrusted_input::spelling::plural;
use untrusted_input::terminal::Colors;

use super::Audit;
use crate::comparison_text;
use crate::status::Status;

/// Renders the verdict on one attestation, each requirement, and every difference.
pub fn audit(audit: &Audit, colors: Colors) -> String {
    let definition = &audit.published.definition;
    let mut text = format!(
        "{}: {} from {}, {}\n",
        audit.status().colored(colors),
        definition.flake_attribute,
        definition.source.revision,
        plural(audit.published.files.len() as u64, "file", "files"),
    );
    text.push_str(&requirements(&audit.requirements));
    for difference in &audit.differences {
        text.push_str(&format!("\n{}: ", difference.between));
        text.push_str(&comparison_text::comparison(
            &difference.comparison,
            colors,
            &difference.original,
            &difference.rebuilt,
        ));
    }
    text
}

/// The message about unattested files.
pub fn unattested(unattested: &[EntryPath]) -> Option<String> {
    let names: Vec<_> = unattested.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| {
        format!(
            "{}: no attestation speaks of {}; attest to it, remove it, or name the attestation instead of the folder",
            Status::NotChecked,
            names.join(", ")
        )
    })
}
