"""ELF, little-endian, as the System V ABI (gABI chapters 4 and 5) describes it: what an executable needs to run."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MACHINES = {"amd64": 62, "arm64": 183}
"""e_machine by Go's name of the architecture; all that are here are 64-bit."""

PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
DT_NULL, DT_NEEDED, DT_STRTAB, DT_RPATH, DT_RUNPATH = 0, 1, 5, 15, 29


@dataclass(frozen=True)
class Elf:
    """A 64-bit executable."""

    machine: int
    interpreter: str | None
    needed: tuple[str, ...]
    """The shared libraries that the loader has to find."""
    run_paths: tuple[str, ...]
    """Where it would look for them."""
    sections: tuple[str, ...]


def read(content: bytes) -> Elf:
    """Reads a file; raises `ValueError` if it is no little-endian ELF executable of 64 bits."""
    if content[:6] != b"\x7fELF\x02\x01":
        raise ValueError(f"no 64-bit little-endian ELF file: it begins with {content[:6].hex()}")
    kind, machine = struct.unpack_from("<HH", content, 16)
    if kind not in (2, 3):
        raise ValueError(f"neither ET_EXEC nor ET_DYN: e_type is {kind}")
    program_offset, section_offset = struct.unpack_from("<QQ", content, 32)
    program_size, program_count, section_size, section_count, names_index = struct.unpack_from("<5H", content, 54)
    segments = [struct.unpack_from("<IIQQQQQQ", content, program_offset + i * program_size) for i in range(program_count)]
    if not any(segment[0] == PT_LOAD for segment in segments):
        raise ValueError("has no segment to load")

    def at(address: int) -> int:
        """The offset in the file of a virtual address."""
        for kind, _, offset, start, _, size, *_ in segments:
            if kind == PT_LOAD and start <= address < start + size:
                return address - start + offset
        raise ValueError(f"the address {address:#x} is in no segment")

    interpreter = None
    dynamic: list[tuple[int, int]] = []
    for kind, _, offset, _, _, size, *_ in segments:
        if kind == PT_INTERP:
            interpreter = text(content, offset)
        elif kind == PT_DYNAMIC:
            dynamic = list(struct.iter_unpack("<qQ", content[offset : offset + size]))
    strings = dict(dynamic).get(DT_STRTAB)

    def named(*tags: int) -> tuple[str, ...]:
        """The strings of the dynamic entries with these tags."""
        return tuple(text(content, at(strings) + value) for tag, value in dynamic if tag in tags)

    sections = [struct.unpack_from("<IIQQQQ", content, section_offset + i * section_size) for i in range(section_count)]
    section_names = tuple(text(content, sections[names_index][4] + section[0]) for section in sections) if sections else ()
    return Elf(machine, interpreter, named(DT_NEEDED), named(DT_RPATH, DT_RUNPATH), section_names)


def text(content: bytes, offset: int) -> str:
    """The zero-ended string at an offset."""
    return content[offset : content.index(b"\0", offset)].decode()
