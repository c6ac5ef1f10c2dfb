"""Reads WebAssembly (core specification, binary format): what a module imports from its host and exports to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

PREAMBLE = b"\0asm\x01\0\0\0"
"""Magic number and version of a module; components have another version."""
CUSTOM, IMPORTS, EXPORTS, START = 0, 2, 7, 8
"""Section ids."""
FUNCTION, TABLE, MEMORY, GLOBAL, TAG = range(5)
"""Kinds of imports and exports."""


@dataclass(frozen=True)
class Wasm:
    """A module."""

    imports: tuple[tuple[str, str, int], ...]
    """Module, name and kind."""
    exports: tuple[tuple[str, int], ...]
    """Name and kind."""
    custom: tuple[str, ...]
    """The names of its custom sections: function names, debug info, producers."""
    has_start_function: bool
    """Whether it has a start section, whose function runs at instantiation."""


class Bytes:
    """Bytes with a read position."""

    def __init__(self, content: bytes):
        self.content = content
        self.at = 0

    def take(self, count: int) -> bytes:
        """Reads `count` bytes; raises `ValueError` if fewer remain."""
        taken = self.content[self.at : self.at + count]
        if len(taken) < count:
            raise ValueError(f"ends in the middle of {count} bytes at {self.at}")
        self.at += count
        return taken

    def number(self) -> int:
        """Reads an unsigned LEB128 number."""
        value = shift = 0
        while True:
            (byte,) = self.take(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def name(self) -> str:
        """Reads a string, which its length precedes."""
        return self.take(self.number()).decode()

    def has_more(self) -> bool:
        """Returns whether bytes remain."""
        return self.at < len(self.content)

    def limits(self) -> None:
        """Skips the limits of a table or memory."""
        (flags,) = self.take(1)
        for _ in range(2 if flags & 1 else 1):
            self.number()


def read(content: bytes) -> Wasm:
    """Reads a file; raises `ValueError` if it is not a module of version 1."""
    file = Bytes(content)
    if content[: len(PREAMBLE)] != PREAMBLE:
        raise ValueError(f"not a WebAssembly module: it begins with {content[: len(PREAMBLE)].hex()}")
    file.take(len(PREAMBLE))
    sections: dict[int, list[Bytes]] = {}
    while file.has_more():
        (kind,) = file.take(1)
        sections.setdefault(kind, []).append(Bytes(file.take(file.number())))

    def entries(kind: int) -> Iterator[Bytes]:
        """Yields each section with this id once per entry, positioned at the entry."""
        for section in sections.get(kind, ()):
            for _ in range(section.number()):
                yield section
            if section.has_more():
                raise ValueError(f"the section {kind} goes on after its last entry")

    return Wasm(
        imports=tuple(read_import(section) for section in entries(IMPORTS)),
        exports=tuple(read_export(section) for section in entries(EXPORTS)),
        custom=tuple(section.name() for section in sections.get(CUSTOM, ())),
        has_start_function=START in sections,
    )


def read_import(section: Bytes) -> tuple[str, str, int]:
    """Reads the module, the name and the kind of an import, and skips its type."""
    module, name = section.name(), section.name()
    (kind,) = section.take(1)
    if kind == FUNCTION:
        section.number()
    elif kind == TABLE:
        section.take(1)
        section.limits()
    elif kind == MEMORY:
        section.limits()
    elif kind == GLOBAL:
        section.take(2)
    elif kind == TAG:
        section.take(1)
        section.number()
    else:
        raise ValueError(f"the import {name} is of kind {kind}")
    return module, name, kind


def read_export(section: Bytes) -> tuple[str, int]:
    """Reads the name and the kind of an export, and skips its index."""
    name = section.name()
    (kind,) = section.take(1)
    section.number()
    return name, kind
