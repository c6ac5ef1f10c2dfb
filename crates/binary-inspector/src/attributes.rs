//! The processor that an ELF file needs, from build attributes (ARM, RISC-V), properties (x86) or flags (MIPS).

use binary_formats::elf::{Elf, Note};
use binary_formats::wasm::Leb128;

/// Type of a note whose descriptor is a list of properties.
const NT_GNU_PROPERTY: u32 = 5;
const X86_ISA_NEEDED: u32 = 0xc000_8002;
/// The micro-architecture levels of the x86-64 psABI, by bit of the ISA property.
const X86_LEVELS: [(u32, &str); 4] = [
    (8, "x86-64-v4"),
    (4, "x86-64-v3"),
    (2, "x86-64-v2"),
    (1, "x86-64 baseline"),
];
/// Values of `Tag_CPU_arch` in the ARM ABI's build attributes.
const ARM_ARCHITECTURES: [&str; 18] = [
    "before v4",
    "v4",
    "v4T",
    "v5T",
    "v5TE",
    "v5TEJ",
    "v6",
    "v6KZ",
    "v6T2",
    "v6K",
    "v7",
    "v6-M",
    "v6S-M",
    "v7E-M",
    "v8-A",
    "v8-R",
    "v8-M baseline",
    "v8-M mainline",
];
const ARM_TAG: u64 = 6;
/// `Tag_RISCV_arch`.
const RISCV_TAG: u64 = 5;
/// Values of the four bits `EF_MIPS_ARCH`.
const MIPS_ARCHITECTURES: [&str; 11] = [
    "MIPS I",
    "MIPS II",
    "MIPS III",
    "MIPS IV",
    "MIPS V",
    "MIPS32",
    "MIPS64",
    "MIPS32 r2",
    "MIPS64 r2",
    "MIPS32 r6",
    "MIPS64 r6",
];

/// The x86-64 level that the notes of a file require.
pub(super) fn x86_level(elf: &Elf, notes: &[Note]) -> Option<String> {
    let property = notes
        .iter()
        .find(|note| note.name == b"GNU" && note.kind == NT_GNU_PROPERTY)?;
    let align = if elf.is_64 { 8 } else { 4 };
    let word = |at: usize| {
        let bytes = property.value.get(at..at.checked_add(4)?)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    };
    let mut at: usize = 0;
    loop {
        let (kind, length) = (word(at)?, word(at + 4)? as usize);
        if kind == X86_ISA_NEEDED {
            let bits = word(at + 8)?;
            let level = X86_LEVELS.iter().find(|(bit, _)| bits & bit != 0);
            return level.map(|(_, name)| (*name).to_owned());
        }
        at = (at + 8).checked_add(length)?.checked_next_multiple_of(align)?;
    }
}

/// The processor in a build attributes section: `.ARM.attributes` or `.riscv.attributes`.
pub(super) fn attribute(section: &[u8], big_endian: bool) -> Option<String> {
    let word = |bytes: &[u8]| {
        let bytes = bytes.get(..4)?.try_into().ok()?;
        Some(if big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        } as usize)
    };
    // 'A', then a length, the vendor's name and its attributes. Compilers write one list for the whole file.
    let vendor_section = section.strip_prefix(b"A")?;
    let vendor_section = vendor_section.get(4..word(vendor_section)?)?;
    let vendor_end = vendor_section.iter().position(|byte| *byte == 0)?;
    let (vendor, list) = (&vendor_section[..vendor_end], &vendor_section[vendor_end + 1..]);
    let list = list.strip_prefix(&[1])?;
    let mut rest = list.get(4..word(list)?.checked_sub(1)?)?;
    loop {
        let tag = take_number(&mut rest)?;
        let is_text = match vendor {
            b"aeabi" => matches!(tag, 4 | 5 | 67) || (tag > 32 && tag % 2 == 1),
            b"riscv" => tag % 2 == 1,
            _ => return None,
        };
        if vendor == b"aeabi" && tag == 32 {
            take_number(&mut rest)?;
            take_text(&mut rest)?;
        } else if is_text {
            let text = take_text(&mut rest)?;
            if vendor == b"riscv" && tag == RISCV_TAG {
                return Some(untrusted_input::spelling::escape(text));
            }
        } else {
            let number = take_number(&mut rest)?;
            if vendor == b"aeabi" && tag == ARM_TAG {
                let name = ARM_ARCHITECTURES.get(usize::try_from(number).ok()?)?;
                return Some(format!("ARM{name}"));
            }
        }
    }
}

fn take_number(rest: &mut &[u8]) -> Option<u64> {
    let number = Leb128::read(rest).ok()?;
    *rest = &rest[number.length_bytes as usize..];
    Some(number.value)
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = rest.iter().position(|byte| *byte == 0)?;
    let text = &rest[..end];
    *rest = &rest[end + 1..];
    Some(text)
}

/// The level in the flags of a MIPS file.
pub(super) fn mips_level(flags: u32) -> Option<String> {
    let name = MIPS_ARCHITECTURES.get((flags >> 28) as usize)?;
    Some((*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(vendor: &str, attributes: &[u8]) -> Vec<u8> {
        let list = [&[1], (attributes.len() as u32 + 5).to_le_bytes().as_slice(), attributes].concat();
        let vendor = [vendor.as_bytes(), &[0], &list].concat();
        [b"A", (vendor.len() as u32 + 4).to_le_bytes().as_slice(), &vendor].concat()
    }

    #[test]
    fn the_processor_is_read_from_build_attributes() {
        let arm = section("aeabi", b"\x05Cortex-A7\0\x06\x0a\x08\x01");
        assert_eq!(attribute(&arm, false).unwrap(), "ARMv7");
        let riscv = section("riscv", b"\x04\x10\x05rv64i2p1_m2p0\0");
        assert_eq!(attribute(&riscv, false).unwrap(), "rv64i2p1_m2p0");
    }

    #[test]
    fn attributes_that_are_cut_off_or_of_another_vendor_say_nothing() {
        let arm = section("aeabi", b"\x05Cortex-A7\0\x06\x0a");
        for length in 0..arm.len() {
            assert_eq!(attribute(&arm[..length], false), None, "{length}");
        }
        assert_eq!(attribute(&section("gnu", b"\x06\x0a"), false), None);
        assert_eq!(attribute(&arm, true), None);
    }
}
