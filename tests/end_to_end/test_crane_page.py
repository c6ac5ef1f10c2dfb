"""docs/crane.md: its examples are accepted as they are."""

from __future__ import annotations

import re

from .project import SAMEBITS
from .strangers_crane import SYSTEM, CraneTest
from .support import ROOT

URL = "git+https://…"


class ExamplesTest(CraneTest):
    """The blocks of Nix on the page: a flake, then expressions."""

    def setUp(self) -> None:
        super().setUp()
        self.flake, *self.expressions = re.findall(r"(?s)```nix\n(.*?)```", (ROOT / "docs/crane.md").read_text())

    def test_flake_evaluates_and_its_shell_starts(self):
        self.assertEqual(self.flake.count(URL), 1)
        project = self.project()
        project.write({"flake.nix": self.flake.replace(URL, SAMEBITS)})
        for outputs, names in (("packages", ["arm", "default"]), ("checks", ["clippy"]), ("devShells", ["default"])):
            derivations = project.evaluate(f"{outputs}.{SYSTEM}", "builtins.mapAttrs (_: output: output.drvPath)")
            self.assertEqual(sorted(derivations), names)
        done = project.nix("develop", "--command", "bash", "-c", "cargo clippy --version; echo $RUST_LOG", seconds=1200)
        self.assertRegex(done.out, r"^cargo 1\.85\.0 .*\nclippy .*\ndebug\n$")

    def test_expressions_evaluate(self):
        project = self.project()
        (registries,) = self.expressions
        (source,) = self.evaluated(project, f"builtins.attrNames ({registries}).crateRegistries")
        self.assertIn(source.removeprefix("registry+"), registries)
