//! Checks that a file holds what was written to it.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::platform::pattern;
use super::{Problem, Verdict, expect};

const FILE_BYTES: usize = 1 << 18;

/// Writes a file that must not exist yet, reads it back through a second handle, and deletes it even on failure.
pub(super) fn write_and_read_back(path: &Path) -> Verdict {
    let unable = |doing: &str, error: &io::Error| {
        Problem::Unable(format!(
            "cannot {doing} '{}' ({}): name a new file in a folder that can be written to",
            path.display(),
            error.kind()
        ))
    };
    let written: Vec<u8> = pattern().take(FILE_BYTES).collect();
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|error| unable("create", &error))?;
    let found = file
        .write_all(&written)
        .and_then(|()| file.sync_all())
        .map_err(|error| unable("write", &error))
        .and_then(|()| read(path).map_err(|error| unable("read", &error)));
    drop(file);
    let deleted = fs::remove_file(path).map_err(|error| unable("delete", &error));
    let found = found?;
    deleted?;
    expect("the length of the file", found.whole.len(), FILE_BYTES)?;
    if found.whole != written {
        return Err(Problem::Wrong(format!(
            "'{}' holds other bytes than were written",
            path.display()
        )));
    }
    expect("the last byte of the file", Some(&found.last), written.last())?;
    Ok(format!("{} KiB written and read back", FILE_BYTES >> 10))
}

struct Found {
    whole: Vec<u8>,
    /// The last byte, read again after a seek.
    last: u8,
}

fn read(path: &Path) -> io::Result<Found> {
    let mut file = OpenOptions::new().read(true).open(path)?;
    let mut whole = Vec::new();
    file.read_to_end(&mut whole)?;
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(Found { whole, last: last[0] })
}
