//! A file that must not have changed since its tree was read.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::PathBuf;

use rustix::fs::fstat;
use untrusted_input::InputError as _;

use super::entry::Stamp;
use crate::engine::ByteStream;
use crate::error::{Error, Result};

/// An open file. Reading it fails if it has changed since its tree was read.
#[derive(Debug)]
pub struct StampedFile {
    path: PathBuf,
    file: File,
    stamp: Stamp,
    unread_bytes: u64,
    begun: bool,
}

impl StampedFile {
    /// Takes a file that was just opened, with the `stamp` that its tree has for it.
    pub(super) fn new(path: PathBuf, file: File, stamp: Stamp, size_bytes: u64) -> Result<Self> {
        let opened = Self {
            path,
            file,
            stamp,
            unread_bytes: size_bytes,
            begun: false,
        };
        opened.check_stamp()?;
        Ok(opened)
    }

    /// The path for messages, and the open file for random access. The caller has to call
    /// [`Tree::check_unchanged`](super::Tree::check_unchanged) after the last read.
    pub fn into_parts(self) -> (PathBuf, File) {
        (self.path, self.file)
    }
}

impl ByteStream for StampedFile {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        // Stop once all bytes are read: if the file had grown, its stamp would differ. Read a file of size 0 once
        // anyway: files under /proc report 0.
        while filled < buffer.len() && (self.unread_bytes > 0 || !self.begun) {
            self.begun = true;
            match self.file.read(&mut buffer[filled..]) {
                Ok(0) if self.unread_bytes > 0 => return Err(self.changed()),
                Ok(0) => break,
                Ok(count) => {
                    let unread_bytes = self.unread_bytes.checked_sub(count as u64);
                    self.unread_bytes = unread_bytes.ok_or_else(|| self.changed())?;
                    filled += count;
                    if self.unread_bytes == 0 {
                        self.check_stamp()?;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(cause) => return Err(Error::read(&self.path, cause)),
            }
        }
        Ok(filled)
    }
}

impl StampedFile {
    /// Checks that the open file is unchanged. The tree checks that the path still leads to it.
    fn check_stamp(&self) -> Result<()> {
        let stat = fstat(&self.file).map_err(|cause| Error::read(&self.path, cause.into()))?;
        if Stamp::of(&stat) == self.stamp {
            Ok(())
        } else {
            Err(self.changed())
        }
    }

    fn changed(&self) -> Error {
        Error::changed(&self.path)
    }
}
