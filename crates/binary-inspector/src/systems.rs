//! The target system of an ELF file and its minimum version, by notes, OS ABI and dynamic loader.

use binary_formats::elf::{Elf, Note};

/// Type of the ABI note, the same for every system that has one.
const ABI_TAG: u32 = 1;

/// A system, and how to recognise its files.
struct KnownSystem {
    name: &'static str,
    /// `EI_OSABI`.
    os_abi: u8,
    /// Owner of the ABI note.
    note: &'static [u8],
    /// Extracts the version from the words of that note.
    version: fn(&[u32]) -> Option<String>,
}

const SYSTEMS: [KnownSystem; 4] = [
    KnownSystem {
        name: "FreeBSD",
        os_abi: 9,
        note: b"FreeBSD",
        // `__FreeBSD_version`: 1302001 means 13.2.
        version: |words| {
            let version = *words.first()?;
            Some(format!("{}.{}", version / 100_000, version / 1000 % 100))
        },
    },
    KnownSystem {
        name: "NetBSD",
        os_abi: 2,
        note: b"NetBSD",
        // `__NetBSD_Version__`: 1000000000 means 10.0.
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

/// The target system of a file, if known.
#[derive(Default)]
pub(super) struct TargetSystem {
    pub(super) name: Option<String>,
    pub(super) least_version: Option<String>,
}

/// Finds the target system of a file.
pub(super) fn system(elf: &Elf, notes: &[Note], interpreter: Option<&str>) -> TargetSystem {
    let tag = |system: &KnownSystem| {
        notes
            .iter()
            .find(|note| note.name == system.note && note.kind == ABI_TAG)
    };
    let is_linux = |path: &str| path.contains("/ld-linux") || path.contains("/ld-musl");
    let is_it = |system: &&KnownSystem| {
        system.os_abi == elf.os_abi
            // Files for the Hurd have GNU's note too.
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
