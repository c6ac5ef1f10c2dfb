//! Flags, environment, exit codes.

use std::net::TcpListener;

use http_service::testing::{Service, run};

use crate::support::{command, start};

#[test]
fn version_prints_the_stamp() {
    let info = build_info::stamp!().info().unwrap();
    for flag in ["--version", "-V"] {
        let (code, stdout, stderr) = run(&mut command(&[flag]));
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        assert_eq!(stdout, format!("{info}\n"));
    }
    assert_eq!(info.name, "server");
    assert!(info.version.starts_with(env!("CARGO_PKG_VERSION")), "{info}");
}

#[test]
fn help_names_every_flag_the_variable_and_the_exit_codes() {
    let (code, stdout, _) = run(&mut command(&["--help"]));
    assert_eq!(code, Some(0));
    for text in [
        "--listen <ADDR>",
        "SERVER_LISTEN",
        "127.0.0.1:8080",
        "--header-timeout <SECS>",
        "--shutdown-timeout <SECS>",
        "--health-check",
        "--version",
        "Exit codes:",
    ] {
        assert!(stdout.contains(text), "{text} is not in:\n{stdout}");
    }
}

#[test]
fn arguments_that_make_no_sense_are_refused_with_2() {
    for arguments in [
        &["--listen", "nonsense"][..],
        &["--listen", "127.0.0.1"],
        &["--listen", "127.0.0.1:65536"],
        &["--shutdown-timeout", "-1"],
        &["--header-timeout", "0"],
        &["--version", "--health-check"],
        &["--unknown"],
        &["serve"],
    ] {
        let (code, stdout, stderr) = run(&mut command(arguments));
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(stderr.starts_with("error: "), "{arguments:?}: {stderr}");
    }
}

#[test]
fn the_address_comes_from_the_environment_but_a_flag_goes_before_it() {
    let service = Service::start_command(command(&[]).env("SERVER_LISTEN", "127.0.0.1:0"));
    assert!(service.ask("GET", "/healthz").ends_with("ok"));
    let flag = ["--listen", "127.0.0.1:0"];
    let service = Service::start_command(command(&flag).env("SERVER_LISTEN", "192.0.2.1:1"));
    assert!(service.address.ip().is_loopback());
    let (code, _, stderr) = run(command(&[]).env("SERVER_LISTEN", "nonsense"));
    assert_eq!(code, Some(2), "{stderr}");
}

#[test]
fn a_port_in_use_is_refused_with_2_and_a_remedy() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let (code, stdout, stderr) = run(&mut command(&["--listen", &address]));
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert_eq!(
        stderr,
        format!(
            "server: cannot listen on {address} (address in use): \
             stop the program that listens there, or choose another port with --listen\n"
        )
    );
}

#[test]
fn an_address_of_another_machine_is_refused_with_2_and_a_remedy() {
    let (code, stdout, stderr) = run(&mut command(&["--listen", "192.0.2.1:8080"]));
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert!(
        stderr.starts_with("server: cannot listen on 192.0.2.1:8080 ("),
        "{stderr}"
    );
    assert!(stderr.contains("--listen"), "{stderr}");
}

#[test]
fn the_health_check_of_a_running_service_is_0() {
    let service = start(&[]);
    let address = service.address.to_string();
    assert_eq!(
        run(&mut command(&["--health-check", "--listen", &address])),
        (Some(0), String::new(), String::new())
    );
    let (code, _, stderr) = run(command(&["--health-check"]).env("SERVER_LISTEN", &address));
    assert_eq!(code, Some(0), "{stderr}");
}

#[test]
fn the_health_check_of_a_service_on_every_interface_asks_loopback() {
    let service = Service::start_command(&mut command(&["--listen", "0.0.0.0:0"]));
    let (code, _, stderr) = run(&mut command(&[
        "--health-check",
        "--listen",
        &service.address.to_string(),
    ]));
    assert_eq!(code, Some(0), "{stderr}");
}

#[test]
fn the_health_check_of_nothing_is_1_and_names_the_address() {
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let (code, stdout, stderr) = run(&mut command(&["--health-check", "--listen", &address]));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(
        stderr.starts_with(&format!("server: {address} is not healthy, no answer (")),
        "{stderr}"
    );
}

#[test]
fn the_health_check_of_port_0_is_2() {
    let (code, _, stderr) = run(&mut command(&["--health-check", "--listen", "127.0.0.1:0"]));
    assert_eq!(code, Some(2));
    assert!(stderr.contains("port 0 stands for any"), "{stderr}");
}
