"""The Nix store: lists the archives that the flake needs, finds the missing ones, and adds archives."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .checkout import Checkout
from .clients import CLIENTS
from .errors import Undecided

KINDS = {"deb": "Debian packages", "wheel": "wheels", "crate": "crates", "git": "git repositories", "seed": "seed"}
"""Kinds of archives, and their plural in messages."""
FROM_CARGO = ("crate", "git")
"""Kinds that cargo fetches."""
TREES = ("seed", "git")
"""Kinds that are trees, not files."""
ARGUMENT_BYTES = 100_000
"""Most bytes of paths in one command line; the kernel allows more."""


@dataclass(frozen=True)
class Item:
    """One archive of the flake's `lib.archives`."""

    kind: str
    name: str
    version: str
    file: str
    sha256: str | None
    """The hash of the file, or of a tree's NAR. None if the project does not state a repository's hash yet."""
    size_bytes: int | None
    store_path: str | None
    """None if the hash is."""
    list: str | None
    """The lock file that names the crate or repository."""
    source: str | None
    """What the lock file states as the source of a repository's packages."""


def items(checkout: Checkout) -> list[Item]:
    """Returns the closed set, each store path once; raises `Undecided` if Nix cannot evaluate it."""
    command = [*checkout.evaluate, ".#lib.archives"]
    text = CLIENTS.must(command, f"list the archives of the flake in `{checkout.folder}`", checkout.folder)
    try:
        by_path = {}
        for entry in json.loads(text):
            if entry.get("part") == "nix":
                continue  # Packages that install Nix are not an input of any build.
            item = Item(
                entry["kind"], entry["name"], entry["version"], entry["file"], entry["sha256"],
                entry.get("sizeBytes"), entry["storePath"], entry.get("list"), entry.get("source"),
            )
            if item.kind not in KINDS or item.kind in FROM_CARGO and not item.list or item.kind == "git" and not item.source:
                raise ValueError(f"{item.file}: unknown kind, or crate without its list")
            if item.kind != "git" and not item.store_path:
                raise ValueError(f"{item.file}: no store path")
            by_path.setdefault(item.store_path or item.source, item)
    except (ValueError, KeyError, TypeError) as error:
        raise Undecided(f"`lib.archives` of flake.nix is malformed ({error}): restore flake.nix from version control") from error
    if not by_path:
        raise Undecided("`lib.archives` of flake.nix is empty: restore flake.nix from version control")
    return sorted(by_path.values(), key=lambda item: (item.kind, item.file))


def build(root: Path, output: str, aim: str) -> Path:
    """Builds an output of the flake and returns its store path."""
    # NB: Nix 2.8 has no `--print-out-paths` yet.
    text = CLIENTS.must(["nix", "build", "--no-link", "--json", output], aim, root)
    return Path(json.loads(text)[0]["outputs"]["out"])


def missing(wanted: Iterable[Item]) -> list[Item]:
    """Returns the items whose path is not valid in the store. A file at that path does not make it valid."""
    wanted = list(wanted)
    invalid: set[str | None] = {None}
    for paths in batches([item.store_path for item in wanted if item.store_path]):
        out = CLIENTS.must(["nix-store", "--check-validity", "--print-invalid", *paths], "look into the store")
        invalid.update(out.split())
    return [item for item in wanted if item.store_path in invalid]


def size_bytes(item: Item) -> int:
    """Returns how much an archive in the store takes: the size of its file, or of all files of the tree."""
    path = Path(item.store_path)
    return sum(file.lstat().st_size for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file())


def batches(values: list[str]) -> Iterable[list[str]]:
    """Splits `values` into batches that fit on a command line."""
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
    """Adds verified files as the fixed outputs of `wanted`, in the same order. The file names must be the store names."""
    places = {str(file): item for file, item in zip(files, wanted, strict=True)}
    for batch in batches(list(places)):
        out = CLIENTS.must(["nix-store", "--add-fixed", "sha256", *batch], "add archives to the store")
        check_paths([places[file] for file in batch], out.split())


def add_tree(tree: Path, wanted: Item) -> None:
    """Adds a verified tree as the recursive fixed output of `wanted`."""
    out = CLIENTS.must(["nix-store", "--add-fixed", "--recursive", "sha256", str(tree)], f"add `{tree.name}` to the store")
    check_paths([wanted], out.split())


def check_paths(wanted: list[Item], added: list[str]) -> None:
    """Raises `Undecided` if the store added an archive at another path than the flake expects."""
    for item, path in zip(wanted, added, strict=True):
        if path != item.store_path:
            raise Undecided(
                f"`{item.file}` is in the store as `{path}`, but the flake looks for `{item.store_path}`: "
                "check nix/toolchain/archives.json and flake.nix out at the same commit"
            )
