//! The executable under test.

use std::process::Command;

use http_service::testing::{self, Service};

/// The path of the executable.
pub(crate) const SERVER: &str = env!("CARGO_BIN_EXE_server");

/// A command for the executable with these arguments.
pub(crate) fn command(arguments: &[&str]) -> Command {
    testing::command(SERVER, arguments)
}

/// Starts the executable as a service on a free port of loopback.
pub(crate) fn start(arguments: &[&str]) -> Service {
    Service::start(SERVER, arguments)
}
