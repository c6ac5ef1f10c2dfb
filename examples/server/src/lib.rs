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

/// The build that the tests of several modules report.
#[cfg(test)]
fn sample() -> build_info::BuildInfo {
    build_info::BuildInfo {
        name: "server".into(),
        version: "0.1.0".into(),
        revision: "0123456789abcdef0123456789abcdef01234567".into(),
        dirty: false,
        source_date_epoch: 1_700_000_000,
        target: "aarch64-unknown-linux-musl".into(),
        toolchain: "rustc 1.85.0".into(),
    }
}
