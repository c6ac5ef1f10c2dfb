//! The common part of the workspace's HTTP services. A service adds little more than its router.
//!
//! [`Program::run`] is the whole life of a service: options, stamp, address, serving within limits until a signal
//! arrives, exit code. Each service defines its own answers; [`answers`] has the ones that all share.
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
//! It limits what clients can use: connections, header size, time. The router must limit the size of bodies. It speaks
//! HTTP/1.1 without TLS or authentication: put a service that faces the internet behind a proxy that has them.

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
