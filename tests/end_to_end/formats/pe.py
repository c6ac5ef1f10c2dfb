"""PE32+, as Microsoft's PE format specification describes it: times, protections and imports of a Windows program."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MACHINES = {"amd64": 0x8664, "arm64": 0xAA64}
"""Machine by Go's name of the architecture."""

RELOCATIONS_STRIPPED = 0x0001
HIGH_ENTROPY_VA, DYNAMIC_BASE, NX_COMPAT = 0x0020, 0x0040, 0x0100
EXPORTS, IMPORTS, RELOCATIONS, DEBUG, DELAY_IMPORTS = 0, 1, 5, 6, 13
"""Places in the table of data directories."""


@dataclass(frozen=True)
class Pe:
    """A 64-bit program."""

    machine: int
    characteristics: int
    dll_characteristics: int
    timestamps: dict[str, int]
    """Seconds since 1970 by where they stand: the header, and each directory that has one."""
    imports: tuple[str, ...]
    """Names of the libraries, as written."""
    relocations_bytes: int


def read(content: bytes) -> Pe:
    """Reads a file; raises `ValueError` if it is no PE32+ file."""
    (header,) = struct.unpack_from("<I", content, 0x3C)
    if content[:2] != b"MZ" or content[header : header + 4] != b"PE\0\0":
        raise ValueError("no PE file: its signatures are missing")
    machine, section_count, timestamp, _, _, optional_size, characteristics = struct.unpack_from("<HHIIIHH", content, header + 4)
    optional = header + 24
    if struct.unpack_from("<H", content, optional) != (0x20B,):
        raise ValueError("no PE32+ file: its optional header is of another kind")
    (dll_characteristics,) = struct.unpack_from("<H", content, optional + 70)
    (directory_count,) = struct.unpack_from("<I", content, optional + 108)
    directories = [struct.unpack_from("<II", content, optional + 112 + 8 * i) for i in range(directory_count)]
    directories += [(0, 0)] * (16 - directory_count)
    sections = [struct.unpack_from("<8xIIII", content, optional + optional_size + 40 * i) for i in range(section_count)]

    def at(address: int) -> int:
        """The offset in the file of an address that is relative to the image."""
        for virtual_size, start, raw_size, offset in sections:
            if start <= address < start + max(virtual_size, raw_size):
                return address - start + offset
        raise ValueError(f"the address {address:#x} is in no section")

    def names(directory: int, entry_bytes: int, name_at: int) -> list[str]:
        """The libraries of an import directory, whose last entry has no name."""
        address, size = directories[directory]
        found = []
        while size:
            (name,) = struct.unpack_from("<I", content, at(address) + entry_bytes * len(found) + name_at)
            if not name:
                break
            start = at(name)
            found.append(content[start : content.index(b"\0", start)].decode())
        return found

    timestamps = {"header": timestamp}
    for place, directory in (("exports", EXPORTS), ("debug", DEBUG)):
        address, size = directories[directory]
        if size:
            (timestamps[place],) = struct.unpack_from("<I", content, at(address) + 4)
    imports = names(IMPORTS, 20, 12) + names(DELAY_IMPORTS, 32, 4)
    return Pe(machine, characteristics, dll_characteristics, timestamps, tuple(imports), directories[RELOCATIONS][1])
