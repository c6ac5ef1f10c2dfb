//! What every HTTP service of the workspace shares, so that a service is its router and little else.
//!
//! [`Program::run`] is the whole life of a service: options, stamp, address, serving within limits until a signal
//! comes, exit code. What a service answers is its own; [`answers`] has what all of them answer alike.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod answers;
pub mod health;
pub mod options;
mod program;
pub mod serve;
pub mod signals;
#[cfg(feature = "testing")]
pub mod testing;

pub use options::Options;
pub use program::{Program, report};
