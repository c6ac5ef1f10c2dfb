"""Every executable is what its platform's entry states, and contains no build path. The tests have their own readers."""

from __future__ import annotations

import re
import tomllib
import unittest
from pathlib import Path

from . import flake
from .architectures import ARCHITECTURES
from .formats import elf, macho, pe, stamp, wasm
from .subset import Pair, pairs
from .support import ROOT, define, run

LEAKS = (b"/nix/store", b"/build/", b"/homeless-shelter")
"""Paths that occur only in a build environment."""
SYSTEM_DLL = re.compile(
    r"(advapi32|bcrypt|bcryptprimitives|kernel32|ntdll|userenv|ws2_32|api-ms-win-[a-z0-9-]+)\.dll", re.IGNORECASE
)
MACOS = (13, 0, 0)
"""The oldest macOS version that the executables run on."""
GLIBC_LOADERS = {"amd64": "/lib64/ld-linux-x86-64.so.2", "arm64": "/lib/ld-linux-aarch64.so.1"}
GLIBC_LIBRARIES = {"libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1", "libutil.so.1"}
FREEBSD_LIBRARIES = {
    "libc.so.7", "libdevstat.so.7", "libexecinfo.so.1", "libgcc_s.so.1", "libkvm.so.7", "libm.so.5", "libmemstat.so.3",
    "libprocstat.so.1", "librt.so.1", "libthr.so.3", "libutil.so.9",
}
NETBSD_LIBRARIES = {"libc.so.12", "libexecinfo.so.0", "libm.so.0", "libpthread.so.1", "librt.so.1", "libutil.so.7"}
"""The libraries of each system, by names that are stable across its releases."""
FIXED_ADDRESS = ("mips",)
"""Prefixes of Go's names for architectures whose static programs have a fixed address; platforms.nix says why."""
ABI_TAG = NETBSD_IDENT = 1
"""Types of notes: ABI_TAG of the owners GNU and FreeBSD, NETBSD_IDENT of the owner NetBSD."""


class Executable:
    """Tests for every format; `define` makes a class of a subclass for each executable."""

    pair: Pair
    suffix = ""
    readers = ("goblin", "object")
    """The readers of its format in crates/format-oracles."""
    stamps = 1
    """How often a processor's stamp is in the file."""

    @classmethod
    def setUpClass(cls):
        cls.file = only_file(flake.built(cls.pair.package))
        cls.content = cls.file.read_bytes()
        cls.entry = cls.pair.entry
        cls.architecture = ARCHITECTURES.get(cls.entry["goArch"])

    def test_file_is_named_as_the_service(self):
        self.assertEqual(self.file.name, self.pair.service + self.suffix)

    def test_no_path_of_the_build_is_in_it(self):
        self.assertEqual([], leaks(self.content))

    def test_list_of_its_crates_is_what_the_lock_file_has_for_it(self):
        lists = stamp.read_crates(self.content)
        self.assertEqual(len(lists), len(self.entry.get("slices", [self.pair.platform])))
        locked = {(it["name"], it["version"]) for it in tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]}
        for packages in lists:
            self.assertEqual([it["name"] for it in packages if it.get("root")], [self.pair.service])
            self.assertLessEqual({(it["name"], it["version"]) for it in packages}, locked)
            linked = {it["name"] for it in packages if it.get("kind") != "build"}
            self.assertLessEqual({"build-info", "clap", "serde_json"}, linked)
            # Compiles for the build, and for tests.
            self.assertTrue(linked.isdisjoint({"syn", "serde_derive", "cc", "tempfile", "sample-files"}), linked)

    def test_every_reader_sees_the_same_sections_in_it_as_rebuild_verifier_does(self):
        done = run(flake.built("format-oracles") / "bin/format-oracles", self.file)
        lines = [line.split("\t") for line in done.out.splitlines()]
        self.assertEqual(tuple(reader for _, _, reader, _, _ in lines), self.readers)
        for _, _, reader, files, sections in lines:
            self.assertEqual(int(files), 1 + len(self.entry.get("slices", ())), reader)
            self.assertGreater(int(sections), 3, reader)

    def test_exactly_one_stamp_for_each_processor_is_in_it_and_it_is_that_of_this_checkout(self):
        stamps = stamp.read_all(self.content)
        expected = [flake.stamp(platform) for platform in self.entry.get("slices", [self.pair.platform])] * self.stamps
        # NB: lipo chooses the order of the slices in a universal executable.
        self.assertCountEqual([{key: one.get(key) for key in expected[0]} for one in stamps], expected)


