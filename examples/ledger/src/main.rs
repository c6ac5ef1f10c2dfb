//! The executable: options and stamp around the library.

use std::path::PathBuf;
use std::process::ExitCode;

use build_info::Stamp;
use clap::Parser;
use http_service::{Options, Program, options, report};
use ledger::api;
use ledger::database::{Database, Location, open};

static STAMP: Stamp = build_info::stamp!();

const NAME: &str = env!("CARGO_PKG_NAME");

/// An HTTP service that keeps accounts and transfers in SQLite.
#[derive(Parser)]
#[command(name = "ledger", after_help = options::EXIT_CODES)]
struct Args {
    /// The database: a file, created if missing, or `:memory:`
    #[arg(
        long,
        env = "LEDGER_DATABASE",
        hide_env_values = true,
        value_name = "FILE",
        required_unless_present_any = ["health_check", "version"]
    )]
    database: Option<PathBuf>,

    /// Bring the database up to date, and exit
    #[arg(long, conflicts_with_all = ["health_check", "version"])]
    migrate_only: bool,

    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    let args: Args = options::parse("LEDGER_LISTEN");
    let program = Program {
        name: NAME,
        stamp: STAMP,
    };
    let location = args.database.map(Location::from);
    if args.migrate_only {
        return program.end(
            location_of(location)
                .and_then(|location| open(&location))
                .map(|_| ExitCode::SUCCESS),
        );
    }
    let mut keeper = None;
    let code = program.run(&args.options, |info| {
        let connection = open(&location_of(location)?)?;
        let (database, thread) = Database::start(connection, |message| report(NAME, message))?;
        keeper = Some(thread);
        api::router(info, database)
    });
    // The service has dropped its handles, so the thread can end.
    match keeper.map_or(Ok(()), |keeper| keeper.join()) {
        Ok(()) => code,
        Err(error) => program.end(Err(error)),
    }
}

fn location_of(location: Option<Location>) -> Result<Location, String> {
    location.ok_or_else(|| "no database: name a file with --database".to_owned())
}
