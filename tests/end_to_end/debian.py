"""Packages of another Debian suite than this machine's, verified by apt and unpacked into a folder instead of installed."""

from __future__ import annotations

import functools
from pathlib import Path

from .support import lasting_folder, run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


@functools.cache
def unpacked(suite: str, package: str, architecture: str = "amd64") -> Path:
    """Returns a folder with the files of a package (`usr/bin` and so on), without its dependencies."""
    print(f"    fetching {package} of Debian {suite}, {architecture}", flush=True)
    folder = lasting_folder("debian")
    run("apt-get", *options(suite, architecture), "download", f"{package}:{architecture}", folder=folder, seconds=600)
    (archive,) = folder.glob(f"{package}_*.deb")
    run("dpkg-deb", "--extract", archive, folder / "files")
    archive.unlink()
    return folder / "files"


@functools.cache
def program(suite: str, package: str, path: str) -> tuple[str, ...]:
    """Returns the command that runs a program of a package with the loader and the libraries of its own suite."""
    print(f"    fetching {package} of Debian {suite} with what it depends on", flush=True)
    folder = lasting_folder("debian")
    (folder / "archives/partial").mkdir(parents=True)
    run(
        # NB: without a list of installed packages, apt fetches every dependency.
        "apt-get", *options(suite, "amd64"), "-o", "Dir::State::status=/dev/null", "-o", f"Dir::Cache::archives={folder}/archives",
        "--yes", "--no-install-recommends", "--download-only", "install", package, seconds=600,
    )
    for archive in (folder / "archives").glob("*.deb"):
        run("dpkg-deb", "--extract", archive, folder / "files")
    libraries = folder / "files/usr/lib/x86_64-linux-gnu"
    return (
        str(libraries / "ld-linux-x86-64.so.2"), "--library-path", f"{libraries}:{folder}/files/lib/x86_64-linux-gnu",
        str(folder / "files" / path),
    )


@functools.cache
def options(suite: str, architecture: str) -> tuple[str, ...]:
    """Returns apt's options for this suite and architecture only. The machine's own lists and packages stay unchanged."""
    apt = lasting_folder("apt")
    for name in ("etc/preferences.d", "lists/partial", "cache/archives/partial"):
        (apt / name).mkdir(parents=True)
    (apt / "etc/sources.list").write_text(f"deb [arch={architecture} signed-by={KEYRING}] {mirror()} {suite} main\n")
    settings = [
        f"Dir::Etc::sourcelist={apt}/etc/sources.list", "Dir::Etc::sourceparts=/dev/null",
        f"Dir::Etc::preferencesparts={apt}/etc/preferences.d", f"Dir::State::lists={apt}/lists",
        f"Dir::Cache={apt}/cache", "Acquire::Languages=none", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
        f"APT::Architectures=amd64,{architecture}",
        # The lists of a mirror that lags behind may have expired. apt still checks their signature.
        "APT::Sandbox::User=root", "Acquire::Check-Valid-Until=false",
    ]
    words = tuple(word for setting in settings for word in ("-o", setting))
    run("apt-get", *words, "update", seconds=600)
    return words


def mirror() -> str:
    """Returns the URL of this machine's mirror of Debian's main archive."""
    targets = run("apt-get", "indextargets", "--format", "$(ORIGIN) $(SUITE) $(REPO_URI)", "Identifier: Packages").out
    for origin, suite, uri in (line.split() for line in targets.splitlines()):
        if origin == "Debian" and "security" not in suite:
            return uri
    raise AssertionError("apt has no source with Debian's main archive: run `apt-get update` on Debian")
