"""Reads 64-bit Mach-O (XNU's loader.h, fat.h and cs_blobs.h): load commands, slices, and whether the signature matches the
bytes."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

MH_EXECUTE, MH_PIE = 2, 0x200000
LC_UUID, LC_CODE_SIGNATURE, LC_BUILD_VERSION = 0x1B, 0x1D, 0x32
LC_LOAD_DYLIBS = (0xC, 0x20, 0x8000_0018, 0x8000_001F, 0x8000_0023)
"""LC_LOAD_DYLIB and its variants: lazy, weak, reexport, upward."""
LC_RPATH = 0x8000_001C

FAT_MAGIC = 0xCAFEBABE
FIRST_ALIGNMENT, LAST_ALIGNMENT = 12, 15
"""The alignments of slices that macOS accepts, as exponents of two: at least a page."""

SUPER_BLOB, CODE_DIRECTORY = 0xFADE0CC0, 0xFADE0C02
SLOT_CODE_DIRECTORY, SLOT_CMS = 0, 0x10000
CS_ADHOC = 0x2
SHA256 = 2


@dataclass(frozen=True)
class CodeDirectory:
    """The code directory of an ad-hoc signature, compared with the file."""

    identifier: str
    flags: int
    blobs: frozenset[int]
    """The slots of all blobs in the signature."""
    signed_bytes: int
    """How many bytes from the start of the file the hashes cover."""
    bad_pages: tuple[int, ...]
    """The pages whose hash is wrong."""


@dataclass(frozen=True)
class MachO:
    """A 64-bit program."""

    cpu_type: int
    file_type: int
    flags: int
    uuid: bytes | None
    libraries: tuple[str, ...]
    run_paths: tuple[str, ...]
    minimum_os: tuple[int, int, int] | None
    """The oldest macOS version that it runs on."""
    signature_offset: int | None
    signature: CodeDirectory | None


def read(content: bytes) -> MachO:
    """Reads a file; raises `ValueError` if it is not a 64-bit Mach-O file, or if its signature is malformed."""
    magic, cpu_type, _, file_type, count, _, flags, _ = struct.unpack_from("<8I", content)
    if magic != 0xFEEDFACF:
        raise ValueError(f"not a 64-bit Mach-O file: it begins with {content[:4].hex()}")
    uuid = minimum_os = signature_offset = signature = None
    libraries, run_paths = [], []
    offset = 32
    for _ in range(count):
        command, size = struct.unpack_from("<II", content, offset)
        if command == LC_UUID:
            uuid = content[offset + 8 : offset + 24]
        elif command in LC_LOAD_DYLIBS:
            libraries.append(name(content, offset, size))
        elif command == LC_RPATH:
            run_paths.append(name(content, offset, size))
        elif command == LC_BUILD_VERSION:
            platform, minimum = struct.unpack_from("<II", content, offset + 8)
            if platform != 1:
                raise ValueError(f"is for platform {platform}, not for macOS (1)")
            minimum_os = minimum >> 16, minimum >> 8 & 0xFF, minimum & 0xFF
        elif command == LC_CODE_SIGNATURE:
            signature_offset, signature_size = struct.unpack_from("<II", content, offset + 8)
            signature = read_signature(content, signature_offset, signature_size)
        offset += size
    return MachO(
        cpu_type, file_type, flags, uuid, tuple(libraries), tuple(run_paths), minimum_os, signature_offset, signature,
    )


def slices(content: bytes) -> dict[int, bytes]:
    """Returns the slices of a universal file by cputype; raises `ValueError` if it is malformed, or not a row of slices."""
    magic, count = struct.unpack_from(">II", content)
    if magic != FAT_MAGIC:
        raise ValueError(f"not a universal file: it begins with {content[:4].hex()}")
    by_processor = {}
    end = 8 + 20 * count
    for cpu_type, _, offset, size, alignment in struct.iter_unpack(">5I", content[8:end]):
        if offset < end or offset + size > len(content):
            raise ValueError(f"the slice for processor {cpu_type:#x} lies outside of its place")
        if not FIRST_ALIGNMENT <= alignment <= LAST_ALIGNMENT or offset % (1 << alignment):
            raise ValueError(f"the slice for processor {cpu_type:#x} is at {offset}, aligned to 2^{alignment}")
        if cpu_type in by_processor:
            raise ValueError(f"there are two slices for processor {cpu_type:#x}")
        if any(content[end:offset]):
            raise ValueError(f"there is something before the slice for processor {cpu_type:#x}")
        end = offset + size
        by_processor[cpu_type] = content[offset:end]
    if end != len(content):
        raise ValueError("there is something after the last slice")
    return by_processor


def name(content: bytes, offset: int, size: int) -> str:
    """Returns the string of a load command. The command's first field is the string's offset."""
    (start,) = struct.unpack_from("<I", content, offset + 8)
    return content[offset + start : offset + size].split(b"\0")[0].decode()


def read_signature(content: bytes, offset: int, size: int) -> CodeDirectory:
    """Reads the signature, which fills `size` bytes at `offset`. All its fields are big-endian."""
    magic, length, count = struct.unpack_from(">III", content, offset)
    if magic != SUPER_BLOB or length > size or offset + size != len(content):
        raise ValueError("the signature is not a super blob at the file's end")
    blobs = dict(struct.unpack_from(">II", content, offset + 12 + 8 * i) for i in range(count))
    start = offset + blobs[SLOT_CODE_DIRECTORY]
    magic, length, _, flags, hashes, identifier, _, page_count, signed = struct.unpack_from(">9I", content, start)
    hash_size, hash_type, _, page_shift = struct.unpack_from("4B", content, start + 36)
    if magic != CODE_DIRECTORY or hash_type != SHA256 or hash_size != 32:
        raise ValueError(f"the code directory is of another kind: magic {magic:#x}, hash {hash_type}")
    page_bytes = 1 << page_shift
    if page_count != -(-signed // page_bytes) or hashes + page_count * hash_size > length:
        raise ValueError(f"the code directory has {page_count} hashes for {signed} bytes in pages of {page_bytes}")
    bad = []
    for page in range(page_count):
        begin = page * page_bytes
        actual = hashlib.sha256(content[begin : min(begin + page_bytes, signed)]).digest()
        place = start + hashes + page * hash_size
        if actual != content[place : place + hash_size]:
            bad.append(page)
    text = content[start + identifier : start + length].split(b"\0")[0].decode()
    return CodeDirectory(text, flags, frozenset(blobs), signed, tuple(bad))
