"""The pinned archives: reads, validates and writes `nix/toolchain/archives.json`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

from .errors import Undecided

KINDS = ("deb", "wheel")
PARTS = ("llvm", "nix", "run", "rust", "seed", "vary", "zig")
REMEDY = "restore nix/toolchain/archives.json from version control, or run `make update-archives`"


@dataclass(frozen=True)
class Archive:
    """One pinned file: one line of `archives.json`."""

    kind: str
    name: str
    version: str
    file: str
    part: str
    sha256: str
    size_bytes: int
    architecture: str | None = None
    """Debian architecture; debs only."""
    want: str | None = None
    """Version constraint that updates keep; wheels only."""

    def entry(self) -> dict:
        """Returns the JSON object of this archive, with its keys in reading order."""
        keys = ("kind", "name", "version", "architecture", "want", "file", "part", "sha256", "size_bytes")
        return {key: getattr(self, key) for key in keys if getattr(self, key) is not None}


@dataclass(frozen=True)
class Seed:
    """The unpacked busybox that unpacks everything else inside the sandbox."""

    deb: str
    """Name of the Debian package that busybox comes from."""
    file: str
    """Store name of the unpacked tree."""
    nar_sha256: str


@dataclass(frozen=True)
class Pins:
    """The content of `archives.json`."""

    archives: tuple[Archive, ...]
    crate_lists: tuple[str, ...]
    """Lock files whose crates belong to the closed set, relative to the checkout."""
    install: tuple[str, ...]
    """Names of the debs that Nix and git need beyond a minimal Debian."""
    seed: Seed

    def archive(self, name: str) -> Archive:
        """Returns the archive with this name."""
        for archive in self.archives:
            if archive.name == name:
                return archive
        raise Undecided(f"nix/toolchain/archives.json has no archive `{name}`: {REMEDY}")

    def with_archives(self, archives: list[Archive], install: list[str], seed: Seed) -> Pins:
        """Returns these pins with other archives, other packages to install and another seed."""
        return replace(self, archives=tuple(archives), install=tuple(install), seed=seed)


def store_name(name: str, version: str, ending: str = ".deb") -> str:
    """Returns the store name of a Debian package. Store names must not contain `:`, `~` or `%`."""
    return f"{name}-{re.sub(r'[^A-Za-z0-9+._-]', '-', version)}{ending}"


def load(path: Path) -> Pins:
    """Reads the pins; raises `Undecided` if the file is missing or malformed."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Undecided(f"cannot read `{path}`: {error.strerror}: {REMEDY}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Undecided(f"`{path}` is malformed ({error}): {REMEDY}") from error


def parse(text: str) -> Pins:
    """Parses the pins in `text`; raises `ValueError`, `KeyError` or `TypeError` if it is malformed."""
    document = json.loads(text)
    archives = tuple(Archive(**entry) for entry in document["archives"])
    for archive in archives:
        check(archive)
    if not archives:
        raise ValueError("no archive in it")
    names = [archive.name for archive in archives]
    files = [archive.file for archive in archives]
    for values in (names, files):
        doubles = {value for value in values if values.count(value) > 1}
        if doubles:
            raise ValueError(f"twice in it: {', '.join(sorted(doubles))}")
    unknown = set(document["install"]) - set(names)
    if unknown:
        raise ValueError(f"to install, but not pinned: {', '.join(sorted(unknown))}")
    return Pins(archives, tuple(document["crate_lists"]), tuple(document["install"]), Seed(**document["seed"]))


def check(archive: Archive) -> None:
    """Raises `ValueError` if a field of `archive` is invalid."""
    if archive.kind not in KINDS or archive.part not in PARTS:
        raise ValueError(f"{archive.name}: unknown kind or part")
    if not re.fullmatch(r"[0-9a-f]{64}", archive.sha256):
        raise ValueError(f"{archive.name}: sha256 is not 64 hexadecimal digits")
    if not re.fullmatch(r"[A-Za-z0-9+_][A-Za-z0-9+._-]*", archive.file):
        raise ValueError(f"{archive.name}: `{archive.file}` is not a store name")
    if type(archive.size_bytes) is not int or archive.size_bytes <= 0:
        raise ValueError(f"{archive.name}: size_bytes is not a positive number")


def dump(pins: Pins) -> str:
    """Returns the text of `archives.json`: sorted, one archive per line, so that a review shows a change as one line."""
    def rows(values: list) -> str:
        return ",\n".join("    " + json.dumps(value) for value in values)

    archives = sorted(pins.archives, key=lambda archive: (archive.kind, archive.name))
    seed = {"deb": pins.seed.deb, "file": pins.seed.file, "nar_sha256": pins.seed.nar_sha256}
    return (
        '{\n  "archives": [\n' + rows([archive.entry() for archive in archives]) + "\n  ],\n"
        '  "crate_lists": [\n' + rows(list(pins.crate_lists)) + "\n  ],\n"
        '  "install": [\n' + rows(sorted(pins.install)) + "\n  ],\n"
        f'  "seed": {json.dumps(seed)}\n}}\n'
    )
