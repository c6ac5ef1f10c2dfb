//! The schema as a list of migrations, and the record of which ones a database has had.
//!
//! A migration never changes after its release. A database records each one with the digest of its text. If it records
//! a different text, or a migration that this program does not know, it is refused and left as it is.

use std::fmt;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use sha2::{Digest, Sha256};

/// One migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The file's name without `.sql`: a four-digit number, counting from 1, and a short description.
    pub name: &'static str,
    /// The SQL statements.
    pub sql: &'static str,
}

/// The migrations with these names, with their statements read from the files.
macro_rules! migrations {
    ($($name:literal)*) => {
        &[$(Migration {
            name: $name,
            sql: include_str!(concat!("../migrations/", $name, ".sql")),
        }),*]
    };
}

/// Every migration, in order.
pub const MIGRATIONS: &[Migration] = migrations!(
    "0001-accounts"
    "0002-transfers"
    "0003-transfers-are-final"
);

/// SQLite's `application_id` of a ledger, "sbLg". It distinguishes a ledger from another program's database.
pub const APPLICATION_ID: i32 = 0x7362_4c67;

impl Migration {
    /// The digest of its text, which a database records.
    ///
    /// NB: line ends are normalised to LF, so that the digest does not depend on the checkout.
    pub fn sha256(&self) -> String {
        format!("{:x}", Sha256::digest(self.sql.replace("\r\n", "\n")))
    }
}

/// Why a database cannot be brought to this program's schema.
#[derive(Debug)]
pub enum MigrationError {
    /// The database belongs to another program.
    Foreign,
    /// The database records a migration that this program does not know. Holds its name.
    Unknown(String),
    /// The database records a migration with a different text. Holds its name.
    Changed(String),
    /// SQLite failed.
    Failed(rusqlite::Error),
}

impl fmt::Display for MigrationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign => write!(formatter, "is another program's: name another file with --database"),
            Self::Unknown(name) => write!(
                formatter,
                "has the migration '{name}', which this program does not know: use the newer version that made it"
            ),
            Self::Changed(name) => write!(
                formatter,
                "was migrated with a different text of '{name}': use the version that made it"
            ),
            Self::Failed(error) => write!(
                formatter,
                "cannot be migrated ({error}): restore it from a backup, or name another file with --database"
            ),
        }
    }
}

impl std::error::Error for MigrationError {}

impl From<rusqlite::Error> for MigrationError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

/// Runs the missing migrations, each in its own transaction; returns their number.
///
/// If several processes start on one file, each migration is run by one of them, and the others see its record.
///
/// # Errors
///
/// [`MigrationError`]. The migrations before the failed one remain; the failed one is rolled back.
pub fn migrate(connection: &mut Connection, migrations: &[Migration]) -> Result<usize, MigrationError> {
    claim(connection)?;
    let mut taken = 0;
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let Some(next) = next(&transaction, migrations)? else {
            return Ok(taken);
        };
        transaction.execute_batch(next.sql)?;
        transaction.execute(
            "INSERT INTO migrations (name, sha256) VALUES (?1, ?2)",
            params![next.name, next.sha256()],
        )?;
        transaction.commit()?;
        taken += 1;
    }
}

/// Whether the database is marked as a ledger. An empty one is not yet. Does not write.
///
/// # Errors
///
/// [`MigrationError::Foreign`] if it belongs to another program.
pub fn is_claimed(connection: &Connection) -> Result<bool, MigrationError> {
    // NB: one statement reads both values, or another process could claim the file in between.
    let (id, objects): (i32, i64) = connection.query_row(
        "SELECT application_id, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    match (id, objects) {
        (APPLICATION_ID, _) => Ok(true),
        (0, 0) => Ok(false),
        _ => Err(MigrationError::Foreign),
    }
}

/// Marks an empty database as a ledger.
fn claim(connection: &mut Connection) -> Result<(), MigrationError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if is_claimed(&transaction)? {
        return Ok(());
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.execute_batch(
        "CREATE TABLE migrations (
             number INTEGER PRIMARY KEY,
             name TEXT NOT NULL UNIQUE,
             sha256 TEXT NOT NULL
         ) STRICT",
    )?;
    Ok(transaction.commit()?)
}

