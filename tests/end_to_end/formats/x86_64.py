"""Reads x86-64 instructions as llvm-objdump prints them (Intel syntax), and finds the psABI microarchitecture level of each."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass

ABOVE_ALL = 5
"""The level of instructions that no psABI level has, and of unknown instructions: only known instructions are allowed."""

CONDITION = "n?(?:[abglc]e?|e|o|p|s|z)"
FLOAT = "(?:p|s)[sd]"
INTEGERS = (
    rf"adc|add|and|bs[fr]|bswap|bt[crs]?|call|cbw|cwde?|cdqe?|cqo|cl[cd]|clflush|cmc|cmov{CONDITION}|cmp|cmpxchg(?:8b)?|cpuid|dec"
    rf"|endbr64|hlt|i?div|i?mul|inc|int3|j{CONDITION}|jmp|lea|leave|lock|mov|movabs|movnti|mov[sz]xd?|neg|nop|not|or|pause|popf?q?"
    rf"|prefetch(?:nta|t[012])|pushf?q?|rc[lr]|rdtsc|rep|ret|ro[lr]|sa[lr]|sbb|set{CONDITION}|sh[lr]d?|st[cd]|sub|syscall|test|ud2"
    r"|wait|xadd|xchg|xlatb|xor|(?:cmps|lods|movs|scas|stos)[bwdq]|[lms]fence"
    # NB: older processors execute tzcnt as bsf. Compilers emit it where both give the same result. (Not so for lzcnt.)
    "|tzcnt"
)
X87 = "f(?!isttp|emms)[a-z0-9]+"
"""All are older than x86-64, like fxsave. The exceptions are fisttp (SSE3) and femms (AMD only)."""
SSE = (
    rf"(?:add|sub|mul|div|min|max|sqrt){FLOAT}|(?:andn?|x?or|unpck[lh]|shuf)p[sd]|cmp[a-z_]*{FLOAT}|u?comis[sd]|(?:rcp|rsqrt)[ps]s"
    r"|mov[auhl]p[sd]|movmskp[sd]|movntp[sd]|movhlps|movlhps|movs[sd]|movd|movq|movdq[au]|movntdq|maskmovdqu|(?:ld|st)mxcsr"
    r"|cvt(?:dq2p[sd]|t?p[ds]2(?:dq|pi)|pd2ps|ps2pd|pi2p[sd]|t?s[sd]2si|sd2ss|ss2sd|si2s[sd])"
    r"|p(?:add|sub)(?:[bwdq]|u?s[bw])|p(?:andn?|x?or)|pcmp(?:eq|gt)[bwd]|pmulh?u?w|pmullw|pmuludq|pmaddwd|pavg[bw]|psadbw|p(?:min|max)(?:ub|sw)"
    r"|pmovmskb|pshuf(?:d|[hl]?w)|ps[lr]l(?:[wdq]|dq)|psra[wd]|punpck[lh](?:bw|wd|dq|qdq)|packss(?:wb|dw)|packuswb|pinsrw|pextrw"
)
"""SSE and SSE2."""
SSE4 = (
    rf"addsubp[sd]|h(?:add|sub)p[sd]|lddqu|movddup|movs[hl]dup|pabs[bwd]|palignr|ph(?:add|sub)(?:w|d|sw)|pmaddubsw|pmulhrsw|pshufb"
    r"|psign[bwd]|p?blend(?:p[sd]|vp[sd]|vb|w)|dpp[sd]|extractps|insertps|movntdqa|mpsadbw|packusdw|pcmp(?:eq|gt)q|pextr[bdq]|phminposuw"
    r"|pinsr[bdq]|p(?:max|min)(?:s[bd]|u[dw])|pmov[sz]x(?:b[wdq]|w[dq]|dq)|pmuldq|pmulld|ptest|round[ps][sd]|pcmp[ei]str[im]"
)
"""SSE3, SSSE3, SSE4.1 and SSE4.2, except instructions without an AVX form."""
V2_ALONE = "cmpxchg16b|crc32|fisttp|[ls]ahf|popcnt"
AVX = (
    r"vbroadcast(?:s[sd]|[fi]128)|vpbroadcast[bwdq]|v(?:extract|insert)[fi]128|vmaskmovp[sd]|vpmaskmov[dq]|vperm2[fi]128|vpermilp[sd]"
    r"|vperm(?:[dq]|p[sd])|vtestp[sd]|vzero(?:all|upper)|vpblendd|vps[lr]lv[dq]|vpsravd|vp?gather[dq](?:[dq]|p[sd])"
    rf"|vfn?m(?:add|sub|addsub|subadd)(?:132|213|231){FLOAT}|vcvtph2ps|vcvtps2ph"
)
"""AVX, AVX2, FMA and F16C, except the AVX forms of SSE instructions."""
V3_ALONE = "andn|bextr|bls(?:i|msk|r)|bzhi|mulx|pdep|pext|rorx|(?:sa|sh)[lr]x|lzcnt|movbe|xgetbv"
AVX512 = (
    r"k(?:add|andn?|mov|not|or|ortest|shift[lr]|test|unpck|xn?or)(?:[bdqw]|bw|wd|dq)|vmovdq[au](?:8|16|32|64)|vpternlog[dq]"
    r"|vpcmp(?:n?eq|n?l[te])?u?[bwdq]|vptestn?m[bwdq]|vperm[ti]2(?:[dqw]|p[sd])|vpermw|vpmovu?s?(?:q[dwb]|d[wb]|wb)|vpmov[bwdq]2m|vpmovm2[bwdq]"
    r"|vp(?:andn?|x?or)[dq]|v(?:extract|insert|broadcast|shuf)[fi](?:32x[248]|64x[24])|valign[dq]|vp(?:compress|expand)[dq]"
    r"|v(?:compress|expand)p[sd]|vpconflict[dq]|vplzcnt[dq]|vpro[lr]v?[dq]|vpsrav?[qw]|vps[lr]lvw|vpabsq|vp(?:max|min)[su]q|vpmullq"
    rf"|v(?:reduce|range|rndscale|getexp|getmant|scalef|fixupimm|fpclass|rcp14|rsqrt14){FLOAT}"
    r"|vpblendm[bwdq]|vblendmp[sd]|vp?scatter[dq](?:[dq]|p[sd])|vdbpsadbw|vpbroadcastm(?:b2q|w2d)"
    r"|vcvt(?:t?p[sd]2(?:udq|u?qq)|u?qq2p[sd]|udq2p[sd]|t?s[sd]2usi|usi2s[sd])"
)
"""AVX-512 F, BW, CD, DQ and VL, except the forms of AVX2 instructions."""

LEVELS = (
    (1, re.compile(f"{INTEGERS}|{X87}|{SSE}")),
    (2, re.compile(f"{SSE4}|{V2_ALONE}")),
    (3, re.compile(f"v(?:{SSE}|{SSE4})|{AVX}|{V3_ALONE}")),
    (4, re.compile(AVX512)),
)
"""The mnemonics of each level."""
PREFIXES = {"cs", "data16", "ds", "es", "fs", "gs", "lock", "notrack", "rep", "repe", "repne", "ss", "{evex}", "{vex}", "{vex3}"}
"""Prefixes of a mnemonic. NB: a processor without CET ignores notrack."""
EVEX = re.compile("(?:(?:26|2e|36|3e|64|65|67) )*62 ")
"""The first bytes of an AVX-512 encoding. In 64-bit code, no other instruction begins with them."""
WORD_TO_MEMORY = re.compile(r"pextrw\tword ptr .*")
"""An SSE4.1 instruction with the same mnemonic as an SSE instruction."""

LINE = re.compile(r" *([0-9a-f]+): ((?:[0-9a-f]{2} ?)+) *\t(.*?)(?:\s*# .*)?")
REMARK = re.compile(r"\s*(#.*)?|.*:\tfile format .*|Disassembly of section .*:|[0-9a-f]+ <.*>:")
SYMBOL = re.compile(r" *([0-9a-f]+) +[0-9a-f]+ +[0-9a-f]+ +[0-9]+ {17}(\S.*)")
"""A symbol in lld's map: address, load address, size, alignment, name. The indentation tells it from a section."""


