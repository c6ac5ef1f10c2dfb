"""What is held against crane: projects of several shapes with crane's arguments, and services whose bits are compared.

`tests/tables crane-shapes` and `tests/tables crane-bits` print these for docs/crane.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from end_to_end.project import HELLO, MAIN, crate, lock
from end_to_end.strangers_crane import locked_crate

LIBRARY = "pub fn f() {}\n"
WORKSPACE = {
    "Cargo.toml": '[workspace]\nresolver = "2"\nmembers = ["a", "b"]\n[workspace.package]\nversion = "1.0.0"\nedition = "2021"\n',
    "Cargo.lock": lock(("a", "b"), ("b",)),
    "a/Cargo.toml": crate("a", "[dependencies]", 'b = { path = "../b" }'),
    "a/src/main.rs": MAIN,
    "b/Cargo.toml": '[package]\nname = "b"\nversion.workspace = true\nedition.workspace = true\n',
    "b/src/lib.rs": LIBRARY,
}
DEPENDENCY = {
    "Cargo.toml": crate("hello", "[dependencies]", 'itoa = "1"'),
    "Cargo.lock": lock(("hello", "itoa")) + "\n" + locked_crate("itoa"),
    "src/main.rs": 'fn main() {\n    println!("{}", itoa::Buffer::new().format(1));\n}\n',
}
# NB: with each of cargo's placeholders.
URL = "https://dl.example/{prefix}/{lowerprefix}/{crate}/{version}/{sha256-checksum}"
REGISTRY = f'(it.appendCrateRegistries [ (it.registryFromDownloadUrl {{ dl = "{URL}"; indexUrl = "https://index.example"; }}) ])'
CRATE = '{ name = "Itoa"; version = "1.0.0"; checksum = "00"; source = "registry+https://index.example"; }'
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
    """What ours contains, if it is not the same text."""
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


def of_registry(source: str) -> dict[str, str]:
    """Returns the project with a dependency, which this registry has."""
    configuration = f'[registries.mine]\nindex = "{source.removeprefix("registry+")}"\n'
    locked = lock(("hello", "itoa")) + "\n" + locked_crate("itoa", source)
    manifest = crate("hello", "[dependencies]", 'itoa = { version = "1", registry = "mine" }')
    return {**DEPENDENCY, "Cargo.toml": manifest, "Cargo.lock": locked, ".cargo/config.toml": configuration}


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
    "dependency": Case(package(), DEPENDENCY, installs=("bin/hello",)),
    "dependency-of-another-registry": Case(f"it: src: {REGISTRY}.buildPackage {NAMED}", of_registry("registry+https://index.example")),
    # NB: crane's dummy of a proc macro's package has no main function, so crane builds none with an executable.
    "proc-macro": Case(package(), {**without("src/main.rs"), "Cargo.toml": crate("hello", "[lib]", "proc-macro = true"), "src/lib.rs": ""}, installs=()),
    "build-script": Case(package(), {**HELLO, "build.rs": MAIN}, installs=("bin/hello",)),
    "tests-benches-examples": Case(package(), {**HELLO, **dict.fromkeys(("tests/t.rs", "benches/b.rs", "examples/e.rs"), MAIN)}, installs=("bin/hello",)),
    "workspace": Case(package(), WORKSPACE, installs=("bin/a",)),
    "cargo-configuration": Case(package(), {**HELLO, ".cargo/config.toml": "[profile.release]\nlto = true\n"}, installs=("bin/hello",)),
    # Shapes that both refuse.
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
    "text-that-is-null": Case(package("cargoExtraArgs = null;"), crane="cannot coerce null to a string", samebits="cargoExtraArgs is null"),
    # Registries.
    "url-of-a-crate": Case(f"it: src: {{ drvPath = null; name = ({REGISTRY}.urlForCargoPackage {CRATE}).url; }}"),
    "crate-of-no-registry": Case(f"it: src: {{ drvPath = null; name = (it.urlForCargoPackage {CRATE}).url; }}", crane="not sure how to download crates", samebits="no registry is known"),
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

BITS = {
    "server-aarch64-linux": ("", ".rebuild"),
    "sysinfo-x86_64-linux": ("",),
    "sysinfo-x86_64-windows": ("",),
    "sysinfo-wasm32-wasi": ("",),
    "sysinfo-aarch64-darwin": ("",),
    "sysinfo-x86_64-freebsd": ("",),
    "ledger-aarch64-linux": ("",),
}
"""The packages whose first builds, and whose rebuilds, are compared."""


def bits_of(package: str) -> str:
    """Returns the name of the test of a package's bits."""
    return f"bits-of-{package.replace('.', '-')}"


def evaluation_of(case: str) -> str:
    """Returns the name of the test of a case."""
    return f"evaluation-of-{case}"
