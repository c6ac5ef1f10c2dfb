"""apt, the client of Debian packages: downloads the pinned ones and installs what this machine lacks."""

from __future__ import annotations

import os
import re
from pathlib import Path

from .archives import Archive
from .clients import CLIENTS, failure
from .errors import Undecided
from .folders import Folders, settle, take

QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


def debs(archives: list[Archive], folders: Folders) -> list[Path]:
    """The verified files of `archives`, downloaded where they are not there yet; raises `Undecided`."""
    wanted = [archive for archive in archives if not settle(archive, folders)]
    if wanted:
        names = [f"{archive.name}={archive.version}" for archive in wanted]
        know(names, folders.arriving)
        done = CLIENTS.run(["apt-get", "download", *names], folders.arriving)
        if done.code:
            check_offered(done.err)
            raise failure(done, "apt-get", "download the Debian packages")
        take(wanted, folders)
    return [folders.ready / archive.file for archive in archives]


def know(names: list[str], folder: Path) -> None:
    """Makes sure that apt's lists have these versions, by updating the lists where this run may."""
    ask = ["apt-get", "download", "--print-uris", *names]
    if CLIENTS.run(ask, folder).code == 0:
        return
    if os.geteuid() == 0:
        update()
    known = CLIENTS.run(ask, folder)
    if known.code:
        check_offered(known.err, "" if os.geteuid() == 0 else "run `sudo apt-get update`, then this again, or else ")
        raise failure(known, "apt-get", "find the Debian packages")


def update() -> None:
    """Updates apt's lists; raises `Undecided`. apt reports success even if no mirror answered, so its warnings count."""
    done = CLIENTS.run(["apt-get", "update"])
    if done.code or "Some index files failed" in done.err:
        raise failure(done, "apt-get", "update its lists")


def check_offered(said: str, first: str = "") -> None:
    """Raises `Undecided` if apt's error output says that a pinned version is in no list; `first` is tried first."""
    gone = [f"{name} {version}" for version, name in re.findall(r"Version '(.*?)' for '(.*?)' was not found", said)]
    gone += re.findall(r"Unable to locate package (\S+)", said)
    if gone:
        raise Undecided(
            f"not offered by apt's sources (any more): {', '.join(gone)}: {first}make sure that Debian 12's main suite "
            "is among the sources, and run `make update-archives` to pin what it has now"
        )


def install(names: list[str]) -> None:
    """Installs packages of the machine's own suite, finishing what an interrupted run left; raises `Undecided`."""
    CLIENTS.must(["dpkg", "--configure", "-a", "--force-confold"], "finish an earlier installation", None, QUIET, patient=True)
    command = ["apt-get", "install", "--yes", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", *names]
    fetch = [*command, "--download-only"]
    if CLIENTS.run(fetch, None, QUIET).code:
        # Old lists name files that the mirror no longer has.
        update()
        done = CLIENTS.run(fetch, None, QUIET)
        if done.code:
            check_offered(done.err)
            raise failure(done, "apt-get", f"download {', '.join(names)}")
    CLIENTS.must(command, f"install {', '.join(names)}", None, QUIET, patient=True)
