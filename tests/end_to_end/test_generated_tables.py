"""The tables in README.md and docs/ are what the commands above them print."""

from __future__ import annotations

import re
import unittest

from .support import ROOT, run

PAGES = {
    "nix/tables conditions --markdown": "docs/bit-identical.md",
    "nix/tables platforms --markdown": "README.md",
    "tests/tables attacks": "docs/security.md",
    "tests/tables causes": "docs/differences.md",
    "tests/tables crane": "docs/crane.md",
    "tests/tables crane-bits": "docs/crane.md",
    "tests/tables crane-shapes": "docs/crane.md",
    "tests/tables refusals": "docs/refusals.md",
    "tests/tables trust-base": "docs/trust-base.md",
}
"""The commands, and the pages that show what they print."""


class GeneratedTablesTest(unittest.TestCase):
    """Every table that stands between `<!-- COMMAND -->` and `<!-- end -->`."""

    def test_every_command_stands_in_its_page_and_no_other_does_in_any(self):
        found = {}
        for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
            for command in re.findall(r"<!-- (\w+/tables .*?) -->", page.read_text()):
                self.assertNotIn(command, found)
                found[command] = str(page.relative_to(ROOT))
        self.assertEqual(found, PAGES)

    def test_every_table_is_what_its_command_prints(self):
        for command in PAGES:
            with self.subTest(command=command):
                self.generated(command)

    def test_attacks_are_counted_right_and_every_class_has_some(self):
        table = self.generated("tests/tables attacks")
        counts = [int(count) for count in re.findall(r"\| (\d+) \|\n", table)]
        self.assertGreater(min(counts), 0, table)
        self.assertEqual(counts[-1], sum(counts[:-1]), table)

    def test_trust_base_is_what_verify_reaches(self):
        self.assertIn("`verify`", self.generated("tests/tables trust-base"))

    def generated(self, command: str) -> str:
        """Returns what the command prints, after asserting that its page has the same."""
        page = PAGES[command]
        (shown,) = re.findall(rf"<!-- {command} -->\n(.*?)<!-- end -->", (ROOT / page).read_text(), re.DOTALL)
        program, *arguments = command.split()
        made = run(ROOT / program, *arguments).out
        self.assertEqual(shown, made, f"{page} is not what `{command}` prints")
        return made
