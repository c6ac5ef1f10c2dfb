"""What is compiled once and shared, and that sharing changes no bit."""

from __future__ import annotations

import hashlib
import re
import unittest

from . import flake
from .subset import Pair, pairs
from .support import ROOT, FolderTest, define, run


class CompiledOnce:
    """The build of one executable; the classes below are made of it."""

    pair: Pair

    def test_only_crates_of_this_repository_are_compiled_with_it(self):
        for attribute in (self.pair.package, f"{self.pair.package}.rebuild"):
            with self.subTest(attribute):
                # Only of crates in a folder does cargo say where they are.
                compiled = re.findall(r"^ *Compiling (\S+) v\S+( \(.*\))?$", flake.log(attribute), re.MULTILINE)
                self.assertIn(self.pair.service, [name for name, _ in compiled])
                self.assertEqual([name for name, folder in compiled if not folder], [])


for pair in pairs():
    if "slices" not in pair.entry:
        define(globals(), f"compiled-once-{pair.package}", CompiledOnce, unittest.TestCase, pair=pair, slow=pair.package != "ledger-aarch64-linux")


class StartsFromTest(FolderTest):
    """A service whose dependencies are compiled together with another's, and from nothing."""

    slow = True

    def test_the_executable_is_the_same(self):
        found = []
        for name in ("shared", "alone"):
            checkout = self.folder / name
            run("git", "clone", "--quiet", ROOT, checkout)
            services = checkout / "nix/services.nix"
            text = services.read_text()
            self.assertIn("startsFrom = ", text)
            # NB: something changed in both, or one alone would be a commit and say so.
            services.write_text(text + "\n" if name == "shared" else re.sub(r"\n *startsFrom = .*", "", text))
            run("nix", "build", ".#ledger-aarch64-linux", "--out-link", self.folder / f"{name}-result", folder=checkout, seconds=3600)
            files = sorted((self.folder / f"{name}-result/bin").iterdir())
            found.append([(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files])
        self.assertEqual(*found)
