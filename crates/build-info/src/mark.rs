//! The marks around a stamp's text, by which it is found in any executable.

/// Precedes the JSON text. The NUL bytes distinguish it from text that only mentions it.
pub(crate) const MAGIC: &str = "\0samebits-build-info-v1\0";

/// Follows the JSON text, which cannot contain a NUL byte.
pub(crate) const END: &str = "\0";
