//! The executable under test.

use std::process::Command;

use http_service::testing::{self, Service};

/// Where it is.
pub(crate) const SERVER: &str = env!("CARGO_BIN_EXE_server");

/// It with these arguments.
pub(crate) fn command(arguments: &[&str]) -> Command {
    testing::command(SERVER, arguments)
}

/// It as a service, on a free port of loopback.
pub(crate) fn start(arguments: &[&str]) -> Service {
    Service::start(SERVER, arguments)
}
