//! A file that must stay what it was when its tree was read.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::PathBuf;

use rustix::fs::fstat;

use super::entry::Stamp;
use crate::engine::ByteStream;
use crate::error::{Error, Result};

/// A file that must be what it was when its tree was read, until the last byte of it is read.
#[derive(Debug)]
pub struct StampedFile {
    path: PathBuf,
    file: File,
    stamp: Stamp,
    unread_bytes: u64,
    begun: bool,
}

impl StampedFile {
    /// A file that was just opened; the `stamp` is what its tree has for it.
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

    /// Its path, for messages, and the open file, for whoever reads it at places of their own. That it still is what it was is
    /// then for its tree to check, once they are done.
    pub fn into_parts(self) -> (PathBuf, File) {
        (self.path, self.file)
    }
}

impl ByteStream for StampedFile {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        // Once all of it is read nobody asks for more: had it grown, its stamp would be another. An empty one is asked: it
        // may only say it is.
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
    /// That the open file is still what it was; whether its path still leads to it is for its tree to check.
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
