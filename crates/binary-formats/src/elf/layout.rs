//! ELF headers as tables of fields, for both classes.

use crate::block::{Item, Show};

/// Offsets and sizes of fields that differ between the two classes.
pub(super) struct Class {
    pub(super) header: &'static [Item],
    pub(super) program_header: &'static [Item],
    pub(super) section_header: &'static [Item],
    pub(super) word: usize,
    pub(super) entry_point: usize,
}

impl Class {
    /// Length of the ELF header in bytes.
    pub(super) fn header_bytes(&self) -> usize {
        self.entry_point + 3 * self.word + 16
    }

    /// Offset of `e_ehsize`, the first of the fields for sizes and numbers of headers.
    pub(super) fn sizes_at(&self) -> usize {
        self.entry_point + 3 * self.word + 4
    }
}

const CLASS_32: Class = Class {
    header: &[
        ("EI_CLASS", 4, 1, Show::Dec),
        ("EI_DATA", 5, 1, Show::Dec),
        ("EI_VERSION", 6, 1, Show::Dec),
        ("EI_OSABI", 7, 1, Show::Dec),
        ("EI_ABIVERSION", 8, 1, Show::Dec),
        ("e_type", 16, 2, Show::Dec),
        ("e_machine", 18, 2, Show::Dec),
        ("e_version", 20, 4, Show::Dec),
        ("e_entry", 24, 4, Show::Place),
        ("e_phoff", 28, 4, Show::Place),
        ("e_shoff", 32, 4, Show::Place),
        ("e_flags", 36, 4, Show::Hex),
        ("e_phnum", 44, 2, Show::Dec),
        ("e_shnum", 48, 2, Show::Dec),
        ("e_shstrndx", 50, 2, Show::Place),
    ],
    program_header: &[
        ("p_type", 0, 4, Show::Hex),
        ("p_offset", 4, 4, Show::Place),
        ("p_vaddr", 8, 4, Show::Place),
        ("p_paddr", 12, 4, Show::Place),
        ("p_filesz", 16, 4, Show::Place),
        ("p_memsz", 20, 4, Show::Place),
        ("p_flags", 24, 4, Show::Hex),
        ("p_align", 28, 4, Show::Dec),
    ],
    section_header: &[
        ("sh_name", 0, 4, Show::Place),
        ("sh_type", 4, 4, Show::Hex),
        ("sh_flags", 8, 4, Show::Hex),
        ("sh_addr", 12, 4, Show::Place),
        ("sh_offset", 16, 4, Show::Place),
        ("sh_size", 20, 4, Show::Place),
        ("sh_link", 24, 4, Show::Place),
        ("sh_info", 28, 4, Show::Place),
        ("sh_addralign", 32, 4, Show::Dec),
        ("sh_entsize", 36, 4, Show::Dec),
    ],
    word: 4,
    entry_point: 24,
};

const CLASS_64: Class = Class {
    header: &[
        ("EI_CLASS", 4, 1, Show::Dec),
        ("EI_DATA", 5, 1, Show::Dec),
        ("EI_VERSION", 6, 1, Show::Dec),
        ("EI_OSABI", 7, 1, Show::Dec),
        ("EI_ABIVERSION", 8, 1, Show::Dec),
        ("e_type", 16, 2, Show::Dec),
        ("e_machine", 18, 2, Show::Dec),
        ("e_version", 20, 4, Show::Dec),
        ("e_entry", 24, 8, Show::Place),
        ("e_phoff", 32, 8, Show::Place),
        ("e_shoff", 40, 8, Show::Place),
        ("e_flags", 48, 4, Show::Hex),
        ("e_phnum", 56, 2, Show::Dec),
        ("e_shnum", 60, 2, Show::Dec),
        ("e_shstrndx", 62, 2, Show::Place),
    ],
    program_header: &[
        ("p_type", 0, 4, Show::Hex),
        ("p_flags", 4, 4, Show::Hex),
        ("p_offset", 8, 8, Show::Place),
        ("p_vaddr", 16, 8, Show::Place),
        ("p_paddr", 24, 8, Show::Place),
        ("p_filesz", 32, 8, Show::Place),
        ("p_memsz", 40, 8, Show::Place),
        ("p_align", 48, 8, Show::Dec),
    ],
    section_header: &[
        ("sh_name", 0, 4, Show::Place),
        ("sh_type", 4, 4, Show::Hex),
        ("sh_flags", 8, 8, Show::Hex),
        ("sh_addr", 16, 8, Show::Place),
        ("sh_offset", 24, 8, Show::Place),
        ("sh_size", 32, 8, Show::Place),
        ("sh_link", 40, 4, Show::Place),
        ("sh_info", 44, 4, Show::Place),
        ("sh_addralign", 48, 8, Show::Dec),
        ("sh_entsize", 56, 8, Show::Dec),
    ],
    word: 8,
    entry_point: 24,
};

pub(super) fn class(is_64: bool) -> &'static Class {
    if is_64 { &CLASS_64 } else { &CLASS_32 }
}
