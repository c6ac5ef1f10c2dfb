//! ELF files of either class and byte order, with sections, segments and notes.

use crate::Bytes;

/// `SHT_PROGBITS`: content that the program defines.
pub const PROGBITS: usize = 1;
/// `SHT_NOTE`: notes.
pub(crate) const NOTE: usize = 7;

/// An ELF file of either class and byte order.
#[derive(Clone, Default)]
pub struct Elf {
    /// `e_machine`.
    pub machine: usize,
    /// Whether the class is 32 bits.
    pub is_32: bool,
    /// Whether its numbers are big-endian.
    pub big_endian: bool,
    /// `EI_OSABI`.
    pub os_abi: u8,
    /// The name, type and content of each section.
    pub sections: Vec<(&'static str, usize, Vec<u8>)>,
    /// The type of each segment, and the section that it covers.
    pub segments: Vec<(usize, &'static str)>,
}

/// A buffer whose numbers have the byte order and the word size of a file.
pub(crate) struct Numbers {
    bytes: Bytes,
    is_32: bool,
    big_endian: bool,
}

impl Numbers {
    /// Adds bytes as they are.
    pub(crate) fn add(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.bytes.add(bytes);
        self
    }

    fn number(&mut self, value: usize, length: usize) -> &mut Self {
        let bytes = (value as u64).to_be_bytes();
        let mut bytes = bytes[8 - length..].to_vec();
        if !self.big_endian {
            bytes.reverse();
        }
        self.add(bytes)
    }

    /// Adds a number of 2 bytes.
    pub(crate) fn u16(&mut self, value: usize) -> &mut Self {
        self.number(value, 2)
    }

    /// Adds a number of 4 bytes.
    pub(crate) fn u32(&mut self, value: usize) -> &mut Self {
        self.number(value, 4)
    }

    /// Adds a number of 4 or 8 bytes, depending on the class.
    pub(crate) fn word(&mut self, value: usize) -> &mut Self {
        self.number(value, if self.is_32 { 4 } else { 8 })
    }

    /// The bytes.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes.0
    }
}

/// The sections of a file, laid out.
struct Laid {
    content: Bytes,
    headers: Vec<u8>,
    /// The name, the offset and the size in bytes of each.
    places: Vec<(&'static str, usize, usize)>,
}

impl Elf {
    /// A file with code, text, a build id and the name of a compiler. It has no segments.
    pub fn sample() -> Self {
        Self {
            machine: 62,
            sections: vec![
                (".text", PROGBITS, (0..64).collect()),
                (".rodata", PROGBITS, b"\0some text\0more\0".to_vec()),
                (".note.gnu.build-id", NOTE, note("GNU", 3, &[7; 20])),
                (
                    ".comment",
                    PROGBITS,
                    b"rustc version 1.85.0 (4d91de4e4 2025-02-17)\0".to_vec(),
                ),
            ],
            ..Self::default()
        }
    }

    /// Adds a section at the end. It replaces a section of the same name.
    #[must_use]
    pub fn with(mut self, name: &'static str, kind: usize, bytes: impl Into<Vec<u8>>) -> Self {
        self.sections.retain(|section| section.0 != name);
        self.sections.push((name, kind, bytes.into()));
        self
    }

    /// An empty buffer for numbers of this file.
    pub(crate) fn numbers(&self) -> Numbers {
        Numbers {
            bytes: Bytes::default(),
            is_32: self.is_32,
            big_endian: self.big_endian,
        }
    }

    /// A note in the byte order of this file.
    pub(crate) fn note(&self, name: &str, kind: usize, value: &[u8]) -> Vec<u8> {
        let mut note = self.numbers();
        note.u32(name.len() + 1).u32(value.len()).u32(kind);
        note.add(name).add([0]).bytes.align(4).add(value).align(4);
        note.finish()
    }

    /// The bytes of the file: header, program headers, sections, section headers.
    pub fn bytes(&self) -> Vec<u8> {
        let laid = self.lay_sections();
        let mut file = self.header(&laid);
        self.add_program_headers(&mut file, &laid);
        file.add(&laid.content.0);
        if !self.sections.is_empty() {
            file.add(&laid.headers);
        }
        file.finish()
    }

    /// The sizes in bytes of the header, of a program header and of a section header.
    fn header_bytes(&self) -> (usize, usize, usize) {
        if self.is_32 { (52, 32, 40) } else { (64, 56, 64) }
    }

    /// The offset of the first section.
    fn start(&self) -> usize {
        let (header_bytes, program_header_bytes, _) = self.header_bytes();
        header_bytes + program_header_bytes * self.segments.len()
    }

    fn lay_sections(&self) -> Laid {
        let start = self.start();
        let mut content = Bytes::default();
        let mut names = Bytes(vec![0]);
        let mut headers = self.numbers();
        headers.add(vec![0; self.header_bytes().2]);
        let mut places = Vec::new();
        let names_of_names = ".shstrtab";
        let mut header = |names: &mut Bytes, name: &str, kind: usize, at: usize, length: usize| {
            headers.u32(names.len()).u32(kind).word(2).word(at);
            headers.word(at).word(length).u32(0).u32(1).word(1).word(0);
            names.add(name).u8(0);
        };
        for (name, kind, bytes) in &self.sections {
            content.align(8);
            header(&mut names, name, *kind, start + content.len(), bytes.len());
            places.push((*name, start + content.len(), bytes.len()));
            content.add(bytes);
        }
        let names_at = start + content.len();
        let length = names.len() + names_of_names.len() + 1;
        header(&mut names, names_of_names, 3, names_at, length);
        content.add(&names.0).align(8);
        Laid {
            content,
            headers: headers.finish(),
            places,
        }
    }

    fn header(&self, laid: &Laid) -> Numbers {
        let (header_bytes, program_header_bytes, section_header_bytes) = self.header_bytes();
        let (segments_at, sections_at, count) = (
            if self.segments.is_empty() { 0 } else { header_bytes },
            self.start() + laid.content.len(),
            laid.headers.len() / section_header_bytes,
        );
        let (sections_at, count) = if self.sections.is_empty() {
            (0, 0)
        } else {
            (sections_at, count)
        };
        let mut file = self.numbers();
        let (class, order) = (2 - u8::from(self.is_32), 1 + u8::from(self.big_endian));
        file.add(b"\x7fELF").add([class, order, 1, self.os_abi]);
        file.add([0; 8]).u16(3).u16(self.machine).u32(1);
        file.word(0x1000).word(segments_at).word(sections_at);
        file.u32(0).u16(header_bytes).u16(program_header_bytes);
        file.u16(self.segments.len()).u16(section_header_bytes);
        file.u16(count).u16(count.saturating_sub(1));
        file
    }

    /// # Panics
    /// When a segment covers a section that does not exist.
    fn add_program_headers(&self, file: &mut Numbers, laid: &Laid) {
        for (kind, name) in &self.segments {
            let place = laid.places.iter().find(|place| place.0 == *name);
            let Some((_, at, length)) = place.copied() else {
                panic!("there is no section {name} to be covered by a segment");
            };
            // In the 32-bit class the flags are in another place.
            file.u32(*kind);
            if !self.is_32 {
                file.u32(4);
            }
            file.word(at).word(at).word(at).word(length).word(length);
            if self.is_32 {
                file.u32(4);
            }
            file.word(8);
        }
    }
}

/// A note with its name and descriptor aligned to 4 bytes, in little-endian order.
pub(crate) fn note(name: &str, kind: usize, value: &[u8]) -> Vec<u8> {
    Elf::default().note(name, kind, value)
}
