//! The options that every service has, to be flattened into its own.

use std::net::SocketAddr;

use clap::{Args, CommandFactory, FromArgMatches};

use crate::serve::Limits;

/// The exit codes in a service's `--help`.
pub const EXIT_CODES: &str = "Exit codes:\n  0  stopped cleanly; healthy\n  1  stopped with requests unfinished; not healthy\n  2  could not start";

/// The options that every service has.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Seconds a client may take to send a request's head, or stay idle
    #[arg(long, value_name = "SECS", default_value_t = Limits::default().header_read_secs, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub header_timeout: u64,

    /// Seconds that running requests may take to finish after SIGTERM or SIGINT; a second signal ends them at once
    #[arg(long, value_name = "SECS", default_value_t = Limits::default().shutdown_secs, value_parser = clap::value_parser!(u64).range(0..=3600))]
    pub shutdown_timeout: u64,

    /// Ask the service that listens on ADDR for /healthz, and exit
    #[arg(long)]
    pub health_check: bool,

    /// Print what this executable knows about its own build, and exit
    #[arg(long, short = 'V', conflicts_with = "health_check")]
    pub version: bool,
}

impl Options {
    /// The limits of serving, as set by the options.
    pub fn limits(&self) -> Limits {
        Limits {
            header_read_secs: self.header_timeout,
            shutdown_secs: self.shutdown_timeout,
            ..Limits::default()
        }
    }
}

/// Parses the command line into `A`, which has [`Options`] flattened into it. The address can also come from the
/// environment variable `listen_variable`. Exits with 2 if the arguments are invalid.
pub fn parse<A: CommandFactory + FromArgMatches>(listen_variable: &'static str) -> A {
    let mut command = A::command().mut_arg("listen", |listen| listen.env(listen_variable).hide_env_values(true));
    A::from_arg_matches(&command.get_matches_mut()).unwrap_or_else(|error| error.format(&mut command).exit())
}
