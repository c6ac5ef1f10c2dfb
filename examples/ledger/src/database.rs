//! The database file, and the one thread that owns its connection.
//!
//! SQLite blocks, so it does not run on the threads that serve. One thread with one connection does one job at a time,
//! because SQLite serialises writers anyway. Its queue is bounded; beyond that, requests are refused as busy.

use std::fmt;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::sync::{mpsc, oneshot};

use crate::book::{self, BookError, is_busy};
use crate::migrations::{MIGRATIONS, MigrationError, is_claimed, migrate};
use crate::refusal::Refusal;

/// Longest wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Pause before opening is tried again.
const BEFORE_NEXT_TRY: Duration = Duration::from_millis(20);

/// Capacity of the thread's queue.
const WAITING: usize = 256;

/// The database's location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// In memory, as long as the program runs.
    Memory,
    /// In a file, and in the files that SQLite puts beside it.
    File(PathBuf),
}

impl From<PathBuf> for Location {
    /// `:memory:` is SQLite's own name for a database in memory.
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == ":memory:" {
            Self::Memory
        } else {
            Self::File(path)
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => formatter.write_str(":memory:"),
            Self::File(path) => write!(formatter, "{}", path.display()),
        }
    }
}

/// Opens the database or creates it, checks it, and brings its schema up to date.
///
/// # Errors
///
/// A message with the problem and its remedy.
pub fn open(location: &Location) -> Result<Connection, String> {
    let last_try = Instant::now() + BUSY_TIMEOUT;
    loop {
        match prepare(location) {
            Ok(connection) => return Ok(connection),
            // NB: SQLite waits for locks, but if two processes would wait for each other, it refuses one of them at
            // once. That happens when both turn on the write-ahead log of a new file.
            Err(MigrationError::Failed(error)) if is_busy(&error) && Instant::now() < last_try => {
                thread::sleep(BEFORE_NEXT_TRY);
            }
            Err(MigrationError::Failed(error)) => {
                return Err(format!("{}: {}", location, explain(&error)));
            }
            Err(error) => return Err(format!("{location}: {error}")),
        }
    }
}

fn prepare(location: &Location) -> Result<Connection, MigrationError> {
    let mut connection = match location {
        Location::Memory => Connection::open_in_memory()?,
        Location::File(path) => open_file(path)?,
    };
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // NB: with less, a power failure could lose transfers that were already confirmed.
    connection.pragma_update(None, "synchronous", "FULL")?;
    check(&connection)?;
    // NB: check before the first write, because another program's database must stay as it is.
    is_claimed(&connection)?;
    // NB: not pragma_update, because this pragma returns a row: the new mode (a database in memory has no log).
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    migrate(&mut connection, MIGRATIONS)?;
    Ok(connection)
}

fn open_file(path: &Path) -> rusqlite::Result<Connection> {
    // NB: SQLITE_OPEN_URI is off and the path absolute, so that a file named `file:x` is not taken for a URI.
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(absolute, flags)
}

/// Reads every page once. A damaged ledger must not be served, whichever part is damaged.
fn check(connection: &Connection) -> rusqlite::Result<()> {
    let answer: String = connection.query_row("PRAGMA quick_check (1)", [], |row| row.get(0))?;
    if answer == "ok" {
        return Ok(());
    }
    Err(rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
        // If there are several lines, the first only names the database.
        answer.lines().last().map(str::to_owned),
    ))
}

/// Explains SQLite's error to the operator of the service.
fn explain(error: &rusqlite::Error) -> String {
    let remedy = match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            "cannot be opened for writing: name a file in a folder that this user may write to with --database"
        }
        Some(ErrorCode::NotADatabase) => "is not an SQLite database: name another file with --database",
        Some(ErrorCode::DatabaseCorrupt) => "is damaged: restore it from a backup",
        _ if is_busy(error) => "is locked by another process: stop that, or try again",
        Some(ErrorCode::DiskFull) => "cannot grow: make room on its disk",
        _ => "cannot be used: restore it from a backup, or name another file with --database",
    };
    format!("{remedy} ({error})")
}

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle to the thread. The thread ends when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Database {
    jobs: mpsc::Sender<Job>,
    report: fn(&str),
}

/// The thread itself.
#[derive(Debug)]
pub struct Keeper(JoinHandle<()>);

