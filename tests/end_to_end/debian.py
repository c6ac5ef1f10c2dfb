"""Packages of another suite of Debian than this machine's, unpacked into a folder and not installed; apt has checked them."""

from __future__ import annotations

import functools
from pathlib import Path

from .support import lasting_folder, run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


@functools.cache
def unpacked(suite: str, package: str, architecture: str = "amd64") -> Path:
    """The files of a package, as `usr/bin` and so on; those that it depends on are not among them."""
    print(f"    fetching {package} of Debian {suite}, {architecture}", flush=True)
    folder = lasting_folder("debian")
    run("apt-get", *options(suite, architecture), "download", f"{package}:{architecture}", folder=folder, seconds=600)
    (archive,) = folder.glob(f"{package}_*.deb")
    run("dpkg-deb", "--extract", archive, folder / "files")
    archive.unlink()
    return folder / "files"


@functools.cache
def options(suite: str, architecture: str) -> tuple[str, ...]:
    """What makes apt know that suite for that architecture alone; this machine's own lists and packages stay as they are."""
    apt = lasting_folder("apt")
    for name in ("etc/preferences.d", "lists/partial", "cache/archives/partial"):
        (apt / name).mkdir(parents=True)
    (apt / "etc/sources.list").write_text(f"deb [arch={architecture} signed-by={KEYRING}] {mirror()} {suite} main\n")
    settings = [
        f"Dir::Etc::sourcelist={apt}/etc/sources.list", "Dir::Etc::sourceparts=/dev/null",
        f"Dir::Etc::preferencesparts={apt}/etc/preferences.d", f"Dir::State::lists={apt}/lists",
        f"Dir::Cache={apt}/cache", "Acquire::Languages=none", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
        f"APT::Architectures=amd64,{architecture}",
        # A mirror may lag behind what its list of packages promises; that the list is signed is checked all the same.
        "APT::Sandbox::User=root", "Acquire::Check-Valid-Until=false",
    ]
    words = tuple(word for setting in settings for word in ("-o", setting))
    run("apt-get", *words, "update", seconds=600)
    return words


def mirror() -> str:
    """Where this machine gets Debian's main archive from."""
    targets = run("apt-get", "indextargets", "--format", "$(ORIGIN) $(SUITE) $(REPO_URI)", "Identifier: Packages").out
    for origin, suite, uri in (line.split() for line in targets.splitlines()):
        if origin == "Debian" and "security" not in suite:
            return uri
    raise AssertionError("no source of apt is Debian's main archive: run `apt-get update` on Debian")
