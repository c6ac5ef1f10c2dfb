//! The crate `wasmparser` as a reader.

use wasmparser::{Chunk, Encoding, Parser, Payload};

use super::comparable;
use crate::part::Parts;

/// The names of the sections by id, from the core specification.
const NAMES: [&str; 14] = [
    "custom section",
    "type section",
    "import section",
    "function section",
    "table section",
    "memory section",
    "global section",
    "export section",
    "start section",
    "element section",
    "code section",
    "data section",
    "data count section",
    "tag section",
];

pub(super) fn wasm(bytes: &[u8]) -> Option<Parts> {
    let mut found = Parts::new();
    let mut parser = Parser::new(0);
    let mut rest = bytes;
    loop {
        let Chunk::Parsed { consumed, payload } = parser.parse(rest, true).ok()? else {
            return None;
        };
        rest = rest.get(consumed..)?;
        match &payload {
            Payload::End(_) => return Some(found),
            Payload::Version { encoding, .. } if *encoding != Encoding::Module => return None,
            Payload::CustomSection(section) => {
                let bytes = section.data().len() as u64;
                let name = comparable(section.name().as_bytes());
                found.add(name, section.data_offset() as u64, bytes);
                continue;
            }
            // The entries of a section are not compared.
            Payload::CodeSectionStart { size, .. } => {
                parser.skip_section();
                rest = rest.get(*size as usize..)?;
            }
            _ => {}
        }
        if let Some((id, range)) = payload.as_section() {
            let other = format!("section {id}");
            let name = NAMES.get(usize::from(id)).copied().unwrap_or(&other);
            found.add(Some(name.as_bytes()), range.start as u64, range.len() as u64);
        }
    }
}
