"""File helpers: hash, atomic write, check of free space, lock against a second run."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .errors import Undecided

MARGIN_BYTES = 64_000_000
"""Free space needed beside the archives: file system overhead, crates, the store's database."""


def sha256(path: Path) -> str:
    """Returns the hexadecimal SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


REFETCH = "run this again; if the error persists, compare the mirror with nix/toolchain/archives.json"
"""The remedy for a download whose hash is not the pinned one."""


def verify(path: Path, name: str, expected: str, remedy: str = REFETCH) -> None:
    """Deletes `path` and raises `Undecided` if its SHA-256 is not `expected`."""
    actual = sha256(path)
    if actual != expected:
        path.unlink()
        raise Undecided(
            f"`{name}` has the wrong hash: expected sha256 {expected}, found {actual}; the file is deleted and nothing "
            f"of its batch was added: {remedy}"
        )


def write(path: Path, content: bytes) -> bool:
    """Writes `content` to `path` atomically; returns whether that changed the file."""
    if path.exists() and path.read_bytes() == content:
        return False
    temporary = path.with_name(f".{path.name}.partial")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return True


def mount_of(path: Path) -> Path:
    """Returns `path`, or its nearest parent that exists."""
    while not path.exists():
        path = path.parent
    return path


def check_space(needs: list[tuple[Path, int]], free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free) -> None:
    """Raises `Undecided` if a file system lacks space. `needs` holds (folder, bytes), which are added up by file system."""
    by_device: dict[int, tuple[Path, int]] = {}
    for folder, size_bytes in needs:
        place = mount_of(folder)
        device = place.stat().st_dev
        first, sum_bytes = by_device.get(device, (place, MARGIN_BYTES))
        by_device[device] = (first, sum_bytes + size_bytes)
    for place, need_bytes in by_device.values():
        free_bytes = free(place)
        if free_bytes < need_bytes:
            raise Undecided(
                f"no space at `{place}`: {need_bytes / 1e6:.0f} MB are needed, {free_bytes / 1e6:.0f} MB are free: "
                f"free {(need_bytes - free_bytes) / 1e6:.0f} MB, then run this again"
            )


@contextmanager
def only_one(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds the lock file `path`. If another run holds it, calls `waiting` once and waits. The holder may delete the file."""
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as stream:
            give_to_owner(path.parent, path)
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(stream, fcntl.LOCK_EX)
            # NB: a deleted file keeps nobody out who comes later.
            if is_at(path, stream):
                yield
                return


def is_at(path: Path, stream: IO) -> bool:
    """Returns whether `path` still leads to the open file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(stream.fileno()))
    except FileNotFoundError:
        return False


def give_to_owner(folder: Path, *more: Path) -> None:
    """If root runs this, gives the folder and files to the checkout's owner, so that the owner's later runs can use them."""
    if os.geteuid() == 0:
        owner = folder.parent.stat()
        for path in (folder, *more):
            os.chown(path, owner.st_uid, owner.st_gid)
