//! How a file or an image is without its code signature, as a recipe.

use std::ops::Range;

/// A file or an image as it would be had nobody signed it.
pub(crate) struct NormalForm {
    /// Where it ends without its signature, in bytes.
    pub(crate) end: u64,
    /// What its headers then say, in the order of their places, which lie before that end.
    pub(crate) patches: Vec<Patch>,
    /// How long it is with the zeros that signing tools put before what they append, in bytes.
    pub(crate) padded_bytes: u64,
}

/// Other bytes for a place.
pub(crate) struct Patch {
    /// The place.
    pub(crate) range: Range<u64>,
    /// What stands there instead, as many as were there.
    pub(crate) bytes: Vec<u8>,
}

impl Patch {
    /// Zeros instead of whatever is there.
    pub(crate) fn zeros(range: Range<u64>) -> Self {
        let bytes = vec![0; (range.end - range.start) as usize];
        Self { range, bytes }
    }
}
