//! What the text of a stamp stands between, by which it is found in any executable.

/// What comes before the JSON text. The zero bytes keep it apart from any text that only mentions it.
pub(crate) const MAGIC: &str = "\0samebits-build-info-v1\0";

/// What comes after the JSON text, in which a zero byte cannot occur.
pub(crate) const END: &str = "\0";
