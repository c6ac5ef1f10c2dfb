//! The life of a service: from the command line to the exit code.

use std::fmt::Display;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use axum::Router;
use build_info::{BuildInfo, Stamp};
use tokio::net::TcpListener;

use crate::serve::{Limits, Stopped, serve};
use crate::signals::Signals;
use crate::{Options, health};

/// A service's executable.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its name, which prefixes every message on standard error.
    pub name: &'static str,
    /// Its build stamp.
    pub stamp: Stamp,
}

impl Program {
    /// Does what the options say: serves the router that `prepare` makes, prints the version, or checks the health of a
    /// running service. Only serving calls `prepare`. Standard output gets one line; messages go to standard error.
    ///
    /// The exit code is 0 after a clean stop or for a healthy service, 1 if requests were left unfinished or the
    /// service is not healthy, and 2 if the service could not start.
    pub fn run(self, options: &Options, prepare: impl FnOnce(&BuildInfo) -> Result<Router, String>) -> ExitCode {
        self.end(self.act(options, prepare))
    }

    /// The exit code of a result. An error is reported and yields 2.
    pub fn end(self, result: Result<ExitCode, String>) -> ExitCode {
        result.unwrap_or_else(|error| {
            report(self.name, error);
            ExitCode::from(2)
        })
    }

    fn act(
        self,
        options: &Options,
        prepare: impl FnOnce(&BuildInfo) -> Result<Router, String>,
    ) -> Result<ExitCode, String> {
        if options.health_check {
            return self.check_health(options.listen);
        }
        let info = self.stamp.info().map_err(|error| error.to_string())?;
        if options.version {
            print_line(&info.to_string())?;
            return Ok(ExitCode::SUCCESS);
        }
        let router = prepare(&info)?;
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("cannot start threads ({error}): allow the process more of them"))?
            .block_on(self.listen(options.listen, router, options.limits()))
    }

    async fn listen(self, address: SocketAddr, router: Router, limits: Limits) -> Result<ExitCode, String> {
        let signals = Signals::catch()
            .map_err(|error| format!("cannot catch signals ({error}): allow the process to install handlers"))?;
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| cannot_listen(address, &error))?;
        let bound = listener.local_addr().map_err(|error| cannot_listen(address, &error))?;
        print_line(&format!("listening on http://{bound}"))?;
        let unfinished = |how| {
            report(self.name, format_args!("some requests were not finished {how}"));
            ExitCode::from(1)
        };
        Ok(match serve(self.name, listener, router, limits, signals).await {
            Stopped::Finished => ExitCode::SUCCESS,
            Stopped::TimedOut => unfinished("in time: allow more with --shutdown-timeout"),
            Stopped::Interrupted => unfinished("before the second signal: send only one"),
        })
    }

    fn check_health(self, listen: SocketAddr) -> Result<ExitCode, String> {
        if listen.port() == 0 {
            return Err(format!(
                "cannot ask {listen}, since port 0 stands for any: name the real port with --listen"
            ));
        }
        let address = health::address(listen);
        Ok(match health::check(address, health::TIME_LIMIT) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                report(
                    self.name,
                    format_args!(
                        "{address} is not healthy, {error}: start the service, or name its address with --listen"
                    ),
                );
                ExitCode::from(1)
            }
        })
    }
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> String {
    let remedy = match error.kind() {
        io::ErrorKind::AddrInUse => "stop the program that listens there, or choose another port with --listen",
        io::ErrorKind::AddrNotAvailable => "choose an address of this machine with --listen, or 0.0.0.0 for all",
        io::ErrorKind::PermissionDenied => "choose a port from 1024 on with --listen, or allow this one",
        _ => "choose another address with --listen",
    };
    format!("cannot listen on {address} ({}): {remedy}", error.kind())
}

/// Writes a message to standard error, after the program's name. NB: `eprintln!` would panic if standard error is
/// closed, and a service must go on.
pub fn report(name: &str, message: impl Display) {
    let _ = writeln!(io::stderr(), "{name}: {message}");
}

/// Prints a line on standard output and flushes it: the reader may wait for it at the other end of a pipe.
fn print_line(line: &str) -> Result<(), String> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")
        .and_then(|()| stdout.flush())
        .map_err(|error| format!("cannot write to standard output ({}): keep it open", error.kind()))
}
