"""Stamp and list of dependencies survive what is done to executables after the link, and other programs read the list."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from . import debian, flake, peers, tools
from .subset import Pair, pairs
from .support import IDENTITY, FolderTest, define, run
from .test_executables import only_file

PROCESSORS = {"aarch64": "arm64", "x86_64": "x86_64"}
"""lipo's names of architectures."""
PACKED = "cannot be read: the file is packed by UPX"
ADVISORY = """\
```toml
[advisory]
id = "RUSTSEC-2026-0001"
package = "{package}"
date = "2026-01-01"
[versions]
patched = []
```

# A test
Everything is affected.
"""


def upx(*arguments: str | Path) -> None:
    """Runs UPX."""
    run(*debian.program(tools.NEWER_SUITE, "upx-ucl", "usr/bin/upx-ucl"), "-q", *arguments)


def packages(file: Path) -> list[tuple[str, str]]:
    """Returns names and versions in an executable's list, as cargo-auditable's own reader sees it."""
    listed = json.loads(run(peers.crate("rust-audit-info", "0.5.4"), file).out)["packages"]
    return sorted((package["name"], package["version"]) for package in listed)


class Survives:
    """Tests for every format; `define` makes a class of a subclass for each executable."""

    pair: Pair

    def setUp(self) -> None:
        super().setUp()
        self.file = self.folder / "original"
        shutil.copyfile(only_file(flake.built(self.pair.package)), self.file)
        self.file.chmod(0o755)
        self.carried = self.read(self.file)
        for stamp, dependencies in self.carried:
            self.assertEqual(stamp["name"], self.pair.service)
            root = [(it["name"], it["version"]) for it in dependencies if it["is_root"]]
            self.assertEqual(root, [(stamp["name"], stamp["version"])])

    def images(self, file: Path) -> list[dict]:
        """Returns what rebuild-verifier says of each image."""
        return json.loads(run(flake.built("rebuild-verifier") / "bin/rebuild-verifier", "inspect", "--json", file).out)["images"]

    def read(self, file: Path) -> list[tuple[dict, list]]:
        """Returns stamp and dependencies of each image."""
        return [(image["stamp"], image["dependencies"]) for image in self.images(file)]

    def llvm(self, tool: str, *arguments: str | Path) -> None:
        """Runs a tool of the toolchain's LLVM."""
        run(flake.built("llvm") / f"bin/llvm-{tool}", *arguments, folder=self.folder)

    def assert_survives(self, name: str) -> None:
        """Asserts that this file of the folder carries what the executable carries."""
        self.assertEqual(self.read(self.folder / name), self.carried)

    def test_stripping_and_copying_by_llvm(self):
        self.llvm("objcopy", "--strip-all", self.file, "stripped")
        self.llvm("objcopy", self.file, "copied")
        self.assert_survives("stripped")
        self.assert_survives("copied")

    def test_cargo_auditable_reads_the_same_list(self):
        for _, dependencies in self.carried:
            self.assertEqual(packages(self.file), sorted((it["name"], it["version"]) for it in dependencies))


class Packed(Survives):
    """Executables that UPX can pack."""

    def test_packed_by_upx_it_is_told_and_unpacked_it_is_there_again(self):
        upx("-1", "--force", "-o", self.folder / "packed", self.file)
        (image,) = self.images(self.folder / "packed")
        self.assertEqual((image["packer"], image["stamp"], image["dependencies"]), ("UPX", None, None))
        text = run(flake.built("rebuild-verifier") / "bin/rebuild-verifier", "inspect", self.folder / "packed").out
        self.assertEqual(text.count(PACKED), 2, text)
        upx("-d", "-o", self.folder / "unpacked", self.folder / "packed")
        self.assert_survives("unpacked")


class Gnu(Survives):
    """Executables that this machine's binutils can change."""

    def test_stripping_and_copying_by_gnu(self):
        run(tools.path_of("strip"), "--strip-all", "-o", self.folder / "stripped", self.file)
        run(tools.path_of("objcopy"), self.file, self.folder / "copied")
        self.assert_survives("stripped")
        self.assert_survives("copied")


