"""Archives that Python writes: rebuild-verifier and every other reader see the same members in them."""

from __future__ import annotations

import io
import tarfile
import zipfile

from . import flake
from .support import Done, FolderTest, run

NAMES = ("short", "d" * 90 + "/file", "d" * 140 + "/" + "f" * 90, "n" * 250, "ä")
"""Names that fit tar's name field, its name and prefix fields, and neither."""


class ArchivesTest(FolderTest):
    """Names of any length, members with and without content, in every format that Python can write."""

    outputs = ("format-oracles",)

    def read(self, archive: bytes, status: int = 0) -> Done:
        """Runs the other readers on an archive."""
        path = self.folder / "archive"
        path.write_bytes(archive)
        return run(flake.built("format-oracles") / "bin/format-oracles", path, status=status)

    def check(self, archive: bytes, reader: str, members: int) -> None:
        """Asserts that only this reader reads the archive, and that it sees this many members."""
        self.assertEqual(self.read(archive).out.split("\t")[2:], [reader, "1", f"{members}\n"])

    def test_tar_archives_are_seen_alike(self):
        for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
            # Python raises an error for names that ustar has no room for.
            names = [name for name in NAMES if form != tarfile.USTAR_FORMAT or len(name.rpartition("/")[2]) <= 100]
            with self.subTest(form=form):
                written = io.BytesIO()
                with tarfile.open(fileobj=written, mode="w", format=form) as archive:
                    for size, name in enumerate(names):
                        member = tarfile.TarInfo(name)
                        member.size = size * 500
                        archive.addfile(member, io.BytesIO(bytes(member.size)))
                    link = tarfile.TarInfo("link")
                    link.type, link.linkname = tarfile.SYMTYPE, "short"
                    archive.addfile(link)
                self.check(written.getvalue(), "tar", len(names) + 1)

    def test_zip_archives_are_seen_alike_with_sizes_of_either_width(self):
        for packing in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            for wide in (False, True):
                with self.subTest(packing=packing, wide=wide):
                    written = io.BytesIO()
                    with zipfile.ZipFile(written, "w", packing) as archive:
                        for size, name in enumerate(NAMES):
                            with archive.open(name, "w", force_zip64=wide) as member:
                                member.write(b"x" * size * 500)
                        archive.comment = b"about all"
                    self.check(written.getvalue(), "rawzip", len(NAMES))

    def test_what_no_other_reader_takes_proves_nothing(self):
        self.assertIn("no other reader takes it", self.read(b"plain text", status=1).err)
