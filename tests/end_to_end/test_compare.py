"""The three exit codes of `rebuild-verifier compare`, with the executable that nix builds."""

from __future__ import annotations

from pathlib import Path

from . import flake
from .support import Done, FolderTest, run


class CompareTest(FolderTest):
    """Two small trees."""

    outputs = ("rebuild-verifier",)

    def setUp(self):
        super().setUp()
        self.one, self.other = self.folder / "one", self.folder / "other"
        for tree in (self.one, self.other):
            (tree / "bin").mkdir(parents=True)
            (tree / "bin/program").write_bytes(b"the same bytes")
            (tree / "bin/program").chmod(0o755)

    def compare(self, *arguments: str | Path, status: int) -> Done:
        """Runs the verifier."""
        return run(flake.built("rebuild-verifier") / "bin/rebuild-verifier", "compare", *arguments, status=status)

    def test_equal_trees_end_with_status_0(self):
        self.compare(self.one, self.other, status=0)

    def test_one_other_byte_ends_with_status_1_and_is_named(self):
        (self.other / "bin/program").write_bytes(b"the same bites")
        done = self.compare(self.one, self.other, status=1)
        self.assertIn("bin/program", done.out + done.err)

    def test_lost_executable_bit_ends_with_status_1(self):
        (self.other / "bin/program").chmod(0o644)
        self.compare(self.one, self.other, status=1)

    def test_missing_and_additional_files_end_with_status_1(self):
        (self.other / "more").write_bytes(b"")
        self.compare(self.one, self.other, status=1)
        self.compare(self.other, self.one, status=1)

    def test_tree_that_is_not_there_ends_with_status_2(self):
        done = self.compare(self.one, self.folder / "nothing", status=2)
        self.assertIn("nothing", done.err)

    def test_tree_compared_with_itself_ends_with_status_2(self):
        self.compare(self.one, self.one, status=2)

    def test_trees_without_a_file_end_with_status_2(self):
        for tree in (self.one, self.other):
            (tree / "bin/program").unlink()
        self.compare(self.one, self.other, status=2)

    def test_one_argument_ends_with_status_2(self):
        self.compare(self.one, status=2)
