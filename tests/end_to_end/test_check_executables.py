"""The build's own check of its executables refuses every kind that it is there for."""

from __future__ import annotations

import shutil
from pathlib import Path

from . import flake
from .subset import is_slow
from .support import ROOT, Done, FolderTest, define, run


class CheckExecutables:
    """The script and one platform; the classes below are made of it."""

    platform: str

    def setUp(self):
        super().setUp()
        self.entry = flake.library()["platforms"][self.platform]
        self.bin = self.folder / "out/bin"
        self.bin.mkdir(parents=True)

    def add(self, output: str, extra: bytes = b"") -> Path:
        """Puts an output's executable among those to check, with more bytes at its end."""
        (source,) = (flake.built(output) / "bin").iterdir()
        copy = self.bin / source.name
        shutil.copyfile(source, copy)
        with copy.open("ab") as stream:
            stream.write(extra)
        return copy

    def check(self, status: int, **changed: str) -> Done:
        """Runs the script as the build does."""
        build = self.folder / "build"
        build.mkdir(exist_ok=True)
        environment = {
            "out": str(self.bin.parent),
            "HOME": str(build / "home"),
            "llvm": str(flake.built("llvm")),
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
        """Runs the script; it has to refuse, for this reason."""
        self.assertRegex(self.check(1, **changed).err, reason)

    def test_the_service_is_accepted(self):
        self.add(f"server-{self.platform}")
        self.check(0)

    def test_path_of_the_store_is_refused_and_shown(self):
        self.add(f"server-{self.platform}", b"\0/nix/store/abc-leak/bin\0")
        self.refused("holds the path '/nix/store/abc-leak/bin'")

    def test_path_of_the_build_folder_is_refused_and_shown(self):
        leak = f"{self.folder}/build/src/main.rs"
        self.add(f"server-{self.platform}", leak.encode())
        self.refused(f"holds the path '{leak}'")

    def test_leak_in_the_second_of_two_executables_is_refused(self):
        first = self.add(f"server-{self.platform}")
        first.rename(self.bin / "a")
        self.add(f"server-{self.platform}", b"/nix/store/abc")
        self.refused("^check-executables: server.*holds the path")

    def test_executable_of_another_format_is_refused(self):
        self.add(f"server-{self.platform}")
        self.refused(f"is '{self.entry['fileFormat']}', expected 'another'", expectedFileFormat="another")

    def test_text_is_refused(self):
        (self.bin / "server").write_text("#!/bin/sh\n")
        self.assertNotEqual(self.check(None).status, 0)

    def test_library_that_is_not_the_systems_is_refused_and_named(self):
        self.add(f"fixtures.foreign-library.{self.platform}")
        self.refused("needs (shared libraries, expected none: )?'?(lib)?foreign")

    def test_empty_folder_is_refused(self):
        self.refused("is empty")


for name in flake.platforms("server"):
    define(
        globals(), f"check-executables-{name}", CheckExecutables, FolderTest, platform=name, slow=is_slow("server", name),
        outputs=("llvm", f"server-{name}", f"fixtures.foreign-library.{name}"),
    )


