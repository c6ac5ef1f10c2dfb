//! What every HTTP service of the workspace shares, so that a service is its router and little else.
//!
//! [`Program::run`] is the whole life of a service: options, stamp, address, serving within limits until a signal
//! comes, exit code. What a service answers is its own; [`answers`] has what all of them answer alike.
//!
//! ```no_run
//! use axum::Router;
//! use clap::Parser;
//! use http_service::{Options, Program, answers, options};
//!
//! /// Says hello.
//! #[derive(Parser)]
//! struct Args {
//!     #[command(flatten)]
//!     options: Options,
//! }
//!
//! let args: Args = options::parse("HELLO_LISTEN");
//! let program = Program {
//!     name: "hello",
//!     stamp: build_info::stamp!(),
//! };
//! let code = program.run(&args.options, |info| {
//!     let router = Router::new()
//!         .route("/", answers::fixed(answers::TEXT, "hello"))
//!         .route("/healthz", answers::fixed(answers::TEXT, "ok"))
//!         .route("/version", answers::version(info)?);
//!     Ok(answers::with_headers(router, "default-src 'none'"))
//! });
//! # let _: std::process::ExitCode = code;
//! ```
//!
//! It bounds what one client takes up (connections, the size of a head, time); the size of a body is for the router to bound.
//! It speaks HTTP/1.1 without TLS and knows nobody by name: what faces the internet stands behind a proxy that does.

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

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
