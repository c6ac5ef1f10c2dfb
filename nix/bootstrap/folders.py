"""The download folder: partial, finished and verified downloads."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from . import files
from .archives import Archive
from .errors import Undecided


@dataclass(frozen=True)
class Folders:
    """The parts of the download folder."""

    top: Path

    @property
    def lock(self) -> Path:
        """The lock file; the current run holds it."""
        return self.top / "lock"

    @property
    def ready(self) -> Path:
        """Verified files, under their store names."""
        return self.top / "ready"

    @property
    def arriving(self) -> Path:
        """Downloads of apt and pip, under the clients' own file names."""
        return self.top / "arriving"

    @property
    def scratch(self) -> Path:
        """Temporary files: pip's partial downloads, the unpacked seed."""
        return self.top / "scratch"

    @property
    def cargo(self) -> Path:
        """Cargo's home during a fetch."""
        return self.top / "cargo"

    def clear(self) -> None:
        """Deletes everything except the lock. Once the store has the files, nothing here is needed."""
        for folder in (self.ready, self.arriving, self.scratch, self.cargo):
            shutil.rmtree(folder, ignore_errors=True)

    def make(self) -> None:
        """Creates missing folders and empties `scratch`, because no client can resume a file there."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        for folder in (self.ready, self.arriving, self.scratch):
            folder.mkdir(parents=True, exist_ok=True)
        files.give_to_owner(self.top, self.ready, self.arriving, self.scratch)


def client_name(archive: Archive) -> str:
    """Returns the file name under which the client saves the archive."""
    if archive.kind == "wheel":
        return archive.file
    return f"{archive.name}_{archive.version.replace(':', '%3a')}_{archive.architecture}.deb"


def arrived_bytes(archives: list[Archive], folders: Folders) -> int:
    """Returns how many bytes of `archives` are in the download folder, including partial files."""
    return sum(min(archive.size_bytes, on_disk(archive, folders)) for archive in archives)


def on_disk(archive: Archive, folders: Folders) -> int:
    """Returns the size in bytes of the archive's file so far, in whichever folder it is."""
    places = [folders.ready / archive.file, folders.arriving / client_name(archive)]
    if archive.kind == "wheel":
        # pip keeps partial files there.
        places += folders.scratch.glob(f"*/{archive.file}")
    sizes = [0]
    for place in places:
        try:
            sizes.append(place.stat().st_size)
        except FileNotFoundError:
            pass
    return max(sizes)


def move_finished(archive: Archive, folders: Folders) -> bool:
    """Moves a finished file to `ready` if its hash is right; returns whether `ready` has the archive.

    A damaged file of an earlier run is deleted silently: it will be fetched again.
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


def accept_downloads(archives: list[Archive], folders: Folders) -> None:
    """Verifies all files that a client has downloaded, then moves them to `ready`; raises `Undecided`."""
    for archive in archives:
        place = folders.arriving / client_name(archive)
        if not place.is_file():
            raise Undecided(f"the client reported success, but `{client_name(archive)}` did not arrive: run this again")
        files.verify(place, archive.file, archive.sha256)
    for archive in archives:
        (folders.arriving / client_name(archive)).replace(folders.ready / archive.file)
