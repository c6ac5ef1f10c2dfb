//! Inputs that cost the most of all that are known, made at any size: two files that differ, of which the first is inspected.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

/// A kind of input.
pub(crate) struct Input {
    pub(crate) name: &'static str,
    /// Makes one of about this many bytes.
    pub(crate) make: fn(usize) -> (Vec<u8>, Vec<u8>),
}

pub(crate) const INPUTS: &[Input] = &[
    Input {
        name: "code signature with pages of two bytes",
        make: |size| pair(signed(size / 17, 1, 1)),
    },
    Input {
        name: "code signature in six code directories",
        make: |size| pair(signed(size, 12, 6)),
    },
    Input {
        name: "load commands of eight bytes",
        make: |size| pair(commands(size / 8)),
    },
    Input {
        name: "forty images in one place",
        make: |size| pair(one_place(size)),
    },
    Input {
        name: "sections of a PE file in one place",
        make: |size| pair(pe_sections(size)),
    },
    Input {
        name: "segments of notes in one place",
        make: |size| pair(elf_segments(size)),
    },
    Input {
        name: "sections of notes in one place",
        make: |size| pair(elf_sections(size)),
    },
    Input {
        name: "WebAssembly sections of two bytes",
        make: |size| pair([b"\0asm\x01\0\0\0", &b"\x01\0".repeat(size / 2)[..]].concat()),
    },
    Input {
        name: "gzip bomb",
        make: |size| (bomb(size, 0), bomb(size, 1)),
    },
    Input {
        name: "gzip stream of four hundred times its size",
        make: |size| (dense_bomb(size, 0), dense_bomb(size, 1)),
    },
    Input {
        name: "gzip members of nothing",
        make: |size| pair(gzip(b"").repeat(size / 20)),
    },
    Input {
        name: "gzip members with names",
        make: |size| pair(gzip_named().repeat(size / 26)),
    },
    Input {
        name: "gzip in gzip, a hundred times",
        make: |size| (wrapped(size, 0), wrapped(size, 1)),
    },
    Input {
        name: "gzip bombs in a tar archive",
        make: |size| (tar_of_bombs(size, 0), tar_of_bombs(size, 1)),
    },
    Input {
        name: "zip entries with one local header",
        make: |size| pair(zip(size, 0xff00, 0)),
    },
    Input {
        name: "zip entries with one content",
        make: |size| pair(zip(size, 0, size)),
    },
    Input {
        name: "ar names in a table without ends",
        make: |size| pair(ar_names(size)),
    },
    Input {
        name: "ar members of nothing",
        make: |size| pair([b"!<arch>\n", &ar_member("x", 0).repeat(size / 60)[..]].concat()),
    },
    Input {
        name: "tar in tar, a hundred times",
        make: |size| (tar_in_tar(size, 0), tar_in_tar(size, 1)),
    },
    Input {
        name: "tar members of nothing",
        make: |size| {
            (
                tar_header("x", 0).repeat(size / 512),
                tar_header("y", 0).repeat(size / 512),
            )
        },
    },
    Input {
        name: "a path of a megabyte and records that differ",
        make: |size| (pax(size, b'1'), pax(size, b'2')),
    },
    Input {
        name: "layout with descriptors of three bytes",
        make: |size| (layout(size, "a"), layout(size, "b")),
    },
    Input {
        name: "JSON arrays in one another",
        make: |size| ("[".repeat(size).into(), "[".repeat(size + 1).into()),
    },
    Input {
        name: "JSON numbers",
        make: |size| {
            (
                format!("[{}0]", "0,".repeat(size / 2)).into(),
                format!("[{}0]", "1,".repeat(size / 2)).into(),
            )
        },
    },
    Input {
        name: "JSON with long pointers",
        make: |size| (pointers(size, 0), pointers(size, 1)),
    },
    Input {
        name: "bytes inserted at every place",
        make: inserted,
    },
    Input {
        name: "members of other lengths",
        make: |size| (members(size, 0), members(size, 1)),
    },
    Input {
        name: "every second byte differs",
        make: |size| ([0, 1].repeat(size / 2), [0, 2].repeat(size / 2)),
    },
    Input {
        name: "paths of builders",
        make: |size| {
            pair(
                [
                    b"\x7fELF\x01\x01\x01",
                    &[0; 60][..],
                    &b"/build/a/b/home/c/nix/store/d".repeat(size / 29),
                ]
                .concat(),
            )
        },
    },
    Input {
        name: "stamps that do not end",
        make: |size| {
            pair(
                [
                    b"\x7fELF\x01\x01\x01",
                    &[0; 60][..],
                    &b"\0samebits-build-info-v1\0{".repeat(size / 25),
                ]
                .concat(),
            )
        },
    },
];

