"""The Nix store: which archives the flake wants there, which of them are valid, and how they get in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .clients import CLIENTS
from .errors import Undecided

KINDS = {"deb": "Debian packages", "wheel": "wheels", "crate": "crates", "seed": "seed"}
"""Kinds of archives, and how a person calls several of them."""
ARGUMENT_BYTES = 100_000
"""Paths handed to one command at most; the kernel takes more."""


@dataclass(frozen=True)
class Item:
    """One archive, as the flake's `lib.archives` names it."""

    kind: str
    name: str
    version: str
    file: str
    sha256: str
    """Of the file; for the seed, of its NAR."""
    size_bytes: int | None
    store_path: str
    list: str | None
    """The lock file that a crate comes from."""


def items(root: Path) -> list[Item]:
    """The closed set, each store path once; raises `Undecided` if Nix cannot say."""
    command = ["nix", "--offline", "eval", "--json", ".#lib.archives"]
    text = CLIENTS.must(command, "list the archives of the flake", root)
    try:
        found = {}
        for entry in json.loads(text):
            if entry.get("part") == "nix":
                continue  # What installs Nix is no input of any build.
            item = Item(
                entry["kind"], entry["name"], entry["version"], entry["file"], entry["sha256"],
                entry.get("sizeBytes"), entry["storePath"], entry.get("list"),
            )
            if item.kind not in KINDS or item.kind == "crate" and not item.list:
                raise ValueError(f"{item.file}: unknown kind, or crate without its list")
            found.setdefault(item.store_path, item)
    except (ValueError, KeyError, TypeError) as error:
        raise Undecided(f"`lib.archives` of flake.nix is malformed ({error}): restore flake.nix from version control") from error
    if not found:
        raise Undecided("`lib.archives` of flake.nix is empty: restore flake.nix from version control")
    return sorted(found.values(), key=lambda item: (item.kind, item.file))


def build(root: Path, output: str, aim: str) -> Path:
    """Builds an output of the flake; returns its store path."""
    # Nix 2.8 has no `--print-out-paths` yet.
    text = CLIENTS.must(["nix", "build", "--no-link", "--json", output], aim, root)
    return Path(json.loads(text)[0]["outputs"]["out"])


def missing(wanted: Iterable[Item]) -> list[Item]:
    """Those whose path is not valid in the store; a mere file at that place does not count."""
    wanted = list(wanted)
    invalid: set[str] = set()
    for paths in batches([item.store_path for item in wanted]):
        out = CLIENTS.must(["nix-store", "--check-validity", "--print-invalid", *paths], "look into the store")
        invalid.update(out.split())
    return [item for item in wanted if item.store_path in invalid]


def batches(values: list[str]) -> Iterable[list[str]]:
    """`values` in runs that fit on a command line."""
    batch: list[str] = []
    size_bytes = 0
    for value in values:
        if batch and size_bytes + len(value) > ARGUMENT_BYTES:
            yield batch
            batch, size_bytes = [], 0
        batch.append(value)
        size_bytes += len(value) + 1
    if batch:
        yield batch


def add(files: list[Path], wanted: list[Item]) -> None:
    """Adds verified files, whose names are store names, as the fixed outputs of `wanted`, in the same order."""
    places = {str(file): item for file, item in zip(files, wanted, strict=True)}
    for batch in batches(list(places)):
        out = CLIENTS.must(["nix-store", "--add-fixed", "sha256", *batch], "add archives to the store")
        check_paths([places[file] for file in batch], out.split())


def add_tree(tree: Path, wanted: Item) -> None:
    """Adds a verified tree as the recursive fixed output of `wanted`."""
    out = CLIENTS.must(["nix-store", "--add-fixed", "--recursive", "sha256", str(tree)], "add the seed to the store")
    check_paths([wanted], out.split())


def check_paths(wanted: list[Item], found: list[str]) -> None:
    """Raises `Undecided` if the store put something elsewhere than the flake looks for it."""
    for item, path in zip(wanted, found, strict=True):
        if path != item.store_path:
            raise Undecided(
                f"`{item.file}` is in the store as `{path}`, but the flake looks for `{item.store_path}`: "
                "make nix/toolchain/archives.json and flake.nix of one commit"
            )
