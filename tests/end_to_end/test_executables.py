"""Every executable is what its platform asks for, and tells nothing of where it was built: read by readers of the tests' own."""

from __future__ import annotations

import re
import unittest
from pathlib import Path

from . import flake
from .formats import elf, macho, pe, stamp
from .subset import is_slow
from .support import define

LEAKS = (b"/nix/store", b"/build/", b"/homeless-shelter")
"""What only a build's own surroundings are called."""
SYSTEM_DLL = re.compile(
    r"(advapi32|bcrypt|bcryptprimitives|kernel32|ntdll|userenv|ws2_32|api-ms-win-[a-z0-9-]+)\.dll", re.IGNORECASE
)


class Executable:
    """What holds for every format; the classes below are made of one of its subclasses."""

    platform: str

    @classmethod
    def setUpClass(cls):
        cls.file = only_file(flake.built(f"server-{cls.platform}"))
        cls.content = cls.file.read_bytes()
        cls.arch = flake.library()["platforms"][cls.platform]["goArch"]

    def test_no_path_of_the_build_is_in_it(self):
        self.assertEqual([], leaks(self.content))

    def test_exactly_one_stamp_is_in_it_and_it_is_that_of_this_checkout(self):
        found = stamp.read_all(self.content)
        self.assertEqual(len(found), 1, found)
        expected = flake.stamp(self.platform)
        self.assertEqual({key: found[0].get(key) for key in expected}, expected)


class Linux(Executable):
    """A static program."""

    def test_file_is_named_as_the_service(self):
        self.assertEqual(self.file.name, "server")

    def test_machine_is_that_of_the_platform(self):
        self.assertEqual(elf.read(self.content).machine, elf.MACHINES[self.arch])

    def test_it_is_static(self):
        read = elf.read(self.content)
        self.assertEqual((read.interpreter, read.needed, read.run_paths), (None, (), ()))

    def test_it_is_stripped(self):
        read = elf.read(self.content)
        self.assertIn(".text", read.sections)
        self.assertEqual([], [name for name in read.sections if name == ".symtab" or name.startswith(".debug")])


class Windows(Executable):
    """A program that needs only what Windows has."""

    def test_file_is_named_as_the_service_with_exe(self):
        self.assertEqual(self.file.name, "server.exe")

    def test_machine_is_that_of_the_platform(self):
        self.assertEqual(pe.read(self.content).machine, pe.MACHINES[self.arch])

    def test_only_libraries_of_the_system_are_imported(self):
        imports = pe.read(self.content).imports
        self.assertIn("KERNEL32.DLL", [name.upper() for name in imports])
        self.assertEqual([], [name for name in imports if not SYSTEM_DLL.fullmatch(name)])

    def test_every_timestamp_is_the_time_of_the_commit(self):
        timestamps = pe.read(self.content).timestamps
        self.assertEqual(timestamps, dict.fromkeys(timestamps, flake.metadata()["lastModified"]))

    def test_it_is_loaded_anywhere_and_its_data_cannot_be_executed(self):
        read = pe.read(self.content)
        wanted = pe.DYNAMIC_BASE | pe.HIGH_ENTROPY_VA | pe.NX_COMPAT
        self.assertEqual(read.dll_characteristics & wanted, wanted, hex(read.dll_characteristics))
        # Windows loads a program without relocations where it says, whatever its flags.
        self.assertEqual(read.characteristics & pe.RELOCATIONS_STRIPPED, 0)
        self.assertGreater(read.relocations_bytes, 0)


