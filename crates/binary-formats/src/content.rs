//! Content that is read on demand: a file, a range of a file, or data unpacked from one.
//!
//! Memory use does not grow with the content: files stay on disk, and unpacked data beyond one MiB goes to a temporary
//! file. A read fails if the file has become shorter than it was when the comparison began.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use untrusted_input::InputError as _;
use untrusted_input::error::plain;

use crate::error::{Error, Result};

/// Unpacked data up to this size stays in memory.
pub(crate) const IN_MEMORY_BYTES: usize = 1 << 20;

/// Chunk size of sequential reads.
pub const CHUNK_BYTES: usize = 128 * 1024;

/// A run of bytes. Clones and slices share the underlying file or buffer.
#[derive(Clone, Debug)]
pub struct Content {
    backing: Arc<Backing>,
    start: u64,
    length: u64,
}

#[derive(Debug)]
enum Backing {
    /// The file being examined. Offsets in it mean something to people.
    Original { path: PathBuf, file: File },
    /// Unpacked data that is too large for memory. The file is unlinked, so it disappears with its last user.
    Unpacked(File),
    /// Small unpacked data.
    Memory(Vec<u8>),
}

impl Content {
    /// The content of a file of `length` bytes. `path` is only used in messages.
    pub fn file(path: PathBuf, file: File, length: u64) -> Self {
        Self::over(Backing::Original { path, file }, length)
    }

    /// Content that is in memory.
    pub fn memory(bytes: Vec<u8>) -> Self {
        let length = bytes.len() as u64;
        Self::over(Backing::Memory(bytes), length)
    }

    fn over(backing: Backing, length: u64) -> Self {
        Self {
            backing: Arc::new(backing),
            start: 0,
            length,
        }
    }

    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// A slice of it, clipped to its end.
    pub fn slice(&self, range: Range<u64>) -> Self {
        let start = range.start.min(self.length);
        let end = range.end.clamp(start, self.length);
        Self {
            backing: Arc::clone(&self.backing),
            start: self.start + start,
            length: end - start,
        }
    }

    /// The path of the underlying file, for messages; empty for unpacked data.
    pub(crate) fn path(&self) -> &Path {
        match &*self.backing {
            Backing::Original { path, .. } => path,
            Backing::Unpacked(_) | Backing::Memory(_) => Path::new(""),
        }
    }

    /// File offset of its byte `at`; `None` for unpacked data, which has no place in the file.
    pub fn offset_in_file(&self, at: u64) -> Option<u64> {
        match *self.backing {
            Backing::Original { .. } => Some(self.start + at),
            Backing::Unpacked(_) | Backing::Memory(_) => None,
        }
    }

    /// Fills `buffer` from the offset `at`. Returns the number of bytes read, which is smaller only at the end.
    ///
    /// # Errors
    /// When the file cannot be read or has become shorter.
    pub fn read(&self, at: u64, buffer: &mut [u8]) -> Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(at)).unwrap_or(usize::MAX);
        let count = buffer.len().min(left);
        if count == 0 {
            return Ok(0);
        }
        let buffer = &mut buffer[..count];
        let at = self.start + at;
        match &*self.backing {
            Backing::Memory(bytes) => {
                let at = at as usize;
                buffer.copy_from_slice(&bytes[at..at + count]);
            }
            Backing::Original { path, file } => {
                file.read_exact_at(buffer, at).map_err(|cause| match cause.kind() {
                    ErrorKind::UnexpectedEof => Error::changed(path),
                    _ => Error::read(path, cause),
                })?;
            }
            Backing::Unpacked(file) => file.read_exact_at(buffer, at).map_err(Error::temporary)?,
        }
        Ok(count)
    }

    /// The `length` bytes at `at`, or fewer at the end of the content. The caller bounds `length`.
    ///
    /// # Errors
    /// As [`Content::read`].
    pub fn bytes(&self, at: u64, length: usize) -> Result<Vec<u8>> {
        let left = self.length.saturating_sub(at);
        let mut bytes = vec![0; usize::try_from(left).unwrap_or(usize::MAX).min(length)];
        let count = self.read(at, &mut bytes)?;
        bytes.truncate(count);
        Ok(bytes)
    }

    /// The bytes from `at` up to the first NUL, exclusive; `None` if there is no NUL within `longest` bytes.
    ///
    /// # Errors
    /// As [`Content::read`].
    pub(crate) fn text(&self, at: u64, longest: usize) -> Result<Option<Vec<u8>>> {
        let mut text = Vec::new();
        // Most texts are short, and there may be many.
        let mut next = 256;
        while text.len() < longest {
            let more = self.bytes(at + text.len() as u64, next.min(longest - text.len()))?;
            if let Some(end) = memchr::memchr(0, &more) {
                text.extend_from_slice(&more[..end]);
                return Ok(Some(text));
            }
            if more.is_empty() {
                break;
            }
            text.extend(more);
            next *= 2;
        }
        Ok(None)
    }

    /// A buffer for sequential reads, no larger than the content.
    pub fn buffer(&self) -> Vec<u8> {
        vec![0; usize::try_from(self.length).map_or(CHUNK_BYTES, |length| length.min(CHUNK_BYTES))]
    }

    /// Calls `take` with each chunk and its offset, in order.
    ///
    /// # Errors
    /// As [`Content::read`].
    pub(crate) fn each_chunk(&self, mut take: impl FnMut(u64, &[u8])) -> Result<()> {
        let mut buffer = self.buffer();
        let mut at = 0;
        while at < self.length {
            let count = self.read(at, &mut buffer)?;
            take(at, &buffer[..count]);
            at += count as u64;
        }
        Ok(())
    }

    /// Whether it is empty or all zeros.
    ///
    /// # Errors
    /// As [`Content::read`].
    pub(crate) fn is_zero(&self) -> Result<bool> {
        let mut is_zero = true;
        self.each_chunk(|_, chunk| is_zero &= chunk.iter().all(|byte| *byte == 0))?;
        Ok(is_zero)
    }

    /// Whether both hold the same bytes.
    ///
    /// # Errors
    /// As [`Content::read`].
    pub fn equals(&self, other: &Self) -> Result<bool> {
        if self.length != other.length {
            return Ok(false);
        }
        let (mut ours, mut theirs) = (self.buffer(), self.buffer());
        let mut at = 0;
        while at < self.length {
            let count = self.read(at, &mut ours)?;
            other.read(at, &mut theirs)?;
            if ours[..count] != theirs[..count] {
                return Ok(false);
            }
            at += count as u64;
        }
        Ok(true)
    }
}

