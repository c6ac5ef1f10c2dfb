//! Tiny files of every format, made byte by byte, always the same; and for each cause of differences a pair that shows it.

pub(crate) mod archives;
mod bytes;
pub(crate) mod causes;
pub(crate) mod executables;
pub(crate) mod macho;
pub(crate) mod pe;

pub(crate) use bytes::Bytes;

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

/// Every place of a file; of those in the midst of zeros, one in 31.
pub(crate) fn places(sample: &[u8]) -> Vec<usize> {
    let in_zeros = |at: usize| {
        let around = &sample[at.saturating_sub(16)..(at + 16).min(sample.len())];
        around.iter().all(|byte| *byte == 0)
    };
    (0..sample.len()).filter(|at| !in_zeros(*at) || at % 31 == 0).collect()
}
