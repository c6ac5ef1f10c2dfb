//! Whole documents as the program writes them. The description of the format shows them.

/// The definition that `attest` reads.
pub const DEFINITION: &str = include_str!("../golden/definition.json");
/// The comparison that `attest` writes.
pub const COMPARISON: &str = include_str!("../golden/comparison.json");
/// The statement that `attest` writes.
pub const STATEMENT: &str = include_str!("../golden/statement.json");
