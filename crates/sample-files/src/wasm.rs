//! WebAssembly modules.

use crate::Bytes;

/// A module with these sections. Each has an id and at most 16383 bytes.
///
/// # Panics
/// When one is longer.
pub fn wasm(sections: &[(u8, &[u8])]) -> Vec<u8> {
    let mut file = Bytes::default();
    file.add(b"\0asm\x01\0\0\0");
    for (id, bytes) in sections {
        file.u8(*id).add(length(bytes)).add(bytes);
    }
    file.0
}

/// The content of a custom section.
///
/// # Panics
/// When its name is longer than 16383 bytes.
pub fn custom(name: &str, bytes: &[u8]) -> Vec<u8> {
    [&length(name.as_bytes()), name.as_bytes(), bytes].concat()
}

/// A length as LEB128.
fn length(bytes: &[u8]) -> Vec<u8> {
    assert!(bytes.len() < 1 << 14);
    let (low, high) = ((bytes.len() & 0x7f) as u8, (bytes.len() >> 7) as u8);
    if high == 0 { vec![low] } else { vec![low | 0x80, high] }
}
