"""GNU's programs, which crane's scripts call and busybox lacks: packages of Debian 12, put into the store for these tests only."""

from __future__ import annotations

import functools
from pathlib import Path

from end_to_end import debian
from end_to_end.support import lasting_folder, run

SUITE = "bookworm"
PACKAGES = {
    "coreutils": "9.1-1",
    "diffutils": "1:3.8-4",
    "findutils": "4.9.0-4",
    "grep": "3.8-5",
    "jq": "1.6-2.1+deb12u2",
    "libacl1": "2.3.1-3",
    "libattr1": "1:2.5.1-4",
    "libjq1": "1.6-2.1+deb12u2",
    "liblz4-1": "1.9.4-1",
    "libonig5": "6.9.8-1",
    "libpopt0": "1.19+dfsg-1",
    "libselinux1": "3.4-1+b6",
    "libxxhash0": "0.8.1-1",
    "rsync": "3.2.7-1+deb12u6",
    "sed": "4.9-1+deb12u1",
    "tar": "1.34+dfsg-1.2+deb12u1",
    "zstd": "1.5.4+dfsg2-5",
}
"""The programs' packages and their libraries, by version. The other libraries are those of the compiler."""


@functools.cache
def store_paths() -> tuple[str, ...]:
    """Downloads the packages, which apt verifies, and adds them to the store; returns their paths there."""
    print(f"    fetching {len(PACKAGES)} packages of Debian {SUITE}", flush=True)
    folder = lasting_folder("gnu")
    wanted = (f"{name}={version}" for name, version in PACKAGES.items())
    run("apt-get", *debian.options(SUITE, "amd64"), "download", *wanted, folder=folder, seconds=600)
    return tuple(added(archive) for archive in sorted(folder.glob("*.deb")))


def added(archive: Path) -> str:
    """Adds a file to the store under a name that the store allows; returns its path there."""
    allowed = archive.rename(archive.with_name(archive.name.replace("%", "_").replace("~", "_")))
    return run("nix-store", "--add-fixed", "sha256", allowed).out.strip()
