//! Archives and streams that unpack to much more than their size.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

use super::{little, noise};

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// A stream that unpacks to a thousand times its size.
pub(super) fn bomb(size: usize, byte: u8) -> Vec<u8> {
    repeated(size, &vec![byte; 1 << 20])
}

/// A stream that unpacks to a little less than the limit for one stream.
pub(super) fn dense_bomb(size: usize, byte: u8) -> Vec<u8> {
    repeated(size, &[vec![byte; 1 << 20], noise(1600)].concat())
}

/// A gzip file that unpacks to the same content again and again.
fn repeated(size: usize, content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).expect("memory takes it");
    encoder.flush().expect("memory takes it");
    let piece = encoder.get_ref().clone();
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    [&head, &piece.repeat(size.div_ceil(piece.len()))[..], &[3, 0], &[0; 8]].concat()
}

pub(super) fn gzip_named() -> Vec<u8> {
    let mut member = gzip(b"");
    member[3] = 0x18;
    member.splice(10..10, *b"na\0me\0");
    member
}

pub(super) fn wrapped(size: usize, byte: u8) -> Vec<u8> {
    (0..100).fold(vec![byte; size], |content, _| gzip(&content))
}

pub(super) fn tar_header(name: &str, size: usize) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    header[156] = b'0';
    header[257..265].copy_from_slice(b"ustar\x0000");
    header
}

fn tar_member(name: &str, content: &[u8]) -> Vec<u8> {
    let mut member = [&tar_header(name, content.len()), content].concat();
    member.resize(member.len().next_multiple_of(512), 0);
    member
}

pub(super) fn tar_of_bombs(size: usize, byte: u8) -> Vec<u8> {
    let bomb = bomb(20_000, byte);
    let count = size.div_ceil(bomb.len());
    (0..count)
        .flat_map(|index| tar_member(&index.to_string(), &bomb))
        .collect()
}

pub(super) fn tar_in_tar(size: usize, byte: u8) -> Vec<u8> {
    (0..100).fold(vec![byte; size], |content, _| tar_member("x", &content))
}

/// A member with a path of up to a megabyte. Each of its other records differs.
pub(super) fn pax(size: usize, value: u8) -> Vec<u8> {
    let record = |keyword: &str, value: &[u8]| {
        let rest = keyword.len() + value.len() + 3;
        let length = (1..=7).find_map(|digits| Some(rest + digits).filter(|length| length.to_string().len() == digits));
        [
            format!("{} {keyword}=", length.expect("some length fits")).as_bytes(),
            value,
            b"\n",
        ]
        .concat()
    };
    let half = size.min(1 << 20) / 2;
    let path = record("path", &vec![b'p'; half - 100]);
    let records = (0..half / 16).flat_map(|index| record(&format!("k{index:06}"), &[value]));
    let text = [path, records.collect()].concat();
    let mut header = tar_header("pax", text.len());
    header[156] = b'x';
    let mut extension = [header, text].concat();
    extension.resize(extension.len().next_multiple_of(512), 0);
    [extension, tar_member("x", &[value])].concat()
}

pub(super) fn layout(size: usize, version: &str) -> Vec<u8> {
    let index = format!("{{\"manifests\":[{}{{}}],\"v\":\"{version}\"}}", "{},".repeat(size / 3));
    [
        tar_member("oci-layout", b"{}"),
        tar_member("index.json", index.as_bytes()),
    ]
    .concat()
}

/// A zip archive whose entries share one local header and one content. The header has an extra field of this size.
pub(super) fn zip(size: usize, extra: usize, content: usize) -> Vec<u8> {
    let content = vec![0; content];
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&content).expect("memory takes it");
    let packed = encoder.finish().expect("memory takes it");
    let sizes = [little(0), little(packed.len()), little(content.len())].concat();
    let lengths = [1, 0, extra as u8, (extra >> 8) as u8];
    let mut file = [
        &b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0"[..],
        &sizes,
        &lengths,
        b"x",
        &vec![0; extra],
        &packed,
    ]
    .concat();
    let directory = file.len();
    let count = (size / 47).min(0xfffe);
    let entry = [
        &b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0"[..],
        &sizes,
        &[1, 0, 0, 0],
        &[0; 14],
        b"x",
    ]
    .concat();
    file.extend(entry.repeat(count));
    let counts = [count as u8, (count >> 8) as u8].repeat(2);
    file.extend(
        [
            b"PK\x05\x06\0\0\0\0",
            &counts[..],
            &little(count * 47),
            &little(directory),
            &[0, 0],
        ]
        .concat(),
    );
    file
}

pub(super) fn ar_member(name: &str, size: usize) -> Vec<u8> {
    format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", 0, 0, 0, 644).into_bytes()
}

pub(super) fn ar_names(size: usize) -> Vec<u8> {
    let table = (size * 4 / 5).min(8 << 20) & !1;
    let names = vec![b'x'; table];
    let members = ar_member("/0", 0).repeat(size / 5 / 60);
    [&b"!<arch>\n"[..], &ar_member("//", table), &names, &members].concat()
}

pub(super) fn members(size: usize, more: usize) -> Vec<u8> {
    let content = noise(1000);
    let members = (0..size / 1536).map(|index| {
        let content = [
            &content[..500],
            &vec![index as u8; 1 + more * 7],
            &content[500 + more..],
        ]
        .concat();
        tar_member(&index.to_string(), &content)
    });
    members.collect::<Vec<_>>().concat()
}
