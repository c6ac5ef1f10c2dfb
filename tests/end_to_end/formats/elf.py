"""Reads ELF of both classes and byte orders (System V gABI, chapters 4 and 5): what an executable needs to run."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

ET_EXEC, ET_DYN = 2, 3
PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE = 1, 2, 3, 4
PT_GNU_STACK, PT_GNU_RELRO = 0x6474E551, 0x6474E552
PF_X, PF_W = 1, 2
DT_NEEDED, DT_STRTAB, DT_RPATH, DT_BIND_NOW, DT_RUNPATH, DT_FLAGS = 1, 5, 15, 24, 29, 30
DT_FLAGS_1, DT_VERNEED, DT_VERNEEDNUM = 0x6FFFFFFB, 0x6FFFFFFE, 0x6FFFFFFF
DF_BIND_NOW, DF_1_NOW = 0x8, 0x1
SHT_NOBITS = 8


@dataclass(frozen=True)
class Section:
    """A named section of the file."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Elf:
    """An executable."""

    bits: int
    endianness: str
    """`little` or `big`."""
    machine: int
    os_abi: int
    flags: int
    """e_flags, whose meaning depends on the machine."""
    position_independent: bool
    interpreter: str | None
    needed: tuple[str, ...]
    """The shared libraries in DT_NEEDED."""
    run_paths: tuple[str, ...]
    """The library search paths in DT_RPATH and DT_RUNPATH."""
    versions: frozenset[tuple[str, str]]
    """The symbol versions that it needs: library and version."""
    notes: dict[tuple[str, int], bytes]
    """The content of each note in a PT_NOTE segment, by owner and type."""
    stack_is_executable: bool
    writable_code: bool
    """Whether a segment is both writable and executable."""
    relro: bool
    """Whether data that only the loader writes becomes read-only afterwards."""
    binds_now: bool
    """Whether the loader resolves all symbols at the start."""
    sections: tuple[Section, ...]

    def section(self, name: str) -> bytes:
        """Returns the bytes of the only section with this name; raises `ValueError` if there are several or none."""
        contents = [section.content for section in self.sections if section.name == name]
        if len(contents) != 1:
            raise ValueError(f"has {len(contents)} sections named {name}")
        return contents[0]


@dataclass(frozen=True)
class Segment:
    """One entry of the program header table."""

    kind: int
    flags: int
    offset: int
    address: int
    size: int
    """p_filesz."""
    alignment: int


class File:
    """The bytes of a file, read in its own class and byte order."""

    def __init__(self, content: bytes):
        if content[:4] != b"\x7fELF" or content[4] not in (1, 2) or content[5] not in (1, 2) or content[6] != 1:
            raise ValueError(f"not an ELF file: it begins with {content[:7].hex()}")
        self.content = content
        self.wide = content[4] == 2
        self.endianness = {1: "little", 2: "big"}[content[5]]

    def unpack(self, fields: str, offset: int) -> tuple[int, ...]:
        """Unpacks fields in the notation of `struct`, with `P` for an address, an offset or a size."""
        order = {"little": "<", "big": ">"}[self.endianness]
        return struct.unpack_from(order + fields.replace("P", "Q" if self.wide else "I"), self.content, offset)

    def text(self, offset: int) -> str:
        """Returns the NUL-terminated string at an offset."""
        return self.content[offset : self.content.index(b"\0", offset)].decode()

    def segment(self, offset: int) -> Segment:
        """Reads the program header at an offset. The position of p_flags depends on the class."""
        if self.wide:
            kind, flags, start, address, _, size, _, alignment = self.unpack("IIPPPPPP", offset)
        else:
            kind, start, address, _, size, _, flags, alignment = self.unpack("IPPPPPIP", offset)
        return Segment(kind, flags, start, address, size, alignment)

    def notes(self, segment: Segment) -> Iterator[tuple[tuple[str, int], bytes]]:
        """Yields the notes of a PT_NOTE segment."""
        at, end, unit = segment.offset, segment.offset + segment.size, max(segment.alignment, 4)
        while at < end:
            name_size, size, kind = self.unpack("3I", at)
            owner = self.content[at + 12 : at + 12 + name_size].rstrip(b"\0").decode()
            start = segment.offset + aligned(at + 12 + name_size - segment.offset, unit)
            if start + size > end:
                raise ValueError(f"a note of {owner} ends after its segment")
            yield (owner, kind), self.content[start : start + size]
            at = segment.offset + aligned(start + size - segment.offset, unit)

    def versions(self, offset: int, count: int, strings: int) -> Iterator[tuple[str, str]]:
        """Yields the versions in DT_VERNEED: `count` records, the first at `offset`, each with a chain of versions."""
        for _ in range(count):
            _, entries, file, first, following = self.unpack("HHIII", offset)
            at = offset + first
            for _ in range(entries):
                _, _, _, name, next_entry = self.unpack("IHHII", at)
                yield self.text(strings + file), self.text(strings + name)
                at += next_entry
            offset += following


