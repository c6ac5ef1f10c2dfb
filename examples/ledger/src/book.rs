//! The operations on the ledger. Each function is one transaction on a connection whose schema is up to date.

use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use crate::query::Query;
use crate::refusal::Refusal;

/// Longest name of an account, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// Longest memo, in bytes.
pub const MAX_MEMO_BYTES: usize = 1024;

/// An account with its current balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Its name, unique in the ledger.
    pub name: String,
    /// Whether its balance may be negative. Sources bring money into the ledger.
    pub source: bool,
    /// Its balance in cents.
    pub balance_cents: i64,
}

/// An account to create.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// Its name.
    pub name: String,
    /// Whether its balance may be negative.
    #[serde(default)]
    pub source: bool,
}

/// A transfer that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Transfer {
    /// Its number. Later transfers have greater numbers.
    pub id: i64,
    /// The account that paid.
    pub from: String,
    /// The account that received.
    pub to: String,
    /// The amount in cents.
    pub amount_cents: i64,
    /// The purpose.
    pub memo: String,
}

/// A transfer to make.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTransfer {
    /// The account that pays.
    pub from: String,
    /// The account that receives.
    pub to: String,
    /// The amount in cents, at least 1.
    pub amount_cents: i64,
    /// The purpose.
    #[serde(default)]
    pub memo: String,
}

/// Why an operation failed: a rule of the ledger, or SQLite.
#[derive(Debug)]
pub enum BookError {
    /// A rule of the ledger forbids it.
    Refused(Refusal),
    /// SQLite failed.
    Failed(rusqlite::Error),
}

impl From<Refusal> for BookError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<rusqlite::Error> for BookError {
    fn from(error: rusqlite::Error) -> Self {
        if is_busy(&error) {
            Self::Refused(Refusal::Busy)
        } else {
            Self::Failed(error)
        }
    }
}

/// Whether another process held a lock on the file.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

/// The result of an operation.
pub type Result<T> = std::result::Result<T, BookError>;

/// Creates an empty account.
///
/// # Errors
///
/// [`BookError`], also if the name is invalid or taken.
pub fn create_account(connection: &mut Connection, new: &NewAccount) -> Result<Account> {
    check_name(&new.name)?;
    let created = connection
        .prepare_cached("INSERT INTO accounts (name, source) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING")?
        .execute(params![new.name, new.source])?;
    if created == 0 {
        return Err(Refusal::AccountExists(new.name.clone()).into());
    }
    Ok(Account {
        name: new.name.clone(),
        source: new.source,
        balance_cents: 0,
    })
}

/// Reads an account.
///
/// # Errors
///
/// [`BookError`], also if there is no account with this name.
pub fn account(connection: &Connection, name: &str) -> Result<Account> {
    let account = connection
        .prepare_cached("SELECT name, source, balance_cents FROM accounts WHERE name = ?1")?
        .query_row([name], read_account)
        .optional()?;
    Ok(account.ok_or_else(|| Refusal::UnknownAccount(name.to_owned()))?)
}

/// Lists accounts in the order of their names.
///
/// # Errors
///
/// [`BookError`].
pub fn accounts(connection: &Connection, query: &Query) -> Result<Vec<Account>> {
    let mut statement = connection
        .prepare_cached("SELECT name, source, balance_cents FROM accounts WHERE name > ?1 ORDER BY name LIMIT ?2")?;
    let rows = statement.query_map(params![query.after, query.limit], read_account)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Makes a transfer: updates both balances and records it, or does nothing.
///
/// # Errors
///
/// [`BookError`], also if a rule forbids it.
pub fn transfer(connection: &mut Connection, new: &NewTransfer) -> Result<Transfer> {
    if new.amount_cents <= 0 {
        return Err(Refusal::InvalidAmount(new.amount_cents).into());
    }
    if new.from == new.to {
        return Err(Refusal::SameAccount(new.from.clone()).into());
    }
    if new.memo.len() > MAX_MEMO_BYTES {
        return Err(Refusal::LongMemo(MAX_MEMO_BYTES).into());
    }
    // NB: a deferred transaction begins with a read, and cannot write once another process has written.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (from, to) = (account(&transaction, &new.from)?, account(&transaction, &new.to)?);
    let left = from
        .balance_cents
        .checked_sub(new.amount_cents)
        .ok_or_else(|| Refusal::BalanceOverflow(new.from.clone()))?;
    if left < 0 && !from.source {
        return Err(Refusal::InsufficientFunds(new.from.clone()).into());
    }
    let got = to
        .balance_cents
        .checked_add(new.amount_cents)
        .ok_or_else(|| Refusal::BalanceOverflow(new.to.clone()))?;
    set_balance(&transaction, &new.from, left)?;
    set_balance(&transaction, &new.to, got)?;
    let id = transaction
        .prepare_cached(
            "INSERT INTO transfers (from_account, to_account, amount_cents, memo)
             SELECT a.id, b.id, ?3, ?4 FROM accounts AS a, accounts AS b
             WHERE a.name = ?1 AND b.name = ?2",
        )?
        .insert(params![new.from, new.to, new.amount_cents, new.memo])?;
    transaction.commit()?;
    Ok(Transfer {
        id,
        from: new.from.clone(),
        to: new.to.clone(),
        amount_cents: new.amount_cents,
        memo: new.memo.clone(),
    })
}

/// Lists transfers in the order in which they were made.
///
/// # Errors
///
/// [`BookError`], also if the query's `after` is not a number.
pub fn transfers(connection: &Connection, query: &Query) -> Result<Vec<Transfer>> {
    let mut statement = connection.prepare_cached(
        "SELECT t.id, a.name, b.name, t.amount_cents, t.memo
         FROM transfers AS t
         JOIN accounts AS a ON a.id = t.from_account
         JOIN accounts AS b ON b.id = t.to_account
         WHERE t.id > ?1 ORDER BY t.id LIMIT ?2",
    )?;
    let rows = statement.query_map(params![query.after_number()?, query.limit], |row| {
        Ok(Transfer {
            id: row.get(0)?,
            from: row.get(1)?,
            to: row.get(2)?,
            amount_cents: row.get(3)?,
            memo: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Checks that the database answers and has its schema.
///
/// # Errors
///
/// [`BookError`].
pub fn is_well(connection: &Connection) -> Result<()> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM accounts LIMIT 1)")?
        .query_row([], |_| Ok(()))?)
}

fn check_name(name: &str) -> std::result::Result<(), Refusal> {
    let is_allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_');
    // NB: clients resolve `.` and `..` in URLs, so names of nothing but dots are refused.
    let is_dots = name.bytes().all(|byte| byte == b'.');
    if (1..=MAX_NAME_BYTES).contains(&name.len()) && name.bytes().all(is_allowed) && !is_dots {
        Ok(())
    } else {
        Err(Refusal::InvalidName(name.to_owned()))
    }
}

fn read_account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        name: row.get(0)?,
        source: row.get(1)?,
        balance_cents: row.get(2)?,
    })
}

fn set_balance(transaction: &Transaction<'_>, name: &str, cents: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE accounts SET balance_cents = ?2 WHERE name = ?1")?
        .execute(params![name, cents])?;
    Ok(())
}

#[cfg(test)]
mod tests;
