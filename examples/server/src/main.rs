//! The executable: command line, stamp and exit codes around the library.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use build_info::{BuildInfo, Stamp};
use clap::Parser;
use server::serve::{Limits, Stopped, serve};
use server::signals::Signals;
use server::{app, health, report};
use tokio::net::TcpListener;

static STAMP: Stamp = build_info::stamp!();

/// An HTTP service that reports its own build at /, /version and /healthz.
#[derive(Parser)]
#[command(
    name = "server",
    after_help = "Exit codes:\n  0  stopped cleanly; healthy\n  1  stopped with requests unfinished; not healthy\n  2  could not start"
)]
struct Args {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(
        long,
        env = "SERVER_LISTEN",
        value_name = "ADDR",
        default_value = "127.0.0.1:8080"
    )]
    listen: SocketAddr,

    /// Seconds a client may take to send a request's head, or stay idle
    #[arg(long, value_name = "SECS", default_value_t = Limits::default().header_read_secs, value_parser = clap::value_parser!(u64).range(1..=3600))]
    header_timeout: u64,

    /// Seconds that running requests may take to finish after SIGTERM or SIGINT; a second signal ends them at once
    #[arg(long, value_name = "SECS", default_value_t = Limits::default().shutdown_secs, value_parser = clap::value_parser!(u64).range(0..=3600))]
    shutdown_timeout: u64,

    /// Ask the service that listens on ADDR for /healthz, and exit
    #[arg(long)]
    health_check: bool,

    /// Print what this executable knows about its own build, and exit
    #[arg(long, short = 'V', conflicts_with = "health_check")]
    version: bool,
}

fn main() -> ExitCode {
    run(&Args::parse()).unwrap_or_else(|error| {
        report(error);
        ExitCode::from(2)
    })
}

fn run(args: &Args) -> Result<ExitCode, String> {
    if args.health_check {
        return check_health(args.listen);
    }
    let info = STAMP.info().map_err(|error| error.to_string())?;
    if args.version {
        print_line(&info.to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    let limits = Limits {
        header_read_secs: args.header_timeout,
        shutdown_secs: args.shutdown_timeout,
        ..Limits::default()
    };
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start threads ({error}): allow the process more of them"))?
        .block_on(listen(args.listen, &info, limits))
}

async fn listen(address: SocketAddr, info: &BuildInfo, limits: Limits) -> Result<ExitCode, String> {
    let router = app::router(info)
        .map_err(|error| format!("cannot write the build as JSON ({error}): build it again"))?;
    let signals = Signals::catch().map_err(|error| {
        format!("cannot catch signals ({error}): allow the process to install handlers")
    })?;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| cannot_listen(address, &error))?;
    let bound = listener
        .local_addr()
        .map_err(|error| cannot_listen(address, &error))?;
    print_line(&format!("listening on http://{bound}"))?;
    Ok(match serve(listener, router, limits, signals).await {
        Stopped::Finished => ExitCode::SUCCESS,
        Stopped::TimedOut => unfinished("in time: allow more with --shutdown-timeout"),
        Stopped::Interrupted => unfinished("before the second signal: send only one"),
    })
}

fn unfinished(how: &str) -> ExitCode {
    report(format_args!("some requests were not finished {how}"));
    ExitCode::from(1)
}

fn check_health(listen: SocketAddr) -> Result<ExitCode, String> {
    if listen.port() == 0 {
        return Err(format!(
            "cannot ask {listen}, since port 0 stands for any: name the real port with --listen"
        ));
    }
    let address = health::address(listen);
    Ok(match health::check(address, health::TIME_LIMIT) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(format_args!(
                "{address} is not healthy, {error}: start the service, or name its address with --listen"
            ));
            ExitCode::from(1)
        }
    })
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> String {
    let remedy = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "stop the program that listens there, or choose another port with --listen"
        }
        io::ErrorKind::AddrNotAvailable => {
            "choose an address of this machine with --listen, or 0.0.0.0 for all"
        }
        io::ErrorKind::PermissionDenied => {
            "choose a port from 1024 on with --listen, or allow this one"
        }
        _ => "choose another address with --listen",
    };
    format!("cannot listen on {address} ({}): {remedy}", error.kind())
}

fn print_line(line: &str) -> Result<(), String> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")
        .and_then(|()| stdout.flush())
        .map_err(|error| {
            format!(
                "cannot write to standard output ({}): keep it open",
                error.kind()
            )
        })
}
