"""pip, the client for wheels: downloads the pinned wheels for the build machine, whatever Python runs this."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path

from . import apt
from .archives import Archive
from .clients import CLIENTS, failure
from .errors import Undecided
from .folders import Folders, accept_downloads, move_finished

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]


def wheels(archives: list[Archive], folders: Folders) -> list[Path]:
    """Returns the verified files of `archives` and downloads those that are missing; raises `Undecided`."""
    wanted = [archive for archive in archives if not move_finished(archive, folders)]
    for archive in wanted:
        download(archive, f"=={archive.version}", folders.arriving, folders.scratch)
    accept_downloads(wanted, folders)
    return [folders.ready / archive.file for archive in archives]


def selection(archive: Archive) -> list[str]:
    """Returns pip's options that allow wheels for the archive's platforms only (PEP 425 file names)."""
    platforms = archive.file.removesuffix(".whl").rsplit("-", 1)[1].split(".")
    return ["--no-deps", "--only-binary=:all:", *(f"--platform={platform}" for platform in platforms)]


def download(archive: Archive, want: str, folder: Path, scratch: Path) -> None:
    """Downloads the wheel that satisfies `want` into `folder` with pip; raises `Undecided`."""
    ensure_pip()
    command = [*PIP, "download", *selection(archive), "--dest", str(folder), f"{archive.name}{want}"]
    done = CLIENTS.run(command, None, {"TMPDIR": str(scratch)})
    if done.code:
        error = failure(done, "pip", f"download {archive.name}{want}")
        if "No matching distribution" in done.err and "resolve that" in str(error):
            raise Undecided(
                f"not offered by pip's index (any more): {archive.name}{want}: "
                "change `want` in nix/toolchain/archives.json, then run `make update-archives`"
            )
        raise error


def ensure_pip() -> None:
    """Installs pip if it is missing and this user may; raises `Undecided` if pip stays missing."""
    if importlib.util.find_spec("pip"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get") and Path(sys.executable).resolve().is_relative_to("/usr/bin"):
        apt.install(["python3-pip"])
        importlib.invalidate_caches()
    if not importlib.util.find_spec("pip"):
        raise Undecided(f"`{sys.executable}` has no pip: run `sudo apt-get install python3-pip`, then this again")


def file_version(name: str) -> str:
    """Returns the version in a wheel's file name."""
    match = re.fullmatch(r"[^-]+-([^-]+)-.+\.whl", name)
    if not match:
        raise Undecided(f"`{name}` is not the file name of a wheel: check `want` in nix/toolchain/archives.json")
    return match[1]
