"""The Nix archive format (NAR) of a small tree, to know its hash before the store sees it."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path


def sha256(root: Path) -> str:
    """Hexadecimal SHA-256 of the NAR of `root`, as `nix-store --dump` would write it."""
    digest = hashlib.sha256()
    for piece in dump(root):
        digest.update(piece)
    return digest.hexdigest()


def dump(root: Path) -> Iterator[bytes]:
    """The NAR of `root`, piece by piece (Nix thesis, figure 5.2)."""
    yield text(b"nix-archive-1")
    yield from node(root)


def text(value: bytes) -> bytes:
    """A string of the format: length in 64 bits, little endian, then the bytes, padded to 8."""
    return len(value).to_bytes(8, "little") + value + bytes(-len(value) % 8)


def node(path: Path) -> Iterator[bytes]:
    """One file, folder or link, with everything under it; entries in byte order of their names."""
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
