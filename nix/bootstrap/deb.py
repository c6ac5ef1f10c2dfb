"""Extracts one file from a Debian package (an `ar` archive around a compressed tar) with the standard library only."""

from __future__ import annotations

import io
import lzma
import tarfile
from pathlib import Path

MAGIC = b"!<arch>\n"
HEADER_BYTES = 60
LIMIT_BYTES = 4 << 30
"""Limit against decompression bombs, above the unpacked size of every pinned package."""


class Malformed(ValueError):
    """The bytes are not a Debian package, or the requested file is not in it."""


def members(package: bytes) -> dict[str, bytes]:
    """Returns the members of an `ar` archive by name (deb(5)); raises `Malformed`."""
    if not package.startswith(MAGIC):
        raise Malformed("not an `ar` archive")
    by_name: dict[str, bytes] = {}
    at = len(MAGIC)
    while at < len(package):
        header = package[at:at + HEADER_BYTES]
        if len(header) < HEADER_BYTES or header[58:] != b"`\n":
            raise Malformed(f"broken member header at byte {at}")
        size = header[48:58].strip()
        if not size.isdigit():
            raise Malformed(f"broken member size at byte {at}")
        start, end = at + HEADER_BYTES, at + HEADER_BYTES + int(size)
        if end > len(package):
            raise Malformed(f"member at byte {at} ends after the file")
        name = header[:16].rstrip().rstrip(b"/").decode("ascii", "replace")
        if name in by_name:
            raise Malformed(f"member `{name}` twice")
        by_name[name] = package[start:end]
        at = end + end % 2
    return by_name


class Limited(io.RawIOBase):
    """A stream that raises `Malformed` once more than `limit_bytes` have been read from it."""

    def __init__(self, stream: lzma.LZMAFile, limit_bytes: int):
        super().__init__()
        self.stream = stream
        self.left_bytes = limit_bytes

    def read(self, size: int = -1) -> bytes:
        block = self.stream.read(size)
        self.left_bytes -= len(block)
        if self.left_bytes < 0:
            raise Malformed("`data.tar.xz` unpacks to more than the limit")
        return block


def read_file(package: bytes, inner: str, limit_bytes: int = LIMIT_BYTES) -> bytes:
    """Returns the bytes of the regular file `inner` (such as `bin/busybox`) in `package`; raises `Malformed`.

    It writes nothing and follows no link, so no name in the package can reach a file outside.
    """
    content = members(package).get("data.tar.xz")
    if content is None:
        raise Malformed("no member `data.tar.xz`")
    try:
        with lzma.open(io.BytesIO(content)) as plain:
            with tarfile.open(fileobj=Limited(plain, limit_bytes), mode="r|") as tree:
                for member in tree:
                    if member.name.removeprefix("./") == inner:
                        if not member.isreg():
                            raise Malformed(f"`{inner}` is not a regular file")
                        return tree.extractfile(member).read()
    except (lzma.LZMAError, EOFError, tarfile.TarError) as error:
        raise Malformed(f"`data.tar.xz`: {error}") from error
    raise Malformed(f"no file `{inner}` in it")
