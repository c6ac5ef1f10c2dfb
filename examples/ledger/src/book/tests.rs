//! The rules of the ledger, on a database in memory.

use super::*;
use crate::migrations::{MIGRATIONS, migrate};

/// A ledger with a source account "bank" and two empty accounts.
fn ledger() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection, MIGRATIONS).unwrap();
    for (name, source) in [("bank", true), ("alice", false), ("bob", false)] {
        create(&mut connection, name, source).unwrap();
    }
    connection
}

fn create(connection: &mut Connection, name: &str, source: bool) -> Result<Account> {
    let name = name.to_owned();
    create_account(connection, &NewAccount { name, source })
}

fn give(connection: &mut Connection, from: &str, to: &str, amount_cents: i64) -> Result<Transfer> {
    transfer(
        connection,
        &NewTransfer {
            from: from.to_owned(),
            to: to.to_owned(),
            amount_cents,
            memo: String::new(),
        },
    )
}

fn refusal<T: std::fmt::Debug>(result: Result<T>) -> Refusal {
    match result {
        Err(BookError::Refused(refusal)) => refusal,
        other => panic!("expected a refusal: {other:?}"),
    }
}

fn balance(connection: &Connection, name: &str) -> i64 {
    account(connection, name).unwrap().balance_cents
}

fn list(text: &str) -> Query {
    Query::parse(Some(text)).unwrap()
}

fn count(connection: &Connection) -> usize {
    transfers(connection, &list("limit=1000")).unwrap().len()
}

#[test]
fn a_transfer_takes_from_one_what_it_gives_to_the_other() {
    let mut ledger = ledger();
    give(&mut ledger, "bank", "alice", 1000).unwrap();
    let made = give(&mut ledger, "alice", "bob", 250).unwrap();
    assert_eq!(
        ["bank", "alice", "bob"].map(|name| balance(&ledger, name)),
        [-1000, 750, 250]
    );
    assert_eq!(transfers(&ledger, &list("after=1")).unwrap(), [made]);
}

#[test]
fn an_account_may_give_all_it_has_but_not_a_cent_more() {
    let mut ledger = ledger();
    give(&mut ledger, "bank", "alice", 100).unwrap();
    assert_eq!(
        refusal(give(&mut ledger, "alice", "bob", 101)),
        Refusal::InsufficientFunds("alice".to_owned())
    );
    give(&mut ledger, "alice", "bob", 100).unwrap();
    assert_eq!(balance(&ledger, "alice"), 0);
}

#[test]
fn what_is_refused_leaves_nothing_behind() {
    let mut ledger = ledger();
    give(&mut ledger, "bank", "alice", 100).unwrap();
    let before = accounts(&ledger, &list("")).unwrap();
    for (from, to, amount, reason) in [
        ("alice", "bob", 0, Refusal::InvalidAmount(0)),
        ("alice", "bob", -1, Refusal::InvalidAmount(-1)),
        ("alice", "bob", i64::MIN, Refusal::InvalidAmount(i64::MIN)),
        ("alice", "alice", 1, Refusal::SameAccount("alice".to_owned())),
        ("alice", "carol", 1, Refusal::UnknownAccount("carol".to_owned())),
        ("carol", "alice", 1, Refusal::UnknownAccount("carol".to_owned())),
        ("alice", "bob", 101, Refusal::InsufficientFunds("alice".to_owned())),
        ("alice", "bob", i64::MAX, Refusal::InsufficientFunds("alice".to_owned())),
        ("bank", "alice", i64::MAX, Refusal::BalanceOverflow("bank".to_owned())),
    ] {
        assert_eq!(refusal(give(&mut ledger, from, to, amount)), reason);
    }
    assert_eq!(accounts(&ledger, &list("")).unwrap(), before);
    assert_eq!(count(&ledger), 1);
}

#[test]
fn a_balance_that_64_bits_cannot_hold_is_refused_at_either_end() {
    let mut ledger = ledger();
    create(&mut ledger, "mint", true).unwrap();
    give(&mut ledger, "bank", "alice", i64::MAX).unwrap();
    assert_eq!(
        refusal(give(&mut ledger, "mint", "alice", 1)),
        Refusal::BalanceOverflow("alice".to_owned())
    );
    give(&mut ledger, "bank", "bob", 1).unwrap();
    assert_eq!(balance(&ledger, "bank"), i64::MIN);
    assert_eq!(
        refusal(give(&mut ledger, "bank", "bob", 1)),
        Refusal::BalanceOverflow("bank".to_owned())
    );
    assert_eq!(count(&ledger), 2);
}

