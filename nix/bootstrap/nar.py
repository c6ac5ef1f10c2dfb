"""Serializes a small tree in the Nix archive format (NAR), to verify its hash before it is added to the store."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path


def sha256(root: Path) -> str:
    """Returns the hexadecimal SHA-256 of the NAR of `root`, as `nix-store --dump` would write it."""
    digest = hashlib.sha256()
    for piece in dump(root):
        digest.update(piece)
    return digest.hexdigest()


def dump(root: Path) -> Iterator[bytes]:
    """Yields the NAR of `root` in pieces (Nix thesis, figure 5.2)."""
    yield text(b"nix-archive-1")
    yield from node(root)


def text(value: bytes) -> bytes:
    """Encodes a string: 64-bit little-endian length, then the bytes, zero-padded to a multiple of 8."""
    return len(value).to_bytes(8, "little") + value + bytes(-len(value) % 8)


def node(path: Path) -> Iterator[bytes]:
    """Yields one file, folder or link with everything below it. Folder entries are in byte order of their names."""
    mode = path.lstat().st_mode
    yield text(b"(") + text(b"type")
    if stat.S_ISREG(mode):
        yield text(b"regular")
        if mode & stat.S_IXUSR:
            yield text(b"executable") + text(b"")
        yield text(b"contents") + text(path.read_bytes())
    elif stat.S_ISLNK(mode):
        yield text(b"symlink") + text(b"target") + text(os.fsencode(os.readlink(path)))
    elif stat.S_ISDIR(mode):
        yield text(b"directory")
        for name in sorted(os.listdir(os.fsencode(path))):
            yield text(b"entry") + text(b"(") + text(b"name") + text(name) + text(b"node")
            yield from node(path / os.fsdecode(name))
            yield text(b")")
    else:
        raise ValueError(f"`{path}` is neither file, folder nor link: a NAR cannot hold it")
    yield text(b")")
