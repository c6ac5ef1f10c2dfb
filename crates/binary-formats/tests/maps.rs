//! Maps of the samples of every format.

#![allow(clippy::unwrap_used)]

use binary_formats::content::Content;
use binary_formats::{Context, detect, map};
use sample_files::samples;

#[test]
fn a_map_has_every_byte_exactly_once_and_its_fields_lie_in_their_parts() {
    for (name, sample) in samples() {
        let content = Content::memory(sample.clone());
        let format = detect(&content).unwrap();
        let map = map(
            format,
            &content,
            &mut Context::new(binary_formats::Limits::default(), content.length()),
        )
        .unwrap();
        let mut at = 0;
        for part in &map.parts {
            assert_eq!(part.range.start, at, "{name}: {}", part.name);
            for field in &part.fields {
                assert!(at <= field.range.start && field.range.end <= part.range.end, "{name}");
                at = field.range.end;
            }
            at = part.range.end;
        }
        assert_eq!(at, sample.len() as u64, "{name}");
    }
}
