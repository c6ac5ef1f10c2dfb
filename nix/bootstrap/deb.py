"""Takes one file out of a Debian package: `ar` around a compressed tar, with the standard library alone."""

from __future__ import annotations

import io
import lzma
import tarfile
from pathlib import Path

MAGIC = b"!<arch>\n"
HEADER_BYTES = 60
LIMIT_BYTES = 1 << 30
"""More than any package holds that this reads: a bomb ends here."""


class Malformed(ValueError):
    """The bytes are no Debian package, or lack the member asked for."""


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


def data(package: bytes) -> tarfile.TarFile:
    """The package's file tree, opened; raises `Malformed`."""
    content = members(package).get("data.tar.xz")
    if content is None:
        raise Malformed("no member `data.tar.xz`")
    try:
        plain = io.BytesIO()
        with lzma.open(io.BytesIO(content)) as stream:
            while block := stream.read(1 << 20):
                plain.write(block)
                if plain.tell() > LIMIT_BYTES:
                    raise Malformed(f"`data.tar.xz` holds more than {LIMIT_BYTES} bytes")
        plain.seek(0)
        return tarfile.open(fileobj=plain, mode="r:")
    except (lzma.LZMAError, EOFError, tarfile.TarError) as error:
        raise Malformed(f"`data.tar.xz`: {error}") from error


def read_file(package: Path, inner: str) -> bytes:
    """The bytes of the regular file `inner` (such as `bin/busybox`) of `package`; raises `Malformed`.

    Nothing is written and no link is followed, so no name in the package can reach outside of it.
    """
    try:
        with data(package.read_bytes()) as tree:
            for member in tree:
                if member.name in (inner, "./" + inner):
                    if not member.isreg():
                        raise Malformed(f"`{inner}` is not a regular file")
                    return tree.extractfile(member).read()
    except tarfile.TarError as error:
        raise Malformed(f"`data.tar.xz`: {error}") from error
    raise Malformed(f"no file `{inner}` in it")