class Elf(Executable):
    """An ELF program for any system."""

    relro = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elf = elf.read(cls.content)

    def test_machine_and_calling_convention_are_those_of_the_platform(self):
        expected = self.architecture
        actual = self.elf.machine, self.elf.bits, self.elf.endianness
        self.assertEqual(actual, (expected.elf, expected.bits, expected.endianness))
        self.assertEqual(self.elf.flags & expected.elf_flags_mask, expected.elf_flags, hex(self.elf.flags))

    def test_it_is_stripped(self):
        names = [section.name for section in self.elf.sections]
        self.assertIn(".text", names)
        self.assertEqual([], [name for name in names if name == ".symtab" or name.startswith(".debug")])

    def test_it_is_position_independent_unless_its_platform_says_otherwise(self):
        self.assertEqual(self.elf.position_independent, not self.entry["goArch"].startswith(FIXED_ADDRESS))

    def test_nothing_that_can_be_written_to_can_be_executed(self):
        self.assertEqual((self.elf.stack_is_executable, self.elf.writable_code), (False, False))

    def test_what_is_written_only_at_the_start_is_read_only_after_it_where_the_linker_can(self):
        self.assertEqual(self.elf.relro, self.relro)


class Static(Elf):
    """A program that needs only the kernel."""

    def test_it_is_static(self):
        self.assertEqual((self.elf.interpreter, self.elf.needed, self.elf.run_paths), (None, (), ()))

    def test_every_linux_accepts_it(self):
        # ELFOSABI_NONE, or ELFOSABI_GNU if it uses GNU extensions.
        self.assertIn(self.elf.os_abi, (0, 3))


class Dynamic(Elf):
    """A program that a system's dynamic loader links with the system's libraries."""

    loader: str
    libraries: set[str]

    def test_the_systems_loader_loads_it(self):
        self.assertEqual(self.elf.interpreter, self.loader)

    def test_it_needs_only_libraries_that_the_system_has_and_finds_them_where_they_are(self):
        self.assertIn("libc.so", [re.sub(r"\.[0-9]+$", "", name) for name in self.elf.needed])
        self.assertEqual(set(self.elf.needed) - self.libraries, set())
        self.assertEqual(self.elf.run_paths, ())

    def test_the_loader_finds_all_symbols_at_the_start(self):
        self.assertTrue(self.elf.binds_now)


class Gnu(Dynamic):
    """A program for a Linux with glibc."""

    libraries = GLIBC_LIBRARIES | {Path(loader).name for loader in GLIBC_LOADERS.values()}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loader = GLIBC_LOADERS[cls.entry["goArch"]]

    def test_no_symbol_is_newer_than_the_floor(self):
        floor = numbers(self.entry["glibcFloor"])
        self.assertEqual([], newer_than(floor, self.elf))

    def test_its_kernel_is_linux(self):
        # The first word is the system, where 0 is Linux; the version follows.
        self.assertEqual(self.elf.notes["GNU", ABI_TAG][:4], bytes(4))


