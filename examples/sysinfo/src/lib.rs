//! Reports the platform that a program runs on, and checks that it does what Rust programs rely on.
//!
//! It needs no sockets, processes or threads (it checks threads if there are any), so it runs on every platform that
//! has a standard library. The command line and the stamp are in the executable (`main.rs`).

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

pub mod checks;
pub mod system;
