"""Shared dependencies are compiled once, and sharing changes no bit."""

from __future__ import annotations

import hashlib
import re
import unittest

from . import flake
from .subset import Pair, pairs
from .support import ROOT, FolderTest, define, run


class CompiledOnce:
    """The build of one executable; `define` makes a class for each."""

    pair: Pair

    def test_only_crates_of_this_repository_are_compiled_with_it(self):
        for attribute in (f"{self.pair.package}.objects", f"{self.pair.package}.rebuild.objects"):
            with self.subTest(attribute):
                # cargo prints a folder only for crates that do not come from a registry.
                compiled = re.findall(r"^ *Compiling (\S+) v\S+( \(.*\))?$", flake.log(attribute), re.MULTILINE)
                self.assertIn(self.pair.service, [name for name, _ in compiled])
                self.assertEqual([name for name, folder in compiled if not folder], [])


for pair in pairs():
    if "slices" not in pair.entry:
        define(globals(), f"compiled-once-{pair.package}", CompiledOnce, unittest.TestCase, pair=pair, slow=pair.package != "ledger-aarch64-linux")


class StartsFromTest(FolderTest):
    """A service whose dependencies are added to another service's, or compiled from nothing."""

    slow = True

    def test_the_executable_is_the_same(self):
        results = []
        for name in ("shared", "alone"):
            checkout = self.folder / name
            run("git", "clone", "--quiet", ROOT, checkout)
            services = checkout / "nix/services.nix"
            text = services.read_text()
            self.assertIn("startsFrom = ", text)
            # NB: change something in both. Otherwise one checkout would be clean, and its stamp would name the commit.
            services.write_text(text + "\n" if name == "shared" else re.sub(r"\n *startsFrom = .*", "", text))
            run("nix", "build", ".#ledger-aarch64-linux", "--out-link", self.folder / f"{name}-result", folder=checkout, seconds=3600)
            files = sorted((self.folder / f"{name}-result/bin").iterdir())
            results.append([(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files])
        self.assertEqual(*results)
