"""WebAssembly, as the core specification's chapter on the binary format describes it: what a module wants of its host and gives to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

PREAMBLE = b"\0asm\x01\0\0\0"
"""Magic number and version; a component, which is something else, has another version."""
CUSTOM, IMPORTS, EXPORTS, START = 0, 2, 7, 8
"""Ids of sections."""
FUNCTION, TABLE, MEMORY, GLOBAL, TAG = range(5)
"""Kinds of what is imported or exported."""


@dataclass(frozen=True)
class Wasm:
    """A module."""

    imports: tuple[tuple[str, str, int], ...]
    """Module, name and kind."""
    exports: tuple[tuple[str, int], ...]
    """Name and kind."""
    custom: tuple[str, ...]
    """The names of its custom sections: the names of functions, what debuggers read, who produced it."""
    starts_itself: bool
    """Whether a function is called as soon as it is instantiated."""


class Bytes:
    """Bytes that are read from their start on."""

    def __init__(self, content: bytes):
        self.content = content
        self.at = 0

    def take(self, count: int) -> bytes:
        """The next bytes; raises `ValueError` if there are fewer."""
        taken = self.content[self.at : self.at + count]
        if len(taken) < count:
            raise ValueError(f"ends in the middle of {count} bytes at {self.at}")
        self.at += count
        return taken

    def number(self) -> int:
        """An unsigned number in LEB128."""
        value = shift = 0
        while True:
            (byte,) = self.take(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def name(self) -> str:
        """A text with its length before it."""
        return self.take(self.number()).decode()

    def left(self) -> bool:
        """Whether there are more."""
        return self.at < len(self.content)

    def limits(self) -> None:
        """Passes over the size of a table or memory."""
        (flags,) = self.take(1)
        for _ in range(2 if flags & 1 else 1):
            self.number()


def read(content: bytes) -> Wasm:
    """Reads a file; raises `ValueError` if it is no module of version 1."""
    file = Bytes(content)
    if content[: len(PREAMBLE)] != PREAMBLE:
        raise ValueError(f"no WebAssembly module: it begins with {content[: len(PREAMBLE)].hex()}")
    file.take(len(PREAMBLE))
    found: dict[int, list[Bytes]] = {}
    while file.left():
        (kind,) = file.take(1)
        found.setdefault(kind, []).append(Bytes(file.take(file.number())))

    def entries(kind: int) -> Iterator[Bytes]:
        """The section of a kind, once for each of its entries, standing at it."""
        for section in found.get(kind, ()):
            for _ in range(section.number()):
                yield section
            if section.left():
                raise ValueError(f"the section {kind} goes on after its last entry")

    return Wasm(
        imports=tuple(read_import(section) for section in entries(IMPORTS)),
        exports=tuple(read_export(section) for section in entries(EXPORTS)),
        custom=tuple(section.name() for section in found.get(CUSTOM, ())),
        starts_itself=START in found,
    )


def read_import(section: Bytes) -> tuple[str, str, int]:
    """Module, name and kind of an import; what it is of its kind is passed over."""
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
    """Name and kind of an export."""
    name = section.name()
    (kind,) = section.take(1)
    section.number()
    return name, kind
