"""apt, the client for Debian packages: downloads the pinned packages and installs those that this machine lacks."""

from __future__ import annotations

import os
import re
from pathlib import Path

from .archives import Archive
from .clients import CLIENTS, failure
from .errors import Undecided
from .folders import Folders, accept_downloads, move_finished

QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


def debs(archives: list[Archive], folders: Folders) -> list[Path]:
    """Returns the verified files of `archives` and downloads those that are missing; raises `Undecided`."""
    wanted = [archive for archive in archives if not move_finished(archive, folders)]
    if wanted:
        names = [f"{archive.name}={archive.version}" for archive in wanted]
        ensure_listed(names, folders.arriving)
        done = CLIENTS.run(["apt-get", "download", *names], folders.arriving)
        if done.code:
            check_offered(done.err)
            raise failure(done, "apt-get", "download the Debian packages")
        accept_downloads(wanted, folders)
    return [folders.ready / archive.file for archive in archives]


def ensure_listed(names: list[str], folder: Path) -> None:
    """Makes sure that apt's lists have these versions; updates the lists if this user may."""
    ask = ["apt-get", "download", "--print-uris", *names]
    if CLIENTS.run(ask, folder).code == 0:
        return
    if os.geteuid() == 0:
        update()
    done = CLIENTS.run(ask, folder)
    if done.code:
        check_offered(done.err, "" if os.geteuid() == 0 else "run `sudo apt-get update`, then this again, or else ")
        raise failure(done, "apt-get", "find the Debian packages")


def update() -> None:
    """Updates apt's lists; raises `Undecided`. apt exits with 0 even if no mirror answered, so check its warnings."""
    done = CLIENTS.run(["apt-get", "update"])
    if done.code or "Some index files failed" in done.err:
        raise failure(done, "apt-get", "update its lists")


def check_offered(error_output: str, first_remedy: str = "") -> None:
    """Raises `Undecided` if apt's error output says that a pinned version is in no list."""
    gone = [f"{name} {version}" for version, name in re.findall(r"Version '(.*?)' for '(.*?)' was not found", error_output)]
    gone += re.findall(r"Unable to locate package (\S+)", error_output)
    if gone:
        raise Undecided(
            f"not offered by apt's sources (any more): {', '.join(gone)}: {first_remedy}make sure that Debian 12's main suite "
            "is among the sources, and run `make update-archives` to pin what it has now"
        )


def install(names: list[str]) -> None:
    """Installs packages of the machine's own suite, and first finishes an interrupted installation; raises `Undecided`."""
    CLIENTS.must(["dpkg", "--configure", "-a", "--force-confold"], "finish an earlier installation", None, QUIET, patient=True)
    command = ["apt-get", "install", "--yes", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", *names]
    fetch = [*command, "--download-only"]
    if CLIENTS.run(fetch, None, QUIET).code:
        # Outdated lists name files that the mirror no longer has.
        update()
        done = CLIENTS.run(fetch, None, QUIET)
        if done.code:
            check_offered(done.err)
            raise failure(done, "apt-get", f"download {', '.join(names)}")
    CLIENTS.must(command, f"install {', '.join(names)}", None, QUIET, patient=True)
