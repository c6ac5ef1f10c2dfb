//! Reads two contents once, side by side, and computes sizes, SHA-256 digests and differences. Memory use is constant.

use std::sync::mpsc;
use std::thread;

use sha2::Digest as _;
use untrusted_input::digest::Sha256;

use crate::error::Result;

/// Bytes read at a time from each side. Both chunks fit into a core's own cache, where they are compared and hashed,
/// and the cost of the system calls is small.
const CHUNK_BYTES: usize = 128 * 1024;

/// Number of buffers that circulate between the two threads of [`Engine::compare_on_two_threads`].
const CHUNKS_IN_FLIGHT: usize = 8;

/// A source of bytes that is read once, from the start to the end.
pub trait ByteStream: Send {
    /// Reads the next bytes into `buffer` and returns their number. A number below `buffer.len()` means that the
    /// content has ended; every later call returns 0.
    ///
    /// # Errors
    /// When the content cannot be read, or has changed since the comparison began.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize>;
}

/// The size and digest of one content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The length in bytes.
    pub size_bytes: u64,
    /// The digest.
    pub sha256: Sha256,
}

/// Where two contents differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentDifference {
    /// Offset of the first byte that differs or that only one side has.
    pub first_differing_offset_bytes: u64,
    /// Number of positions at which the bytes differ, plus the bytes that only the longer side has.
    pub differing_bytes: u64,
}

/// The result of comparing two contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The original.
    pub original: Measured,
    /// The rebuild.
    pub rebuilt: Measured,
    /// Where they differ. `None` means that every byte was compared and is the same.
    pub difference: Option<ContentDifference>,
}

/// One worker's buffers, reused for each pair.
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
    /// Hashes one content that has no counterpart.
    ///
    /// # Errors
    /// When the content cannot be read.
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

    /// Compares two contents on this thread. The common prefix is hashed once; from the first differing chunk on, each
    /// side is hashed separately.
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
                    difference: differing.difference,
                });
            }
        }
    }

    /// Compares two contents with a thread for each side. For a pair so large that the other cores would wait for it.
    ///
    /// # Errors
    /// When either side cannot be read.
    pub fn compare_on_two_threads(&mut self, original: impl ByteStream, rebuilt: impl ByteStream) -> Result<Compared> {
        let (filled, arriving) = mpsc::channel();
        let (give_back, empty) = mpsc::channel();
        for _ in 0..CHUNKS_IN_FLIGHT {
            // Sending cannot fail: the receiver is in this scope.
            let _ = give_back.send(vec![0; CHUNK_BYTES]);
        }
        thread::scope(|scope| {
            let helper = scope.spawn(move || hash_and_pass_on(rebuilt, &empty, &filled));
            // This call owns its ends of the channels. If it fails, they close and the helper stops.
            let ours = self.compare_with_arriving(original, arriving, give_back);
            let theirs = helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            let (original, differing) = ours?;
            Ok(Compared {
                original,
                rebuilt: theirs?,
                difference: differing.difference,
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
            // There are no more chunks: the rebuild has ended, or its thread failed. The caller learns which by joining
            // it.
            let Ok(theirs) = arriving.recv() else {
                differing.add(ours, &[]);
                if count < CHUNK_BYTES {
                    return Ok((hash.finish(), differing));
                }
                continue;
            };
            differing.add(ours, &theirs.bytes[..theirs.count]);
            // Ignore an error: the helper may have ended already.
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
    // The loop ends early only if the other side has failed. The caller then ignores this result.
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

/// The differences in the bytes compared so far.
#[derive(Default)]
struct Differing {
    offset_bytes: u64,
    difference: Option<ContentDifference>,
}

impl Differing {
    /// Adds the next chunk of both sides and returns whether they are the same. A side that has ended passes an empty
    /// chunk.
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
        let difference = self.difference.get_or_insert(ContentDifference {
            first_differing_offset_bytes: start_bytes + first as u64,
            differing_bytes: 0,
        });
        difference.differing_bytes += count as u64;
        false
    }
}

#[cfg(test)]
mod tests;
