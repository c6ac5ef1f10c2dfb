"""Newer versions of Nix than this machine's: they evaluate the same derivations, so they build the same."""

from __future__ import annotations

from . import debian, flake
from .project import HELLO, Project, flake_file
from .support import ROOT, Done, FolderTest, define, run

SUITES = {"trixie": "2.26", "testing": "2.3"}
"""Debian suites, and what the version of their Nix begins with."""


class NixVersion:
    """One version of Nix, with a store of its own; `define` makes a class for each."""

    suite: str
    version: str

    def nix(self, flake_folder: object, *command: str) -> Done:
        """Runs this Nix in a flake's folder."""
        settings = "experimental-features = nix-command flakes\nsubstituters =\nbuild-users-group =\nflake-registry =\n"
        program = debian.program(self.suite, "nix-bin", "usr/bin/nix")
        return run(
            *program, *command, "--store", self.folder / "store", folder=flake_folder,
            NIX_CONFIG=settings, XDG_CACHE_HOME=str(self.folder / "cache"),
        )

    def same_derivation(self, flake_folder: object, attribute: str, *options: str) -> None:
        """Asserts that both versions of Nix evaluate an attribute to the same derivation."""
        ours = run("nix", "eval", "--raw", f".#{attribute}.drvPath", folder=flake_folder).out
        self.assertRegex(ours, r"^/nix/store/\w{32}-.+\.drv$")
        self.assertEqual(self.nix(flake_folder, "eval", "--raw", f".#{attribute}.drvPath", *options).out, ours)

    def test_it_is_the_version(self):
        self.assertIn(f"(Nix) {self.version}", run(*debian.program(self.suite, "nix-bin", "usr/bin/nix"), "--version").out)

    def test_it_evaluates_the_same_derivations(self):
        self.same_derivation(ROOT, "server-aarch64-linux.attestation")
        self.same_derivation(ROOT, f"checks.{flake.SYSTEM}.workspace-test")

    def test_it_accepts_a_new_workspace(self):
        project = Project(self.folder / "new")
        project.from_template("new")
        self.same_derivation(project.folder, "hello-aarch64-linux.attestation", *self.options())
        self.nix(project.folder, "flake", "check", "--no-build", *self.options())

    def test_it_finds_a_workspace_and_a_flake_in_folders(self):
        repository = Project(self.folder / "repository")
        repository.write({f"a folder/rust/{name}": text for name, text in HELLO.items()})
        project = Project(repository.folder / "a folder/nixstuff")
        project.write({"flake.nix": flake_file("src = ../rust;")})
        self.same_derivation(project.folder, "hello-aarch64-linux.definition", *self.options())

    def options(self) -> tuple[str, ...]:
        """Returns what a project needs besides if this checkout is modified: Nix 2.26 refuses a lock file that names such an input."""
        return ("--allow-dirty-locks",) if flake.metadata()["revision"] is None else ()


for suite, version in SUITES.items():
    # NB: the version in `testing` changes.
    define(globals(), f"nix-of-{suite}", NixVersion, FolderTest, suite=suite, version=version, slow=suite == "testing")
