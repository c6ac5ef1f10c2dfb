//! What a program knows of the platform it runs on, and whether that platform does what Rust programs rely on.
//!
//! It needs no sockets, no processes and no threads (where there are threads it checks them), so it runs on every
//! platform that has a standard library. The command line and the stamp belong to the executable (`main.rs`).

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

pub mod checks;
pub mod system;
