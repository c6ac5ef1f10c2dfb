"""The download folder: what is there, finished or not, and what of it was verified."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from . import files
from .archives import Archive
from .errors import Undecided


@dataclass(frozen=True)
class Folders:
    """The download folder's parts."""

    top: Path

    @property
    def lock(self) -> Path:
        """Held by the run that is at work."""
        return self.top / "lock"

    @property
    def ready(self) -> Path:
        """Verified files under their store names."""
        return self.top / "ready"

    @property
    def arriving(self) -> Path:
        """Where apt and pip put their files, under the names of the clients."""
        return self.top / "arriving"

    @property
    def scratch(self) -> Path:
        """Temporary files: pip's unfinished downloads, the unpacked seed."""
        return self.top / "scratch"

    @property
    def cargo(self) -> Path:
        """Cargo's home during a fetch."""
        return self.top / "cargo"

    def clear(self) -> None:
        """Deletes all but the lock; nothing here is needed once the store has it."""
        for folder in (self.ready, self.arriving, self.scratch, self.cargo):
            shutil.rmtree(folder, ignore_errors=True)

    def make(self) -> None:
        """Creates what is missing, and empties `scratch`, of which no client can continue anything."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        for folder in (self.ready, self.arriving, self.scratch):
            folder.mkdir(parents=True, exist_ok=True)
        files.give_to_owner(self.top, self.ready, self.arriving, self.scratch)


def client_name(archive: Archive) -> str:
    """The file name under which the archive's client saves it."""
    if archive.kind == "wheel":
        return archive.file
    return f"{archive.name}_{archive.version.replace(':', '%3a')}_{archive.architecture}.deb"


def arrived_bytes(archives: list[Archive], folders: Folders) -> int:
    """How much of `archives` is on this machine already, finished or not."""
    return sum(min(archive.size_bytes, on_disk(archive, folders)) for archive in archives)


def on_disk(archive: Archive, folders: Folders) -> int:
    """Size in bytes of the archive's file so far, wherever it is."""
    places = [folders.ready / archive.file, folders.arriving / client_name(archive)]
    if archive.kind == "wheel":
        # Where pip keeps a file until it is whole.
        places += folders.scratch.glob(f"*/{archive.file}")
    sizes = [0]
    for place in places:
        try:
            sizes.append(place.stat().st_size)
        except FileNotFoundError:
            pass
    return max(sizes)


def settle(archive: Archive, folders: Folders) -> bool:
    """Moves a finished, verified file to `ready`; returns whether the archive is there.

    A file that an earlier run left and that is damaged goes without a word: it is fetched again.
    """
    ready = folders.ready / archive.file
    arriving = folders.arriving / client_name(archive)
    for place in (ready, arriving):
        if place.is_file() and place.stat().st_size >= archive.size_bytes:
            if files.sha256(place) == archive.sha256:
                place.replace(ready)
                return True
            place.unlink()
    return False


def take(archives: list[Archive], folders: Folders) -> None:
    """Verifies what a client has just brought, all before any goes on; raises `Undecided`."""
    for archive in archives:
        place = folders.arriving / client_name(archive)
        if not place.is_file():
            raise Undecided(f"the client reported success, but `{client_name(archive)}` did not arrive: run this again")
        files.verify(place, archive.file, archive.sha256)
    for archive in archives:
        (folders.arriving / client_name(archive)).replace(folders.ready / archive.file)