/// Compares the recorded migrations with `migrations`; returns the first missing one.
fn next<'a>(
    transaction: &Transaction<'_>,
    migrations: &'a [Migration],
) -> Result<Option<&'a Migration>, MigrationError> {
    let mut expected = migrations.iter();
    let mut statement = transaction.prepare("SELECT name, sha256 FROM migrations ORDER BY number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (name, sha256): (String, String) = (row.get(0)?, row.get(1)?);
        match expected.next() {
            Some(migration) if migration.name != name => return Err(MigrationError::Unknown(name)),
            Some(migration) if migration.sha256() != sha256 => {
                return Err(MigrationError::Changed(name));
            }
            Some(_) => {}
            None => return Err(MigrationError::Unknown(name)),
        }
    }
    Ok(expected.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> Connection {
        Connection::open_in_memory().unwrap()
    }

    fn recorded(connection: &Connection) -> Vec<String> {
        connection
            .prepare("SELECT name FROM migrations ORDER BY number")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    fn all() -> Vec<&'static str> {
        MIGRATIONS.iter().map(|migration| migration.name).collect()
    }

    #[test]
    fn the_numbers_count_from_1_and_every_file_of_the_folder_is_in_the_list() {
        for (index, name) in all().into_iter().enumerate() {
            assert!(name.starts_with(&format!("{:04}-", index + 1)), "{name}");
        }
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let listed: Vec<String> = all().iter().map(|name| format!("{name}.sql")).collect();
        assert_eq!(files, listed);
    }

    /// These migrations are released. Only adding a line here is correct; changing one is a mistake.
    #[test]
    fn no_migration_has_changed_since_its_release() {
        let digests: Vec<String> = MIGRATIONS
            .iter()
            .map(|migration| format!("{} {}", &migration.sha256()[..16], migration.name))
            .collect();
        assert_eq!(
            digests,
            [
                "a0835df58b123407 0001-accounts",
                "dd33f86dc943a789 0002-transfers",
                "58e81bbfeac1c51b 0003-transfers-are-final",
            ]
        );
    }

    #[test]
    fn an_empty_database_takes_every_step_once() {
        let mut connection = memory();
        assert_eq!(migrate(&mut connection, MIGRATIONS).unwrap(), 3);
        assert_eq!(migrate(&mut connection, MIGRATIONS).unwrap(), 0);
        assert_eq!(recorded(&connection), all());
    }

    #[test]
    fn a_database_at_any_earlier_step_is_brought_up_to_the_same_schema() {
        let schema = |connection: &Connection| -> Vec<Option<String>> {
            connection
                .prepare("SELECT sql FROM sqlite_schema ORDER BY type, name")
                .unwrap()
                .query_map([], |row| row.get(0))
                .unwrap()
                .map(Result::unwrap)
                .collect()
        };
        let mut fresh = memory();
        migrate(&mut fresh, MIGRATIONS).unwrap();
        for behind in 0..=MIGRATIONS.len() {
            let mut connection = memory();
            assert_eq!(migrate(&mut connection, &MIGRATIONS[..behind]).unwrap(), behind);
            assert_eq!(migrate(&mut connection, MIGRATIONS).unwrap(), MIGRATIONS.len() - behind);
            assert_eq!(schema(&connection), schema(&fresh), "from step {behind}");
        }
    }

    #[test]
    fn a_newer_database_is_refused_and_its_migration_named() {
        let mut connection = memory();
        migrate(&mut connection, MIGRATIONS).unwrap();
        let error = migrate(&mut connection, &MIGRATIONS[..2]).unwrap_err();
        assert!(
            matches!(&error, MigrationError::Unknown(name) if name == "0003-transfers-are-final"),
            "{error}"
        );
        assert_eq!(recorded(&connection), all());
    }

    #[test]
    fn another_text_under_the_same_name_is_refused_before_anything_is_done() {
        let mut connection = memory();
        let other = Migration {
            name: MIGRATIONS[1].name,
            sql: "CREATE TABLE transfers (id INTEGER PRIMARY KEY) STRICT",
        };
        migrate(&mut connection, &[MIGRATIONS[0], other]).unwrap();
        let error = migrate(&mut connection, MIGRATIONS).unwrap_err();
        assert!(
            matches!(&error, MigrationError::Changed(name) if name == "0002-transfers"),
            "{error}"
        );
        assert_eq!(recorded(&connection), all()[..2]);
    }

    #[test]
    fn another_programs_database_is_refused_and_left_alone() {
        let mut with_table = memory();
        with_table.execute_batch("CREATE TABLE theirs (x)").unwrap();
        let mut with_id = memory();
        with_id.pragma_update(None, "application_id", 42).unwrap();
        for connection in [&mut with_table, &mut with_id] {
            let error = migrate(connection, MIGRATIONS).unwrap_err();
            assert!(matches!(error, MigrationError::Foreign), "{error}");
            assert!(connection.prepare("SELECT * FROM migrations").is_err());
        }
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_of_itself_and_all_of_those_before() {
        let mut connection = memory();
        let broken = Migration {
            name: "0002-broken",
            sql: "CREATE TABLE half (x); CREATE TABLE half (x);",
        };
        let error = migrate(&mut connection, &[MIGRATIONS[0], broken]).unwrap_err();
        assert!(matches!(error, MigrationError::Failed(_)), "{error}");
        assert_eq!(recorded(&connection), ["0001-accounts"]);
        assert!(connection.prepare("SELECT * FROM half").is_err());
        assert_eq!(migrate(&mut connection, MIGRATIONS).unwrap(), 2);
    }

    #[test]
    fn line_ends_of_a_checkout_do_not_matter() {
        let windows = Migration {
            name: "0001-x",
            sql: "SELECT 1;\r\nSELECT 2;\r\n",
        };
        let unix = Migration {
            name: "0001-x",
            sql: "SELECT 1;\nSELECT 2;\n",
        };
        assert_eq!(windows.sha256(), unix.sha256());
    }
}
