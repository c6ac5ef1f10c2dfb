//! The list of crates that cargo-auditable puts into an executable: JSON in a zlib stream, in a section of its own.

use crate::content::Content;
use crate::map::{Inner, Packing};

/// The section in which cargo-auditable keeps the list; in Mach-O its segment stands before it.
pub const DEPENDENCIES_SECTION: &str = ".dep-v0";

/// What such a section holds.
pub(crate) fn list(section: Content) -> Inner {
    Inner::Packed(Packing::Zlib, section)
}
