"""The same arguments, for projects of several shapes, through crane and through nix/crane: what both evaluate and refuse."""

from __future__ import annotations

from dataclasses import dataclass, field

from end_to_end.project import HELLO, MAIN, crate, lock
from end_to_end.support import FolderTest, define

from . import both

LIBRARY = "pub fn f() {}\n"
WORKSPACE = {
    "Cargo.toml": '[workspace]\nresolver = "2"\nmembers = ["a", "b"]\n[workspace.package]\nversion = "1.0.0"\nedition = "2021"\n',
    "Cargo.lock": lock(("a", "b"), ("b",)),
    "a/Cargo.toml": crate("a", "[dependencies]", 'b = { path = "../b" }'),
    "a/src/main.rs": MAIN,
    "b/Cargo.toml": '[package]\nname = "b"\nversion.workspace = true\nedition.workspace = true\n',
    "b/src/lib.rs": LIBRARY,
}
NAMED = '{ inherit src; pname = "hello"; version = "1.0.0"; }'
PACKAGE = "it: src: it.buildPackage"
BUILT = f"it: src: it {NAMED}"


@dataclass(frozen=True)
class Case:
    """A project and what is asked of crane for it."""

    function: str
    files: dict[str, str] = field(default_factory=lambda: HELLO)
    crane: str = ""
    """What crane's refusal contains; none if it evaluates."""
    samebits: str | None = None
    """What ours contains, if it is not the same as crane: a refusal by name, where crane evaluates."""
    installs: tuple[str, ...] | None = None
    """The files that a build installs; none if it is evaluated only."""


def manifest(*lines: str) -> dict[str, str]:
    """Returns the smallest project with these lines in its manifest."""
    return {**HELLO, "Cargo.toml": crate("hello", *lines)}


def without(name: str) -> dict[str, str]:
    """Returns the smallest project without a file."""
    return {path: text for path, text in HELLO.items() if path != name}


def package(*arguments: str) -> str:
    """Returns a call of buildPackage with a name and further arguments."""
    return f"{PACKAGE} ({NAMED} // {{ {' '.join(arguments)} }})"


CASES = {
    # Shapes.
    "executable": Case(package(), installs=("bin/hello",)),
    "executable-at-a-path": Case(package(), manifest("[[bin]]", 'name = "hi"', 'path = "hi.rs"') | {"hi.rs": MAIN}, installs=("bin/hello", "bin/hi")),
    "executables-found": Case(package(), {**HELLO, "src/bin/a.rs": MAIN, "src/bin/b/main.rs": MAIN}, installs=("bin/a", "bin/b", "bin/hello")),
    "library": Case(package(), {**without("src/main.rs"), "src/lib.rs": LIBRARY}, installs=()),
    "c-library": Case(
        package(), {**manifest("[lib]", 'crate-type = ["cdylib", "staticlib"]'), "src/lib.rs": LIBRARY},
        installs=("bin/hello", "lib/libhello.a", "lib/libhello.so"),
    ),
    "proc-macro": Case(package(), {**manifest("[lib]", "proc-macro = true"), "src/lib.rs": ""}),
    "build-script": Case(package(), {**HELLO, "build.rs": MAIN}, installs=("bin/hello",)),
    "tests-benches-examples": Case(package(), {**HELLO, **dict.fromkeys(("tests/t.rs", "benches/b.rs", "examples/e.rs"), MAIN)}, installs=("bin/hello",)),
    "workspace": Case(package(), WORKSPACE, installs=("bin/a",)),
    "cargo-configuration": Case(package(), {**HELLO, ".cargo/config.toml": "[profile.release]\nlto = true\n"}, installs=("bin/hello",)),
    "without-a-lock-file": Case(package(), without("Cargo.lock"), "Cargo.lock", "Cargo.lock"),
    "without-a-manifest": Case(f"{PACKAGE} {{ inherit src; }}", without("Cargo.toml"), "unable to infer crate name and version", "Cargo.toml"),
    # Arguments.
    "name-from-the-manifest": Case(f"{PACKAGE} {{ inherit src; }}"),
    "name-from-another-manifest": Case(f'{PACKAGE} {{ inherit src; cargoToml = src + "/a/Cargo.toml"; }}', WORKSPACE),
    "lock-file-given": Case(package('cargoLock = src + "/other.lock";'), {**without("Cargo.lock"), "other.lock": HELLO["Cargo.lock"]}),
    "lock-file-as-text": Case(package("cargoLockContents = builtins.readFile (src + \"/Cargo.lock\");")),
    "no-vendored-crates": Case(package("cargoVendorDir = null;")),
    "no-artifacts": Case(package("cargoArtifacts = null;")),
    "environment": Case(package('env.GREETING = "hello"; OTHER = "1";')),
    "meta-and-passthru": Case(package('meta.description = "x"; passthru.x = 1;')),
    "hooks": Case(package(*(f'{when}{phase} = "true";' for phase in ("Patch", "Configure", "Build", "Check", "Install") for when in ("pre", "post")))),
    "build-arguments": Case(package('cargoBuildCommand = "cargo build"; cargoBuildExtraArgs = "-v";')),
    "test-arguments": Case(package('cargoTestCommand = "cargo test"; cargoTestExtraArgs = "--lib";')),
    "commands": Case(package(*(f'{phase}PhaseCommand = "true";' for phase in ("install",)), 'checkPhaseCargoCommand = "true";')),
    "empty-profile": Case(package('CARGO_PROFILE = "";')),
    "development-profile": Case(package('CARGO_PROFILE = "dev";')),
    "strict-dependencies": Case(package("strictDeps = true;")),
    # Other functions.
    "cargo-build": Case(f"it: src: it.cargoBuild ({NAMED} // {{ cargoArtifacts = null; }})"),
    "clippy": Case(f"it: src: it.cargoClippy ({NAMED} // {{ cargoArtifacts = null; }})"),
    "clippy-without-artifacts": Case(f"it: src: it.cargoClippy {NAMED}", crane="cargoArtifacts", samebits="cargoArtifacts"),
    "doc": Case(f"it: src: it.cargoDoc ({NAMED} // {{ cargoArtifacts = null; }})"),
    "fmt": Case(f"it: src: it.cargoFmt {NAMED}"),
    "test": Case(f"it: src: it.cargoTest ({NAMED} // {{ cargoArtifacts = null; }})"),
    # NB: ours has a name of its own, so that a log of the builds can be read.
    "dummy-source": Case('it: src: it.mkDummySrc { inherit src; } // { name = "any"; }', WORKSPACE),
    "vendored-crates": Case("it: src: it.vendorCargoDeps { inherit src; }"),
    "derivation": Case(f'it: src: it.mkCargoDerivation ({NAMED} // {{ cargoArtifacts = null; buildPhaseCargoCommand = "true"; }})'),
    "cleaned-source": Case(f"{PACKAGE} {{ src = it.cleanCargoSource src; }}"),
    "source-path": Case(f"{PACKAGE} {{ src = it.path src; }}"),
}


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
    define(globals(), f"evaluation-of-{name}", base, FolderTest, case=case)
