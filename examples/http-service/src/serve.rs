//! Serves connections within limits, and on a signal finishes the requests that have begun.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::report;
use crate::signals::Signals;

/// Limits on what clients may use, and on the time of a shutdown.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections served at once. Further ones wait in the system's queue.
    pub connections: usize,
    /// Time in which a client must send a request's head, and longest idle time between requests.
    pub header_read_secs: u64,
    /// Lifetime of a connection. Ends clients that send requests but never read the answers.
    pub connection_secs: u64,
    /// Largest head of a request. A larger one is answered with 431.
    pub header_bytes: usize,
    /// Most headers in a request. More are answered with 431.
    pub headers: usize,
    /// Time for running requests to finish after the first signal.
    pub shutdown_secs: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            header_read_secs: 10,
            connection_secs: 300,
            header_bytes: 16 * 1024,
            headers: 64,
            shutdown_secs: 10,
        }
    }
}

/// How the service stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Every connection ended, with its last request answered unless its client was too slow.
    Finished,
    /// Some connections had not ended in time.
    TimedOut,
    /// Some connections had not ended when a second signal arrived.
    Interrupted,
}

/// Serves until a signal arrives, then stops accepting and waits for the requests that have begun. Idle connections are
/// closed at once.
///
/// A body that the router does not read is skipped and never held in memory. If the router reads a body, it must limit
/// the size itself; [`Limits::connection_secs`] limits the time. `name` prefixes messages on standard error.
pub async fn serve(
    name: &'static str,
    listener: TcpListener,
    router: Router,
    limits: Limits,
    mut signals: Signals,
) -> Stopped {
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(limits.header_read_secs))
        .max_buf_size(limits.header_bytes)
        .max_headers(limits.headers);
    let service = TowerToHyperService::new(router);
    let slots = Arc::new(Semaphore::new(limits.connections));
    let running = GracefulShutdown::new();
    loop {
        let (stream, slot) = tokio::select! {
            () = signals.next() => break,
            accepted = accept(name, &listener, &slots) => accepted,
        };
        // NB: without this, pipelined answers wait until the client acknowledges the previous one.
        let _ = stream.set_nodelay(true);
        let connection = running.watch(protocol.serve_connection(TokioIo::new(stream), service.clone()));
        tokio::spawn(async move {
            // NB: the client caused any error here (it left, was too slow, or spoke no HTTP). It was answered if possible.
            let _ = timeout(Duration::from_secs(limits.connection_secs), connection).await;
            drop(slot);
        });
    }
    drop(listener);
    tokio::select! {
        () = running.shutdown() => Stopped::Finished,
        () = sleep(Duration::from_secs(limits.shutdown_secs)) => Stopped::TimedOut,
        () = signals.next() => Stopped::Interrupted,
    }
}

/// Accepts the next connection as soon as there is a slot for it.
async fn accept(
    name: &str,
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // The only error would be a closed semaphore, and it is never closed.
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, slot),
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => {
                report(
                    name,
                    format_args!(
                        "cannot accept connections ({error}), next try in 1 s: allow the process more open files"
                    ),
                );
                sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// Whether an error of `accept` concerns a connection that is already gone rather than the listener.
fn concerns_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpStream};

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    /// A service that answers every request with 404, until the test's runtime ends.
    async fn start(limits: Limits) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let signals = Signals::catch().unwrap();
        tokio::spawn(serve("test", listener, Router::new(), limits, signals));
        address
    }

    fn connect(address: SocketAddr, patience: Duration) -> TcpStream {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(patience)).unwrap();
        stream
    }

    fn is_answered(stream: &mut TcpStream) -> bool {
        stream.read(&mut [0; 512]).is_ok_and(|length| length > 0)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_connection_beyond_the_limit_waits_until_another_ends() {
        let address = start(Limits {
            connections: 1,
            ..Limits::default()
        })
        .await;
        let mut first = connect(address, Duration::from_secs(30));
        first.write_all(REQUEST).unwrap();
        assert!(is_answered(&mut first));
        let mut second = connect(address, Duration::from_millis(300));
        second.write_all(REQUEST).unwrap();
        assert!(!is_answered(&mut second));
        drop(first);
        second.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        assert!(is_answered(&mut second));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_client_that_never_reads_its_answers_is_disconnected_in_the_end() {
        let address = start(Limits {
            connection_secs: 1,
            ..Limits::default()
        })
        .await;
        let mut stream = connect(address, Duration::from_secs(30));
        stream.set_write_timeout(Some(Duration::from_secs(30))).unwrap();
        let error = loop {
            if let Err(error) = stream.write_all(REQUEST) {
                break error.kind();
            }
        };
        assert!(
            matches!(error, io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe),
            "{error}"
        );
    }
}
