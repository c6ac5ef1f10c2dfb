//! The executable: options and stamp around the library.

use std::process::ExitCode;

use build_info::Stamp;
use clap::Parser;
use http_service::{Options, Program, options};
use server::app;

static STAMP: Stamp = build_info::stamp!();

/// An HTTP service that reports its own build at /, /version and /healthz.
#[derive(Parser)]
#[command(name = "server", after_help = options::EXIT_CODES)]
struct Args {
    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    let args: Args = options::parse("SERVER_LISTEN");
    let program = Program {
        name: env!("CARGO_PKG_NAME"),
        stamp: STAMP,
    };
    program.run(&args.options, app::router)
}
