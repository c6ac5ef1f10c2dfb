"""An executable for an x86-64 level has instructions above that level only behind run-time detection, and its own code uses
the level. The tests disassemble it; the linker's map tells which function an instruction belongs to."""

from __future__ import annotations

import re
import unittest
from collections.abc import Iterable

from . import flake
from .formats import x86_64
from .formats.x86_64 import Instruction
from .subset import pairs
from .support import define, run
from .test_executables import only_file

RUN_TIME_DETECTION = {
    "core::core_arch::x86::xsave::_xgetbv::": "std_detect calls it only if cpuid says that the system saves the AVX registers",
    "httparse::simd::avx2::": "httparse checks is_x86_feature_detected, whose result it caches, before each search",
    "httparse::simd::sse42::": "httparse checks is_x86_feature_detected, whose result it caches, before each search",
    "memchr::arch::x86_64::": "memchr checks is_x86_feature_detected before the first search and caches a function pointer",
    "sha2::sha256::x86::": "sha2 calls cpuid through the cpufeatures crate before the first block",
}
"""Functions that may have code above the level, by prefix of their names, and why only capable processors run them."""


def disassemble(output: str) -> list[Instruction]:
    """Returns the instructions of an output's executable. The output must have the linker's map."""
    objdump = flake.built("llvm") / "bin/llvm-objdump"
    disassembly = run(objdump, "--disassemble", "--x86-asm-syntax=intel", only_file(flake.built(output))).out
    return list(x86_64.read(disassembly, (flake.built(output) / "link-map").read_text()))


def unconditional(instructions: Iterable[Instruction]) -> list[Instruction]:
    """Returns the instructions that every processor may run: those of functions with a name that is not in the table."""
    detected = tuple(RUN_TIME_DETECTION)
    return [one for one in instructions if not all(name.startswith(detected) for name in one.functions)]


def above(level: int, instructions: Iterable[Instruction]) -> dict[str, str]:
    """Returns the unconditional instructions above a level: the first of each function, by the function's names."""
    return {" = ".join(one.functions): one.text for one in reversed(unconditional(instructions)) if one.level > level}


def level_of(instruction: Instruction) -> int:
    """Returns the level in the name of the fixture's function."""
    return min(int(re.match(r"level_(\d)", instruction.functions[0])[1]), x86_64.ABOVE_ALL)


class CpuLevel:
    """One service for one level; `define` makes a class for each."""

    package: str
    level: int

    @classmethod
    def setUpClass(cls):
        cls.instructions = disassemble(f"{cls.package}.mapped")

    def test_executable_with_a_map_is_the_executable_to_the_byte(self):
        one, other = (only_file(flake.built(self.package + suffix)).read_bytes() for suffix in ("", ".mapped"))
        self.assertTrue(one == other, "they differ")

    def test_no_instruction_is_above_the_level_but_where_the_processor_is_asked_first(self):
        self.assertGreater(len(self.instructions), 10_000)
        self.assertEqual({}, above(self.level, self.instructions))

    def test_its_own_code_makes_use_of_the_level(self):
        self.assertIn(self.level, {one.level for one in unconditional(self.instructions)})


class InstructionsTest(unittest.TestCase):
    """The reader finds instructions of every level, and rejects those above a level."""

    outputs = ("llvm", "fixtures.instructions")

    def test_every_instruction_has_the_level_that_its_function_is_named_after(self):
        levels = {one: level_of(one) for one in disassemble("fixtures.instructions")}
        self.assertEqual(set(levels.values()), {1, 2, 3, 4, x86_64.ABOVE_ALL})
        self.assertEqual({one.text: one.level for one in levels}, {one.text: level for one, level in levels.items()})

    def test_functions_above_a_level_are_named_and_no_others(self):
        instructions = disassemble("fixtures.instructions")
        for level in (1, 2, 3, 4):
            with self.subTest(level=level):
                expected = {one.functions[0] for one in instructions if level_of(one) > level}
                self.assertEqual(set(above(level, instructions)), expected)
                self.assertGreater(len(expected), 0)

    def test_function_is_accepted_only_by_the_beginning_of_each_of_its_names(self):
        detected, other = "memchr::arch::x86_64::avx2::find", "my::memchr::arch::x86_64::find"
        functions = [(detected,), (detected, detected), (detected, other), (other,), ("memchr::arch::x86_64_too::find",)]
        rejected = above(1, [Instruction(names, "vzeroupper", 3) for names in functions])
        self.assertEqual([*reversed(rejected)], [" = ".join(names) for names in functions[2:]])

    def test_what_is_no_instruction_that_is_known_is_above_all(self):
        for text in ("<unknown>", "brandnew\teax, ebx", "{vex}\tbrandnew\txmm0", "lock\tbrandnew"):
            with self.subTest(text=text):
                self.assertEqual(x86_64.level("90 ", text), x86_64.ABOVE_ALL)

    def test_text_that_is_no_disassembly_is_refused(self):
        for text in ("llvm-objdump: error", "  1000: 90  \tnop"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                list(x86_64.read(text, "a map without symbols"))


for pair in pairs():
    if go_level := re.fullmatch("GOAMD64=v([1-4])", pair.entry.get("goLevel", "")):
        define(
            globals(), f"cpu-level-{pair.package}", CpuLevel, unittest.TestCase, package=pair.package, level=int(go_level[1]),
            slow=pair.slow, outputs=("llvm", pair.package, f"{pair.package}.mapped"),
        )
