//! Durability: what remains after any kind of stop, and several processes on one file.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use http_service::testing::Service;
use ledger::migrations::{MIGRATIONS, migrate};
use rusqlite::Connection;
use serde_json::Value;

#[cfg(unix)]
use crate::support::names;
use crate::support::{assert_consistent, balances, fill, folder, give, run, start, transfers};

/// Requests a transfer of 1 cent over a connection that may break at any moment. Returns whether the answer was 201.
fn try_to_give(address: SocketAddr, from: &str, to: &str, memo: &str) -> bool {
    let body = format!(r#"{{"from":"{from}","to":"{to}","amount_cents":1,"memo":"{memo}"}}"#);
    let request = format!(
        "POST /transfers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut answer = Vec::new();
    TcpStream::connect(address)
        .and_then(|mut stream| {
            stream.write_all(request.as_bytes())?;
            stream.read_to_end(&mut answer)
        })
        .is_ok()
        && answer.starts_with(b"HTTP/1.1 201 ")
}

/// Has several clients transfer continuously, and ends the service with `end` in the middle. Returns the memos of the
/// confirmed transfers.
fn interrupt(service: Service, end: impl FnOnce(Service)) -> BTreeSet<String> {
    let address = service.address;
    let answered = Mutex::new(BTreeSet::new());
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for client in 0..4 {
            let (answered, over) = (&answered, &over);
            scope.spawn(move || {
                let (from, to) = [("alice", "bob"), ("bob", "alice")][client % 2];
                for number in 0.. {
                    let memo = format!("{client}-{number}");
                    if try_to_give(address, from, to, &memo) {
                        answered.lock().unwrap().insert(memo);
                    } else if over.load(Ordering::Relaxed) {
                        return;
                    }
                }
            });
        }
        while answered.lock().unwrap().len() < 20 {
            thread::sleep(Duration::from_millis(5));
        }
        end(service);
        over.store(true, Ordering::Relaxed);
    });
    answered.into_inner().unwrap()
}

fn memos(service: &Service) -> BTreeSet<String> {
    transfers(service)
        .iter()
        .map(|transfer| transfer["memo"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_service_that_is_killed_keeps_every_transfer_that_it_answered_for_and_no_half_of_one() {
    let file = folder("killed").join("ledger.db");
    let service = start(&file);
    fill(&service, &["alice", "bob"], 1_000_000);
    service.kill();
    for round in 0..3 {
        let answered = interrupt(start(&file), Service::kill);
        let service = start(&file);
        assert_consistent(&service);
        let kept = memos(&service);
        let lost: Vec<_> = answered.difference(&kept).collect();
        assert!(lost.is_empty(), "round {round}: lost {lost:?}");
        let both: i64 = balances(&service).iter().map(|(_, cents)| *cents.max(&0)).sum();
        assert_eq!(both, 2_000_000, "round {round}");
        service.kill();
    }
}

#[cfg(unix)]
#[test]
fn a_service_that_is_told_to_stop_finishes_and_leaves_one_file() {
    let folder = folder("stopped");
    let file = folder.join("ledger.db");
    let service = start(&file);
    fill(&service, &["alice", "bob"], 1_000);
    let answered = interrupt(service, |service| {
        service.signal("TERM");
        let (code, _, stderr) = service.wait();
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
    });
    assert_eq!(names(&folder), ["ledger.db"]);
    let service = start(&file);
    assert_consistent(&service);
    assert!(answered.is_subset(&memos(&service)));
}

#[test]
fn two_processes_on_one_file_lose_nothing_of_each_other() {
    const EACH: usize = 25;
    let file = folder("two").join("ledger.db");
    let services = [start(&file), start(&file)];
    fill(&services[0], &["alice", "bob"], 10_000);
    thread::scope(|scope| {
        for service in &services {
            for (from, to) in [("alice", "bob"), ("bob", "alice")] {
                scope.spawn(move || {
                    for _ in 0..EACH {
                        assert_eq!(give(service, from, to, 3, ""), 201);
                    }
                });
            }
        }
    });
    for service in &services {
        assert_consistent(service);
        assert_eq!(transfers(service).len(), 2 + 4 * EACH);
    }
    assert_eq!(balances(&services[0]), balances(&services[1]));
}

#[test]
fn processes_that_start_at_once_on_a_new_file_make_one_schema() {
    let folder = folder("at-once");
    for round in 0..5 {
        let file = folder.join(format!("{round}.db"));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    assert_eq!(run(&file, &["--migrate-only"]), (Some(0), String::new(), String::new()));
                });
            }
        });
        let steps: usize = Connection::open(&file)
            .unwrap()
            .query_row("SELECT count(*) FROM migrations", [], |row| row.get(0))
            .unwrap();
        assert_eq!(steps, MIGRATIONS.len());
    }
}

#[test]
fn while_another_process_writes_a_transfer_waits_and_in_the_end_is_told_to_try_again() {
    let file = folder("locked").join("ledger.db");
    let service = start(&file);
    fill(&service, &["alice", "bob"], 100);
    let other = Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (status, answer) = crate::support::ask(
        &service,
        "POST",
        "/transfers",
        &serde_json::json!({"from": "alice", "to": "bob", "amount_cents": 1}),
    );
    assert_eq!((status, &answer["error"]), (503, &Value::from("busy")));
    assert_eq!(transfers(&service).len(), 2);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(give(&service, "alice", "bob", 1, ""), 201);
}

#[test]
fn an_older_database_is_brought_up_to_date_with_all_that_is_in_it() {
    let file = folder("older").join("ledger.db");
    let mut older = Connection::open(&file).unwrap();
    assert_eq!(migrate(&mut older, &MIGRATIONS[..1]).unwrap(), 1);
    older
        .execute_batch(
            "INSERT INTO accounts (name, source, balance_cents)
             VALUES ('bank', 1, -70), ('alice', 0, 70)",
        )
        .unwrap();
    drop(older);
    let service = start(&file);
    assert_eq!(balances(&service), [("alice".to_owned(), 70), ("bank".to_owned(), -70)]);
    assert_eq!(give(&service, "alice", "bank", 70, ""), 201);
    assert_eq!(transfers(&service).len(), 1);
}

#[test]
fn two_new_databases_are_the_same_bytes() {
    let folder = folder("same");
    let bytes = ["a.db", "b.db"].map(|name| {
        let file = folder.join(name);
        assert_eq!(run(&file, &["--migrate-only"]).0, Some(0));
        std::fs::read(file).unwrap()
    });
    assert!(!bytes[0].is_empty());
    assert!(bytes[0] == bytes[1]);
}
