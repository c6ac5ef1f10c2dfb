//! An HTTP service that reports its own build: what it answers, how it serves, how it is asked whether it is well.
//!
//! Everything is here but the command line and the stamp, which belong to the executable (`main.rs`).

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod app;
pub mod health;
pub mod page;
pub mod serve;
pub mod signals;