/// Collects unpacked data: in memory while it is small, then in a temporary file.
#[derive(Default)]
pub(crate) struct Collector {
    memory: Vec<u8>,
    file: Option<File>,
    length: u64,
}

impl Collector {
    /// Appends bytes.
    ///
    /// # Errors
    /// When the temporary folder does not take them.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.length += bytes.len() as u64;
        if self.file.is_none() && self.memory.len() + bytes.len() > IN_MEMORY_BYTES {
            let mut file = tempfile::tempfile().map_err(plain)?;
            file.write_all(&std::mem::take(&mut self.memory))?;
            self.file = Some(file);
        }
        match &mut self.file {
            Some(file) => file.write_all(bytes),
            None => {
                self.memory.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    /// The collected content.
    pub(crate) fn finish(self) -> Content {
        match self.file {
            Some(file) => Content::over(Backing::Unpacked(file), self.length),
            None => Content::memory(self.memory),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_clipped_and_keep_their_place_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, b"0123456789").unwrap();
        let file = Content::file(path.clone(), File::open(&path).unwrap(), 10);
        let slice = file.slice(2..8).slice(3..99);
        assert_eq!(slice.bytes(0, 99).unwrap(), b"567");
        assert_eq!(slice.offset_in_file(1), Some(6));
        assert_eq!(slice.bytes(3, 9).unwrap(), b"");
        assert_eq!(file.slice(12..20).length(), 0);
        assert_eq!(Content::memory(vec![1]).offset_in_file(0), None);
    }

    #[test]
    fn a_file_that_became_shorter_is_an_error_and_not_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, b"0123").unwrap();
        let file = Content::file(path.clone(), File::open(&path).unwrap(), 10);
        assert!(matches!(file.bytes(0, 10), Err(Error::Changed { .. })));
    }

    #[test]
    fn what_is_collected_reads_the_same_from_memory_and_from_the_disk() {
        for length in [0, 5, IN_MEMORY_BYTES, IN_MEMORY_BYTES + 1, 3 * IN_MEMORY_BYTES] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let mut collector = Collector::default();
            for chunk in bytes.chunks(100_003) {
                collector.push(chunk).unwrap();
            }
            let content = collector.finish();
            assert_eq!(content.bytes(0, length + 1).unwrap(), bytes, "{length}");
            assert!(content.equals(&Content::memory(bytes)).unwrap());
        }
    }

    #[test]
    fn contents_are_equal_only_to_the_last_byte() {
        let content = Content::memory(vec![1; 300_000]);
        let mut other = vec![1; 300_000];
        other[299_999] = 2;
        assert!(!content.equals(&Content::memory(other)).unwrap());
        assert!(!content.equals(&content.slice(0..299_999)).unwrap());
        assert!(content.equals(&content.clone()).unwrap());
    }
}
