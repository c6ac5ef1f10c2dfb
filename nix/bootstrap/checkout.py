"""Where the archives are pinned: this checkout of samebits, and the project that is built with it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .errors import Undecided

OF_PROJECT = "project:"
"""Begins the name of a lock file that belongs to the project. Other names are relative to this checkout."""
LOCK = "Cargo.lock"


@dataclass(frozen=True)
class Checkout:
    """This checkout, and the project of `--flake` if one is named: a folder with a flake that has samebits as an input."""

    root: Path
    project: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder whose flake lists the archives."""
        return self.project or self.root

    @property
    def evaluate(self) -> list[str]:
        """The `nix` command that evaluates the flake in `folder`. Only a project's flake has inputs that Nix may have to fetch."""
        return ["nix", "eval", "--json"] if self.project else ["nix", "--offline", "eval", "--json"]

    @property
    def command(self) -> str:
        """The command that repeats this run."""
        return f"nix run {self.project}#bootstrap -- --flake {self.project}" if self.project else "./bootstrap"

    @property
    def downloads(self) -> Path:
        """The folder for downloads. NB: `nix run` starts a checkout in the store, where nothing can be written."""
        if not self.project:
            return self.root / ".bootstrap"
        stated = Path(os.environ.get("XDG_CACHE_HOME", ""))
        # A relative one does not count (XDG Base Directory Specification).
        cache = stated if stated.is_absolute() else Path.home() / ".cache"
        return cache / "samebits" / "bootstrap"

    def lock_file(self, crate_list: str) -> Path:
        """Returns the path of a lock file; raises `Undecided` if it belongs to a project and none is named."""
        if not crate_list.startswith(OF_PROJECT):
            return self.root / crate_list
        if not self.project:
            raise Undecided(f"`{crate_list}` belongs to a project: name its folder with --flake")
        return self.project / crate_list.removeprefix(OF_PROJECT)


def project(folder: Path | None) -> Path | None:
    """Returns the absolute path of the folder that `--flake` names; raises `Undecided` if it has no flake."""
    if folder is None:
        return None
    folder = folder.absolute()
    if not (folder / "flake.nix").is_file():
        raise Undecided(f"`{folder}` has no flake.nix: name the folder of the project's flake (a URL will not do)")
    return folder
