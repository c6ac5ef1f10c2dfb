//! Reads two contents once, side by side: their sizes, their SHA-256, where they differ. Memory use is constant.

use std::sync::mpsc;
use std::thread;

use sha2::Digest as _;
use untrusted_input::digest::Sha256;

use crate::error::Result;

/// Bytes read at a time from each side: small enough for both to stay in a core's own cache, where they are compared
/// and hashed, and large enough for the calls not to count.
const CHUNK_BYTES: usize = 128 * 1024;

/// Chunks on their way between the two threads of [`Engine::compare_on_two_threads`].
const CHUNKS_IN_FLIGHT: usize = 8;

/// Anything with content: a file today, a member of an archive tomorrow.
pub trait ByteStream: Send {
    /// Fills `buffer` from where the last call stopped and returns how many bytes that were. Fewer than `buffer.len()`
    /// means that the content has ended, and every later call returns 0.
    ///
    /// # Errors
    /// When the content cannot be read, or is not what it was when the comparison began.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize>;
}

/// What one content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Its length in bytes.
    pub size_bytes: u64,
    /// Its digest.
    pub sha256: Sha256,
}

/// Where two contents differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentDifference {
    /// Offset of the first byte that differs, or that only one side has.
    pub first_differing_offset_bytes: u64,
    /// Positions whose bytes differ, plus those that only the longer side has.
    pub differing_bytes: u64,
}

/// What comparing two contents found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The original.
    pub original: Measured,
    /// The rebuild.
    pub rebuilt: Measured,
    /// Where they differ; `None` only when every byte was compared and is the same.
    pub difference: Option<ContentDifference>,
}

/// One worker's buffers, used for one pair after the other.
pub struct Engine {
    original: Vec<u8>,
    rebuilt: Vec<u8>,
}

impl Default for Engine {
    fn default() -> Self {
        Self {
            original: vec![0; CHUNK_BYTES],
            rebuilt: vec![0; CHUNK_BYTES],
        }
    }
}

impl Engine {
    /// Measures one content that has no counterpart.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn measure(&mut self, mut source: impl ByteStream) -> Result<Measured> {
        let mut hash = Hash::default();
        loop {
            let count = source.fill(&mut self.original)?;
            hash.update(&self.original[..count]);
            if count < CHUNK_BYTES {
                return Ok(hash.finish());
            }
        }
    }

    /// Compares two contents on this thread. As long as both are the same bytes they have the same digest, so that
    /// prefix is hashed once; from the first difference on each side is hashed for itself.
    ///
    /// # Errors
    /// When either side cannot be read.
    pub fn compare(&mut self, mut original: impl ByteStream, mut rebuilt: impl ByteStream) -> Result<Compared> {
        let mut differing = Differing::default();
        let mut original_hash = Hash::default();
        let mut rebuilt_hash: Option<Hash> = None;
        loop {
            let original_count = original.fill(&mut self.original)?;
            let rebuilt_count = rebuilt.fill(&mut self.rebuilt)?;
            let (ours, theirs) = (&self.original[..original_count], &self.rebuilt[..rebuilt_count]);
            if !differing.add(ours, theirs) && rebuilt_hash.is_none() {
                rebuilt_hash = Some(original_hash.clone());
            }
            original_hash.update(ours);
            if let Some(hash) = &mut rebuilt_hash {
                hash.update(theirs);
            }
            if original_count < CHUNK_BYTES && rebuilt_count < CHUNK_BYTES {
                let original = original_hash.finish();
                let rebuilt = rebuilt_hash.map_or(original, Hash::finish);
                return Ok(Compared {
                    original,
                    rebuilt,
                    difference: differing.found,
                });
            }
        }
    }

    /// Compares two contents with a thread for each side, for the pair that would otherwise keep one core busy while
    /// the others have nothing left to do.
    ///
    /// # Errors
    /// When either side cannot be read.
    pub fn compare_on_two_threads(&mut self, original: impl ByteStream, rebuilt: impl ByteStream) -> Result<Compared> {
        let (filled, arriving) = mpsc::channel();
        let (give_back, empty) = mpsc::channel();
        for _ in 0..CHUNKS_IN_FLIGHT {
            // The receiver is in this very scope.
            let _ = give_back.send(vec![0; CHUNK_BYTES]);
        }
        thread::scope(|scope| {
            let helper = scope.spawn(move || hash_and_pass_on(rebuilt, &empty, &filled));
            // Takes its ends of the channels with it, so that the helper stops when this side fails.
            let ours = self.compare_with_arriving(original, arriving, give_back);
            let theirs = helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            let (original, differing) = ours?;
            Ok(Compared {
                original,
                rebuilt: theirs?,
                difference: differing.found,
            })
        })
    }

    fn compare_with_arriving(
        &mut self,
        mut original: impl ByteStream,
        arriving: mpsc::Receiver<Chunk>,
        give_back: mpsc::Sender<Vec<u8>>,
    ) -> Result<(Measured, Differing)> {
        let mut differing = Differing::default();
        let mut hash = Hash::default();
        loop {
            let count = original.fill(&mut self.original)?;
            let ours = &self.original[..count];
            hash.update(ours);
            // No more chunks: the rebuild has ended, or its thread failed, which the caller learns from joining it.
            let Ok(theirs) = arriving.recv() else {
                differing.add(ours, &[]);
                if count < CHUNK_BYTES {
                    return Ok((hash.finish(), differing));
                }
                continue;
            };
            differing.add(ours, &theirs.bytes[..theirs.count]);
            // The helper may be done and gone.
            let _ = give_back.send(theirs.bytes);
            if count < CHUNK_BYTES && theirs.count < CHUNK_BYTES {
                return Ok((hash.finish(), differing));
            }
        }
    }
}

