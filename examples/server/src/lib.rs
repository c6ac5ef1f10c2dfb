//! An HTTP service that reports its own build: what it answers.
//!
//! How it serves is `http-service`'s; the stamp belongs to the executable (`main.rs`).

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod app;
pub mod page;

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
