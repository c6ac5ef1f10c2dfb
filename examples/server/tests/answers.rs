//! Requests and their answers.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use build_info::BuildInfo;

use http_service::testing::read_to_end;

use crate::support::start;

fn status(answer: &str) -> &str {
    answer.lines().next().unwrap_or_default()
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

#[test]
fn health_is_ok() {
    let answer = start(&[]).ask("GET", "/healthz");
    assert_eq!((status(&answer), body(&answer)), ("HTTP/1.1 200 OK", "ok"));
}

#[test]
fn version_is_what_a_reader_finds_in_the_executable() {
    let answer = start(&[]).ask("GET", "/version");
    assert_eq!(status(&answer), "HTTP/1.1 200 OK");
    let reported = BuildInfo::parse(body(&answer).as_bytes()).unwrap();
    assert_eq!(reported, build_info::stamp!().info().unwrap());
}

#[test]
fn the_page_shows_the_version_and_its_type_is_html() {
    let answer = start(&[]).ask("GET", "/");
    let info = build_info::stamp!().info().unwrap();
    assert_eq!(status(&answer), "HTTP/1.1 200 OK");
    assert!(
        answer.contains("\r\ncontent-type: text/html; charset=utf-8\r\n"),
        "{answer}"
    );
    assert!(
        body(&answer).contains(&format!("<h1>server {}</h1>", info.version)),
        "{answer}"
    );
    assert!(body(&answer).contains(&info.revision), "{answer}");
}

#[test]
fn head_has_the_length_but_not_the_body() {
    let service = start(&[]);
    let answer = service.ask("HEAD", "/healthz");
    assert_eq!((status(&answer), body(&answer)), ("HTTP/1.1 200 OK", ""));
    assert!(answer.contains("\r\ncontent-length: 2\r\n"), "{answer}");
}

#[test]
fn unknown_paths_and_methods_are_refused() {
    let service = start(&[]);
    assert_eq!(status(&service.ask("GET", "/nothing")), "HTTP/1.1 404 Not Found");
    assert_eq!(status(&service.ask("GET", "/../etc/passwd")), "HTTP/1.1 404 Not Found");
    let answer = service.ask("POST", "/version");
    assert_eq!(status(&answer), "HTTP/1.1 405 Method Not Allowed");
    assert!(answer.contains("\r\nallow: GET,HEAD\r\n"), "{answer}");
}

#[test]
fn one_connection_carries_many_requests() {
    let service = start(&[]);
    let mut stream = service.connect();
    for _ in 0..3 {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\nok") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.push(byte[0]);
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    }
}

#[test]
fn what_is_not_http_is_a_bad_request() {
    let service = start(&[]);
    assert_eq!(
        status(&service.exchange(b"\x16\x03\x01\x02\x00hello\r\n\r\n")),
        "HTTP/1.1 400 Bad Request"
    );
    assert!(service.ask("GET", "/healthz").ends_with("ok"));
}

#[test]
fn a_head_that_is_too_large_or_has_too_many_headers_is_refused() {
    let service = start(&[]);
    let long = format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}", "x".repeat(16 * 1024));
    let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "A: b\r\n".repeat(64));
    for request in [long, many] {
        let answer = service.exchange(request.as_bytes());
        assert_eq!(status(&answer), "HTTP/1.1 431 Request Header Fields Too Large");
    }
    assert!(service.ask("GET", "/healthz").ends_with("ok"));
}

#[test]
fn a_body_is_not_waited_for() {
    let service = start(&[]);
    let mut stream = service.connect();
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\n\r\nbegin")
        .unwrap();
    let answer = read_to_end(&mut stream);
    assert_eq!(status(&answer), "HTTP/1.1 405 Method Not Allowed");
}

#[test]
fn a_client_that_is_too_slow_is_disconnected() {
    let service = start(&["--header-timeout", "1"]);
    let mut silent = service.connect();
    let mut slow = service.connect();
    slow.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    let begun = Instant::now();
    assert_eq!(read_to_end(&mut slow), "");
    assert_eq!(read_to_end(&mut silent), "");
    assert!(
        begun.elapsed() > Duration::from_millis(500),
        "closed after {:?}",
        begun.elapsed()
    );
    assert!(service.ask("GET", "/healthz").ends_with("ok"));
}
