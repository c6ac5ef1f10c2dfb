"""The tables of docs/security.md and docs/trust-base.md match the code."""

from __future__ import annotations

import re
import unittest

from .support import ROOT, run

PAGES = {"attacks": "docs/security.md", "trust-base": "docs/trust-base.md"}


class SecurityPagesTest(unittest.TestCase):
    """The generated tables of both pages."""

    def test_attacks_are_counted_right_and_every_class_has_some(self):
        table = self.generated("attacks")
        counts = [int(count) for count in re.findall(r"\| (\d+) \|\n", table)]
        self.assertGreater(min(counts), 0, table)
        self.assertEqual(counts[-1], sum(counts[:-1]), table)

    def test_trust_base_is_what_verify_reaches(self):
        self.assertIn("`verify`", self.generated("trust-base"))

    def generated(self, table: str) -> str:
        """Returns the table that `tests/tables` prints, after asserting that the page has the same."""
        (shown,) = re.findall(rf"<!-- tests/tables {table} -->\n(.*?)<!-- end -->", (ROOT / PAGES[table]).read_text(), re.DOTALL)
        made = run(ROOT / "tests/tables", table).out
        self.assertEqual(shown, made, f"{PAGES[table]} is not what `tests/tables {table}` prints")
        return made
