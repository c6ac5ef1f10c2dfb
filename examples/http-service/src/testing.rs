//! Support for tests of services: starts the executable under test with a scrubbed environment, and has a client that
//! speaks HTTP/1.1 by hand. Errors panic, because they fail the test.

#![allow(clippy::missing_panics_doc, clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use build_info::{BuildInfo, VersionSource};

/// Time limit for things that should happen at once. Long, because the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The stamp of a service's release build.
pub fn build_info(name: &str) -> BuildInfo {
    BuildInfo {
        name: name.into(),
        version: "0.1.0".into(),
        revision: "0123456789abcdef0123456789abcdef01234567".into(),
        dirty: false,
        source_date_epoch: 1_700_000_000,
        target: "aarch64-unknown-linux-musl".into(),
        toolchain: "rustc 1.85.0".into(),
        version_from: VersionSource::Cargo,
        profile: Some("release".into()),
        features: Vec::new(),
    }
}

/// A command with an empty environment, except for what a process needs on Windows.
pub fn command(executable: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(executable);
    command.args(arguments).env_clear();
    if let Some(root) = std::env::var_os("SYSTEMROOT") {
        command.env("SYSTEMROOT", root);
    }
    command
}

/// Runs a command to its end. Returns exit code, standard output and standard error.
pub fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    texts(output)
}

fn texts(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A running service. It is killed when the test ends, even if the test panics.
pub struct Service {
    child: Option<Child>,
    stdout: BufReader<ChildStdout>,
    /// The address that the service printed.
    pub address: SocketAddr,
}

impl Service {
    /// Starts the service on a free port of loopback.
    pub fn start(executable: &str, arguments: &[&str]) -> Self {
        Self::start_command(command(executable, arguments).args(["--listen", "127.0.0.1:0"]))
    }

    /// Starts the service and waits for the line with its address.
    pub fn start_command(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let Some(address) = line
            .strip_prefix("listening on http://")
            .and_then(|rest| rest.trim_end().parse().ok())
        else {
            panic!(
                "{command:?} printed {line:?} and ended with {:?}",
                child.wait_with_output()
            );
        };
        Self {
            child: Some(child),
            stdout,
            address,
        }
    }

    /// Opens a connection with a read timeout.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends `request` over a new connection, and reads until the service closes it.
    pub fn exchange(&self, request: &[u8]) -> String {
        let mut stream = self.connect();
        stream.write_all(request).unwrap();
        read_to_end(&mut stream)
    }

    /// Sends a request without a body; returns the answer.
    pub fn ask(&self, method: &str, path: &str) -> String {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        );
        self.exchange(request.as_bytes())
    }

    /// Sends a request with a JSON body; returns status and body of the answer.
    pub fn send(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let answer = self.exchange(
            format!(
                "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                self.address,
                body.len()
            )
            .as_bytes(),
        );
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    }

    /// Kills the service (SIGKILL on Unix).
    pub fn kill(mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Opens a connection on which the service has read half of a request.
    pub fn half_request(&self) -> TcpStream {
        let mut stream = self.connect();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n").unwrap();
        // NB: a client cannot see that its bytes were read. Answers to later requests on other connections show it.
        for _ in 0..3 {
            assert!(self.ask("GET", "/healthz").ends_with("ok"));
            std::thread::sleep(Duration::from_millis(100));
        }
        stream
    }

    /// Sends a signal with `kill`, which every Unix has.
    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Waits until the service no longer accepts connections.
    #[cfg(unix)]
    pub fn wait_until_refused(&self) {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(self.address).is_ok() {
            assert!(Instant::now() < deadline, "still accepts connections");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for the service to end. Returns its exit code, further standard output, and standard error.
    pub fn wait(mut self) -> (Option<i32>, String, String) {
        let mut child = self.child.take().unwrap();
        let deadline = Instant::now() + PATIENCE;
        while child.try_wait().unwrap().is_none() {
            if Instant::now() > deadline {
                child.kill().unwrap();
                panic!("still runs after {PATIENCE:?}: {:?}", child.wait_with_output());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let mut stdout = String::new();
        self.stdout.read_to_string(&mut stdout).unwrap();
        let (code, _, stderr) = texts(child.wait_with_output().unwrap());
        (code, stdout, stderr)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Reads until the service closes the connection. A reset counts as closed.
pub fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Err(error) if error.kind() != std::io::ErrorKind::ConnectionReset => panic!("{error}"),
        _ => String::from_utf8(bytes).unwrap(),
    }
}
