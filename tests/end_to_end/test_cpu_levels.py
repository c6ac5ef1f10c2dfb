"""No executable for a level of x86-64 has an instruction above that level but where it asks the processor first, and each makes use
of its level: read from its own code, with the linker's map that says which function an instruction is of."""

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
    "core::core_arch::x86::xsave::_xgetbv::": "called by std_detect once cpuid has said that the system saves AVX's registers",
    "httparse::simd::avx2::": "httparse asks is_x86_feature_detected before each search, and keeps the answer",
    "httparse::simd::sse42::": "the same",
    "memchr::arch::x86_64::": "memchr asks is_x86_feature_detected before the first search, and keeps a pointer to what fits",
    "sha2::sha256::x86::": "sha2 asks cpuid through the cpufeatures crate before the first block",
}
"""Where code above the level may stand, as prefixes of functions' names, and why it is run only where the processor has it."""


def disassemble(output: str) -> list[Instruction]:
    """The instructions of an output's executable, beside which there is the linker's map of it."""
    objdump = flake.built("llvm") / "bin/llvm-objdump"
    disassembly = run(objdump, "--disassemble", "--x86-asm-syntax=intel", only_file(flake.built(output))).out
    return list(x86_64.read(disassembly, (flake.built(output) / "link-map").read_text()))


def unconditional(instructions: Iterable[Instruction]) -> list[Instruction]:
    """Those that are run whatever the processor is: of a function that has any name which is not in the table."""
    detected = tuple(RUN_TIME_DETECTION)
    return [one for one in instructions if not all(name.startswith(detected) for name in one.functions)]


def above(level: int, instructions: Iterable[Instruction]) -> dict[str, str]:
    """The unconditional ones above a level: the first of each function, by its names."""
    return {" = ".join(one.functions): one.text for one in reversed(unconditional(instructions)) if one.level > level}


def level_of(instruction: Instruction) -> int:
    """The level that the fixture's function is named after."""
    return min(int(re.match(r"level_(\d)", instruction.functions[0])[1]), x86_64.ABOVE_ALL)


class CpuLevel:
    """One service on one level; the classes below are made of it."""

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
    """That instructions of every level are found, and that what is above a level is not accepted."""

    outputs = ("llvm", "fixtures.instructions")

    def test_every_instruction_has_the_level_that_its_function_is_named_after(self):
        levels = {one: level_of(one) for one in disassemble("fixtures.instructions")}
        self.assertEqual(set(levels.values()), {1, 2, 3, 4, x86_64.ABOVE_ALL})
        self.assertEqual({one.text: one.level for one in levels}, {one.text: level for one, level in levels.items()})

    def test_functions_above_a_level_are_named_and_no_others(self):
        instructions = disassemble("fixtures.instructions")
        for level in (1, 2, 3, 4):
            with self.subTest(level=level):
                wanted = {one.functions[0] for one in instructions if level_of(one) > level}
                self.assertEqual(set(above(level, instructions)), wanted)
                self.assertGreater(len(wanted), 0)

    def test_function_is_accepted_only_by_the_beginning_of_each_of_its_names(self):
        detected, other = "memchr::arch::x86_64::avx2::find", "my::memchr::arch::x86_64::find"
        functions = [(detected,), (detected, detected), (detected, other), (other,), ("memchr::arch::x86_64_too::find",)]
        found = above(1, [Instruction(names, "vzeroupper", 3) for names in functions])
        self.assertEqual([*reversed(found)], [" = ".join(names) for names in functions[2:]])

    def test_what_is_no_instruction_that_is_known_is_above_all(self):
        for text in ("<unknown>", "brandnew\teax, ebx", "{vex}\tbrandnew\txmm0", "lock\tbrandnew"):
            with self.subTest(text=text):
                self.assertEqual(x86_64.level("90 ", text), x86_64.ABOVE_ALL)

    def test_text_that_is_no_disassembly_is_refused(self):
        for text in ("llvm-objdump: error", "  1000: 90  \tnop"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                list(x86_64.read(text, "a map without symbols"))


for pair in pairs():
    if found := re.fullmatch("GOAMD64=v([1-4])", pair.entry.get("goLevel", "")):
        define(
            globals(), f"cpu-level-{pair.package}", CpuLevel, unittest.TestCase, package=pair.package, level=int(found[1]),
            slow=pair.slow, outputs=("llvm", pair.package, f"{pair.package}.mapped"),
        )
