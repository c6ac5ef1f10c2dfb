//! Tests the real executable over real connections.

#![allow(clippy::too_many_lines, clippy::unwrap_used)]

/// Requests and their answers.
mod answers;
/// Flags, environment, exit codes.
mod command_line;
/// Signals, and what happens to running requests.
#[cfg(unix)]
mod shutdown;
/// The executable under test.
mod support;
