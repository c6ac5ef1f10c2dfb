//! Signals, and what happens to running requests.

use std::io::Write;
use std::time::{Duration, Instant};

use http_service::testing::read_to_end;

use crate::support::start;

#[test]
fn either_signal_ends_an_idle_service_with_0() {
    for signal in ["TERM", "INT"] {
        let service = start(&[]);
        service.signal(signal);
        assert_eq!(service.wait(), (Some(0), String::new(), String::new()), "{signal}");
    }
}

#[test]
fn a_request_that_has_begun_is_finished_and_no_other_is_accepted() {
    let service = start(&[]);
    let mut stream = service.half_request();
    service.signal("TERM");
    service.wait_until_refused();
    stream.write_all(b"\r\n").unwrap();
    let answer = read_to_end(&mut stream);
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nok"),
        "{answer}"
    );
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert_eq!(service.wait(), (Some(0), String::new(), String::new()));
}

#[test]
fn connections_without_a_request_do_not_hold_up_the_end() {
    let service = start(&[]);
    let mut fresh = service.connect();
    let mut used = service.connect();
    used.write_all(b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    assert!(service.ask("GET", "/healthz").ends_with("ok"));
    let begun = Instant::now();
    service.signal("TERM");
    assert_eq!(read_to_end(&mut fresh), "");
    assert!(read_to_end(&mut used).starts_with("HTTP/1.1 200 OK\r\n"));
    assert_eq!(service.wait().0, Some(0));
    assert!(begun.elapsed() < Duration::from_secs(8), "took {:?}", begun.elapsed());
}

#[test]
fn a_request_that_never_finishes_ends_with_1_when_the_time_is_up() {
    let service = start(&["--shutdown-timeout", "1"]);
    let mut stream = service.half_request();
    service.signal("TERM");
    assert_eq!(read_to_end(&mut stream), "");
    let (code, _, stderr) = service.wait();
    assert_eq!(code, Some(1));
    assert_eq!(
        stderr,
        "server: some requests were not finished in time: allow more with --shutdown-timeout\n"
    );
}

#[test]
fn a_second_signal_ends_at_once_with_1() {
    let service = start(&["--shutdown-timeout", "3600", "--header-timeout", "3600"]);
    let mut stream = service.half_request();
    service.signal("TERM");
    service.wait_until_refused();
    service.signal("INT");
    assert_eq!(read_to_end(&mut stream), "");
    let (code, _, stderr) = service.wait();
    assert_eq!(code, Some(1));
    assert_eq!(
        stderr,
        "server: some requests were not finished before the second signal: send only one\n"
    );
}
