"""What every step does with files: hash, write whole, measure free space, keep a second run out."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import Undecided

MARGIN_BYTES = 64_000_000
"""Room beside the archives themselves: file system overhead, crates, the store's database."""


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


REFETCH = "run this again, and if it stays, compare the mirror with nix/toolchain/archives.json"
"""What to do about a download that is not what was pinned."""


def verify(path: Path, name: str, expected: str, remedy: str = REFETCH) -> None:
    """Deletes `path` and raises `Undecided` if its SHA-256 is not `expected`."""
    found = sha256(path)
    if found != expected:
        path.unlink()
        raise Undecided(
            f"`{name}` has the wrong hash: expected sha256 {expected}, found {found}; the file is deleted and nothing "
            f"of its batch was added: {remedy}"
        )


def write(path: Path, content: bytes) -> bool:
    """Gives `path` this content, whole or not at all; returns whether it had another one."""
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
    """`path`, or the nearest folder above it that exists."""
    while not path.exists():
        path = path.parent
    return path


def check_space(needs: list[tuple[Path, int]], free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free) -> None:
    """Raises `Undecided` if a file system lacks room; `needs` is (folder, bytes), added up by file system."""
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
    """Holds the lock file `path`; where another run has it, calls `waiting` once, then waits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as stream:
        give_to_owner(path.parent, path)
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def give_to_owner(folder: Path, *more: Path) -> None:
    """After `sudo`, gives what root made to the owner of the checkout around `folder`, whose later runs need it."""
    if os.geteuid() == 0:
        owner = folder.parent.stat()
        for path in (folder, *more):
            os.chown(path, owner.st_uid, owner.st_gid)
