//! Sample files for the tests of all crates: tiny files of every format, a pair of files for each cause of differences,
//! and documents as this project writes them. They are the same bytes in every run.
//!
//! A sample follows its format only as far as the tested readers look. The tests of `format-oracles` check that other
//! readers understand the samples in the same way.
//!
//! ```
//! let (name, bytes) = &sample_files::samples()[0];
//! assert_eq!(*name, "elf");
//! assert!(bytes.starts_with(b"\x7fELF"));
//! ```

pub mod archives;
mod bytes;
pub mod causes;
pub mod elf;
pub mod golden;
pub mod macho;
pub mod pe;
pub mod program;
pub mod wasm;
pub mod worst;

pub use bytes::Bytes;

/// A sample of every format, with its name.
pub fn samples() -> Vec<(&'static str, Vec<u8>)> {
    use elf::Elf;
    use wasm::wasm;
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
        ("universal macho", macho::universal(&[macho::MachO::default()])),
        ("wasm", wasm(&[(0, b"\x04name and more"), (10, b"code"), (11, b"data")])),
        (
            "ar",
            archives::ar(&[("a.o", 0, b"one"), ("a name that is long.o", 0, b"two!")]),
        ),
        ("tar", archives::tar(text)),
        ("gzip", archives::gzip(&archives::tar(text), Some("x.tar"), 0)),
        ("zip", archives::zip(text, 0x21_0000, true)),
        ("oci", archives::oci("2026-01-01T00:00:00Z", &archives::tar(text))),
        (
            "json",
            br#"{"name": "a", "list": [1, {"x": null}, "two"], "more": {"yes": true}}"#.to_vec(),
        ),
        ("text", b"plain text\nand more\n".to_vec()),
    ]
}

/// The offsets in a file that tests change: all, but only every 31st among zeros.
pub fn places(sample: &[u8]) -> Vec<usize> {
    let in_zeros = |at: usize| {
        let around = &sample[at.saturating_sub(16)..(at + 16).min(sample.len())];
        around.iter().all(|byte| *byte == 0)
    };
    (0..sample.len()).filter(|at| !in_zeros(*at) || at % 31 == 0).collect()
}
