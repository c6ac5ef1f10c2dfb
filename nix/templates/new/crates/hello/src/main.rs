//! Says hello, or its version.

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    match env::args().nth(1).as_deref() {
        None => println!("hello from {}-{}", env::consts::ARCH, env::consts::OS),
        Some("--version") => println!("{} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")),
        Some(other) => {
            eprintln!("hello: unknown argument `{other}`: try --version");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
