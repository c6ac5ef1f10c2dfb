//! The costliest inputs that are known, at any size: pairs of files that differ. `inspect` reads the first of each.

mod archives;
mod executables;

use archives::{
    ar_member, ar_names, bomb, dense_bomb, gzip, gzip_named, layout, members, pax, tar_header, tar_in_tar,
    tar_of_bombs, wrapped, zip,
};
use executables::{commands, elf_sections, elf_segments, one_place, pe_sections, signed};

/// A kind of input.
pub struct Input {
    /// The property that makes it costly.
    pub name: &'static str,
    /// Makes a pair of about this many bytes.
    pub make: fn(usize) -> (Vec<u8>, Vec<u8>),
}

/// Every kind.
pub const INPUTS: &[Input] = &[
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

/// The bytes, and the same bytes with another last one.
fn pair(bytes: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    let mut other = bytes.clone();
    if let Some(last) = other.last_mut() {
        *last ^= 1;
    }
    (bytes, other)
}

fn pointers(size: usize, last: u8) -> Vec<u8> {
    let key = "k".repeat(4000);
    let count = size.saturating_sub(4100) / 2;
    format!("{{\"{key}\":[{}{last}]}}", "0,".repeat(count)).into_bytes()
}

/// Pseudo-random numbers, the same in every run.
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

/// Inserts a byte into every kilobyte.
fn inserted(size: usize) -> (Vec<u8>, Vec<u8>) {
    let original = noise(size);
    let rebuilt = original.chunks(1000).flat_map(|chunk| [chunk, b"x"].concat());
    let rebuilt = rebuilt.collect();
    (original, rebuilt)
}

fn little(number: usize) -> [u8; 4] {
    (number as u32).to_le_bytes()
}

fn big(number: usize) -> [u8; 4] {
    (number as u32).to_be_bytes()
}
