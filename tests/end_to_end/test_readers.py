"""The readers of executables find every fault that the tests of executables assert to be absent."""

from __future__ import annotations

import re
import struct
import unittest

from . import flake
from .formats import elf, macho, pe, stamp, wasm
from .test_executables import SYSTEM_DLL, leaks, newer_than, only_file


def content_of(output: str) -> bytes:
    """Returns the bytes of an output's only executable."""
    return only_file(flake.built(output)).read_bytes()


class ElfReaderTest(unittest.TestCase):
    """A dynamic program, and a modified static program."""

    outputs = ("rebuild-verifier", "server-x86_64-linux")

    def changed(self, segment: int, kind: int | None = None, flags: int | None = None) -> elf.Elf:
        """Reads a static program after changing the kind or the flags of the first segment of a kind."""
        content = bytearray(content_of("server-x86_64-linux"))
        (at,) = struct.unpack_from("<Q", content, 32)
        while struct.unpack_from("<I", content, at) != (segment,):
            at += 56
        for offset, value in ((0, kind), (4, flags)):
            if value is not None:
                struct.pack_into("<I", content, at + offset, value)
        return elf.read(bytes(content))

    def test_interpreter_library_search_path_and_versions_of_a_dynamic_program_are_found(self):
        content = content_of("rebuild-verifier")
        read = elf.read(content)
        self.assertRegex(read.interpreter, "/ld-linux-x86-64.so.2$")
        self.assertIn("libc.so.6", read.needed)
        self.assertEqual(len(read.run_paths), 1)
        self.assertIn(b"/nix/store", leaks(content))
        self.assertIn(("libc.so.6", "GLIBC_2.34"), read.versions)
        self.assertIn("GLIBC_2.34", newer_than((2, 17), read))
        self.assertEqual([], newer_than((2, 36), read))

    def test_program_without_versions_has_no_floor(self):
        with self.assertRaisesRegex(ValueError, "needs no version"):
            newer_than((2, 17), elf.read(content_of("server-x86_64-linux")))

    def test_executable_stack_is_found_and_so_is_one_that_nothing_is_said_of(self):
        self.assertFalse(elf.read(content_of("server-x86_64-linux")).stack_is_executable)
        self.assertTrue(self.changed(elf.PT_GNU_STACK, flags=7).stack_is_executable)
        self.assertTrue(self.changed(elf.PT_GNU_STACK, kind=0).stack_is_executable)

    def test_segment_that_is_written_to_and_executed_is_found(self):
        self.assertTrue(self.changed(elf.PT_LOAD, flags=7).writable_code)

    def test_missing_protection_of_what_the_loader_writes_is_found(self):
        self.assertFalse(self.changed(elf.PT_GNU_RELRO, kind=0).relro)
        self.assertFalse(self.changed(elf.PT_DYNAMIC, kind=0).binds_now)

    def test_big_endian_program_of_32_bits_with_a_note_is_read(self):
        names = b"\0.names\0"
        note = struct.pack(">3I", 7, 4, 1) + b"NetBSD\0\0" + struct.pack(">I", 1_000_000_000)
        data_at = 52 + 2 * 32
        names_at = data_at + len(note)
        header = b"\x7fELF\x01\x02\x01" + bytes(9) + struct.pack(
            ">HHIIIIIHHHHHH", 2, 8, 1, 0, 52, names_at + len(names), 0x7000_1000, 52, 32, 2, 40, 1, 0
        )
        load = struct.pack(">8I", elf.PT_LOAD, 0, 0, 0, data_at, data_at, 5, 4096)
        notes = struct.pack(">8I", elf.PT_NOTE, data_at, data_at, 0, len(note), len(note), 4, 4)
        section = struct.pack(">10I", 1, 3, 0, 0, names_at, len(names), 0, 0, 1, 0)
        read = elf.read(header + load + notes + note + names + section)
        self.assertEqual((read.bits, read.endianness, read.machine, read.flags), (32, "big", 8, 0x7000_1000))
        self.assertEqual(read.notes, {("NetBSD", 1): struct.pack(">I", 1_000_000_000)})
        self.assertEqual((read.position_independent, read.section(".names")), (False, names))


