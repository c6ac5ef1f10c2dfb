//! Compares two trees, and has what differs explained.

use std::path::Path;

use bit_compare::comparison::{Comparison, Level};
use bit_compare::pair::Pair;
use difference_explainer::{Limits, trees};

use crate::error::Result;

/// Reads two trees and compares them at a level; explains what differs.
///
/// # Errors
/// When either cannot be read, changes meanwhile, or both are one.
pub fn compare(original: &Path, rebuilt: &Path, level: Level) -> Result<Comparison> {
    compare_pair(&Pair::read(original, rebuilt)?, level)
}

/// As [`compare`], with trees that were looked at before.
///
/// # Errors
/// When something cannot be read, or has changed since.
pub fn compare_pair(pair: &Pair, level: Level) -> Result<Comparison> {
    let mut entries = pair.entries()?;
    if level == Level::Unsigned {
        trees::leave_signatures_out(pair, &mut entries)?;
    }
    let explained = trees::explain(pair, &entries, Limits::default())?;
    Ok(pair.decide(level, entries, explained)?)
}
