"""How file formats and the compiler name each architecture, by Go's name. Includes some that no platform uses yet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Architecture:
    """The names of an architecture in each specification."""

    rust: str
    """`target_arch`, which `sysinfo` prints."""
    bits: int
    endianness: str = "little"
    elf: int | None = None
    """e_machine."""
    elf_flags: int = 0
    """The calling convention's bits in e_flags, after masking with `elf_flags_mask`."""
    elf_flags_mask: int = 0
    pe: int | None = None
    """Machine."""
    macho: int | None = None
    """cputype."""


ARCHITECTURES = {
    "386": Architecture("x86", 32, elf=3, pe=0x14C),
    "amd64": Architecture("x86_64", 64, elf=62, pe=0x8664, macho=0x0100_0007),
    # EABI version 5, hard-float.
    "arm": Architecture("arm", 32, elf=40, elf_flags=0x0500_0400, elf_flags_mask=0xFF00_0600),
    "arm64": Architecture("aarch64", 64, elf=183, pe=0xAA64, macho=0x0100_000C),
    # LP64D, object file ABI version 1.
    "loong64": Architecture("loongarch64", 64, elf=258, elf_flags=0x43, elf_flags_mask=0xC7),
    # ABI o32 and MIPS32 release 2. The 64-bit ABI is n64, which has no bits in e_flags.
    "mips": Architecture("mips", 32, "big", elf=8, elf_flags=0x7000_1000, elf_flags_mask=0xF000_F020),
    "mips64le": Architecture("mips64", 64, elf=8, elf_flags=0x8000_0000, elf_flags_mask=0xF000_F020),
    "mips64": Architecture("mips64", 64, "big", elf=8, elf_flags=0x8000_0000, elf_flags_mask=0xF000_F020),
    "mipsle": Architecture("mips", 32, elf=8, elf_flags=0x7000_1000, elf_flags_mask=0xF000_F020),
    # ELFv2, which musl uses in both byte orders.
    "ppc64": Architecture("powerpc64", 64, "big", elf=21, elf_flags=2, elf_flags_mask=3),
    "ppc64le": Architecture("powerpc64", 64, elf=21, elf_flags=2, elf_flags_mask=3),
    # Double-float ABI, compressed instructions.
    "riscv64": Architecture("riscv64", 64, elf=243, elf_flags=0x5, elf_flags_mask=0x7),
    "s390x": Architecture("s390x", 64, "big", elf=22),
    "wasm": Architecture("wasm32", 32),
}
