//! Compares two trees, and explains the differences.

use std::path::Path;

use bit_compare::comparison::{Comparison, Level};
use bit_compare::pair::Pair;
use difference_explainer::{Limits, trees};

use crate::error::Result;

/// Reads two trees, compares them at a level, and explains the differences.
///
/// # Errors
/// When either cannot be read, changes during the comparison, or both are the same object.
pub fn compare(original: &Path, rebuilt: &Path, level: Level) -> Result<Comparison> {
    let pair = Pair::read(original, rebuilt)?;
    let mut entries = pair.entries()?;
    if level == Level::Unsigned {
        trees::leave_signatures_out(&pair, &mut entries)?;
    }
    let explained = trees::explain(&pair, &entries, Limits::default())?;
    Ok(pair.decide(level, entries, explained)?)
}
