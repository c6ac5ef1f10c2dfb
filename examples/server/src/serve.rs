//! How the service serves: accepts connections within limits, and on a signal finishes what it has begun.

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

use crate::signals::Signals;

/// What one client may take up, and how long a shutdown may.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections served at once; more of them wait in the system's queue.
    pub connections: usize,
    /// How long a client may take to send the head of a request, or stay idle before its next one.
    pub header_read_secs: u64,
    /// How long a connection may last in all: ends clients that send requests but never read the answers.
    pub connection_secs: u64,
    /// The size of a request's head; a larger one is answered with 431.
    pub header_bytes: usize,
    /// The number of a request's headers; more are answered with 431.
    pub headers: usize,
    /// How long running requests may take to finish after the first signal.
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

/// How the service came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Every request that had begun was answered.
    Finished,
    /// Some had not been when the time was up.
    TimedOut,
    /// Some had not been when a second signal came.
    Interrupted,
}

/// Serves until a signal comes, then stops accepting and waits for the requests that have begun.
///
/// No answer reads a request's body, so a body of any length is skipped and never held in memory.
pub async fn serve(
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
            accepted = accept(&listener, &slots) => accepted,
        };
        let connection =
            running.watch(protocol.serve_connection(TokioIo::new(stream), service.clone()));
        tokio::spawn(async move {
            // NB: an error here is the client's (it left, was too slow or spoke no HTTP) and was answered if it could be.
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

/// The next connection, as soon as there is a slot for it.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, which would be the only error.
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, slot),
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                eprintln!(
                    "server: cannot accept connections ({error}), next try in 1 s: allow the process more open files"
                );
                sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// Whether an error of `accept` is about a connection that is gone already, rather than about the listener.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