@dataclass(frozen=True)
class Instruction:
    """One line of the disassembly."""

    functions: tuple[str, ...]
    """The function that it belongs to: all names of the last symbol at or before its address, sorted."""
    text: str
    level: int
    """The lowest psABI level with this instruction, 1 to 4, or ABOVE_ALL."""


def read(disassembly: str, link_map: str) -> Iterator[Instruction]:
    """Yields the instructions in the output of `llvm-objdump --disassemble --x86-asm-syntax=intel`, with their functions' names in
    lld's map; raises `ValueError` at an unknown line and at an instruction before the first symbol."""
    names: dict[int, list[str]] = {}
    for symbol in filter(None, map(SYMBOL.fullmatch, link_map.splitlines())):
        names.setdefault(int(symbol[1], 16), []).append(symbol[2])
    starts = sorted(names)
    for line in disassembly.splitlines():
        if found := LINE.fullmatch(line):
            place = bisect.bisect_right(starts, int(found[1], 16))
            if not place:
                raise ValueError(f"an instruction outside of any function: {line}")
            yield Instruction(tuple(sorted(names[starts[place - 1]])), found[3].replace("\t", " "), level(found[2], found[3]))
        elif not REMARK.fullmatch(line):
            raise ValueError(f"not a line of a disassembly: {line}")


def level(encoding: str, text: str) -> int:
    """Returns the level of an instruction, from its bytes in hex and its text."""
    words = text.split()
    while len(words) > 1 and words[0] in PREFIXES:
        words.pop(0)
    if WORD_TO_MEMORY.fullmatch(text):
        return 2
    lowest = next((number for number, mnemonics in LEVELS if mnemonics.fullmatch(words[0])), ABOVE_ALL)
    # NB: AVX mnemonics with the EVEX encoding are AVX-512 instructions.
    return max(lowest, 4) if EVEX.match(encoding) else lowest
