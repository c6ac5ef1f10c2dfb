"""The flake's checks, and the nix commands that people run on the flake."""

from __future__ import annotations

import json
import unittest

from . import flake
from .support import IDENTITY, FolderTest, define, run

CHECKS = flake.evaluate(f"checks.{flake.SYSTEM}", "builtins.attrNames")
EXPECTED = {"conditions-vary", "nix-fmt", "workspace-clippy", "workspace-doc", "workspace-fmt", "workspace-test"}


class Check:
    """One check; `define` makes a class for each."""

    attribute: str

    def test_it_builds(self):
        flake.built(self.attribute)


for name in CHECKS:
    attribute = f"checks.{flake.SYSTEM}.{name}"
    define(globals(), f"check-{name}", Check, unittest.TestCase, attribute=attribute, outputs=(attribute,))


class FlakeTest(unittest.TestCase):
    """nix commands on the flake."""

    def test_no_check_is_lost(self):
        self.assertEqual(EXPECTED - set(CHECKS), set())

    def test_flake_show_lists_every_package_and_check(self):
        shown = json.loads(run("nix", "flake", "show", "--json").out)
        packages = {f"server-{name}" for name in flake.platforms("server")} | {"rebuild-verifier", "toolchain"}
        self.assertEqual(packages - shown["packages"][flake.SYSTEM].keys(), set())
        self.assertEqual(set(CHECKS), shown["checks"][flake.SYSTEM].keys())
        self.assertIn(flake.SYSTEM, shown["formatter"])

    def test_flake_check_finds_nothing_wrong(self):
        run("nix", "flake", "check", "--no-build")

    def test_develop_has_the_pinned_compiler(self):
        self.assertRegex(run("nix", "develop", "--command", "rustc", "--version").out, r"^rustc 1\.85\.0 ")

    def test_develop_has_cargo_with_clippy_and_rustfmt(self):
        for tool in (("cargo",), ("cargo", "clippy"), ("rustfmt",), ("cargo", "fmt")):
            with self.subTest(tool=tool):
                self.assertRegex(run("nix", "develop", "--command", *tool, "--version").out, r"^(cargo|clippy|rustfmt) \d")


class RebuildsTest(FolderTest):
    """What nix builds again after a commit, in a separate checkout."""

    def setUp(self):
        super().setUp()
        self.checkout = self.folder / "checkout"
        flake.copy_source(self.checkout)
        run("git", "init", "--quiet", folder=self.checkout)
        self.day = 1
        self.commit()
        self.before = self.derivations()

    def commit(self) -> None:
        """Commits everything, dated one day after the last commit."""
        date = f"2020-01-{self.day:02}T00:00:00Z"
        self.day += 1
        run("git", "add", "--all", folder=self.checkout)
        run(
            "git", *IDENTITY, "commit", "--quiet", "--message", "a change", folder=self.checkout,
            GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date,
        )

    def derivations(self) -> dict[str, list[str]]:
        """Returns the derivation of each server package, of its objects, and of its dependencies."""
        # Universal executables have no dependency derivation.
        names = [f"server-{name}" for name, entry in flake.platforms("server").items() if "slices" not in entry]
        steps = "map (step: step.drvPath) [ it it.objects it.cargoArtifacts ]"
        apply = f"packages: map (name: let it = packages.${{name}}; in {steps}) {json.dumps(names).replace(',', '')}"
        return dict(zip(names, flake.evaluate(f"packages.{flake.SYSTEM}", apply, self.checkout), strict=True))

    def change(self, file: str, old: str, new: str) -> dict[str, list[str]]:
        """Commits a change of one file; returns the derivations after it."""
        path = self.checkout / file
        text = path.read_text()
        self.assertIn(old, text)
        path.write_text(text.replace(old, new, 1))
        self.commit()
        return self.derivations()

    def compare(self, after: dict[str, list[str]], same_objects: bool, same_dependencies: bool) -> None:
        """Asserts that every service is new (its stamp has the commit), and whether what it is linked from stayed the same."""
        self.assertEqual(self.before.keys(), after.keys())
        for name, (service, objects, dependencies) in after.items():
            with self.subTest(package=name):
                before = self.before[name]
                self.assertNotEqual(service, before[0])
                self.assertEqual((objects == before[1], dependencies == before[2]), (same_objects, same_dependencies))

    def test_commit_that_changes_only_documents_compiles_nothing(self):
        self.compare(self.change("README.md", "\n", "\nMore.\n"), same_objects=True, same_dependencies=True)

    def test_commit_that_changes_only_code_builds_no_dependency_again(self):
        after = self.change("examples/server/src/app.rs", '"not found\\n"', '"nothing\\n"')
        self.compare(after, same_objects=False, same_dependencies=True)

    def test_commit_that_changes_how_dependencies_are_built_builds_them_again(self):
        after = self.change("Cargo.toml", "[profile.release]\n", "[profile.release]\nopt-level = 1\n")
        self.compare(after, same_objects=False, same_dependencies=False)
