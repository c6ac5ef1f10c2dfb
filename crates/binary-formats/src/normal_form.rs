//! A recipe for a file or an image without its code signature.

use std::ops::Range;

/// A file or an image as if it had never been signed.
pub(crate) struct NormalForm {
    /// Its length without the signature, in bytes.
    pub(crate) end: u64,
    /// Changes to its headers, ordered by place, all before `end`.
    pub(crate) patches: Vec<Patch>,
    /// Its length with the zero padding that signing tools add before a signature, in bytes.
    pub(crate) padded_bytes: u64,
}

/// Replacement bytes for a range.
pub(crate) struct Patch {
    /// The range.
    pub(crate) range: Range<u64>,
    /// The replacement, as long as the range.
    pub(crate) bytes: Vec<u8>,
}

impl Patch {
    /// Replaces a range with zeros.
    pub(crate) fn zeros(range: Range<u64>) -> Self {
        let bytes = vec![0; (range.end - range.start) as usize];
        Self { range, bytes }
    }
}
