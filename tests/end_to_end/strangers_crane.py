"""Strangers' crane expressions: a project of tests/fixtures/crane whose flake is written for crane, with samebits in its place."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

from .project import SAMEBITS, Project
from .support import ROOT, FolderTest, run

FIXTURES = ROOT / "tests/fixtures/crane"
SYSTEM = "x86_64-linux"
FLAKE = """\
{{
  inputs.samebits.url = "{samebits}";
  outputs =
    {{ self, samebits }}:
    let
      mkCrane = platform: samebits.lib.mkCrane {{ inherit self platform; }};
      crane = mkCrane null;
      src = crane.cleanCargoSource ./.;
      # Builds without what takes time and is not asked for.
      quick = {{ inherit src; cargoArtifacts = null; doCheck = false; }};
    in
    crane.outputs
    // {{
      packages.{system} = {{
        {packages}
      }};
      legacyPackages.{system} = {{
        inherit (crane.outputs.legacyPackages.{system}) lib;
        inherit crane mkCrane quick src;
      }};
    }};
}}
"""


def shows(*names: str) -> Callable:
    """Marks a test as the one that shows what becomes of these arguments of crane (`tests/tables crane`)."""
    return lambda test: test


def locked_crate(name: str, source: str | None = None) -> str:
    """Returns a crate's entry in a lock file. NB: of a crate that this checkout's closed set has; perhaps as if from elsewhere."""
    (package,) = (package for package in tomllib.loads((ROOT / "Cargo.lock").read_text())["package"] if package["name"] == name)
    stated = {**package, "source": source or package["source"]}
    return "[[package]]\n" + "".join(f'{key} = "{stated[key]}"\n' for key in ("name", "version", "source", "checksum"))


def locked() -> str:
    """Returns the project's lock file."""
    return f'version = 4\n\n[[package]]\nname = "hello"\nversion = "1.2.3"\ndependencies = [\n "itoa",\n]\n\n{locked_crate("itoa")}'


class CraneTest(FolderTest):
    """A stranger's project."""

    def project(self, packages: str = "", files: dict[str, str | None] | None = None) -> Project:
        """Returns the project of the fixtures with these packages in its flake, and changed files (None: without it)."""
        folder = self.folder / "project"
        shutil.copytree(FIXTURES / "project", folder)
        changed = {"Cargo.lock": locked(), **(files or {}), "flake.nix": FLAKE.format(samebits=SAMEBITS, system=SYSTEM, packages=packages)}
        for name in [name for name, text in changed.items() if text is None]:
            (folder / name).unlink(missing_ok=True)
        project = Project(folder)
        project.write({name: text for name, text in changed.items() if text is not None})
        return project

    def build(self, packages: dict[str, str], files: dict[str, str | None] | None = None) -> dict[str, Path]:
        """Builds expressions for crane; returns their results by name."""
        self.made = self.project("\n        ".join(f"{name} = {expression};" for name, expression in packages.items()), files)
        self.made.nix("build", "--no-link", *(f".#{name}" for name in packages), seconds=1200)
        paths = self.made.evaluate(f"packages.{SYSTEM}", "builtins.mapAttrs (_: package: package.outPath)")
        return {name: Path(path) for name, path in paths.items()}

    def built(self, expression: str, files: dict[str, str | None] | None = None) -> Path:
        """Builds one expression."""
        return self.build({"it": expression}, files)["it"]

    def fails(self, expression: str, files: dict[str, str | None] | None = None) -> str:
        """Builds an expression that must not build; returns what Nix says, with the end of the log."""
        project = self.project(f"it = {expression};", files)
        return project.nix("build", "--no-link", "--print-build-logs", ".#it", status=1, seconds=1200).err

    def log(self, name: str) -> str:
        """Returns the log of a result of `build`."""
        derivation = self.made.nix("eval", "--raw", f".#{name}.drvPath").out
        return run("nix-store", "--read-log", derivation).out

    def evaluated(self, project: Project, expression: str) -> object:
        """Evaluates an expression with the project's `crane`, `mkCrane`, `quick` and `src` in scope."""
        return project.evaluate(f"legacyPackages.{SYSTEM}", f"project: with project; {expression}")

    def throws(self, project: Project, expression: str) -> str:
        """Evaluates an expression that must throw; returns the message on one line."""
        apply = f"project: with project; {expression}"
        return " ".join(project.nix("eval", "--json", f".#legacyPackages.{SYSTEM}", "--apply", apply, status=1).err.split())
