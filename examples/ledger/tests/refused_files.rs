//! Files that are not, or no longer, a ledger of this program. Each is refused with 2 and left as it is.

use std::fs;
use std::path::Path;

use ledger::migrations::{MIGRATIONS, Migration, migrate};
use rusqlite::Connection;

use crate::support::{folder, run};

/// Asserts that serving and migrating refuse the file, and that its bytes do not change.
fn assert_refused(file: &Path, reason: &str) {
    let before = fs::read(file).unwrap();
    for arguments in [&[][..], &["--migrate-only"]] {
        let (code, stdout, stderr) = run(file, arguments);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
        assert!(
            stderr.starts_with(&format!("ledger: {}: {reason}", file.display())),
            "{stderr}"
        );
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(fs::read(file).unwrap() == before, "{} was changed", file.display());
    }
}

/// Creates a ledger with these migrations. The file is complete: SQLite leaves no log beside it.
fn database(file: &Path, migrations: &[Migration]) {
    let mut connection = Connection::open(file).unwrap();
    migrate(&mut connection, migrations).unwrap();
}

#[test]
fn text_is_no_database() {
    let file = folder("text").join("ledger.db");
    fs::write(&file, "not a database ".repeat(1000)).unwrap();
    assert_refused(&file, "is not an SQLite database: name another file with --database");
}

#[test]
fn a_damaged_page_is_found_wherever_it_is() {
    let file = folder("damaged").join("ledger.db");
    database(&file, MIGRATIONS);
    let whole = fs::read(&file).unwrap();
    let page = 4096;
    assert!(whole.len() > 2 * page);
    for start in (page..whole.len()).step_by(page) {
        let mut bytes = whole.clone();
        bytes[start..start + 16].fill(0xa5);
        fs::write(&file, &bytes).unwrap();
        assert_refused(&file, "is damaged: restore it from a backup");
    }
}

#[test]
fn a_file_that_was_cut_off_is_damaged() {
    let file = folder("cut").join("ledger.db");
    database(&file, MIGRATIONS);
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..4096]).unwrap();
    assert_refused(&file, "is damaged: restore it from a backup");
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let file = folder("foreign").join("ledger.db");
    let other = Connection::open(&file).unwrap();
    other.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(other);
    assert_refused(&file, "is another program's: name another file with --database");
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let file = folder("newer").join("ledger.db");
    let next = Migration {
        name: "0004-from-the-future",
        sql: "CREATE TABLE future (x)",
    };
    database(&file, &[MIGRATIONS, &[next]].concat());
    // Leave the file as a ledger does, for the comparison of bytes.
    let connection = Connection::open(&file).unwrap();
    connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
        .unwrap();
    drop(connection);
    assert_refused(
        &file,
        "has the migration '0004-from-the-future', which this program does not know",
    );
}

#[test]
fn a_database_that_another_text_of_a_migration_made_is_left_alone() {
    let file = folder("changed").join("ledger.db");
    let other = Migration {
        name: MIGRATIONS[2].name,
        sql: "CREATE TABLE other (x)",
    };
    database(&file, &[MIGRATIONS[0], MIGRATIONS[1], other]);
    let connection = Connection::open(&file).unwrap();
    connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
        .unwrap();
    drop(connection);
    assert_refused(
        &file,
        "was migrated with a different text of '0003-transfers-are-final'",
    );
}

#[test]
fn a_folder_that_is_not_there_and_one_in_the_files_place_are_refused() {
    let folder = folder("nowhere");
    for file in [folder.join("nothing").join("ledger.db"), folder] {
        let (code, _, stderr) = run(&file, &[]);
        assert_eq!(code, Some(2), "{stderr}");
        assert!(
            stderr.starts_with(&format!(
                "ledger: {}: cannot be opened for writing: name a file in a folder",
                file.display()
            )),
            "{stderr}"
        );
    }
}

/// Not even root can create a file there, so the test needs no other user.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_in_which_no_file_can_be_made_is_refused() {
    let (code, _, stderr) = run(Path::new("/proc/self/ledger.db"), &[]);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(
        stderr.starts_with("ledger: /proc/self/ledger.db: cannot be opened for writing"),
        "{stderr}"
    );
}
