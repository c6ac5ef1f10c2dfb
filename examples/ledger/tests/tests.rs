//! The real executable, on real files, asked over real connections.

#![allow(clippy::too_many_lines, clippy::unwrap_used)]

/// Flags, environment, exit codes.
mod command_line;
/// What is left after an end of any kind, and what several processes make of one file.
mod durability;
/// Files that are not, or no longer, a ledger of this program's.
mod refused_files;
/// The executable under test, folders, and what it can be asked for.
mod support;
