"""The same arguments, for projects of several shapes, through crane and through nix/crane: what both evaluate and refuse."""

from __future__ import annotations

from end_to_end.support import FolderTest, define

from . import both
from .cases import BUILT, CASES, Case, evaluation_of


class Evaluation:
    """One case; `define` makes a class for each."""

    case: Case

    def setUp(self):
        super().setUp()
        for name, text in self.case.files.items():
            path = self.folder / "source" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def test_both_evaluate_it_or_both_refuse(self):
        crane = self.answer("crane", self.case.crane)
        samebits = self.answer("samebits", self.case.crane if self.case.samebits is None else self.case.samebits)
        if not self.case.crane and not self.case.samebits:
            self.assertEqual(samebits, crane, "the name of the derivation")

    def answer(self, implementation: str, refusal: str) -> str:
        """Asserts that an implementation evaluates the case, or refuses it with this text; returns what it prints."""
        done = both.evaluate(implementation, self.case.function, self.folder / "source")
        self.assertEqual(done.status, 1 if refusal else 0, f"{implementation}: {done}")
        if refusal:
            self.assertIn(refusal, done.err)
        return done.out


class Build(Evaluation):
    """A case that is also built."""

    def test_both_install_the_same(self):
        crane, samebits = (both.files(both.build(name, BUILT, self.folder / "source")) for name in ("crane", "samebits"))
        self.assertEqual(sorted(crane), sorted(self.case.installs))
        self.assertEqual(samebits, crane)


for name, case in CASES.items():
    base = Evaluation if case.installs is None else Build
    define(globals(), evaluation_of(name), base, FolderTest, case=case)
