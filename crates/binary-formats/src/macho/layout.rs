//! Mach-O load commands as tables: their names, their fields, and the `__LINKEDIT` data that they refer to.

use crate::block::{Item, Show};

pub(super) const LC_SEGMENT: u32 = 0x1;
pub(super) const LC_SYMTAB: u32 = 0x2;
/// Names the dynamic linker.
pub const LC_LOAD_DYLINKER: u32 = 0xe;
pub(super) const LC_SEGMENT_64: u32 = 0x19;
/// Holds the UUID of the linked image.
pub const LC_UUID: u32 = 0x1b;
/// Gives the place of the code signature.
pub const LC_CODE_SIGNATURE: u32 = 0x1d;
/// Gives the minimum macOS version; replaced by [`LC_BUILD_VERSION`] since 10.14.
pub const LC_VERSION_MIN_MACOSX: u32 = 0x24;
/// Gives the platform, its minimum version and the SDK.
pub const LC_BUILD_VERSION: u32 = 0x32;
/// Commands that name a library to load: plain, weak, re-exported, lazy, upward.
pub const LC_DYLIBS: [u32; 5] = [0xc, 0x8000_0018, 0x8000_001f, 0x20, 0x8000_0023];

pub(super) const HEADER: &[Item] = &[
    ("cputype", 4, 4, Show::Hex),
    ("cpusubtype", 8, 4, Show::Hex),
    ("filetype", 12, 4, Show::Dec),
    ("ncmds", 16, 4, Show::Dec),
    ("sizeofcmds", 20, 4, Show::Place),
    ("flags", 24, 4, Show::Hex),
];
pub(super) const SEGMENT: &[Item] = &[
    ("vmaddr", 24, 4, Show::Place),
    ("vmsize", 28, 4, Show::Place),
    ("fileoff", 32, 4, Show::Place),
    ("filesize", 36, 4, Show::Place),
    ("maxprot", 40, 4, Show::Hex),
    ("initprot", 44, 4, Show::Hex),
    ("nsects", 48, 4, Show::Dec),
    ("flags", 52, 4, Show::Hex),
];
pub(super) const SEGMENT_64: &[Item] = &[
    ("vmaddr", 24, 8, Show::Place),
    ("vmsize", 32, 8, Show::Place),
    ("fileoff", 40, 8, Show::Place),
    ("filesize", 48, 8, Show::Place),
    ("maxprot", 56, 4, Show::Hex),
    ("initprot", 60, 4, Show::Hex),
    ("nsects", 64, 4, Show::Dec),
    ("flags", 68, 4, Show::Hex),
];
pub(super) const SYMTAB: &[Item] = &[
    ("symoff", 8, 4, Show::Place),
    ("nsyms", 12, 4, Show::Place),
    ("stroff", 16, 4, Show::Place),
    ("strsize", 20, 4, Show::Place),
];
const DYLIB: &[Item] = &[
    ("timestamp", 12, 4, Show::Unix),
    ("current_version", 16, 4, Show::Hex),
    ("compatibility_version", 20, 4, Show::Hex),
];
const BUILD_VERSION: &[Item] = &[
    ("platform", 8, 4, Show::Dec),
    ("minos", 12, 4, Show::Hex),
    ("sdk", 16, 4, Show::Hex),
    ("ntools", 20, 4, Show::Dec),
];
const VERSION_MIN: &[Item] = &[("version", 8, 4, Show::Hex), ("sdk", 12, 4, Show::Hex)];
const MAIN: &[Item] = &[("entryoff", 8, 8, Show::Place), ("stacksize", 16, 8, Show::Dec)];
const SOURCE_VERSION: &[Item] = &[("version", 8, 8, Show::Hex)];
const LINKED: &[Item] = &[("dataoff", 8, 4, Show::Place), ("datasize", 12, 4, Show::Place)];

/// A known command: number, name, fields, and where in it `__LINKEDIT` ranges (offset and size) are, with their names.
type Row = (u32, &'static str, &'static [Item], &'static [(usize, &'static str)]);
const COMMANDS: &[Row] = &[
    (LC_SEGMENT, "LC_SEGMENT", SEGMENT, &[]),
    (LC_SYMTAB, "LC_SYMTAB", SYMTAB, &[]),
    (0xb, "LC_DYSYMTAB", &[], &[]),
    (0xc, "LC_LOAD_DYLIB", DYLIB, &[]),
    (0xd, "LC_ID_DYLIB", DYLIB, &[]),
    (LC_LOAD_DYLINKER, "LC_LOAD_DYLINKER", &[], &[]),
    (LC_SEGMENT_64, "LC_SEGMENT_64", SEGMENT_64, &[]),
    (LC_UUID, "LC_UUID", &[], &[]),
    (LC_CODE_SIGNATURE, "LC_CODE_SIGNATURE", LINKED, &[(8, "code signature")]),
    (0x1e, "LC_SEGMENT_SPLIT_INFO", LINKED, &[(8, "segment split info")]),
    (0x22, "LC_DYLD_INFO", &[], INFO),
    (LC_VERSION_MIN_MACOSX, "LC_VERSION_MIN_MACOSX", VERSION_MIN, &[]),
    (0x26, "LC_FUNCTION_STARTS", LINKED, &[(8, "function starts")]),
    (0x29, "LC_DATA_IN_CODE", LINKED, &[(8, "data in code")]),
    (0x2a, "LC_SOURCE_VERSION", SOURCE_VERSION, &[]),
    (LC_BUILD_VERSION, "LC_BUILD_VERSION", BUILD_VERSION, &[]),
    (0x8000_0018, "LC_LOAD_WEAK_DYLIB", DYLIB, &[]),
    (0x8000_001c, "LC_RPATH", &[], &[]),
    (0x8000_001f, "LC_REEXPORT_DYLIB", DYLIB, &[]),
    (0x8000_0022, "LC_DYLD_INFO_ONLY", &[], INFO),
    (0x8000_0028, "LC_MAIN", MAIN, &[]),
    (0x8000_0033, "LC_DYLD_EXPORTS_TRIE", LINKED, &[(8, "exports trie")]),
    (0x8000_0034, "LC_DYLD_CHAINED_FIXUPS", LINKED, &[(8, "chained fixups")]),
];
const INFO: &[(usize, &str)] = &[
    (8, "rebase info"),
    (16, "bind info"),
    (24, "weak bind info"),
    (32, "lazy bind info"),
    (40, "export info"),
];

fn row(kind: u32) -> Option<&'static Row> {
    COMMANDS.iter().find(|row| row.0 == kind)
}

/// The name of a command.
pub(super) fn command_name(kind: u32) -> String {
    row(kind).map_or_else(|| format!("load command {kind:#x}"), |row| row.1.into())
}

/// The fields of a command.
pub(super) fn items(kind: u32) -> &'static [Item] {
    row(kind).map_or(&[], |row| row.2)
}

/// The places in a command of `__LINKEDIT` ranges, with their names.
pub(super) fn linked(kind: u32) -> &'static [(usize, &'static str)] {
    row(kind).map_or(&[], |row| row.3)
}

/// Whether a command holds a path whose offset is at byte 8.
pub(super) fn has_text(kind: u32) -> bool {
    LC_DYLIBS.contains(&kind) || matches!(kind, 0xd | LC_LOAD_DYLINKER | 0x8000_001c)
}
