//! The answers of an HTTP service that reports its own build.
//!
//! Serving is in the crate `http-service`; the stamp is in the executable (`main.rs`).

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

pub mod app;
pub mod page;

/// The build that the tests of several modules report.
#[cfg(test)]
fn sample() -> build_info::BuildInfo {
    http_service::testing::build_info("server")
}
