"""`nix/matrix` builds all requested executables and writes one report; a failure neither hides nor stops the others."""

from __future__ import annotations

import json
from pathlib import Path

from .support import ROOT, Done, FolderTest, run

PLATFORMS = ("wasm32-wasi", "x86_64-linux-gnu")


class MatrixTest(FolderTest):
    """A copy of the checkout, and two platforms that every test run builds."""

    outputs = ("rebuild-verifier", *(f"sysinfo-{platform}{part}" for platform in PLATFORMS for part in ("", ".rebuild")))

    def setUp(self):
        super().setUp()
        self.copy = self.folder / "copy"
        run("git", "clone", "--quiet", ROOT, self.copy)

    def matrix(self, *options: str, status: int) -> Done:
        return run(self.copy / "nix/matrix", *options, folder=self.copy, status=status, seconds=3600)

    def report(self) -> dict[str, str]:
        """Returns the status of each flake attribute."""
        report = json.loads((self.copy / "result-matrix/report.json").read_text())
        return {artifact["flake_attribute"]: artifact["status"] for artifact in report["artifacts"]}

    def result(self, name: str) -> list[str]:
        return sorted(path.name for path in Path(self.copy / "result-matrix" / name).iterdir())

    def test_a_platform_that_does_not_build_is_reported_and_stops_no_other(self):
        table = self.copy / "nix/platforms.nix"
        text = table.read_text()
        self.assertIn('fileFormat = "WASM"', text)
        table.write_text(text.replace('fileFormat = "WASM"', 'fileFormat = "another"'))
        done = self.matrix("--services", "sysinfo", "--platforms", " ".join(PLATFORMS), status=1)
        self.assertEqual(self.report(), {"sysinfo-wasm32-wasi": "not-built", "sysinfo-x86_64-linux-gnu": "identical"})
        self.assertEqual(self.result("sysinfo-x86_64-linux-gnu"), ["comparison.json", "statement.json"])
        self.assertEqual(self.result("sysinfo-wasm32-wasi"), ["definition.json", "failure.json"])
        self.assertIn("is 'WASM', expected 'another'", (self.copy / "result-matrix/sysinfo-wasm32-wasi/failure.json").read_text())
        self.assertIn("not built", done.out)
        self.assertIn("is &#39;WASM&#39;, expected &#39;another&#39;", (self.copy / "result-matrix/report.html").read_text())

    def test_all_that_was_asked_for_is_identical_and_attested_to(self):
        self.matrix("--services", "sysinfo", "--platforms", " ".join(PLATFORMS), status=0)
        self.assertEqual(self.report(), {f"sysinfo-{platform}": "identical" for platform in PLATFORMS})

    def test_a_wrong_name_ends_it_before_anything_is_built_or_deleted(self):
        earlier = self.copy / "result-matrix/earlier"
        earlier.mkdir(parents=True)
        done = self.matrix("--platforms", "wasm32-wasm", status=2)
        self.assertIn("no platform is called 'wasm32-wasm': did you mean wasm32-wasi", done.err)
        self.assertTrue(earlier.exists())