class Linux(Packed, Gnu):
    """An executable that both can change."""


class Windows(Packed, Gnu):
    """An executable with room for a certificate."""

    def test_signing(self):
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        run(
            peers.tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
            "-subj", "/CN=test", "-days", "2",
        )
        signer = tools.path_of("osslsigncode")
        run(signer, "sign", "-certs", certificate, "-key", key, "-in", self.file, "-out", self.folder / "signed")
        self.assertTrue(self.images(self.folder / "signed")[0]["signature"]["has_certificate"])
        self.assert_survives("signed")


class Mac(Survives):
    """An executable that LLVM signs again when it has changed it."""

    def test_signing(self):
        self.llvm("objcopy", "--strip-all", self.file, "signed")
        (signature,) = [image["signature"] for image in self.images(self.folder / "signed")]
        self.assertEqual((signature["identifier"], signature["pages"]), ("signed", "intact"))
        self.assert_survives("signed")


class Universal(Survives):
    """An executable for several processors, each with its own stamp."""

    def test_cargo_auditable_reads_the_same_list(self):
        for image, (_, dependencies) in zip(self.images(self.file), self.carried, strict=True):
            # NB: cargo-auditable's reader knows no universal files.
            self.llvm("lipo", self.file, "-thin", PROCESSORS[image["architecture"]], "-output", "thin")
            self.assertEqual(packages(self.folder / "thin"), sorted((it["name"], it["version"]) for it in dependencies))

    def test_taking_apart_and_joining_by_lipo(self):
        self.assertEqual(len(self.carried), 2)
        parts = []
        for image, carried in zip(self.images(self.file), self.carried, strict=True):
            processor = PROCESSORS[image["architecture"]]
            for action in ("-thin", "-extract"):
                self.llvm("lipo", self.file, action, processor, "-output", f"{processor}{action}")
                self.assertEqual(self.read(self.folder / f"{processor}{action}"), [carried])
            parts.append(f"{processor}-thin")
        self.llvm("lipo", "-create", *parts, "-output", "joined")
        self.assertCountEqual(self.read(self.folder / "joined"), self.carried)


class AuditedTest(FolderTest):
    """`cargo audit bin` with a database of its own."""

    outputs = ("server-aarch64-linux",)
    slow = True

    def audit(self, package: str, status: int) -> dict:
        """Audits the server by a database in which every version of a package is vulnerable."""
        database = self.folder / package
        advisory = database / "crates" / package / "RUSTSEC-2026-0001.md"
        advisory.parent.mkdir(parents=True)
        advisory.write_text(ADVISORY.format(package=package))
        run("git", "init", "--quiet", folder=database)
        run("git", "add", "--all", folder=database)
        run("git", *IDENTITY, "commit", "--quiet", "--message", "test", folder=database)
        settings = self.folder / ".cargo/audit.toml"
        settings.parent.mkdir(exist_ok=True)
        settings.write_text("[yanked]\nenabled = false\n")
        arguments = ("--json", "--no-fetch", "--stale", "--db", database, "bin", only_file(flake.built("server-aarch64-linux")))
        done = run(peers.crate("cargo-audit", "0.22.1"), "audit", *arguments, status=status, folder=self.folder)
        return json.loads(done.out)["vulnerabilities"]

    def test_only_a_vulnerable_crate_in_the_list_is_found(self):
        found = self.audit("axum", 1)
        self.assertEqual([it["package"]["name"] for it in found["list"]], ["axum"])
        self.assertEqual(self.audit("not-in-it", 0)["count"], 0)


CASES = {
    "server-aarch64-darwin": Mac,
    "server-aarch64-linux": Packed,
    "server-x86_64-windows": Windows,
    "sysinfo-universal-darwin": Universal,
    "sysinfo-wasm32-wasi": Survives,
    "sysinfo-x86_64-linux-gnu": Linux,
}
for pair in pairs():
    if pair.package in CASES:
        define(
            globals(), f"stamp-survives-{pair.package}", CASES[pair.package], FolderTest, pair=pair, slow=pair.slow,
            outputs=("llvm", "rebuild-verifier", pair.package),
        )
