"""Takes one file out of a Debian package: `ar` around a compressed tar, with the standard library alone."""

from __future__ import annotations

import io
import lzma
import tarfile
from pathlib import Path

MAGIC = b"!<arch>\n"
HEADER_BYTES = 60
LIMIT_BYTES = 4 << 30
"""More than any pinned package unpacks to: a bomb ends here."""


class Malformed(ValueError):
    """The bytes are no Debian package, or lack the file asked for."""


def members(package: bytes) -> dict[str, bytes]:
    """The members of an `ar` archive by name (deb(5)); raises `Malformed`."""
    if not package.startswith(MAGIC):
        raise Malformed("no `ar` archive")
    found: dict[str, bytes] = {}
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
        if name in found:
            raise Malformed(f"member `{name}` twice")
        found[name] = package[start:end]
        at = end + end % 2
    return found


class Limited(io.RawIOBase):
    """A stream that ends with `Malformed` once it has given more than `limit_bytes`."""

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
    """The bytes of the regular file `inner` (such as `bin/busybox`) of `package`; raises `Malformed`.

    Nothing is written and no link is followed, so no name in the package can reach outside of it.
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
