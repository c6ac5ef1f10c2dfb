//! Whole documents as the program writes them, which the description of the format shows.

/// What is given to `attest`.
pub const DEFINITION: &str = include_str!("../golden/definition.json");
/// What `attest` found.
pub const COMPARISON: &str = include_str!("../golden/comparison.json");
/// What `attest` states.
pub const STATEMENT: &str = include_str!("../golden/statement.json");
