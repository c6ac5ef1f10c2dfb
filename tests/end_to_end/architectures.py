"""What the formats and the compiler call each architecture: one table, by Go's name, also of those that no platform has yet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Architecture:
    """A processor as each specification names it."""

    rust: str
    """`target_arch`, which `sysinfo` prints."""
    bits: int
    endianness: str = "little"
    elf: int | None = None
    """e_machine."""
    elf_flags: int = 0
    """Those bits of e_flags that name the calling convention, which must all be set ..."""
    elf_flags_mask: int = 0
    """... among these."""
    pe: int | None = None
    """Machine."""
    macho: int | None = None
    """cputype."""


ARCHITECTURES = {
    "386": Architecture("x86", 32, elf=3, pe=0x14C),
    "amd64": Architecture("x86_64", 64, elf=62, pe=0x8664, macho=0x0100_0007),
    # EABI version 5; floats in their own registers (hard).
    "arm": Architecture("arm", 32, elf=40, elf_flags=0x0500_0400, elf_flags_mask=0xFF00_0600),
    "arm64": Architecture("aarch64", 64, elf=183, pe=0xAA64, macho=0x0100_000C),
    # LP64 with floats of 64 bits, object files of version 1.
    "loong64": Architecture("loongarch64", 64, elf=258, elf_flags=0x43, elf_flags_mask=0xC7),
    # ABI o32 and release 2 of the 32-bit instructions; with the 64-bit ones, the ABI is n64, which has no number.
    "mips": Architecture("mips", 32, "big", elf=8, elf_flags=0x7000_1000, elf_flags_mask=0xF000_F020),
    "mips64le": Architecture("mips64", 64, elf=8, elf_flags=0x8000_0000, elf_flags_mask=0xF000_F020),
    "mips64": Architecture("mips64", 64, "big", elf=8, elf_flags=0x8000_0000, elf_flags_mask=0xF000_F020),
    "mipsle": Architecture("mips", 32, elf=8, elf_flags=0x7000_1000, elf_flags_mask=0xF000_F020),
    # ABI version 2, which musl has in both byte orders.
    "ppc64": Architecture("powerpc64", 64, "big", elf=21, elf_flags=2, elf_flags_mask=3),
    "ppc64le": Architecture("powerpc64", 64, elf=21, elf_flags=2, elf_flags_mask=3),
    # Floats of 64 bits in their own registers; compressed instructions.
    "riscv64": Architecture("riscv64", 64, elf=243, elf_flags=0x5, elf_flags_mask=0x7),
    "s390x": Architecture("s390x", 64, "big", elf=22),
    "wasm": Architecture("wasm32", 32),
}
