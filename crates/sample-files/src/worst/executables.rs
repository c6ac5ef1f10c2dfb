//! Executables whose headers claim more than their size.

use sha2::{Digest as _, Sha256};

use super::{big, little};
use crate::Bytes;

/// An image with this many bytes before its signature, and a digest for each page of `1 << log2` bytes.
pub(super) fn signed(size: usize, log2: u8, directories: usize) -> Vec<u8> {
    let signed_bytes = size.max(256);
    let pages = signed_bytes.div_ceil(1 << log2);
    let signature_bytes = 12 + 8 * directories + 46 + 32 * pages;
    let memory_bytes = signature_bytes.next_multiple_of(0x4000);
    let mut image = Bytes::default();
    image.u32s(&[0xfeed_facf, 0x0100_000c, 0, 2, 2, 88, 0, 0]);
    image.u32s(&[0x19, 72]).fixed("__LINKEDIT", 16);
    image.u64s(&[0, memory_bytes, signed_bytes, signature_bytes]);
    image.u32s(&[1, 1, 0, 0]);
    image.u32s(&[0x1d, 16, signed_bytes, signature_bytes]);
    image.0.resize(signed_bytes, 7);
    let directory = code_directory(&image.0, log2);
    let mut list = Bytes::default();
    let at = 12 + 8 * directories;
    list.big_u32s(&[0xfade_0cc0, at + directory.len(), directories]);
    for index in 0..directories {
        let slot = if index == 0 { 0 } else { 0xfff + index };
        list.big_u32s(&[slot, at]);
    }
    [image.0, list.0, directory].concat()
}

fn code_directory(image: &[u8], log2: u8) -> Vec<u8> {
    let pages = image.chunks(1 << log2);
    let count = pages.len();
    let mut directory = Bytes::default();
    directory.big_u32s(&[0xfade_0c02, 46 + 32 * count, 0x2_0001, 2]);
    directory.big_u32s(&[46, 44, 0, count, image.len()]);
    directory.add([32, 2, 0, log2, 0, 0, 0, 0, b'x', 0]);
    for page in pages {
        directory.add(Sha256::digest(page));
    }
    directory.0
}

pub(super) fn commands(count: usize) -> Vec<u8> {
    let head = [
        little(0xfeed_facf),
        little(7),
        little(0),
        little(2),
        little(count),
        little(8 * count),
    ];
    [
        &head.concat(),
        &[0; 8][..],
        &[little(0x99), little(8)].concat().repeat(count),
    ]
    .concat()
}

pub(super) fn one_place(size: usize) -> Vec<u8> {
    let image = signed(size, 12, 1);
    let entry = [big(7), big(0), big(1024), big(image.len()), big(10)].concat();
    let mut file = [&[big(0xcafe_babe), big(40)].concat(), &entry.repeat(40)[..]].concat();
    file.resize(1024, 0);
    [file, image].concat()
}

pub(super) fn pe_sections(size: usize) -> Vec<u8> {
    let count = (size / 40).min(0xffff);
    let mut file = b"MZ".to_vec();
    file.resize(60, 0);
    file.extend([little(64), *b"PE\0\0"].concat());
    file.extend(
        [
            &0x8664_u16.to_le_bytes(),
            &(count as u16).to_le_bytes(),
            &[0; 12][..],
            &240_u16.to_le_bytes(),
            &[0, 0],
        ]
        .concat(),
    );
    let optional = file.len();
    file.extend([0x0b, 2]);
    file.resize(optional + 108, 0);
    file.extend(little(16));
    // The names of these imports are looked up in every section.
    file.extend([little(0), little(0), little(0x1000), little(40)].concat());
    file.resize(optional + 240, 0);
    let section = [
        &b".text\0\0\0"[..],
        &little(size),
        &little(0x1000),
        &little(size),
        &little(0),
        &[0; 16],
    ]
    .concat();
    file.extend(section.repeat(count));
    file
}

fn elf(segments: usize, sections: usize, table: &[u8]) -> Vec<u8> {
    let mut file = b"\x7fELF\x02\x01\x01".to_vec();
    file.resize(16, 0);
    file.extend([&[2, 0, 62, 0][..], &little(1), &[0; 8], &64_u64.to_le_bytes()].concat());
    file.extend(if sections > 0 { 64_u64 } else { 0 }.to_le_bytes());
    let small = [0, 64, if segments > 0 { 56 } else { 0 }, segments, 64, sections, 0];
    file.extend(little(0));
    file.extend(small[1..].iter().flat_map(|number| (*number as u16).to_le_bytes()));
    [&file, table].concat()
}

/// Notes of one byte each, in the file's last page.
fn notes() -> Vec<u8> {
    [little(4), little(1), little(3), *b"GNU\0", little(7)]
        .concat()
        .repeat(200)
}

pub(super) fn elf_segments(size: usize) -> Vec<u8> {
    let count = (size / 56).min(0xfff0);
    let at = (64 + 56 * count) as u64;
    let segment = [
        &little(4)[..],
        &little(4),
        &at.to_le_bytes(),
        &[0; 16],
        &4000_u64.to_le_bytes(),
        &[0; 16],
    ]
    .concat();
    [elf(count, 0, &segment.repeat(count)), notes()].concat()
}

pub(super) fn elf_sections(size: usize) -> Vec<u8> {
    let count = (size / 64).min(0xfff0);
    let at = (64 + 64 * count) as u64;
    let section = [
        &little(0)[..],
        &little(7),
        &[0; 16],
        &at.to_le_bytes(),
        &4000_u64.to_le_bytes(),
        &[0; 24],
    ]
    .concat();
    [elf(0, count, &section.repeat(count)), notes()].concat()
}
