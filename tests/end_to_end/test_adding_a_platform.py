"""Follows docs/adding-a-platform.md to the letter in a copy of this checkout."""

from __future__ import annotations

import re
import shutil

from .support import ROOT, FolderTest, run
from .tools import path_of

PAGE = ROOT / "docs/adding-a-platform.md"


class Page:
    """A copy of the checkout, in which a test follows the page."""

    def setUp(self):
        super().setUp()
        self.page = PAGE.read_text()
        self.copy = self.folder / "copy"
        run("git", "clone", "--quiet", ROOT, self.copy)

    def blocks(self, language: str) -> list[str]:
        """Returns the page's code blocks in a language, in order."""
        texts = re.findall(rf"^```{language}\n(.*?)^```$", self.page, re.MULTILINE | re.DOTALL)
        self.assertTrue(texts, language)
        return texts

    def add_entry(self) -> str:
        """Inserts the page's entry into nix/platforms.nix; returns its name."""
        (addition,) = self.blocks("nix")
        name = re.match(r"  (\S+) = ", addition)[1]
        table = self.copy / "nix/platforms.nix"
        text = table.read_text()
        self.assertNotIn(f"  {name} = ", text, "the page adds a platform that already exists: choose another for the page")
        after = next(entry for entry in re.finditer(r"^  (\w+(?:-\w+)+) = ", text, re.MULTILINE) if entry[1] > name)
        table.write_text(text[: after.start()] + addition + text[after.start() :])
        return name


class FollowingThePageTest(Page, FolderTest):
    """The whole page: builds a standard library, a libc and an executable twice."""

    slow = True

    def test_following_the_page_gives_an_attested_executable_that_runs(self):
        path_of("qemu-mipsel")
        before, after = self.blocks("sh")
        run("bash", "-euxo", "pipefail", "-c", before, folder=self.copy)
        name = self.add_entry()
        done = run("bash", "-euxo", "pipefail", "-c", after, folder=self.copy, seconds=3600)
        self.assertIn(f"sysinfo-{name}", done.out.split())
        self.assertRegex(done.out, r"[1-9]\d* passed, 0 failed")
        self.assertIn("passed  byte-order: little endian", done.out)
        shutil.copy(self.copy / "result-attestation/statement.json", self.folder)
        self.assertIn(f'"platform": "{name}"', (self.folder / "statement.json").read_text())


class EntryOfThePageTest(Page, FolderTest):
    """Only the table entry."""

    def test_the_table_then_has_the_platform(self):
        name = self.add_entry()
        lines = run(self.copy / "nix/tables", "platforms").out.splitlines()
        self.assertEqual(len([line for line in lines if line.split()[0] == name]), 1)
