//! Mach-O images for 64-bit ARM with a section, a symbol and a UUID, signed or not.

use crate::Bytes;

/// A program for macOS.
#[derive(Clone)]
pub struct MachO {
    /// The UUID in `LC_UUID`.
    pub uuid: [u8; 16],
    /// The content of the section `__TEXT,__text`.
    pub text: Vec<u8>,
    /// The segment, name and content of further sections.
    pub more: Vec<(&'static str, &'static str, Vec<u8>)>,
    /// The time of the object file that a debug symbol names.
    pub object_secs: usize,
    /// The signature's identifier, and the bytes in place of its page digests.
    pub signature: Option<(&'static str, [u8; 32])>,
}

impl Default for MachO {
    fn default() -> Self {
        Self {
            uuid: [5; 16],
            text: (0..80).collect(),
            more: Vec::new(),
            object_secs: 1_700_000_000,
            signature: Some(("server", [3; 32])),
        }
    }
}

const HEADER_BYTES: usize = 32;
const SECTION_BYTES: usize = 80;
const LINKEDIT_COMMAND_BYTES: usize = 72;
const SYMBOLS_COMMAND_BYTES: usize = 24;
const UUID_COMMAND_BYTES: usize = 24;
const VERSION_COMMAND_BYTES: usize = 24;
const LIBRARY_COMMAND_BYTES: usize = 56;
const STRINGS: &[u8] = b"\0/build/server.o\0";

/// The layout of an image.
struct Layout {
    /// The offset of `__LINKEDIT`, which begins with the symbol.
    linked_at: usize,
    strings_at: usize,
    signature_at: usize,
    end: usize,
}

/// Increases a number of 4 bytes.
fn increase(bytes: &mut [u8], at: usize, more: usize, big_endian: bool) {
    let mut word: [u8; 4] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    word = if big_endian {
        (u32::from_be_bytes(word) + more as u32).to_be_bytes()
    } else {
        (u32::from_le_bytes(word) + more as u32).to_le_bytes()
    };
    bytes[at..at + 4].copy_from_slice(&word);
}

impl MachO {
    /// The offset of the signature.
    pub fn signature_at(&self) -> usize {
        self.layout().signature_at
    }

    /// The segment, name and content of each section.
    fn sections(&self) -> Vec<(&'static str, &'static str, Vec<u8>)> {
        [&[("__TEXT", "__text", self.text.clone())], &self.more[..]].concat()
    }

    /// The length of the command of the segment with all sections.
    fn text_command_bytes(&self) -> usize {
        72 + SECTION_BYTES * self.sections().len()
    }

    /// The offset of the first section.
    fn headers_bytes(&self) -> usize {
        if self.more.is_empty() { 0x200 } else { 0x400 }
    }

    fn layout(&self) -> Layout {
        let lengths = self
            .sections()
            .into_iter()
            .map(|(_, _, bytes)| bytes.len().next_multiple_of(16));
        let linked_at = self.headers_bytes() + lengths.sum::<usize>();
        let strings_at = linked_at + 16;
        let linked_end = strings_at + STRINGS.len();
        let signature_at = linked_end.next_multiple_of(16);
        let end = self.signature().map_or(linked_end, |it| signature_at + it.len());
        Layout {
            linked_at,
            strings_at,
            signature_at,
            end,
        }
    }

    /// The bytes of the image. If it is signed, the signature has the right digest of each page of 4096 bytes.
    pub fn sealed(&self) -> Vec<u8> {
        let mut bytes = self.bytes();
        if self.signature.is_none() {
            return bytes;
        }
        let at = self.signature_at();
        let pages = at.div_ceil(4096);
        let directory = at + 20;
        let longer = 32 * (pages - 1);
        // These lengths follow: the directory's, and the signature's in itself, in its load command and in its segment.
        increase(&mut bytes, at + 4, longer, true);
        increase(&mut bytes, directory + 4, longer, true);
        increase(&mut bytes, directory + 28, pages - 1, true);
        increase(&mut bytes, directory + 32, at - 0x200, true);
        let linkedit = HEADER_BYTES + self.text_command_bytes();
        let command = linkedit
            + LINKEDIT_COMMAND_BYTES
            + SYMBOLS_COMMAND_BYTES
            + UUID_COMMAND_BYTES
            + VERSION_COMMAND_BYTES
            + LIBRARY_COMMAND_BYTES;
        increase(&mut bytes, command + 12, longer, false);
        increase(&mut bytes, linkedit + 48, longer, false);
        let hashes_at = bytes.len() - 32;
        let digests: Vec<u8> = bytes[..at]
            .chunks(4096)
            .flat_map(<sha2::Sha256 as sha2::Digest>::digest)
            .collect();
        bytes.splice(hashes_at.., digests);
        bytes
    }