class Darwin(Executable):
    """A program that needs only what macOS has, and that macOS agrees to start."""

    def test_file_is_named_as_the_service(self):
        self.assertEqual(self.file.name, "server")

    def test_it_is_a_program_for_the_machine_of_the_platform(self):
        read = macho.read(self.content)
        self.assertEqual((read.cpu_type, read.file_type), (macho.CPU_TYPES[self.arch], macho.MH_EXECUTE))

    def test_it_is_loaded_anywhere(self):
        self.assertTrue(macho.read(self.content).flags & macho.MH_PIE)

    def test_its_only_library_is_the_system(self):
        read = macho.read(self.content)
        self.assertEqual((read.libraries, read.run_paths), (("/usr/lib/libSystem.B.dylib",), ()))

    def test_it_has_a_uuid(self):
        uuid = macho.read(self.content).uuid
        self.assertIsNotNone(uuid)
        self.assertNotEqual(uuid, bytes(16))

    def test_it_says_the_oldest_macos_that_it_runs_on(self):
        minimum_os = macho.read(self.content).minimum_os
        self.assertIsNotNone(minimum_os)
        self.assertGreaterEqual(minimum_os, (11, 0, 0))

    def test_its_signature_is_ad_hoc_and_has_the_hash_of_every_page_where_macos_asks_for_one(self):
        read = macho.read(self.content)
        if self.arch == "amd64":
            # macOS asks for a signature on arm64 alone, and the linker makes none where none is asked for.
            self.assertIsNone(read.signature)
            return
        self.assertIsNotNone(read.signature)
        self.assertTrue(read.signature.flags & macho.CS_ADHOC, hex(read.signature.flags))
        self.assertNotIn(macho.SLOT_CMS, read.signature.blobs)
        self.assertEqual(read.signature.signed_bytes, read.signature_offset)
        self.assertEqual(read.signature.bad_pages, ())


class ReadersTest(unittest.TestCase):
    """That the readers find what the tests above say is not there."""

    outputs = ("rebuild-verifier", "server-aarch64-darwin", "server-x86_64-windows")

    def test_interpreter_library_and_search_path_of_a_dynamic_program_are_found(self):
        content = only_file(flake.built("rebuild-verifier")).read_bytes()
        read = elf.read(content)
        self.assertRegex(read.interpreter, "/ld-linux-x86-64.so.2$")
        self.assertIn("libc.so.6", read.needed)
        self.assertEqual(len(read.run_paths), 1)
        self.assertIn(b"/nix/store", leaks(content))

    def test_one_changed_byte_in_any_page_breaks_the_signature_of_that_page(self):
        content = bytearray(only_file(flake.built("server-aarch64-darwin")).read_bytes())
        end = macho.read(content).signature_offset
        for place in (end // 2, end - 1):
            with self.subTest(place=place):
                content[place] ^= 1
                self.assertEqual(len(macho.read(content).signature.bad_pages), 1)
                content[place] ^= 1

    def test_library_that_is_not_the_systems_is_found(self):
        content = only_file(flake.built("server-x86_64-windows")).read_bytes()
        changed = re.sub(rb"(?i)kernel32\.dll\0", b"kerneI32.dll\0", content)
        self.assertEqual(["kerneI32.dll"], [name for name in pe.read(changed).imports if not SYSTEM_DLL.fullmatch(name)])

    def test_second_stamp_is_found_and_a_damaged_one_refused(self):
        one = b'\0samebits-build-info-v1\0{"name":"x"}\0'
        self.assertEqual(stamp.read_all(b"before" + one + b"between" + one), [{"name": "x"}] * 2)
        for damaged in (one[:-1], one.replace(b"x", b"\x01"), one.replace(b"}", b"")):
            with self.subTest(damaged=damaged), self.assertRaises(ValueError):
                stamp.read_all(damaged)

    def test_file_of_another_format_is_refused(self):
        text = b"#!/bin/sh\n" + bytes(4096)
        for reader in (elf, macho, pe):
            with self.subTest(reader=reader.__name__), self.assertRaises(ValueError):
                reader.read(text)


def only_file(output: Path) -> Path:
    """The one executable of an output; raises `ValueError` if there are more, or none."""
    (file,) = (output / "bin").iterdir()
    return file


def leaks(content: bytes) -> list[bytes]:
    """Those of LEAKS that are in an executable."""
    return [leak for leak in LEAKS if leak in content]


FAMILIES = {"darwin": Darwin, "linux": Linux, "windows": Windows}

for name, entry in flake.platforms("server").items():
    if not is_slow("server", name):
        define(
            globals(), f"executable-{name}", FAMILIES[entry["os"]], unittest.TestCase, platform=name, outputs=(f"server-{name}",)
        )
