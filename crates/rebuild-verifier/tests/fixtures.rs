//! Tiny files of every format, made byte by byte, always the same; and for each cause of differences a pair that shows it.

pub(crate) mod archives;
pub(crate) mod causes;
pub(crate) mod executables;
pub(crate) mod macho;
pub(crate) mod pe;

/// Bytes, put together in little-endian order.
#[derive(Clone, Default)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl Bytes {
    pub(crate) fn u8(&mut self, value: u8) -> &mut Self {
        self.add([value])
    }

    pub(crate) fn u16(&mut self, value: usize) -> &mut Self {
        self.add((value as u16).to_le_bytes())
    }

    pub(crate) fn u32(&mut self, value: usize) -> &mut Self {
        self.add((value as u32).to_le_bytes())
    }

    pub(crate) fn u64(&mut self, value: usize) -> &mut Self {
        self.add((value as u64).to_le_bytes())
    }

    pub(crate) fn big_u32(&mut self, value: usize) -> &mut Self {
        self.add((value as u32).to_be_bytes())
    }

    pub(crate) fn add(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.0.extend_from_slice(bytes.as_ref());
        self
    }

    /// Bytes filled up with zeros to a fixed length.
    pub(crate) fn fixed(&mut self, bytes: impl AsRef<[u8]>, length: usize) -> &mut Self {
        let end = self.0.len() + length;
        self.add(bytes);
        assert!(self.0.len() <= end);
        self.0.resize(end, 0);
        self
    }

    pub(crate) fn align(&mut self, alignment: usize) -> &mut Self {
        self.0.resize(self.0.len().next_multiple_of(alignment), 0);
        self
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// A sample of every format, by name.
pub(crate) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    use executables::{Elf, wasm};
    let text: &[(&str, &[u8])] = &[("bin/server", b"content\n"), ("README", b"read me\n")];
    vec![
        ("elf", Elf::sample().bytes()),
        ("elf without sections", Elf::default().bytes()),
        ("pe", pe::Pe::default().bytes()),
        (
            "signed pe",
            pe::Pe {
                certificate: Some(b"a certificate"),
                ..pe::Pe::default()
            }
            .bytes(),
        ),
        ("macho", macho::MachO::default().bytes()),
        (
            "universal macho",
            macho::universal(&[macho::MachO::default()]),
        ),
        (
            "wasm",
            wasm(&[(0, b"\x04name and more"), (10, b"code"), (11, b"data")]),
        ),
        (
            "ar",
            archives::ar(&[("a.o", 0, b"one"), ("a name that is long.o", 0, b"two!")]),
        ),
        ("tar", archives::tar(text)),
        (
            "gzip",
            archives::gzip(&archives::tar(text), Some("x.tar"), 0),
        ),
        ("zip", archives::zip(text, 0x21_0000, true)),
        (
            "oci",
            archives::oci("2026-01-01T00:00:00Z", &archives::tar(text)),
        ),
        (
            "json",
            br#"{"name": "a", "list": [1, {"x": null}, "two"], "more": {"yes": true}}"#.to_vec(),
        ),
        ("text", b"plain text\nand more\n".to_vec()),
    ]
}

/// Every place of a file; of those in the midst of zeros, one in 31.
pub(crate) fn places(sample: &[u8]) -> Vec<usize> {
    let in_zeros = |at: usize| {
        let around = &sample[at.saturating_sub(16)..(at + 16).min(sample.len())];
        around.iter().all(|byte| *byte == 0)
    };
    (0..sample.len())
        .filter(|at| !in_zeros(*at) || at % 31 == 0)
        .collect()
}
