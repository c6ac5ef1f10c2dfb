"""The build's check of its executables rejects every kind of bad executable."""

from __future__ import annotations

import shutil
from pathlib import Path

from . import flake
from .formats import wasm
from .subset import Pair, pairs
from .support import ROOT, Done, FolderTest, define, run


class CheckExecutables:
    """The script, for one platform; `define` makes a class for each."""

    pair: Pair

    def setUp(self):
        super().setUp()
        self.entry = self.pair.entry
        self.bin = self.folder / "out/bin"
        self.bin.mkdir(parents=True)

    def add(self, output: str, extra: bytes = b"") -> Path:
        """Copies an output's executable to the checked folder, with extra bytes at its end."""
        (source,) = (flake.built(output) / "bin").iterdir()
        copy = self.bin / source.name
        shutil.copyfile(source, copy)
        with copy.open("ab") as stream:
            stream.write(extra)
        return copy

    def check(self, status: int, **changed: str) -> Done:
        """Runs the script like the build, with the build's own programs."""
        build = self.folder / "build"
        build.mkdir(exist_ok=True)
        environment = {
            # NB: this machine's grep is not the build's.
            "PATH": flake.evaluate(f"packages.{flake.SYSTEM}.{self.pair.package}.PATH"),
            "out": str(self.bin.parent),
            "HOME": str(build / "home"),
            "llvm": str(flake.built("llvm")),
            "wasmImports": str(ROOT / "nix/build/wasmImports.awk"),
            "expectedFileFormat": self.entry["fileFormat"],
            "expectedLinkage": self.entry["linkage"],
            "systemLibraries": self.entry.get("systemLibraries", ""),
            "expectedInterpreter": self.entry.get("interpreter", ""),
            "glibcFloor": self.entry.get("glibcFloor", ""),
            **changed,
        }
        script = ROOT / "nix/build/checkExecutables.sh"
        return run("bash", "-euo", "pipefail", script, folder=build, status=status, **environment)

    def refused(self, reason: str, **changed: str) -> None:
        """Runs the script and asserts that it rejects an executable for this reason."""
        self.assertRegex(self.check(1, **changed).err, reason)

    def test_the_service_is_accepted(self):
        self.add(self.pair.package)
        self.check(0)

    def test_path_of_the_store_is_refused_and_shown(self):
        self.add(self.pair.package, b"\0/nix/store/abc-leak/bin\0")
        self.refused("holds the path '/nix/store/abc-leak/bin'")

    def test_path_of_the_build_folder_is_refused_and_shown(self):
        leak = f"{self.folder}/build/src/main.rs"
        self.add(self.pair.package, leak.encode())
        self.refused(f"holds the path '{leak}'")

    def test_leak_in_the_second_of_two_executables_is_refused(self):
        first = self.add(self.pair.package)
        first.rename(self.bin / "a")
        self.add(self.pair.package, b"/nix/store/abc")
        self.refused(f"^check-executables: {self.pair.service}.*holds the path")

    def test_executable_of_another_format_is_refused(self):
        self.add(self.pair.package)
        self.refused(f"is '{self.entry['fileFormat']}', expected 'another'", expectedFileFormat="another")

    def test_text_is_refused(self):
        (self.bin / "script").write_text("#!/bin/sh\n")
        self.assertNotEqual(self.check(None).status, 0)

    def test_library_that_is_not_the_systems_is_refused_and_named(self):
        self.add(f"fixtures.foreign-library.{self.pair.platform}")
        self.refused("needs (shared libraries, expected none: )?'?((lib)?foreign|env)")

    def test_other_linkage_than_the_platforms_is_refused(self):
        self.add(self.pair.package)
        if self.entry["linkage"] == "static":
            self.refused("needs no library, expected system libraries", expectedLinkage="system")
        else:
            self.refused("needs shared libraries, expected none", expectedLinkage="static")
            self.refused("which is not a system library: abacus", systemLibraries="abacus")
        self.refused("unknown linkage 'loose'", expectedLinkage="loose")

    def test_empty_folder_is_refused(self):
        self.refused("is empty")


class CheckElf(CheckExecutables):
    """Tests for ELF only."""

    def test_other_interpreter_is_refused_and_named(self):
        self.add(self.pair.package)
        self.refused(f"is loaded by '{self.entry.get('interpreter', '')}', expected '/lib/abacus'", expectedInterpreter="/lib/abacus")


class CheckGnu(CheckElf):
    """Tests for glibc only."""

    def test_interpreter_is_refused_where_there_should_be_none(self):
        self.add(self.pair.package)
        self.refused(f"is loaded by '{self.entry['interpreter']}', expected ''", expectedInterpreter="")

    def test_symbol_above_the_floor_is_refused_and_the_newest_version_named(self):
        self.add(self.pair.package)
        # NB: versions compare as numbers: 2.9 is below 2.17.
        self.refused(r"needs glibc 2\.1[0-9], expected at most 2\.9", glibcFloor="2.9")


class CheckStatic(CheckElf):
    """Tests for static programs only."""

    def test_program_without_any_version_of_glibc_is_refused_where_there_is_a_floor(self):
        self.add(self.pair.package)
        self.refused("names no version of glibc, expected at most 2.17", glibcFloor="2.17")


class CheckWasi(CheckExecutables):
    """Tests for WebAssembly only."""

    def test_import_that_is_no_function_is_refused_and_named(self):
        imported = b"\x16wasi_snapshot_preview1\x06memory\x02\0\x01"
        section = b"\x01" + imported
        (self.bin / "module.wasm").write_bytes(wasm.PREAMBLE + b"\x02" + bytes([len(section)]) + section)
        self.refused("'wasi_snapshot_preview1.memory' is not a function\n.*has imports that cannot be read")


def case(entry: dict) -> type[CheckExecutables]:
    """Returns the test class for a platform."""
    if not entry["fileFormat"].startswith("elf"):
        return CheckWasi if entry["os"] == "wasi" else CheckExecutables
    if entry["linkage"] == "static":
        return CheckStatic
    return CheckGnu if "glibcFloor" in entry else CheckElf


for pair in pairs():
    # NB: the slices of a universal executable are checked in their own builds.
    if "slices" not in pair.entry:
        define(
            globals(), f"check-executables-{pair.package}", case(pair.entry), FolderTest, pair=pair, slow=pair.slow,
            outputs=("llvm", pair.package, f"fixtures.foreign-library.{pair.platform}"),
        )