impl Database {
    /// Starts the thread. `report` is called for failures of the database, but not for refused requests.
    ///
    /// # Errors
    ///
    /// A message with the remedy, if no thread can be started.
    pub fn start(mut connection: Connection, report: fn(&str)) -> Result<(Self, Keeper), String> {
        let (jobs, mut waiting) = mpsc::channel::<Job>(WAITING);
        let thread = thread::Builder::new()
            .name("database".to_owned())
            .spawn(move || {
                while let Some(job) = waiting.blocking_recv() {
                    job(&mut connection);
                }
            })
            .map_err(|error| format!("cannot start a thread ({error}): allow the process more of them"))?;
        Ok((Self { jobs, report }, Keeper(thread)))
    }

    /// Runs `work` on the thread. It runs even if the caller stops waiting.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] of `work`, or that the database is busy or broken.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> book::Result<T> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (sender, receiver) = oneshot::channel();
        let job = Box::new(move |connection: &mut Connection| {
            // The receiver is gone if the client has left.
            let _ = sender.send(work(connection));
        });
        self.jobs.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Refusal::Busy,
            mpsc::error::TrySendError::Closed(_) => Refusal::Broken,
        })?;
        match receiver.await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(BookError::Refused(refusal))) => Err(refusal),
            Ok(Err(BookError::Failed(error))) => {
                (self.report)(&format!("the database {}", explain(&error)));
                Err(Refusal::Broken)
            }
            Err(_) => Err(Refusal::Broken),
        }
    }
}

impl Keeper {
    /// Waits until all jobs are done and the file is closed. The last [`Database`] must have been dropped.
    ///
    /// # Errors
    ///
    /// A message, if the thread panicked.
    pub fn join(self) -> Result<(), String> {
        self.0
            .join()
            .map_err(|_| "the database's thread has panicked: report this".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> (Database, Keeper) {
        Database::start(open(&Location::Memory).unwrap(), |_| {}).unwrap()
    }

    #[tokio::test]
    async fn what_was_asked_for_is_done_although_nobody_waits_for_it() {
        let (database, keeper) = start();
        let name = "abandoned".to_owned();
        let new = book::NewAccount { name, source: false };
        // Polled once, which queues the job, then dropped.
        let mut asked = Box::pin(database.run(move |connection| book::create_account(connection, &new)));
        tokio::select! {
            biased;
            _ = &mut asked => {}
            () = std::future::ready(()) => {}
        }
        drop(asked);
        let account = database.run(|connection| book::account(connection, "abandoned")).await;
        assert_eq!(account.unwrap().balance_cents, 0);
        drop(database);
        keeper.join().unwrap();
    }

    #[tokio::test]
    async fn beyond_the_limit_of_what_waits_requests_are_told_that_it_is_busy() {
        let (database, keeper) = start();
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let (begun, has_begun) = oneshot::channel();
        let blocked = tokio::spawn({
            let database = database.clone();
            async move {
                let wait_for_test = move |_: &mut Connection| {
                    let _ = begun.send(());
                    wait.recv().unwrap();
                    Ok(())
                };
                database.run(wait_for_test).await
            }
        });
        has_begun.await.unwrap();
        let waiting: Vec<_> = (0..WAITING)
            .map(|_| {
                let database = database.clone();
                tokio::spawn(async move { database.run(|connection| book::is_well(connection)).await })
            })
            .collect();
        while database.jobs.capacity() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(
            database.run(|connection| book::is_well(connection)).await,
            Err(Refusal::Busy)
        );
        go.send(()).unwrap();
        blocked.await.unwrap().unwrap();
        for request in waiting {
            request.await.unwrap().unwrap();
        }
        drop(database);
        keeper.join().unwrap();
    }

    #[tokio::test]
    async fn a_failure_of_sqlite_is_broken_and_only_the_log_has_the_details() {
        let (database, _keeper) = start();
        let error = database
            .run(|connection| Ok(connection.execute("DROP TABLE nothing", [])?))
            .await
            .unwrap_err();
        assert_eq!(error, Refusal::Broken);
        assert!(!error.to_string().contains("nothing"), "{error}");
    }

    #[test]
    fn the_name_for_memory_is_sqlites() {
        assert_eq!(Location::from(PathBuf::from(":memory:")), Location::Memory);
        assert_eq!(
            Location::from(PathBuf::from("./:memory:")),
            Location::File("./:memory:".into())
        );
    }
}
