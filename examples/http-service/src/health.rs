//! The health check: asks a running service over plain TCP, for images without a shell or curl.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Time limit of the whole check.
pub const TIME_LIMIT: Duration = Duration::from_secs(3);

/// At most this much of an answer is read. The status line is within the first few bytes.
const MAX_ANSWER_BYTES: u64 = 4096;

/// Why a service is not healthy.
#[derive(Debug)]
pub enum Unhealthy {
    /// It could not be reached, or did not answer in time.
    Unreachable(io::Error),
    /// It answered with a status other than 200. Holds the first line of the answer.
    Answered(String),
}

impl fmt::Display for Unhealthy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(error) if is_timeout(error) => {
                write!(formatter, "no answer within {} s", TIME_LIMIT.as_secs())
            }
            Self::Unreachable(error) => write!(formatter, "no answer ({})", error.kind()),
            Self::Answered(line) => write!(formatter, "unexpected answer {line:?}"),
        }
    }
}

impl std::error::Error for Unhealthy {}

/// The address to reach a service that listens on `listen` from the same machine.
pub fn address(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// Requests `/healthz` from the service at `address`.
///
/// # Errors
///
/// [`Unhealthy`] unless it answers with status 200 within `time_limit`.
pub fn check(address: SocketAddr, time_limit: Duration) -> Result<(), Unhealthy> {
    let answer = ask(address, time_limit).map_err(Unhealthy::Unreachable)?;
    if answer.starts_with(b"HTTP/1.1 200 ") {
        return Ok(());
    }
    let line = answer
        .split(|byte| matches!(byte, b'\r' | b'\n'))
        .next()
        .unwrap_or_default();
    Err(Unhealthy::Answered(String::from_utf8_lossy(line).into_owned()))
}

/// Requests `/healthz`; returns the answer up to the limit.
fn ask(address: SocketAddr, time_limit: Duration) -> io::Result<Vec<u8>> {
    let deadline = Instant::now() + time_limit;
    let mut stream = TcpStream::connect_timeout(&address, time_limit)?;
    stream.set_write_timeout(Some(remaining(deadline)?))?;
    write!(
        stream,
        "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    let mut buffer = [0; 512];
    // NB: a timeout applies to each read only, so a service that sends a byte now and then would never reach it.
    while (answer.len() as u64) < MAX_ANSWER_BYTES {
        stream.set_read_timeout(Some(remaining(deadline)?))?;
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => answer.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(answer)
}

fn remaining(deadline: Instant) -> io::Result<Duration> {
    match deadline.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(io::ErrorKind::TimedOut.into()),
        left => Ok(left),
    }
}

/// Unix reports a read timeout as `WouldBlock`, Windows as `TimedOut`.
fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread;

    const SHORT: Duration = Duration::from_millis(300);

    /// A service that sends one of `pieces` every 100 ms, then keeps the connection open until the client closes it.
    fn service(pieces: &'static [&'static str]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            for piece in pieces {
                let _ = stream.write_all(piece.as_bytes());
                thread::sleep(Duration::from_millis(100));
            }
            if !pieces.is_empty() {
                let _ = stream.shutdown(std::net::Shutdown::Write);
            }
            let _ = stream.read_to_end(&mut Vec::new());
        });
        address
    }

    #[test]
    fn status_200_is_healthy() {
        check(service(&["HTTP/1.1 2", "00 OK\r\n\r\nok"]), Duration::from_secs(10)).unwrap();
    }

    #[test]
    fn another_status_an_empty_or_a_foreign_answer_is_unhealthy() {
        for (pieces, line) in [
            (
                &["HTTP/1.1 503 Service Unavailable\r\n\r\n200 "],
                "HTTP/1.1 503 Service Unavailable",
            ),
            (&["HTTP/1.1 2000\r\n"], "HTTP/1.1 2000"),
            (&["SSH-2.0-x\r\n"], "SSH-2.0-x"),
            (&[""], ""),
        ] {
            let error = check(service(pieces), Duration::from_secs(10)).unwrap_err();
            assert!(
                matches!(&error, Unhealthy::Answered(answer) if answer == line),
                "{error:?}"
            );
        }
    }

    #[test]
    fn silence_ends_at_the_time_limit() {
        let error = check(service(&[]), SHORT).unwrap_err();
        assert_eq!(error.to_string(), "no answer within 3 s");
    }

    #[test]
    fn a_service_that_drips_ends_at_the_time_limit_too() {
        let begun = Instant::now();
        let error = check(service(&["H"; 50]), SHORT).unwrap_err();
        assert!(matches!(error, Unhealthy::Unreachable(_)), "{error:?}");
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    }

    #[test]
    fn an_address_for_every_interface_is_asked_on_loopback() {
        for (listen, asked) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:81", "[::1]:81"),
            ("192.0.2.1:82", "192.0.2.1:82"),
            ("[2001:db8::1]:83", "[2001:db8::1]:83"),
        ] {
            assert_eq!(address(listen.parse().unwrap()).to_string(), asked);
        }
    }
}