#[test]
fn a_memo_is_kept_as_it_is_up_to_its_limit() {
    let mut ledger = ledger();
    let mut new = NewTransfer {
        from: "bank".to_owned(),
        to: "bob".to_owned(),
        amount_cents: 1,
        memo: "'); DROP TABLE accounts; -- \u{1f4b6}\n".to_owned(),
    };
    transfer(&mut ledger, &new).unwrap();
    assert_eq!(transfers(&ledger, &list("")).unwrap()[0].memo, new.memo);
    new.memo = "x".repeat(MAX_MEMO_BYTES);
    transfer(&mut ledger, &new).unwrap();
    new.memo.push('x');
    assert_eq!(refusal(transfer(&mut ledger, &new)), Refusal::LongMemo(MAX_MEMO_BYTES));
}

#[test]
fn names_are_short_and_plain() {
    let mut ledger = ledger();
    for name in ["a", "0", "a.b-c_d", "..a", &"x".repeat(64)] {
        create(&mut ledger, name, false).unwrap();
        assert_eq!(balance(&ledger, name), 0);
    }
    for name in [
        "",
        ".",
        "..",
        "A",
        "a b",
        "a/b",
        "ä",
        "a\n",
        "%61",
        "x\0",
        &"x".repeat(65),
    ] {
        assert_eq!(
            refusal(create(&mut ledger, name, false)),
            Refusal::InvalidName(name.to_owned())
        );
    }
}

#[test]
fn a_name_is_given_once() {
    let mut ledger = ledger();
    give(&mut ledger, "bank", "alice", 5).unwrap();
    assert_eq!(
        refusal(create(&mut ledger, "alice", true)),
        Refusal::AccountExists("alice".to_owned())
    );
    let alice = account(&ledger, "alice").unwrap();
    assert_eq!((alice.source, alice.balance_cents), (false, 5));
}

#[test]
fn lists_are_in_order_and_come_in_pieces() {
    let mut ledger = ledger();
    let names = |query| -> Vec<String> {
        let page = accounts(&ledger, &list(query)).unwrap();
        page.into_iter().map(|account| account.name).collect()
    };
    assert_eq!(names(""), ["alice", "bank", "bob"]);
    assert_eq!(names("limit=2"), ["alice", "bank"]);
    assert_eq!(names("after=bank&limit=2"), ["bob"]);
    assert!(names("after=bob").is_empty());
    for amount in 1..=5 {
        give(&mut ledger, "bank", "bob", amount).unwrap();
    }
    let ids = |query| -> Vec<i64> {
        let page = transfers(&ledger, &list(query)).unwrap();
        page.into_iter().map(|transfer| transfer.id).collect()
    };
    assert_eq!(ids("limit=2"), [1, 2]);
    assert_eq!(ids("after=2&limit=2"), [3, 4]);
    assert!(ids("after=5").is_empty());
    assert!(matches!(
        refusal(transfers(&ledger, &list("after=bob"))),
        Refusal::BadRequest(_)
    ));
}

#[test]
fn the_schema_itself_forbids_what_the_rules_do() {
    let mut ledger = ledger();
    give(&mut ledger, "bank", "alice", 100).unwrap();
    for statement in [
        "UPDATE accounts SET balance_cents = -1 WHERE name = 'alice'",
        "UPDATE accounts SET balance_cents = 1.5",
        "INSERT INTO transfers (from_account, to_account, amount_cents, memo) VALUES (1, 2, 0, '')",
        "INSERT INTO transfers (from_account, to_account, amount_cents, memo) VALUES (1, 1, 1, '')",
        "INSERT INTO transfers (from_account, to_account, amount_cents, memo) VALUES (1, 9, 1, '')",
        "UPDATE transfers SET amount_cents = 1",
        "DELETE FROM transfers",
        "DELETE FROM accounts WHERE name = 'alice'",
    ] {
        assert!(ledger.execute(statement, []).is_err(), "{statement}");
    }
    assert_eq!(balance(&ledger, "alice"), 100);
}

/// Many transfers, allowed and not, in a fixed order that looks random (a linear congruential generator).
#[test]
fn whatever_is_asked_balances_add_up_to_zero_and_follow_from_the_transfers() {
    let mut ledger = ledger();
    let names = ["alice", "bank", "bob", "nobody"];
    let mut state: u64 = 1;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % below
    };
    let mut refused = 0;
    for _ in 0..900 {
        let (from, to) = (names[random(4) as usize], names[random(4) as usize]);
        let amount = random(1000) as i64 - 100;
        refused += usize::from(give(&mut ledger, from, to, amount).is_err());
    }
    let made = transfers(&ledger, &list("limit=1000")).unwrap();
    assert_eq!(made.len() + refused, 900);
    assert!(made.len() > 100 && refused > 100, "{refused} refused");
    let mut sum = 0;
    for account in accounts(&ledger, &list("")).unwrap() {
        let of = |name: &String| i64::from(*name == account.name);
        let moved: i64 = made
            .iter()
            .map(|transfer| (of(&transfer.to) - of(&transfer.from)) * transfer.amount_cents)
            .sum();
        assert_eq!(account.balance_cents, moved, "{}", account.name);
        assert!(account.source || account.balance_cents >= 0);
        sum += account.balance_cents;
    }
    assert_eq!(sum, 0);
}
