//! A file that must stay what it was when its tree was read.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::PathBuf;

use crate::engine::Source;
use crate::error::{Error, Result};

/// A file that must have exactly the size it had when its tree was read.
#[derive(Debug)]
pub struct StampedFile {
    path: PathBuf,
    file: File,
    unread_bytes: u64,
    begun: bool,
}

impl StampedFile {
    pub(super) fn new(path: PathBuf, file: File, size_bytes: u64) -> Self {
        Self {
            path,
            file,
            unread_bytes: size_bytes,
            begun: false,
        }
    }

    pub(super) fn into_parts(self) -> (PathBuf, File) {
        (self.path, self.file)
    }
}

impl Source for StampedFile {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        // Once all of it is read nobody asks for more: had it grown, the last check of its tree would see that, and most
        // files of a large tree take one call this way instead of two. An empty one is asked: it may only say it is.
        while filled < buffer.len() && (self.unread_bytes > 0 || !self.begun) {
            self.begun = true;
            match self.file.read(&mut buffer[filled..]) {
                Ok(0) if self.unread_bytes > 0 => return Err(self.changed()),
                Ok(0) => break,
                Ok(count) => {
                    let unread_bytes = self.unread_bytes.checked_sub(count as u64);
                    self.unread_bytes = unread_bytes.ok_or_else(|| self.changed())?;
                    filled += count;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(cause) => return Err(Error::read(&self.path, cause)),
            }
        }
        Ok(filled)
    }
}

impl StampedFile {
    fn changed(&self) -> Error {
        Error::Changed {
            path: self.path.clone(),
        }
    }
}
