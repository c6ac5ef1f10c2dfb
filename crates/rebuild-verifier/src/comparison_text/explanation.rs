//! Shows explanations as text: the place, both values, the cause, and the fix.

use bit_compare::explanation::{ChangeKind, Explanation, Place};

use super::{Colors, plural};

/// Appends one explanation as a paragraph.
pub(super) fn push_explanation(text: &mut String, explanation: &Explanation, colors: Colors) {
    let location = location(explanation);
    text.push_str(&format!("\n  {}\n", colors.bold(&location)));
    text.push_str(&format!("    {}\n", summary(explanation)));
    for (name, place) in [("original", &explanation.original), ("rebuilt", &explanation.rebuilt)] {
        let value = place.as_ref().map_or("nothing", |place| &place.value);
        text.push_str(&format!("    {name:<8}  {value}\n"));
    }
    match &explanation.cause {
        Some(cause) => text.push_str(&format!(
            "    cause     {}: {}\n    fix       {}\n",
            cause.confidence, cause.cause, cause.fix
        )),
        None => text.push_str("    cause     not known: the command below shows more\n"),
    }
}

/// `layer 1 of image 1 › bin/server › .rodata`.
pub(crate) fn location(explanation: &Explanation) -> String {
    let mut steps = explanation.members.clone();
    steps.push(explanation.part.clone());
    steps.extend(explanation.field.clone());
    steps.join(" › ")
}

/// The format, how it differs, and where.
pub(crate) fn summary(explanation: &Explanation) -> String {
    let Explanation {
        format,
        original,
        rebuilt,
        differing_bytes,
        places,
        ..
    } = explanation;
    let differ = plural(*differing_bytes, "byte differs", "bytes differ");
    let what = match explanation.kind {
        ChangeKind::Changed if *places > 1 => format!("{differ} in {places} places, the first"),
        ChangeKind::Changed => differ,
        ChangeKind::Missing => "only the original has it,".into(),
        ChangeKind::Unexpected => "only the rebuild has it,".into(),
        ChangeKind::Order => "the same in another order, first".into(),
        ChangeKind::Packing => "the same content, packed differently,".into(),
    };
    let at = match (original.as_ref().map(place), rebuilt.as_ref().map(place)) {
        (Some(original), Some(rebuilt)) if original != rebuilt => {
            format!("{original} of the original, {rebuilt} of the rebuild")
        }
        (original, rebuilt) => original.or(rebuilt).unwrap_or_default(),
    };
    format!("{format}: {what} {at}")
}

fn place(place: &Place) -> String {
    match place.offset_in_file_bytes {
        Some(at) => format!("at offset {at} ({at:#x})"),
        None => {
            let at = place.offset_bytes;
            format!("at offset {at} ({at:#x}) of the unpacked content")
        }
    }
}
