//! The list of crates that cargo-auditable and samebits add to an executable: zlib-compressed JSON in its own section.

use crate::content::Content;
use crate::map::{Inner, Packing};

/// The name of cargo-auditable's section. In Mach-O the segment's name precedes it.
pub const DEPENDENCIES_SECTION: &str = ".dep-v0";

/// The content of such a section.
pub(crate) fn list(section: Content) -> Inner {
    Inner::Packed(Packing::Zlib, section)
}
