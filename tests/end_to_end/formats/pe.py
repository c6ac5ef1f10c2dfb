"""Reads PE32 and PE32+ (Microsoft's PE format specification): timestamps, protections and imports of a Windows program."""

from __future__ import annotations

import struct
from dataclasses import dataclass

KINDS = {0x10B: (32, 92), 0x20B: (64, 108)}
"""Width in bits and the offset of NumberOfRvaAndSizes, by the magic number of the optional header."""
RELOCATIONS_STRIPPED = 0x0001
HIGH_ENTROPY_VA, DYNAMIC_BASE, NX_COMPAT = 0x0020, 0x0040, 0x0100
CONSOLE = 3
EXPORTS, IMPORTS, RELOCATIONS, DEBUG, DELAY_IMPORTS = 0, 1, 5, 6, 13
"""Indexes in the table of data directories."""
EXECUTED, WRITTEN = 0x2000_0000, 0x8000_0000
"""Flags of sections."""


@dataclass(frozen=True)
class Pe:
    """A program."""

    bits: int
    machine: int
    characteristics: int
    dll_characteristics: int
    subsystem: int
    timestamps: dict[str, int]
    """Seconds since 1970 in the header and in each directory with a timestamp."""
    imports: tuple[str, ...]
    """Names of the imported libraries, as written."""
    relocations_bytes: int
    writable_code: bool
    """Whether a section is both writable and executable."""


def read(content: bytes) -> Pe:
    """Reads a file; raises `ValueError` if it is not a PE file."""
    (header,) = struct.unpack_from("<I", content, 0x3C)
    if content[:2] != b"MZ" or content[header : header + 4] != b"PE\0\0":
        raise ValueError("not a PE file: its signatures are missing")
    machine, section_count, timestamp, _, _, optional_size, characteristics = struct.unpack_from("<HHIIIHH", content, header + 4)
    optional = header + 24
    (kind,) = struct.unpack_from("<H", content, optional)
    if kind not in KINDS:
        raise ValueError(f"neither PE32 nor PE32+: the magic number of its optional header is {kind:#x}")
    bits, count_at = KINDS[kind]
    subsystem, dll_characteristics = struct.unpack_from("<HH", content, optional + 68)
    (directory_count,) = struct.unpack_from("<I", content, optional + count_at)
    directories = [struct.unpack_from("<II", content, optional + count_at + 4 + 8 * i) for i in range(directory_count)]
    directories += [(0, 0)] * (16 - directory_count)
    sections = [struct.unpack_from("<8xIIII12xI", content, optional + optional_size + 40 * i) for i in range(section_count)]

    def at(address: int) -> int:
        """Returns the file offset of a relative virtual address."""
        for virtual_size, start, raw_size, offset, _ in sections:
            if start <= address < start + max(virtual_size, raw_size):
                return address - start + offset
        raise ValueError(f"the address {address:#x} is in no section")

    def names(directory: int, entry_bytes: int, name_at: int) -> list[str]:
        """Returns the libraries of an import directory. An entry without a name ends the directory."""
        address, size = directories[directory]
        libraries = []
        while size:
            (name,) = struct.unpack_from("<I", content, at(address) + entry_bytes * len(libraries) + name_at)
            if not name:
                break
            start = at(name)
            libraries.append(content[start : content.index(b"\0", start)].decode())
        return libraries

    timestamps = {"header": timestamp}
    exports_at, exports_size = directories[EXPORTS]
    if exports_size:
        (timestamps["exports"],) = struct.unpack_from("<I", content, at(exports_at) + 4)
    debug_at, debug_size = directories[DEBUG]
    for entry in range(debug_size // 28):
        (timestamps[f"debug {entry}"],) = struct.unpack_from("<I", content, at(debug_at) + 28 * entry + 4)
    return Pe(
        bits=bits,
        machine=machine,
        characteristics=characteristics,
        dll_characteristics=dll_characteristics,
        subsystem=subsystem,
        timestamps=timestamps,
        imports=tuple(names(IMPORTS, 20, 12) + names(DELAY_IMPORTS, 32, 4)),
        relocations_bytes=directories[RELOCATIONS][1],
        writable_code=any(flags & EXECUTED and flags & WRITTEN for *_, flags in sections),
    )
