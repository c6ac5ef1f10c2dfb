"""The flake's inputs serve legacyPackages.<system>.nixpkgs alone: nothing else fetches them, here and in other projects."""

from __future__ import annotations

import json
from pathlib import Path

from . import flake
from .project import EXECUTABLE, HELLO, Project, flake_file
from .support import ROOT, Done, FolderTest, run

OFFLINE = ("unshare", "--map-root-user", "--net")
"""Runs a command without network."""


class InputsTest(FolderTest):
    """Commands that begin with an empty store and an empty cache, and without network."""

    def nix(self, *command: str, folder: Path = ROOT, status: int = 0) -> Done:
        """Runs nix."""
        cache = {"XDG_CACHE_HOME": str(self.folder / "cache")}
        # NB: nothing is built, and among the users that the command sees are none for builds.
        options = ("--store", str(self.folder / "store"), "--option", "download-attempts", "1", "--option", "build-users-group", "")
        return run(*OFFLINE, "nix", *command, *options, folder=folder, status=status, **cache)

    def test_without_the_inputs_that_output_is_missing(self):
        refusal = self.nix("eval", f"{ROOT}#legacyPackages.{flake.SYSTEM}.nixpkgs.server-aarch64-linux.drvPath", status=1).err
        self.assertIn("unable to download", refusal)

    def test_default_outputs_do_not_fetch_them(self):
        answer = json.loads(self.nix("build", "--dry-run", "--json", f"{ROOT}#server-aarch64-linux").out)
        self.assertIn("server-aarch64-linux", answer[0]["drvPath"])
        self.nix("flake", "show", str(ROOT))

    def test_another_project_does_not_fetch_them(self):
        project = Project(self.folder / "project")
        project.write({**HELLO, "flake.nix": flake_file("")})
        (project.folder / "flake.lock").unlink()
        self.nix("flake", "lock", folder=project.folder)
        inputs = json.loads((project.folder / "flake.lock").read_text())["nodes"]["samebits"]["inputs"]
        self.assertEqual(set(inputs), {"crane", "nixpkgs", "rust-overlay"})
        project.add()
        self.assertIn("hello", self.nix("eval", "--raw", f".#{EXECUTABLE}", folder=project.folder).out)
