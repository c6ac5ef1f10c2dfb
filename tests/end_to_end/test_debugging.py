"""The executable with symbols (docs/debugging.md) is the released one and its symbols, and nothing else."""

from __future__ import annotations

import unittest

from . import flake
from .formats import elf
from .support import define
from .test_executables import only_file

HEADER_BYTES = 64
"""The ELF header, which says where the sections are listed."""


class Symbols:
    """One service for one platform; `define` makes a class for each."""

    package: str

    def setUp(self):
        self.released = only_file(flake.built(self.package))
        self.mapped = flake.built(f"{self.package}.mapped")
        self.debug = (self.mapped / f"{self.released.name}.debug").read_bytes()

    def test_executable_beside_the_symbols_is_the_released_one_to_the_byte(self):
        self.assertTrue(only_file(self.mapped).read_bytes() == self.released.read_bytes(), "they differ")

    def test_symbols_are_all_that_is_added(self):
        content = self.released.read_bytes()
        ours, theirs = ({it.name: it.content for it in elf.read(file).sections} for file in (content, self.debug))
        self.assertEqual(theirs.keys() - ours.keys(), {".symtab", ".strtab"})
        # NB: not the list of names, which has two more.
        self.assertEqual([name for name in ours if ours[name] != theirs[name]], [".shstrtab"])

    def test_everything_up_to_the_last_section_is_at_the_same_place(self):
        content = self.released.read_bytes()
        end = content.index(elf.read(content).section(".comment"))
        self.assertGreater(end, len(content) // 2)
        self.assertTrue(content[HEADER_BYTES:end] == self.debug[HEADER_BYTES:end], "they differ")

    def test_functions_have_their_names(self):
        service = self.package.split("-")[0]
        self.assertIn(f"{len(service)}{service}4main".encode(), elf.read(self.debug).section(".strtab"))


for package in ("server-aarch64-linux", "server-x86_64-linux", "sysinfo-x86_64-linux-gnu"):
    define(globals(), f"symbols-{package}", Symbols, unittest.TestCase, package=package, outputs=(package, f"{package}.mapped"))
