//! Which system an ELF file is for, and from which version of it on: by its notes, its ABI, its loader.

use binary_formats::elf::{Elf, Note};

/// The note that says so, of every system that has one.
const ABI_TAG: u32 = 1;

/// A system, and how to know its files.
struct KnownSystem {
    name: &'static str,
    /// `EI_OSABI`.
    os_abi: u8,
    /// Who defined the note.
    note: &'static [u8],
    /// The version in that note, read as words.
    version: fn(&[u32]) -> Option<String>,
}

const SYSTEMS: [KnownSystem; 4] = [
    KnownSystem {
        name: "FreeBSD",
        os_abi: 9,
        note: b"FreeBSD",
        // `__FreeBSD_version`, as in 1302001 for 13.2.
        version: |words| {
            let version = *words.first()?;
            Some(format!("{}.{}", version / 100_000, version / 1000 % 100))
        },
    },
    KnownSystem {
        name: "NetBSD",
        os_abi: 2,
        note: b"NetBSD",
        // `__NetBSD_Version__`, as in 1000000000 for 10.0.
        version: |words| {
            let version = *words.first()?;
            Some(format!("{}.{}", version / 100_000_000, version / 1_000_000 % 100))
        },
    },
    KnownSystem {
        name: "OpenBSD",
        os_abi: 12,
        note: b"OpenBSD",
        version: |_| None,
    },
    KnownSystem {
        name: "Linux",
        os_abi: 3,
        note: b"GNU",
        version: |words| match words {
            [0, major, minor, patch, ..] => Some(format!("{major}.{minor}.{patch}")),
            _ => None,
        },
    },
];

/// The system that a file is for, as far as it is known.
#[derive(Default)]
pub(super) struct TargetSystem {
    pub(super) name: Option<String>,
    pub(super) least_version: Option<String>,
}

/// The system that a file is for.
pub(super) fn system(elf: &Elf, notes: &[Note], interpreter: Option<&str>) -> TargetSystem {
    let tag = |system: &KnownSystem| {
        notes
            .iter()
            .find(|note| note.name == system.note && note.kind == ABI_TAG)
    };
    let is_linux = |path: &str| path.contains("/ld-linux") || path.contains("/ld-musl");
    let is_it = |system: &&KnownSystem| {
        system.os_abi == elf.os_abi
            // GNU's note is also on files for the Hurd.
            || tag(system).is_some_and(|note| system.name != "Linux" || note.value.starts_with(&[0; 4]))
            || (system.name == "Linux" && interpreter.is_some_and(is_linux))
    };
    let Some(system) = SYSTEMS.iter().find(is_it) else {
        return TargetSystem::default();
    };
    let word = |bytes: &[u8]| {
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        if elf.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    };
    let least_version = tag(system).and_then(|note| {
        let words: Vec<_> = note.value.chunks_exact(4).map(word).collect();
        (system.version)(&words)
    });
    TargetSystem {
        name: Some(system.name.into()),
        least_version,
    }
}