struct Chunk {
    bytes: Vec<u8>,
    count: usize,
}

fn hash_and_pass_on(
    mut source: impl ByteStream,
    empty: &mpsc::Receiver<Vec<u8>>,
    filled: &mpsc::Sender<Chunk>,
) -> Result<Measured> {
    let mut hash = Hash::default();
    // Ends early only when the other side has failed, and then nobody looks at this result.
    while let Ok(mut bytes) = empty.recv() {
        let count = source.fill(&mut bytes)?;
        hash.update(&bytes[..count]);
        if filled.send(Chunk { bytes, count }).is_err() || count < CHUNK_BYTES {
            break;
        }
    }
    Ok(hash.finish())
}

#[derive(Clone, Default)]
struct Hash {
    size_bytes: u64,
    hasher: sha2::Sha256,
}

impl Hash {
    fn update(&mut self, bytes: &[u8]) {
        self.size_bytes += bytes.len() as u64;
        self.hasher.update(bytes);
    }

    fn finish(self) -> Measured {
        Measured {
            size_bytes: self.size_bytes,
            sha256: self.hasher.into(),
        }
    }
}

/// The differences so far, and how far that is.
#[derive(Default)]
struct Differing {
    offset_bytes: u64,
    found: Option<ContentDifference>,
}

impl Differing {
    /// Adds the next chunk of both sides; true when these are the same bytes. A side that has ended gives nothing.
    fn add(&mut self, original: &[u8], rebuilt: &[u8]) -> bool {
        let start_bytes = self.offset_bytes;
        self.offset_bytes += original.len().max(rebuilt.len()) as u64;
        if original == rebuilt {
            return true;
        }
        let common = original.len().min(rebuilt.len());
        let pairs = || original.iter().zip(rebuilt);
        let first = pairs().position(|(ours, theirs)| ours != theirs).unwrap_or(common);
        let count = pairs().filter(|(ours, theirs)| ours != theirs).count() + original.len().abs_diff(rebuilt.len());
        let found = self.found.get_or_insert(ContentDifference {
            first_differing_offset_bytes: start_bytes + first as u64,
            differing_bytes: 0,
        });
        found.differing_bytes += count as u64;
        false
    }
}

#[cfg(test)]
mod tests;