class MachoReaderTest(unittest.TestCase):
    """A signed program, and generated universal files."""

    outputs = ("server-aarch64-darwin",)

    def test_one_changed_byte_in_any_page_breaks_the_signature_of_that_page(self):
        content = bytearray(content_of("server-aarch64-darwin"))
        end = macho.read(content).signature_offset
        for place in (end // 2, end - 1):
            with self.subTest(place=place):
                content[place] ^= 1
                self.assertEqual(len(macho.read(content).signature.bad_pages), 1)
                content[place] ^= 1

    @staticmethod
    def universal(*slices: tuple[int, int, bytes]) -> bytes:
        """Makes a universal file from slices (processor, offset, content), each aligned to 4096."""
        table = b"".join(struct.pack(">5I", cpu_type, 0, offset, len(content), 12) for cpu_type, offset, content in slices)
        file = struct.pack(">II", macho.FAT_MAGIC, len(slices)) + table
        for _, offset, content in slices:
            file = file.ljust(offset, b"\0") + content
        return file

    def test_slices_are_found(self):
        self.assertEqual(macho.slices(self.universal((7, 4096, b"one"), (12, 8192, b"two"))), {7: b"one", 12: b"two"})

    def test_universal_file_that_is_no_row_of_different_slices_is_refused(self):
        good = self.universal((7, 4096, b"one"), (12, 8192, b"two"))
        for reason, bad in (
            ("two slices for processor 0x7", self.universal((7, 4096, b"one"), (7, 8192, b"two"))),
            ("is at 5000", self.universal((7, 5000, b"one"))),
            ("lies outside", good[:-1]),
            ("something after the last", good + b"\0"),
            ("something before", good[:4000] + b"x" + good[4001:]),
            ("not a universal file", b"\xcf\xfa\xed\xfe" + good[4:]),
        ):
            with self.subTest(reason=reason), self.assertRaisesRegex(ValueError, reason):
                macho.slices(bad)


class PeReaderTest(unittest.TestCase):
    """Modified programs."""

    outputs = ("server-x86_64-windows",)

    def test_library_that_is_not_the_systems_is_found(self):
        changed = re.sub(rb"(?i)kernel32\.dll\0", b"kerneI32.dll\0", content_of("server-x86_64-windows"))
        self.assertEqual(["kerneI32.dll"], [name for name in pe.read(changed).imports if not SYSTEM_DLL.fullmatch(name)])

    def test_section_that_is_written_to_and_executed_is_found(self):
        content = bytearray(content_of("server-x86_64-windows"))
        # A section's flags are 36 bytes after the start of its name.
        flags_at = content.index(b".text\0\0\0") + 36
        (flags,) = struct.unpack_from("<I", content, flags_at)
        self.assertFalse(pe.read(bytes(content)).writable_code)
        struct.pack_into("<I", content, flags_at, flags | pe.WRITTEN)
        self.assertTrue(pe.read(bytes(content)).writable_code)

    def test_program_of_32_bits_is_read_by_its_own_layout_and_others_are_refused(self):
        content = bytearray(content_of("server-x86_64-windows"))
        (header,) = struct.unpack_from("<I", content, 0x3C)
        # The number of directories comes after four fields whose size depends on the width.
        content[header + 24 + 92 : header + 24 + 96] = struct.pack("<I", 0)
        struct.pack_into("<H", content, header + 24, 0x10B)
        read = pe.read(bytes(content))
        self.assertEqual((read.bits, read.subsystem, read.imports), (32, pe.CONSOLE, ()))
        struct.pack_into("<H", content, header + 24, 0x107)
        with self.assertRaisesRegex(ValueError, "neither PE32 nor PE32"):
            pe.read(bytes(content))

    def test_other_timestamp_is_found(self):
        content = bytearray(content_of("server-x86_64-windows"))
        (header,) = struct.unpack_from("<I", content, 0x3C)
        struct.pack_into("<I", content, header + 8, 1)
        self.assertEqual(pe.read(bytes(content)).timestamps["header"], 1)


class WasmReaderTest(unittest.TestCase):
    """A built module, and generated modules."""

    outputs = ("sysinfo-wasm32-wasi",)

    def test_import_from_another_module_is_found(self):
        changed = content_of("sysinfo-wasm32-wasi").replace(b"\x16wasi_snapshot_preview1\x08fd_write", b"\x16wasi_snapshot_preview2\x08fd_write")
        self.assertIn(("wasi_snapshot_preview2", "fd_write", wasm.FUNCTION), wasm.read(changed).imports)

    def test_every_kind_of_import_and_export_is_read(self):
        imports = b"\x05" + b"".join(
            b"\x01m\x01" + name + kind
            for name, kind in ((b"f", b"\0\x80\x01"), (b"t", b"\x01\x70\x01\x01\x02"), (b"m", b"\x02\0\x01"), (b"g", b"\x03\x7f\0"), (b"e", b"\x04\0\0"))
        )
        module = wasm.PREAMBLE + b"\0\x05\x04name" + b"\x02" + bytes([len(imports)]) + imports + b"\x07\x05\x01\x01x\0\x00" + b"\x08\x01\0"
        read = wasm.read(module)
        self.assertEqual(read.imports, (("m", "f", 0), ("m", "t", 1), ("m", "m", 2), ("m", "g", 3), ("m", "e", 4)))
        self.assertEqual((read.exports, read.custom, read.has_start_function), ((("x", 0),), ("name",), True))

    def test_module_that_ends_too_early_or_says_less_than_it_holds_is_refused(self):
        for reason, module in (
            ("ends in the middle", wasm.PREAMBLE + b"\x07\x09\x01\x01x\0\x00"),
            ("goes on after its last entry", wasm.PREAMBLE + b"\x07\x06\x01\x01x\0\x00\x00"),
            ("is of kind 9", wasm.PREAMBLE + b"\x02\x06\x01\x01m\x01f\x09"),
        ):
            with self.subTest(reason=reason), self.assertRaisesRegex(ValueError, reason):
                wasm.read(module)


class ReadersTest(unittest.TestCase):
    """Files that are not executables, and stamps."""

    def test_second_stamp_is_found_and_a_damaged_one_refused(self):
        one = b'\0samebits-build-info-v1\0{"name":"x"}\0'
        self.assertEqual(stamp.read_all(b"before" + one + b"between" + one), [{"name": "x"}] * 2)
        for damaged in (one[:-1], one.replace(b"x", b"\x01"), one.replace(b"}", b"")):
            with self.subTest(damaged=damaged), self.assertRaises(ValueError):
                stamp.read_all(damaged)

    def test_file_of_another_format_is_refused(self):
        text = b"#!/bin/sh\n" + bytes(4096)
        for reader in (elf, macho, pe, wasm):
            with self.subTest(reader=reader.__name__), self.assertRaises(ValueError):
                reader.read(text)
