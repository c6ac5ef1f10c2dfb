//! Tests the real executable on real files, over real connections.

#![allow(clippy::too_many_lines, clippy::unwrap_used)]

/// Flags, environment, exit codes.
mod command_line;
/// Durability: what remains after any kind of stop, and several processes on one file.
mod durability;
/// Files that are not, or no longer, a ledger of this program.
mod refused_files;
/// The executable under test, folders, and requests.
mod support;
