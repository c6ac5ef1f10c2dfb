"""Git repositories: finds the trees that cargo has checked out, and states the hashes of those that have none yet."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path

from . import nar
from .errors import Undecided
from .store import Item

NAR = ".nar"
"""Ends the name of a tree in a bundle, where it is a Nix archive."""


def collect(wanted: list[Item], home: Path, scratch: Path) -> dict[str, Path]:
    """Returns copies of the trees in cargo's `home`, without git's own files, by source; raises `Undecided` if one is missing."""
    trees = {}
    for item in wanted:
        places = [place for place in sorted(home.glob("git/checkouts/*/*")) if item.version.startswith(place.name)]
        if not places:
            raise Undecided(f"cargo reported success, but {item.name} did not arrive at {item.version}: run this again")
        tree = scratch / item.file
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(places[0], tree, symlinks=True, ignore=shutil.ignore_patterns(".git", ".cargo-ok"))
        trees[item.source] = tree
    return trees


def verify(trees: dict[str, Path], wanted: list[Item]) -> None:
    """Raises `Undecided` if a tree's hash is not the stated one, or if none is stated; the message has the lines to add."""
    unstated = []
    for item in wanted:
        actual = nar.sha256(trees[item.source])
        if item.sha256 is None:
            unstated.append(f'outputHashes."{item.source}" = "{sri(actual)}";')
        elif actual != item.sha256:
            raise Undecided(
                f"{item.name} at {item.version} has the wrong hash: outputHashes states {sri(item.sha256)}, and the tree that arrived "
                f"has {sri(actual)}; nothing of it was added: find out which is right before you change flake.nix"
            )
    if unstated:
        raise Undecided(
            "outputHashes lacks repositories that Cargo.lock names; add to the arguments of mkWorkspace (or mkCrane) in flake.nix, "
            "then run this again:" + "".join(f"\n    {line}" for line in unstated)
        )


def sri(sha256: str) -> str:
    """Returns a hexadecimal SHA-256 in the form that flakes state it in."""
    return "sha256-" + base64.b64encode(bytes.fromhex(sha256)).decode()