    /// The bytes of the image. If it is signed, the digests are those in `signature`.
    pub fn bytes(&self) -> Vec<u8> {
        let layout = self.layout();
        let signature = self.signature();
        let mut commands = self.commands(&layout);
        let mut count = 6;
        if let Some(signature) = &signature {
            commands.u32s(&[0x1d, 16, layout.signature_at, signature.len()]);
            count += 1;
        }
        let mut file = Bytes::default();
        file.u32s(&[0xfeed_facf, 0x0100_000c, 0, 2]);
        file.u32s(&[count, commands.len(), 0x20_0085, 0]);
        let length = self.headers_bytes() - file.len();
        file.fixed(&commands.0, length);
        for (_, _, bytes) in self.sections() {
            file.add(bytes).align(16);
        }
        file.u32(1).u8(0x66).u8(0).u16(1).u64(self.object_secs);
        file.add(STRINGS);
        if let Some(signature) = signature {
            file.align(16).add(signature);
        }
        file.0
    }

    /// The load commands, except that of the signature.
    fn commands(&self, layout: &Layout) -> Bytes {
        let Layout {
            linked_at,
            strings_at,
            end,
            ..
        } = *layout;
        let mut commands = Bytes::default();
        commands.u32(0x19).u32(self.text_command_bytes()).fixed("__TEXT", 16);
        commands.u64s(&[0x1_0000_0000, 0x4000, 0, linked_at]);
        commands.u32s(&[5, 5, self.sections().len(), 0]);
        let mut at = self.headers_bytes();
        for (segment, section, bytes) in self.sections() {
            commands.fixed(section, 16).fixed(segment, 16);
            commands.u64s(&[0x1_0000_0000 + at, bytes.len()]);
            commands.u32(at).u32(4).u64(0).u32(0).u32(0).u64(0);
            at += bytes.len().next_multiple_of(16);
        }
        commands.u32(0x19).u32(LINKEDIT_COMMAND_BYTES).fixed("__LINKEDIT", 16);
        commands.u64s(&[0x1_0000_4000, 0x4000, linked_at, end - linked_at]);
        commands.u32s(&[1, 1, 0, 0]);
        commands.u32s(&[2, SYMBOLS_COMMAND_BYTES, linked_at, 1, strings_at, STRINGS.len()]);
        commands.u32(0x1b).u32(UUID_COMMAND_BYTES).add(self.uuid);
        commands.u32s(&[0x32, VERSION_COMMAND_BYTES, 1, 0xb_0000, 0xe_0000, 0]);
        commands.u32s(&[0xc, LIBRARY_COMMAND_BYTES, 24, 2, 0x54c_0000, 0x1_0000]);
        commands.fixed("/usr/lib/libSystem.B.dylib", 32);
        commands
    }

    /// An ad-hoc signature with one code directory.
    fn signature(&self) -> Option<Vec<u8>> {
        let (identifier, hashes) = self.signature?;
        let hashes_at = 44 + identifier.len() + 1;
        let mut directory = Bytes::default();
        directory.big_u32s(&[0xfade_0c02, hashes_at + 32, 0x2_0001, 0x2_0002, hashes_at, 44]);
        directory.big_u32s(&[0, 1, 0x200]);
        directory.add([32, 2, 0, 12]).big_u32(0);
        directory.add(identifier).u8(0).add(hashes);
        let mut blob = Bytes::default();
        blob.big_u32s(&[0xfade_0cc0, 20 + directory.len(), 1, 0, 20]);
        blob.add(&directory.0);
        Some(blob.0)
    }
}

/// A universal file of images with the right digests.
pub fn universal(images: &[MachO]) -> Vec<u8> {
    let images: Vec<_> = images.iter().map(MachO::sealed).collect();
    universal_of(&images)
}

/// A universal file, laid out as lipo does.
pub fn universal_of(images: &[Vec<u8>]) -> Vec<u8> {
    let mut header = Bytes::default();
    let mut content = Bytes::default();
    header.big_u32(0xcafe_babe).big_u32(images.len());
    for image in images {
        content.align(0x100);
        header.big_u32s(&[0x0100_000c, 0, 0x100 + content.len(), image.len(), 8]);
        content.add(image);
    }
    let mut file = Bytes::default();
    file.fixed(&header.0, 0x100).add(&content.0);
    file.0
}
