//! Flags, environment, exit codes.

use std::path::Path;

use http_service::testing::{Service, run as run_command};

use crate::support::{ask, balances, command, fill, folder, run, start};
use serde_json::Value;

#[test]
fn version_prints_the_stamp() {
    let info = build_info::stamp!().info().unwrap();
    assert_eq!(
        run_command(&mut command(&["--version"])),
        (Some(0), format!("{info}\n"), String::new())
    );
    assert_eq!(info.name, "ledger");
}

#[test]
fn the_page_version_says_the_same() {
    let service = start(Path::new(":memory:"));
    let (status, answer) = ask(&service, "GET", "/version", &Value::Null);
    let info = build_info::stamp!().info().unwrap();
    assert_eq!((status, answer), (200, serde_json::to_value(info).unwrap()));
}

#[test]
fn help_names_every_flag_the_variables_and_the_exit_codes() {
    let (code, stdout, _) = run_command(&mut command(&["--help"]));
    assert_eq!(code, Some(0));
    for text in [
        "--database <FILE>",
        "LEDGER_DATABASE",
        "--migrate-only",
        "--listen <ADDR>",
        "LEDGER_LISTEN",
        "--health-check",
        "Exit codes:",
    ] {
        assert!(stdout.contains(text), "{text} is not in:\n{stdout}");
    }
}

#[test]
fn arguments_that_make_no_sense_are_refused_with_2() {
    for arguments in [
        &[][..],
        &["--migrate-only"],
        &["--database"],
        &["--database", ":memory:", "--listen", "nonsense"],
        &["--database", ":memory:", "--migrate-only", "--health-check"],
        &["--database", ":memory:", "--migrate-only", "--version"],
        &["--unknown"],
    ] {
        let (code, stdout, stderr) = run_command(&mut command(arguments));
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(stderr.starts_with("error: "), "{arguments:?}: {stderr}");
    }
}

#[test]
fn migrate_only_makes_the_database_and_ends_with_0() {
    let file = folder("migrate-only").join("ledger.db");
    for _ in 0..2 {
        assert_eq!(run(&file, &["--migrate-only"]), (Some(0), String::new(), String::new()));
    }
    let service = start(&file);
    assert!(balances(&service).is_empty());
}

#[test]
fn the_file_comes_from_the_environment_but_a_flag_goes_before_it() {
    let folder = folder("environment");
    let (named, flagged) = (folder.join("named.db"), folder.join("flagged.db"));
    let service = Service::start_command(command(&["--listen", "127.0.0.1:0"]).env("LEDGER_DATABASE", &named));
    fill(&service, &[], 0);
    let service = Service::start_command(
        command(&["--listen", "127.0.0.1:0", "--database"])
            .arg(&flagged)
            .env("LEDGER_DATABASE", &named),
    );
    assert!(balances(&service).is_empty());
}

/// Not on Windows, where a file cannot have this name.
#[cfg(unix)]
#[test]
fn the_name_of_a_file_is_never_a_uri() {
    let folder = folder("uri");
    let service = Service::start_command(
        command(&["--listen", "127.0.0.1:0", "--database", "file:x?mode=memory"]).current_dir(&folder),
    );
    fill(&service, &[], 0);
    assert!(folder.join("file:x?mode=memory").exists());
}

#[test]
fn memory_leaves_no_file() {
    let folder = folder("memory");
    let service =
        Service::start_command(command(&["--listen", "127.0.0.1:0", "--database", ":memory:"]).current_dir(&folder));
    fill(&service, &["alice"], 5);
    assert_eq!(balances(&service)[0], ("alice".to_owned(), 5));
    assert_eq!(crate::support::names(&folder), [""; 0]);
}

#[test]
fn the_health_check_needs_no_database_and_is_0_while_the_service_runs() {
    let service = start(Path::new(":memory:"));
    let address = service.address.to_string();
    let check = || run_command(&mut command(&["--health-check", "--listen", &address]));
    assert_eq!(check(), (Some(0), String::new(), String::new()));
    service.kill();
    let (code, _, stderr) = check();
    assert_eq!(code, Some(1));
    assert!(
        stderr.starts_with(&format!("ledger: {address} is not healthy")),
        "{stderr}"
    );
}