class Freebsd(Dynamic):
    """A program for FreeBSD."""

    loader = "/libexec/ld-elf.so.1"
    libraries = FREEBSD_LIBRARIES

    def test_its_kernel_knows_it_and_the_release_that_it_is_for_by_its_note(self):
        version = int.from_bytes(self.elf.notes["FreeBSD", ABI_TAG], "little")
        self.assertEqual(version // 100_000, 14, f"__FreeBSD_version {version}")


class Netbsd(Dynamic):
    """A program for NetBSD."""

    loader = "/libexec/ld.elf_so"
    libraries = NETBSD_LIBRARIES
    # NB: for NetBSD, zig links two segments without RELRO, even with -Crelro-level=full.
    relro = False

    def test_its_kernel_knows_it_by_its_note(self):
        version = int.from_bytes(self.elf.notes["NetBSD", NETBSD_IDENT], "little")
        self.assertEqual(version // 100_000_000, 10, f"__NetBSD_Version__ {version}")


class Windows(Executable):
    """A program that needs only Windows itself."""

    suffix = ".exe"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pe = pe.read(cls.content)

    def test_it_is_a_console_program_for_the_machine_of_the_platform(self):
        self.assertEqual((self.pe.machine, self.pe.bits), (self.architecture.pe, self.architecture.bits))
        self.assertEqual(self.pe.subsystem, pe.CONSOLE)

    def test_only_libraries_of_the_system_are_imported(self):
        self.assertIn("KERNEL32.DLL", [name.upper() for name in self.pe.imports])
        self.assertEqual([], [name for name in self.pe.imports if not SYSTEM_DLL.fullmatch(name)])

    def test_every_timestamp_is_the_time_of_the_commit(self):
        timestamps = self.pe.timestamps
        self.assertEqual(timestamps, dict.fromkeys(timestamps, flake.metadata()["lastModified"]))

    def test_it_is_position_independent_and_its_data_cannot_be_executed(self):
        expected = pe.DYNAMIC_BASE | pe.NX_COMPAT | (pe.HIGH_ENTROPY_VA if self.architecture.bits == 64 else 0)
        self.assertEqual(self.pe.dll_characteristics & expected, expected, hex(self.pe.dll_characteristics))
        # Without relocations, Windows loads a program at its preferred address, whatever its flags.
        self.assertEqual(self.pe.characteristics & pe.RELOCATIONS_STRIPPED, 0)
        self.assertGreater(self.pe.relocations_bytes, 0)
        self.assertFalse(self.pe.writable_code)


class Darwin(Executable):
    """A program that needs only macOS itself, and that macOS will start."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.slices = {cls.architecture.macho: cls.content}
        cls.read_slices()

    @classmethod
    def read_slices(cls):
        """Reads the slice of each processor."""
        cls.machos = {cpu_type: macho.read(content) for cpu_type, content in cls.slices.items()}

    def test_it_is_a_program_for_the_processor(self):
        for cpu_type, read in self.machos.items():
            self.assertEqual((read.cpu_type, read.file_type), (cpu_type, macho.MH_EXECUTE))

    def test_it_is_position_independent(self):
        for cpu_type, read in self.machos.items():
            self.assertTrue(read.flags & macho.MH_PIE, hex(cpu_type))

    def test_its_only_library_is_the_system(self):
        for cpu_type, read in self.machos.items():
            self.assertEqual((read.libraries, read.run_paths), (("/usr/lib/libSystem.B.dylib",), ()), hex(cpu_type))

    def test_it_has_a_uuid_of_its_own(self):
        uuids = {read.uuid for read in self.machos.values()}
        self.assertEqual(len(uuids - {None, bytes(16)}), len(self.machos), uuids)

    def test_it_says_the_oldest_macos_that_it_runs_on(self):
        for cpu_type, read in self.machos.items():
            self.assertEqual(read.minimum_os, MACOS, hex(cpu_type))

    def test_its_signature_is_ad_hoc_and_has_the_hash_of_every_page_where_macos_asks_for_one(self):
        for cpu_type, read in self.machos.items():
            if cpu_type == ARCHITECTURES["amd64"].macho:
                # macOS requires a signature on arm64 only, and the linker signs only where it is required.
                self.assertIsNone(read.signature)
                continue
            self.assertIsNotNone(read.signature)
            self.assertTrue(read.signature.flags & macho.CS_ADHOC, hex(read.signature.flags))
            self.assertNotIn(macho.SLOT_CMS, read.signature.blobs)
            self.assertEqual(read.signature.signed_bytes, read.signature_offset)
            self.assertEqual(read.signature.bad_pages, ())


class Universal(Darwin):
    """A program for several processors. Each slice must pass the tests of a program for one processor."""

    @classmethod
    def setUpClass(cls):
        Executable.setUpClass.__func__(cls)
        cls.slices = macho.slices(cls.content)
        cls.read_slices()

    def test_it_has_a_slice_for_each_processor_and_it_is_the_executable_of_its_platform(self):
        expected = {}
        for platform in self.entry["slices"]:
            cpu_type = ARCHITECTURES[flake.library()["platforms"][platform]["goArch"]].macho
            expected[cpu_type] = only_file(flake.built(f"{self.pair.service}-{platform}")).read_bytes()
        self.assertEqual(set(self.slices), set(expected))
        self.assertTrue(self.slices == expected, "a slice has other bytes")


class Wasi(Executable):
    """A module for any host with WASI preview 1."""

    suffix = ".wasm"
    readers = ("wasmparser",)
    # A custom section, and the data that the program reads.
    stamps = 2

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wasm = wasm.read(cls.content)

    def test_it_asks_the_host_only_for_functions_of_wasi(self):
        self.assertIn(("wasi_snapshot_preview1", "fd_write", wasm.FUNCTION), self.wasm.imports)
        self.assertEqual({("wasi_snapshot_preview1", wasm.FUNCTION)}, {(module, kind) for module, _, kind in self.wasm.imports})

    def test_it_is_a_command(self):
        self.assertIn(("_start", wasm.FUNCTION), self.wasm.exports)
        self.assertIn(("memory", wasm.MEMORY), self.wasm.exports)
        self.assertFalse(self.wasm.has_start_function)

    def test_it_is_stripped(self):
        self.assertEqual([], [name for name in self.wasm.custom if name == "name" or name.startswith(".debug")])


FAMILIES = {
    "darwin": Darwin,
    "freebsd": Freebsd,
    "linux": Static,
    "linux-gnu": Gnu,
    "netbsd": Netbsd,
    "universal": Universal,
    "wasi": Wasi,
    "windows": Windows,
}


def family(entry: dict) -> type[Executable]:
    """Returns the test class for a platform's executables."""
    return FAMILIES["universal" if "slices" in entry else entry["os"] + ("-gnu" if "glibcFloor" in entry else "")]


def only_file(output: Path) -> Path:
    """Returns the only executable of an output; raises `ValueError` if there are several or none."""
    (file,) = (output / "bin").iterdir()
    return file


def leaks(content: bytes) -> list[bytes]:
    """Returns the LEAKS that an executable contains."""
    return [leak for leak in LEAKS if leak in content]


def numbers(version: str) -> tuple[int, ...]:
    """Parses a version for comparison: 2.17 becomes (2, 17)."""
    return tuple(int(number) for number in version.split("."))


def newer_than(floor: tuple[int, ...], program: elf.Elf) -> list[str]:
    """Returns the glibc versions above `floor` that a program needs; raises `ValueError` if it needs no version at all."""
    versions = sorted(version for _, version in program.versions)
    if not versions:
        raise ValueError("needs no version of any symbol")
    # NB: a version that is not a number (GLIBC_PRIVATE) is not a stable interface.
    return [name for name in versions if not re.fullmatch(r"GLIBC_[0-9.]+", name) or numbers(name.removeprefix("GLIBC_")) > floor]


for pair in pairs():
    define(
        globals(), f"executable-{pair.package}", family(pair.entry), unittest.TestCase, pair=pair, outputs=(pair.package, "format-oracles"),
        slow=pair.slow,
    )
