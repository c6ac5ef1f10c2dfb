//! An HTTP service that reports its own build: what it answers, how it serves, how it is asked whether it is well.
//!
//! Everything is here but the command line and the stamp, which belong to the executable (`main.rs`).

#![cfg_attr(test, allow(clippy::unwrap_used))]

use std::fmt::Display;
use std::io::{self, Write};

pub mod app;
pub mod health;
pub mod page;
pub mod serve;
pub mod signals;

/// Tells people what went wrong, on standard error. A service goes on when nobody is there to read it, which
/// `eprintln!` would not.
pub fn report(message: impl Display) {
    let _ = writeln!(io::stderr(), "server: {message}");
}