/// The bytes, and the same with another one at the end.
fn pair(bytes: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    let mut other = bytes.clone();
    if let Some(last) = other.last_mut() {
        *last ^= 1;
    }
    (bytes, other)
}

fn little(number: usize) -> [u8; 4] {
    (number as u32).to_le_bytes()
}

fn big(number: usize) -> [u8; 4] {
    (number as u32).to_be_bytes()
}

/// An image with so many bytes before its signature, and a digest for each page of `1 << log2` bytes.
fn signed(size: usize, log2: u8, directories: usize) -> Vec<u8> {
    let signed_bytes = size.max(256);
    let pages = signed_bytes.div_ceil(1 << log2);
    let signature_bytes = 12 + 8 * directories + 46 + 32 * pages;
    let memory_bytes = signature_bytes.next_multiple_of(0x4000);
    let mut image = [little(0xfeed_facf), little(0x0100_000c), little(0), little(2)].concat();
    image.extend([little(2), little(88), little(0), little(0), little(0x19), little(72)].concat());
    image.extend(b"__LINKEDIT\0\0\0\0\0\0");
    image.extend(
        [0, 0, memory_bytes, 0, signed_bytes, 0, signature_bytes, 0, 1, 1, 0, 0]
            .map(little)
            .concat(),
    );
    image.extend([0x1d, 16, signed_bytes, signature_bytes].map(little).concat());
    image.resize(signed_bytes, 7);
    let digests: Vec<u8> = image
        .chunks(1 << log2)
        .flat_map(|page| <[u8; 32]>::from(<sha2::Sha256 as sha2::Digest>::digest(page)))
        .collect();
    let mut directory = [big(0xfade_0c02), big(46 + digests.len()), big(0x2_0001), big(2)].concat();
    directory.extend([big(46), big(44), big(0), big(pages), big(signed_bytes)].concat());
    directory.extend([32, 2, 0, log2, 0, 0, 0, 0, b'x', 0]);
    directory.extend(digests);
    let mut list = [
        big(0xfade_0cc0),
        big(12 + 8 * directories + directory.len()),
        big(directories),
    ]
    .concat();
    for index in 0..directories {
        let slot = if index == 0 { 0 } else { 0xfff + index };
        list.extend([big(slot), big(12 + 8 * directories)].concat());
    }
    [image, list, directory].concat()
}

