"""The example policy of docs/policy.md does what the page says."""

from __future__ import annotations

import re
import shutil

from . import flake
from .support import ROOT, Done, FolderTest, run

PAGE = ROOT / "docs/policy.md"
GOLDEN = ROOT / "crates/sample-files/golden"


class PolicyPage(FolderTest):
    """Two builders, with the names and keys of the example."""

    outputs = ("rebuild-verifier",)

    def setUp(self) -> None:
        super().setUp()
        self.verifier = flake.built("rebuild-verifier") / "bin/rebuild-verifier"
        (example,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(), re.DOTALL)
        self.as_shown = example
        # Nix built none of the artifacts here, so their attestations cannot have looked up shared inputs.
        self.example = re.sub("shared-inputs = .*", 'shared-inputs = "any"', example)
        for tree in ("a", "b"):
            (self.folder / tree).mkdir()
            (self.folder / tree / "server").write_text("same bits\n")
        for name in ("builder-1", "builder-2", "builder-2-next"):
            self.rebuild_verifier("keygen", "--out", name)
            shutil.copy(self.folder / name / "signing.pub", self.folder / f"{name}.pub")
        for number in (1, 2):
            self.rebuild_verifier(
                "attest", "a", "b", "--definition", GOLDEN / "definition.json",
                "--builder-id", f"https://example.org/builders/{number}", "--out", f"result-{number}",
            )
            key, statement = f"builder-{number}/signing.key", f"result-{number}/statement.json"
            self.rebuild_verifier("sign", "--key", key, statement, "-o", f"{number}.json")

    def rebuild_verifier(self, *arguments, status: int = 0) -> Done:
        """Runs rebuild-verifier in this test's folder."""
        return run(self.verifier, *arguments, status=status, folder=self.folder)

    def verify(self, policy: str, *more: str, status: int) -> Done:
        """Verifies with a policy."""
        (self.folder / "policy.toml").write_text(policy)
        return self.rebuild_verifier(
            "verify", "a/server", "--attestation", "1.json", "2.json", "--policy", "policy.toml", *more, status=status
        )

    def test_example_verifies_what_both_builders_signed(self):
        self.verify(self.example, "--time", "2026-12-31T00:00:00Z", status=0)

    def test_example_rejects_builds_of_which_nobody_has_looked_up_what_they_share(self):
        done = self.verify(self.as_shown, "--time", "2026-12-31T00:00:00Z", status=1)
        self.assertRegex(done.out, r"failed +shared-inputs .*nobody has looked")

    def test_key_of_the_example_ends_when_it_says(self):
        self.verify(self.example, status=2)
        self.verify(self.example, "--time", "2027-01-01T00:00:01Z", status=1)
        self.rebuild_verifier("sign", "--key", "builder-2-next/signing.key", "result-2/statement.json", "-o", "2.json")
        self.verify(self.example, "--time", "2027-01-01T00:00:01Z", status=0)

    def test_no_line_of_the_example_is_idle(self):
        for line in self.example.splitlines():
            if line.strip() and "not-after" not in line and "builder-2-next" not in line:
                with self.subTest(line):
                    done = self.verify(self.example.replace(f"{line}\n", "", 1), "--time", "2026-12-31T00:00:00Z", status=2)
                    self.assertIn("policy.toml", done.err)

    def test_every_field_of_the_example_is_described(self):
        described = re.findall(r"^\| `(?:[a-z]+(?:\[\])?\.|….)?([a-z-]+)(?:\[\])?`", PAGE.read_text(), re.MULTILINE)
        used = re.findall(r"(?:^|[{,] )([a-z-]+) =", self.example, re.MULTILINE)
        self.assertEqual(set(used) - set(described), set())
