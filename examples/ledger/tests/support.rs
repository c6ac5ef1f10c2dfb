//! The executable under test, folders, and requests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use http_service::testing::{self, Service};
use serde_json::{Value, json};

/// The path of the executable.
pub(crate) const LEDGER: &str = env!("CARGO_BIN_EXE_ledger");

/// A command for the executable with these arguments.
pub(crate) fn command(arguments: &[&str]) -> Command {
    testing::command(LEDGER, arguments)
}

/// Runs the executable on this file. Returns exit code, standard output and standard error.
pub(crate) fn run(file: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    testing::run(
        command(&["--listen", "127.0.0.1:0", "--database"])
            .arg(file)
            .args(arguments),
    )
}

/// Starts the executable as a service on this file and a free port of loopback.
pub(crate) fn start(file: &Path) -> Service {
    Service::start_command(command(&["--listen", "127.0.0.1:0", "--database"]).arg(file))
}

/// Creates an empty folder for one test.
pub(crate) fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).unwrap();
    folder
}

/// The names in a folder, in order.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Sends a request; returns status and JSON of the answer.
pub(crate) fn ask(service: &Service, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let (status, text) = service.send(method, path, &body.to_string());
    (status, serde_json::from_str(&text).unwrap())
}

/// Creates a source account "bank", and these accounts with this many cents from it.
pub(crate) fn fill(service: &Service, names: &[&str], cents: i64) {
    let bank = json!({"name": "bank", "source": true});
    assert_eq!(ask(service, "POST", "/accounts", &bank).0, 201);
    for name in names {
        assert_eq!(ask(service, "POST", "/accounts", &json!({"name": name})).0, 201);
        assert_eq!(give(service, "bank", name, cents, ""), 201);
    }
}

/// Makes a transfer; returns the status.
pub(crate) fn give(service: &Service, from: &str, to: &str, cents: i64, memo: &str) -> u16 {
    let transfer = json!({"from": from, "to": to, "amount_cents": cents, "memo": memo});
    ask(service, "POST", "/transfers", &transfer).0
}

/// Every balance with its account, in order.
pub(crate) fn balances(service: &Service) -> Vec<(String, i64)> {
    let (status, answer) = ask(service, "GET", "/accounts?limit=1000", &Value::Null);
    assert_eq!(status, 200);
    answer["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| {
            (
                account["name"].as_str().unwrap().to_owned(),
                account["balance_cents"].as_i64().unwrap(),
            )
        })
        .collect()
}

/// Every transfer in order, read page by page.
pub(crate) fn transfers(service: &Service) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let after = all.last().map_or(0, |last| last["id"].as_i64().unwrap());
        let path = format!("/transfers?after={after}&limit=1000");
        let (status, mut answer) = ask(service, "GET", &path, &Value::Null);
        assert_eq!(status, 200);
        match answer["transfers"].take() {
            Value::Array(piece) if piece.is_empty() => return all,
            Value::Array(piece) => all.extend(piece),
            other => panic!("{other}"),
        }
    }
}

/// Asserts that balances add up to zero and follow from the transfers.
pub(crate) fn assert_consistent(service: &Service) {
    let (balances, transfers) = (balances(service), transfers(service));
    assert_eq!(balances.iter().map(|(_, cents)| cents).sum::<i64>(), 0);
    for (name, cents) in balances {
        let moved: i64 = transfers
            .iter()
            .map(|transfer| {
                let of = |end: &str| i64::from(transfer[end] == *name);
                (of("to") - of("from")) * transfer["amount_cents"].as_i64().unwrap()
            })
            .sum();
        assert_eq!(cents, moved, "{name}");
    }
}
