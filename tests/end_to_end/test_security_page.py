"""docs/security.md: its tables are those of the code."""

from __future__ import annotations

import re
import unittest

from .support import ROOT, run

PAGE = ROOT / "docs/security.md"


class SecurityPageTest(unittest.TestCase):
    """What the page counts is there."""

    def test_attacks_are_counted_right_and_every_class_has_some(self):
        table = self.generated("attacks")
        counts = [int(count) for count in re.findall(r"\| (\d+) \|\n", table)]
        self.assertGreater(min(counts), 0, table)
        self.assertEqual(counts[-1], sum(counts[:-1]), table)

    def test_trust_base_is_what_verify_reaches(self):
        self.assertIn("`verify`", self.generated("trust-base"))

    def generated(self, table: str) -> str:
        """A table as the code has it, which must be the one on the page."""
        (shown,) = re.findall(rf"<!-- tests/tables {table} -->\n(.*?)<!-- end -->", PAGE.read_text(), re.DOTALL)
        made = run(ROOT / "tests/tables", table).out
        self.assertEqual(shown, made, f"docs/security.md is not what `tests/tables {table}` prints")
        return made
