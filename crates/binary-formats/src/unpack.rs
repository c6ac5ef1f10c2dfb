//! Unpacks deflate streams within limits.

use flate2::{Decompress, FlushDecompress, Status};

use crate::content::{CHUNK_BYTES, Collector, Content};
use crate::context::Context;
use crate::error::{MapFailure, malformed};
use crate::map::Packing;

/// Any stream may unpack to this many bytes, whatever its expansion ratio.
const FREE_BYTES: u64 = 1 << 20;

/// Size of the first chunk. Each further chunk is twice as large, up to [`CHUNK_BYTES`].
const FIRST_CHUNK_BYTES: usize = 4096;

/// An unpacked stream.
pub struct Unpacked {
    /// The content.
    pub content: Content,
    /// Length of the packed stream in bytes.
    pub packed_bytes: u64,
}

/// Unpacks the stream that begins at `start`, and ignores what follows it.
///
/// # Errors
/// When the content cannot be read, when its stream is damaged or cut off, or when it unpacks to more than the limits
/// or the temporary folder allow.
pub fn unpack(packing: Packing, content: &Content, start: u64, context: &mut Context) -> Result<Unpacked, MapFailure> {
    let mut stream = Decompress::new(packing == Packing::Zlib);
    // Start small: a file may hold tens of thousands of tiny streams.
    let mut chunk_bytes = FIRST_CHUNK_BYTES;
    let mut output = vec![0; chunk_bytes];
    let mut collector = Collector::default();
    loop {
        let (packed_before, unpacked_before) = (stream.total_in(), stream.total_out());
        let input = content.bytes(start + packed_before, chunk_bytes)?;
        let status = stream
            .decompress(&input, &mut output, FlushDecompress::None)
            .map_err(|error| malformed(format!("its deflate stream is damaged: {error}")))?;
        let count = stream.total_out() - unpacked_before;
        context.unpacked_bytes_left = context
            .unpacked_bytes_left
            .checked_sub(count)
            .ok_or_else(|| malformed("it unpacks to more than is allowed for one file"))?;
        let allowed = FREE_BYTES.saturating_add((stream.total_in()).saturating_mul(context.limits.expansion_ratio));
        if stream.total_out() > allowed {
            return Err(malformed(format!(
                "it unpacks to more than {} times its size",
                context.limits.expansion_ratio
            )));
        }
        collector
            .push(&output[..count as usize])
            .map_err(|cause| malformed(format!("there is no room to unpack it: {cause}")))?;
        if status == Status::StreamEnd {
            return Ok(Unpacked {
                packed_bytes: stream.total_in(),
                content: collector.finish(),
            });
        }
        if count == 0 && stream.total_in() == packed_before {
            return Err(malformed("its deflate stream is cut off"));
        }
        if chunk_bytes < CHUNK_BYTES {
            chunk_bytes *= 2;
            output.resize(chunk_bytes, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;
    use crate::Limits;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpack(bytes: &[u8], limits: Limits) -> Result<(Vec<u8>, u64), String> {
        let mut context = Context::new(limits, bytes.len() as u64);
        match super::unpack(Packing::Zlib, &Content::memory(bytes.to_vec()), 0, &mut context) {
            Ok(unpacked) => {
                let length = unpacked.content.length() as usize;
                Ok((unpacked.content.bytes(0, length).unwrap(), unpacked.packed_bytes))
            }
            Err(MapFailure::Malformed(why)) => Err(why),
            Err(MapFailure::Unreadable(error)) => panic!("{error}"),
        }
    }

    #[test]
    fn a_stream_is_unpacked_to_its_end_and_no_further() {
        let bytes: Vec<u8> = (0..700_000_u32).flat_map(u32::to_le_bytes).collect();
        let mut stream = packed(&bytes);
        let length = stream.len() as u64;
        stream.extend(b"what follows");
        let limits = Limits::default();
        assert_eq!(unpack(&stream, limits).unwrap(), (bytes, length));
    }

    #[test]
    fn a_stream_cut_off_anywhere_is_an_error() {
        let stream = packed(b"some content that is packed, packed, packed");
        for length in 0..stream.len() {
            assert!(unpack(&stream[..length], Limits::default()).is_err(), "{length}");
        }
    }

    #[test]
    fn a_bomb_stops_at_either_limit() {
        let bomb = packed(&vec![0; 64 << 20]);
        let why = unpack(&bomb, Limits::default()).unwrap_err();
        assert!(why.contains("times its size"), "{why}");
        let limits = Limits {
            expansion_ratio: u64::MAX,
            unpacked_free_bytes: 1 << 20,
            ..Limits::default()
        };
        let why = unpack(&bomb, limits).unwrap_err();
        assert!(why.contains("more than is allowed"), "{why}");
        let small = Limits {
            unpacked_bytes: 3 << 20,
            expansion_ratio: u64::MAX,
            ..Limits::default()
        };
        let why = unpack(&bomb, small).unwrap_err();
        assert!(why.contains("more than is allowed"), "{why}");
    }
}