def read(content: bytes) -> Elf:
    """Reads a file; raises `ValueError` if it is not an ELF executable."""
    file = File(content)
    kind, machine, _, _, segments_at, sections_at, flags = file.unpack("HHIPPPI", 16)
    segment_size, segment_count, section_size, section_count, names_index = file.unpack("5H", 54 if file.wide else 42)
    if kind not in (ET_EXEC, ET_DYN):
        raise ValueError(f"neither ET_EXEC nor ET_DYN: e_type is {kind}")
    segments = [file.segment(segments_at + i * segment_size) for i in range(segment_count)]
    loaded = [segment for segment in segments if segment.kind == PT_LOAD]
    if not loaded:
        raise ValueError("has no segment to load")

    def at(address: int) -> int:
        """Returns the file offset of a virtual address."""
        for segment in loaded:
            if segment.address <= address < segment.address + segment.size:
                return address - segment.address + segment.offset
        raise ValueError(f"the address {address:#x} is in no segment")

    dynamic = [
        file.unpack("PP", offset)
        for segment in segments if segment.kind == PT_DYNAMIC
        for offset in range(segment.offset, segment.offset + segment.size, 16 if file.wide else 8)
    ]
    entry = dict(dynamic)
    strings = at(entry[DT_STRTAB]) if DT_STRTAB in entry else 0
    versions = file.versions(at(entry[DT_VERNEED]), entry[DT_VERNEEDNUM], strings) if DT_VERNEED in entry else ()

    def named(*tags: int) -> tuple[str, ...]:
        """Returns the strings of the dynamic entries with these tags."""
        return tuple(file.text(strings + value) for tag, value in dynamic if tag in tags)

    headers = [file.unpack("IIPPPP", sections_at + i * section_size) for i in range(section_count)]
    names = headers[names_index][4] if headers else 0
    sections = tuple(
        Section(file.text(names + name), b"" if kind == SHT_NOBITS else content[offset : offset + size])
        for name, kind, _, _, offset, size in headers
    )
    return Elf(
        bits=64 if file.wide else 32,
        endianness=file.endianness,
        machine=machine,
        os_abi=content[7],
        flags=flags,
        position_independent=kind == ET_DYN,
        interpreter=next((file.text(segment.offset) for segment in segments if segment.kind == PT_INTERP), None),
        needed=named(DT_NEEDED),
        run_paths=named(DT_RPATH, DT_RUNPATH),
        versions=frozenset(versions),
        notes={key: note for segment in segments if segment.kind == PT_NOTE for key, note in file.notes(segment)},
        # NB: without PT_GNU_STACK, the system makes the stack executable.
        stack_is_executable=any(segment.flags & PF_X for segment in segments if segment.kind == PT_GNU_STACK)
        or not any(segment.kind == PT_GNU_STACK for segment in segments),
        writable_code=any(segment.flags & PF_X and segment.flags & PF_W for segment in loaded),
        relro=any(segment.kind == PT_GNU_RELRO for segment in segments),
        binds_now=bool(DT_BIND_NOW in entry or entry.get(DT_FLAGS, 0) & DF_BIND_NOW or entry.get(DT_FLAGS_1, 0) & DF_1_NOW),
        sections=sections,
    )


def aligned(offset: int, unit: int) -> int:
    """Rounds `offset` up to a multiple of `unit`."""
    return -(-offset // unit) * unit
