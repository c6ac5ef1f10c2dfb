"""Every name that crane documents is here, or refused with the reason; docs/crane.md shows each argument with its test."""

from __future__ import annotations

import json

from . import flake
from .strangers_crane import FIXTURES, CraneTest

DOCUMENTED = json.loads((FIXTURES / "documented.json").read_text())
"""The names in crane's reference (docs/API.md of its repository), and those of mkDerivation in nixpkgs' manual."""
ARGUMENTS = {name for names in DOCUMENTED["arguments"].values() for name in names}


class NamesTest(CraneTest):
    """crane's arguments and attributes."""

    def table(self) -> dict:
        return flake.evaluate(f"legacyPackages.{flake.SYSTEM}.crane.arguments")

    def test_every_argument_is_honoured_or_refused(self):
        table = self.table()
        self.assertEqual(sorted(ARGUMENTS - set(table["honoured"]) - set(table["refused"])), [])
        self.assertEqual(set(table["honoured"]) & set(table["refused"]), set())

    def test_every_attribute_is_there_or_refused(self):
        attributes = flake.evaluate(f"legacyPackages.{flake.SYSTEM}.crane.attributes")
        self.assertEqual(sorted(set(DOCUMENTED["attributes"]) - set(attributes)), [])

    def test_refused_arguments_are_refused_by_name(self):
        project = self.project()
        refused = self.table()["refused"]
        self.assertGreater(len(refused), 30)
        all_at_once = " ".join(f'{name} = "something";' for name in refused)
        said = self.throws(project, f"(crane.buildPackage (quick // {{ {all_at_once} }})).drvPath")
        for name, entry in refused.items():
            self.assertIn(f"crane's argument '{name}' has no effect here, so it is refused: {entry['why']}", said)
        said = self.throws(project, "crane.vendorCargoDeps { inherit src; overrideVendorCargoPackage = _: drv: drv; }")
        self.assertIn("crane's argument 'overrideVendorCargoPackage' has no effect here", said)

    def test_values_that_state_what_is_so_anyway_are_accepted(self):
        project = self.project()
        same = "separateDebugInfo = false; hardeningDisable = [ ]; installCargoArtifactsMode = \"use-symlink\"; doRemapPathPrefix = null;"
        self.assertRegex(self.evaluated(project, f"(crane.buildPackage (quick // {{ {same} }})).drvPath"), r"-hello-1\.2\.3\.drv$")

    def test_refused_attributes_throw_by_name(self):
        project = self.project()
        refused = flake.evaluate(f"legacyPackages.{flake.SYSTEM}.crane.refusedAttributes")
        for name in ("overrideToolchain", "fileset", "downloadCargoPackage", "buildTrunkPackage"):
            self.assertIn(f"crane's '{name}' is not available here: {refused[name]}", self.throws(project, f"crane.{name}"))
        caught = "builtins.filter (name: (builtins.tryEval (builtins.seq crane.${name} true)).success) (builtins.attrNames crane)"
        there = self.evaluated(project, caught)
        self.assertEqual(set(there) & set(refused), set())
