//! Inspects an executable file.

use std::path::Path;

use binary_formats::{Limits, MapFailure};
use binary_inspector::Inspection;
use bit_compare::tree::Tree;
use difference_explainer::trees;
use untrusted_input::InputError as _;

use crate::error::{Error, Result};

/// Reads an executable. A link is followed.
///
/// # Errors
/// When the file cannot be read or changes while it is read, when it is no well-formed executable, or when its stamp or
/// its list of dependencies is damaged.
pub fn inspect(path: &Path) -> Result<Inspection> {
    let invalid = |why: String| {
        Error::invalid(
            path,
            "executable",
            why,
            "give an ELF, PE, Mach-O or WebAssembly file as its linker wrote it; unpack archives first",
        )
    };
    let tree = Tree::read(path)?;
    let whole = tree.whole();
    if !whole.is_file() {
        return Err(invalid("it is a folder".into()));
    }
    let content = trees::open(&tree, whole)?;
    let found = Inspection::of(&content, Limits::default());
    tree.check_unchanged()?;
    found.map_err(|failure| match failure {
        MapFailure::Unreadable(error) => error.into(),
        MapFailure::Malformed(why) => invalid(why),
    })
}
