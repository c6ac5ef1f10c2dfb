"""Pins the newest versions: rewrites `archives.json` and the standard library's lock file, for review by a person."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

from . import apt, archives, deb, files, index, seed, wheels
from .archives import Archive, Pins, Seed, store_name
from .clients import CLIENTS
from .crates import STD_LIST
from .errors import Undecided
from .folders import Folders
from .progress import say

PINS = "nix/toolchain/archives.json"
INSTALL = ["git", "nix-bin"]
"""What a bare machine needs to build. `--import` installs these packages with their dependencies."""
STD_SOURCES = "rust-web-src"


def run(root: Path, pins: Pins, folders: Folders) -> None:
    """Resolves, downloads and hashes everything again. Without upstream changes, both files stay the same."""
    if os.geteuid() == 0:
        apt.update()
    else:
        say("using apt's lists as they are: only root can update them")
    packages = index.read()
    fresh, install = resolve(pins, packages)
    folders.make()
    say(f"downloading {len(fresh)} packages")
    apt.debs(fresh, folders)
    for archive in pins.archives:
        if archive.kind == "wheel":
            fresh.append(wheel(archive, folders))
    busybox = next(archive for archive in fresh if archive.name == pins.seed.deb)
    file = store_name("busybox", busybox.version, "")
    _, nar_sha256 = seed.make(folders.ready / busybox.file, folders.scratch, file)
    new = pins.with_archives(fresh, install, Seed(pins.seed.deb, file, nar_sha256))
    lock = std_lock(folders.ready, fresh)
    say_changes(pins, new)
    for name, content in ((PINS, archives.dump(new).encode()), (STD_LIST, lock)):
        say(f"{name} {'rewritten' if files.write(root / name, content) else 'unchanged'}")
    folders.clear()


def resolve(pins: Pins, packages: dict[str, index.Package]) -> tuple[list[Archive], list[str]]:
    """Returns the newest version of every pinned package, and the packages that install Nix. Parts stay the same."""
    parts = {archive.name: archive.part for archive in pins.archives if archive.kind == "deb" and archive.part != "nix"}
    install = sorted(index.closure(packages, INSTALL, index.base(packages)))
    fresh = []
    for name in sorted(parts.keys() | install):
        package = packages.get(name)
        if package is None:
            raise Undecided(f"{index.CODENAME}/main no longer has `{name}`: replace it in {PINS}")
        fresh.append(Archive(
            "deb", name, package.version, store_name(name, package.version), parts.get(name, "nix"),
            package.sha256, package.size_bytes, architecture=package.architecture,
        ))
    return fresh, install


def wheel(archive: Archive, folders: Folders) -> Archive:
    """Downloads and pins the newest wheel that satisfies `want`. Its hash must be the one in pip's index."""
    folder = folders.scratch / f"wheel-{archive.name}"
    folder.mkdir()
    say(f"downloading {archive.name}{archive.want}")
    wheels.download(archive, archive.want, folder, folders.scratch)
    downloaded = sorted(folder.iterdir())
    if len(downloaded) != 1:
        raise Undecided(f"pip brought {len(downloaded)} files for {archive.name}{archive.want}: narrow `want` in {PINS}")
    [file] = downloaded
    stated = stated_sha256(archive, folders)
    files.verify(file, file.name, stated)
    return dataclasses.replace(
        archive, version=wheels.file_version(file.name), file=file.name, sha256=stated, size_bytes=file.stat().st_size,
    )


def stated_sha256(archive: Archive, folders: Folders) -> str:
    """Returns the hash in pip's index of the wheel that pip chooses."""
    wheels.ensure_pip()
    command = [
        *wheels.PIP, "install", "--quiet", "--dry-run", "--ignore-installed", *wheels.selection(archive),
        "--target", str(folders.scratch / "none"), "--report", "-", f"{archive.name}{archive.want}",
    ]
    text = CLIENTS.must(command, f"look up {archive.name}", None, {"TMPDIR": str(folders.scratch)})
    try:
        return json.loads(text)["install"][0]["download_info"]["archive_info"]["hashes"]["sha256"]
    except (ValueError, KeyError, IndexError) as error:
        raise Undecided(
            f"pip's index states no sha256 for {archive.name}{archive.want}: use one that does, then run this again"
        ) from error


def std_lock(ready: Path, fresh: list[Archive]) -> bytes:
    """Returns the standard library's lock file, from the package with its sources."""
    sources = next(archive for archive in fresh if archive.name == STD_SOURCES)
    release = sources.version.partition("+")[0]
    try:
        return deb.read_file((ready / sources.file).read_bytes(), f"usr/src/rustc-{release}/library/Cargo.lock")
    except deb.Malformed as error:
        raise Undecided(f"`{sources.file}` has no lock file of the standard library ({error}): pin another version") from error


def say_changes(old: Pins, new: Pins) -> None:
    """Prints one line for each archive that was added, was removed or has another version."""
    before = {archive.name: archive.version for archive in old.archives}
    after = {archive.name: archive.version for archive in new.archives}
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            say(f"{name}: {before.get(name, 'not pinned')} -> {after.get(name, 'no longer pinned')}")
