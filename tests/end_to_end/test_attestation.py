"""The attestation of a build: the statement is true, and there is no statement if the two builds differ."""

from __future__ import annotations

import hashlib
import json
import unittest

from . import flake
from .support import FolderTest, define, run

SHARED = {"rust-1.85.0": "compiler", "zig-0.15.2": "linker", "seed": "tools", "vendor-cargo-deps": "sources", "rustc": "wrapper"}
"""Some of the inputs that both builds share."""
ALWAYS = ("server-aarch64-linux", "sysinfo-wasm32-wasi", "sysinfo-x86_64-linux-gnu")
"""The attestations that every run tests. Each one builds a standard library, the dependencies and the service twice."""
STATEMENT = ("https://in-toto.io/Statement/v1", "https://slsa.dev/provenance/v1", "urn:samebits:nix-rebuild:v2")


class Attestation:
    """The tests of one package; `define` makes a class for each."""

    package: str
    platform: str

    def setUp(self):
        super().setUp()
        self.result = flake.built(f"{self.package}.attestation")
        self.original = flake.built(self.package)
        self.rebuilt = flake.built(f"{self.package}.rebuild")
        self.verifier = flake.built("rebuild-verifier") / "bin/rebuild-verifier"
        self.statement = json.loads((self.result / "statement.json").read_text())
        self.definition = self.statement["predicate"]["buildDefinition"]
        self.dependencies = {entry["name"]: entry["digest"] for entry in self.definition["resolvedDependencies"]}

    def attest(self, out: str, status: int = 0, rebuilt=None):
        """Runs the verifier like the flake, or on another rebuild without derivations."""
        derivations = [flake.derivation(self.package), flake.derivation(f"{self.package}.rebuild")]
        return run(
            self.verifier, "attest", self.original, rebuilt or self.rebuilt,
            *([] if rebuilt else ["--derivations", *derivations]),
            "--definition", flake.built(f"{self.package}.definition"),
            "--builder-id", self.statement["predicate"]["runDetails"]["builder"]["id"], "--out", self.folder / out,
            status=status,
        )

    def test_statement_speaks_of_exactly_the_executable(self):
        kinds = self.statement["_type"], self.statement["predicateType"], self.definition["buildType"]
        self.assertEqual(kinds, STATEMENT)
        files = [path for path in self.original.rglob("*") if path.is_file()]
        digests = {str(path.relative_to(self.original)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
        self.assertEqual(len(digests), 1)
        self.assertEqual({entry["name"]: entry["digest"]["sha256"] for entry in self.statement["subject"]}, digests)

    def test_both_builds_are_two_paths_with_the_same_bytes(self):
        self.assertNotEqual(self.original, self.rebuilt)
        comparison = json.loads((self.result / "comparison.json").read_text())
        self.assertEqual((comparison["verdict"], comparison["differences"]), ("identical", []))
        run("diff", "--recursive", self.original, self.rebuilt)

    def test_statement_names_attribute_platform_source_and_time_of_this_checkout(self):
        expected = flake.stamp(self.platform)
        self.assertEqual(
            self.definition["externalParameters"],
            {
                "flakeAttribute": self.package,
                "platform": self.platform,
                "source": {"revision": expected["revision"], "narHash": flake.metadata()["narHash"]},
            },
        )
        internal = self.definition["internalParameters"]
        shared = internal.pop("sharedInputs")
        self.assertEqual(
            internal,
            {"sourceDateEpoch": expected["source_date_epoch"], "target": expected["target"], "toolchain": "rustc 1.85.0"},
        )
        # Shared inputs include nothing that is compiled for the build, and nothing that evaluation does not know.
        named = {entry["derivation"][33:].removesuffix(".drv"): entry["kind"] for entry in shared}
        self.assertEqual(named.items() & SHARED.items(), SHARED.items())
        self.assertEqual(set(named.values()), {"compiler", "conditions", "linker", "sources", "tools", "wrapper"})
        self.assertFalse([name for name in named if name.startswith(("std-", "libc-", "dummy-source", self.package))])

    def test_every_archive_that_builds_read_is_among_the_dependencies(self):
        archives = [archive for archive in flake.library()["archives"] if archive["kind"] in ("deb", "wheel")]
        runners = {archive["name"] for archive in archives if archive["part"] == "run"}
        self.assertIn("qemu-user", runners)
        self.assertEqual(runners & self.dependencies.keys(), set())
        archives = [archive for archive in archives if archive["part"] != "run"]
        self.assertGreater(len(archives), 40)
        absent = [archive["file"] for archive in archives if self.dependencies.get(archive["name"]) != {"sha256": archive["sha256"]}]
        self.assertEqual(absent, [])

    def test_every_list_of_crates_that_builds_it_is_among_the_dependencies(self):
        lists = {archive["list"] for archive in flake.library()["archives"] if archive["kind"] == "crate"}
        self.assertEqual(lists, {"Cargo.lock", "nix/formatter/Cargo.lock", "nix/toolchain/std-Cargo.lock"})
        self.assertNotIn("nix/formatter/Cargo.lock", self.dependencies)
        for name in lists - {"nix/formatter/Cargo.lock"}:
            content = (flake.metadata()["path"] / name).read_bytes()
            self.assertEqual(self.dependencies.get(name), {"sha256": hashlib.sha256(content).hexdigest()}, name)

    def test_attesting_again_writes_the_same_bytes(self):
        self.attest("first")
        self.attest("second")
        for name in ("statement.json", "comparison.json"):
            expected = (self.result / name).read_bytes()
            for folder in ("first", "second"):
                self.assertEqual((self.folder / folder / name).read_bytes(), expected, f"{folder}/{name}")

    def test_report_of_it_says_identical_and_ends_with_status_0(self):
        done = run(self.verifier, "report", self.result)
        self.assertIn("identical", done.out)
        self.assertIn(self.package, done.out)
        self.assertIn(self.statement["subject"][0]["digest"]["sha256"], done.out)

    def test_rebuild_with_one_other_bit_is_not_attested_to(self):
        changed = self.folder / "changed"
        run("cp", "--recursive", self.rebuilt, changed)
        run("chmod", "--recursive", "u+w", changed)
        (executable,) = (changed / "bin").iterdir()
        content = bytearray(executable.read_bytes())
        content[len(content) // 2] ^= 1
        executable.write_bytes(content)
        done = self.attest("none", status=1, rebuilt=changed)
        self.assertIn(f"bin/{executable.name}", done.out + done.err)
        self.assertFalse((self.folder / "none").exists())


class IrreproducibleTest(unittest.TestCase):
    """A crate that embeds every condition that the rebuild varies, on purpose."""

    outputs = ("fixtures.conditions.original", "fixtures.conditions.rebuilt")

    def test_its_attestation_fails_and_names_the_file_and_both_digests(self):
        done = flake.build_fails("fixtures.conditions.attestation")
        self.assertIn("bin/conditions", done.err)
        for build in ("original", "rebuilt"):
            content = (flake.built(f"fixtures.conditions.{build}") / "bin/conditions").read_bytes()
            self.assertIn(hashlib.sha256(content).hexdigest(), done.err)


for service, entry in flake.library()["services"].items():
    for name in entry["platforms"]:
        package = f"{service}-{name}"
        define(
            globals(), f"attestation-{package}", Attestation, FolderTest, package=package, platform=name, slow=package not in ALWAYS,
            outputs=(package, *(f"{package}.{part}" for part in ("attestation", "definition", "rebuild")), "rebuild-verifier"),
        )
