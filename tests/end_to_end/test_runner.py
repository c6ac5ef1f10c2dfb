"""`tests/run` itself: anything but a plain success counts as a failure."""

from __future__ import annotations

import shutil
from textwrap import dedent, indent

from .support import ROOT, Done, FolderTest, run


class RunnerTest(FolderTest):
    """A separate folder of tests."""

    def setUp(self):
        super().setUp()
        self.tests = self.folder / "tests"
        for suite in ("bootstrap", "end_to_end"):
            (self.tests / suite).mkdir(parents=True)
        shutil.copy(ROOT / "tests/run", self.tests)
        (self.tests / "end_to_end/__init__.py").touch()
        (self.tests / "end_to_end/flake.py").write_text("def plan(outputs):\n    list(outputs)\n")
        self.write("bootstrap/test_one.py", "def test_passes(self):\n    pass")

    def write(self, file: str, body: str, attributes: str = "") -> None:
        """Writes a module with one test class."""
        text = f"import unittest\n\nclass Some(unittest.TestCase):\n{indent(dedent(f'{attributes}{body}'), '    ')}\n"
        (self.tests / file).write_text(text)

    def ends(self, *arguments: str, status: int, last: str, **environment: str) -> Done:
        """Runs tests/run, and asserts its exit status and its last line."""
        done = run(self.tests / "run", *arguments, status=status, folder=self.folder, **environment)
        self.assertEqual(done.out.splitlines()[-1], last, str(done))
        return done

    def test_tests_of_both_suites_run_and_have_a_line_each(self):
        self.write("end_to_end/test_two.py", "def test_passes(self):\n    pass")
        done = self.ends(status=0, last="2 passed, 0 failed")
        self.assertRegex(done.out, r"(?m)^passed +\d+\.\d s  bootstrap\.test_one\.Some\.test_passes$")
        self.assertRegex(done.out, r"(?m)^passed +\d+\.\d s  end_to_end\.test_two\.Some\.test_passes$")

    def test_failure_is_shown_and_ends_with_status_1(self):
        self.write("end_to_end/test_two.py", "def test_fails(self):\n    self.assertEqual('this', 'that')")
        done = self.ends(status=1, last="1 passed, 1 failed")
        self.assertIn("'this' != 'that'", done.out)
        self.assertEqual(done.out.splitlines()[-2], "failed: end_to_end.test_two.Some.test_fails")

    def test_what_proves_nothing_counts_as_a_failure(self):
        bodies = {
            "error": "def test_it(self):\n    raise OSError",
            "skip": "def test_it(self):\n    self.skipTest('no such tool')",
            "skipped class": "def setUp(self):\n    raise unittest.SkipTest('no such tool')\ndef test_it(self):\n    pass",
            "expected failure": "@unittest.expectedFailure\ndef test_it(self):\n    self.fail()",
            "unexpected success": "@unittest.expectedFailure\ndef test_it(self):\n    pass",
            "part": "def test_it(self):\n    with self.subTest(part=1):\n        self.fail()\n    with self.subTest(part=2):\n        pass",
            "clean-up": "def test_it(self):\n    self.addCleanup(self.fail)",
            "set-up of the class": "@classmethod\ndef setUpClass(cls):\n    raise OSError\ndef test_it(self):\n    pass",
        }
        for what, body in bodies.items():
            with self.subTest(what):
                self.write("end_to_end/test_two.py", body)
                self.ends(status=1, last="1 passed, 1 failed")

    def test_clean_up_of_a_class_that_fails_after_its_tests_passed_is_a_failure(self):
        self.write("end_to_end/test_two.py", "@classmethod\ndef tearDownClass(cls):\n    raise OSError\ndef test_it(self):\n    pass")
        self.ends(status=1, last="2 passed, 1 failed")

    def test_module_that_cannot_be_imported_is_a_failure_even_if_others_were_asked_for(self):
        (self.tests / "end_to_end/test_two.py").write_text("import nothing_of_that_name\n")
        self.ends(status=1, last="1 passed, 1 failed")
        self.assertIn("nothing_of_that_name", self.ends("test_one", status=1, last="1 passed, 1 failed").out)

    def test_words_narrow_and_a_word_without_a_test_ends_with_status_2(self):
        self.write("end_to_end/test_two.py", "def test_fails(self):\n    self.fail()")
        self.ends("test_one", status=0, last="1 passed, 0 failed")
        self.ends("test_one", "nothing", status=2, last="0 passed, 0 failed")

    def test_no_test_at_all_ends_with_status_2(self):
        (self.tests / "bootstrap/test_one.py").unlink()
        self.ends(status=2, last="0 passed, 0 failed")

    def test_slow_tests_run_only_with_all_and_are_said_to_be_left_out(self):
        self.write("end_to_end/test_two.py", "def test_passes(self):\n    pass", "slow = True\n")
        self.assertIn("slow tests left out, which `tests/run --all` runs: 1", self.ends(status=0, last="1 passed, 0 failed").out)
        self.ends("test_two", status=2, last="0 passed, 0 failed")
        self.ends("--all", status=0, last="2 passed, 0 failed")

    def test_suite_without_what_it_needs_is_not_run_and_says_so(self):
        (self.tests / "crane").mkdir()
        self.write("crane/test_two.py", "def test_passes(self):\n    pass")
        trees = {name: "/somewhere" for name in ("CRANE_TREE", "NIXPKGS_TREE", "RUST_OVERLAY_TREE")}
        self.ends("--suite", "crane", status=0, last="1 passed, 0 failed", **trees)
        done = self.ends("--suite", "crane", status=2, last="0 passed, 0 failed", **{**trees, "CRANE_TREE": ""})
        self.assertIn("not run: 1 tests: CRANE_TREE must name", done.err)
        self.ends(status=0, last="1 passed, 0 failed", **trees)

    def test_nothing_is_written_beside_the_tests(self):
        before = sorted(self.tests.rglob("*"))
        self.ends(status=0, last="1 passed, 0 failed")
        self.assertEqual(sorted(self.tests.rglob("*")), before)