fn commands(count: usize) -> Vec<u8> {
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

fn one_place(size: usize) -> Vec<u8> {
    let image = signed(size, 12, 1);
    let entry = [big(7), big(0), big(1024), big(image.len()), big(10)].concat();
    let mut file = [&[big(0xcafe_babe), big(40)].concat(), &entry.repeat(40)[..]].concat();
    file.resize(1024, 0);
    [file, image].concat()
}

fn pe_sections(size: usize) -> Vec<u8> {
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
    // Imports whose names are looked up in every section.
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

fn elf_segments(size: usize) -> Vec<u8> {
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

fn elf_sections(size: usize) -> Vec<u8> {
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

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A stream that unpacks to a thousand times its size.
fn bomb(size: usize, byte: u8) -> Vec<u8> {
    repeated(size, &vec![byte; 1 << 20])
}

/// One that unpacks to a little less than the limit of any stream.
fn dense_bomb(size: usize, byte: u8) -> Vec<u8> {
    repeated(size, &[vec![byte; 1 << 20], noise(1600)].concat())
}

/// A gzip file that unpacks to the same content again and again.
fn repeated(size: usize, content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.flush().unwrap();
    let piece = encoder.get_ref().clone();
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    [&head, &piece.repeat(size.div_ceil(piece.len()))[..], &[3, 0], &[0; 8]].concat()
}

fn gzip_named() -> Vec<u8> {
    let mut member = gzip(b"");
    member[3] = 0x18;
    member.splice(10..10, *b"na\0me\0");
    member
}

fn wrapped(size: usize, byte: u8) -> Vec<u8> {
    (0..100).fold(vec![byte; size], |content, _| gzip(&content))
}

fn tar_header(name: &str, size: usize) -> Vec<u8> {
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

fn tar_of_bombs(size: usize, byte: u8) -> Vec<u8> {
    let bomb = bomb(20_000, byte);
    let count = size.div_ceil(bomb.len());
    (0..count)
        .flat_map(|index| tar_member(&index.to_string(), &bomb))
        .collect()
}

fn tar_in_tar(size: usize, byte: u8) -> Vec<u8> {
    (0..100).fold(vec![byte; size], |content, _| tar_member("x", &content))
}

/// A member whose path takes a megabyte, if there is as much, and whose other records each differ.
fn pax(size: usize, value: u8) -> Vec<u8> {
    let record = |keyword: &str, value: &[u8]| {
        let rest = keyword.len() + value.len() + 3;
        let length = (1..=7).find_map(|digits| Some(rest + digits).filter(|length| length.to_string().len() == digits));
        [format!("{} {keyword}=", length.unwrap()).as_bytes(), value, b"\n"].concat()
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

fn layout(size: usize, version: &str) -> Vec<u8> {
    let index = format!("{{\"manifests\":[{}{{}}],\"v\":\"{version}\"}}", "{},".repeat(size / 3));
    [
        tar_member("oci-layout", b"{}"),
        tar_member("index.json", index.as_bytes()),
    ]
    .concat()
}

/// A zip archive in which all entries have one local header, with an extra field of this size, and one content.
fn zip(size: usize, extra: usize, content: usize) -> Vec<u8> {
    let content = vec![0; content];
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&content).unwrap();
    let packed = encoder.finish().unwrap();
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

fn ar_member(name: &str, size: usize) -> Vec<u8> {
    format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", 0, 0, 0, 644).into_bytes()
}

fn ar_names(size: usize) -> Vec<u8> {
    let table = (size * 4 / 5).min(8 << 20) & !1;
    let names = vec![b'x'; table];
    let members = ar_member("/0", 0).repeat(size / 5 / 60);
    [&b"!<arch>\n"[..], &ar_member("//", table), &names, &members].concat()
}

fn pointers(size: usize, last: u8) -> Vec<u8> {
    let key = "k".repeat(4000);
    let count = size.saturating_sub(4100) / 2;
    format!("{{\"{key}\":[{}{last}]}}", "0,".repeat(count)).into_bytes()
}

/// Numbers that look random, the same each time.
fn noise(size: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    std::iter::repeat_with(next).take(size).collect()
}

/// A byte more in every kilobyte.
fn inserted(size: usize) -> (Vec<u8>, Vec<u8>) {
    let original = noise(size);
    let rebuilt = original.chunks(1000).flat_map(|chunk| [chunk, b"x"].concat());
    let rebuilt = rebuilt.collect();
    (original, rebuilt)
}

fn members(size: usize, more: usize) -> Vec<u8> {
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
