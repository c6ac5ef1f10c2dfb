//! WebAssembly modules.

use crate::Bytes;

/// A module with these sections. Each has an id and at most 127 bytes.
///
/// # Panics
/// When one is longer.
pub fn wasm(sections: &[(u8, &[u8])]) -> Vec<u8> {
    let mut file = Bytes::default();
    file.add(b"\0asm\x01\0\0\0");
    for (id, bytes) in sections {
        assert!(bytes.len() < 128);
        file.u8(*id).u8(bytes.len() as u8).add(bytes);
    }
    file.0
}
