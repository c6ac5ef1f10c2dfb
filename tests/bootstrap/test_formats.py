"""NAR hashes compared with Nix's own, and malicious Debian packages."""

import os
import subprocess
import unittest

from support import FolderTest, ar, deb, sha256, tar_xz

from bootstrap import deb as reader
from bootstrap import nar


class Nar(FolderTest):
    """The hash that is checked before a tree enters the store."""

    def tree(self):
        """Makes a tree with every kind of entry, and with names that sort differently by bytes than by letters."""
        top = self.folder / "tree"
        (top / "b" / "empty").mkdir(parents=True)
        for name, mode in (("B", 0o644), ("a", 0o755), ("b.txt", 0o600), ("b/ä", 0o444), ("b-", 0o555)):
            (top / name).write_bytes(name.encode() * 7)
            (top / name).chmod(mode)
        (top / "link").symlink_to("b/ä")
        (top / "dangling").symlink_to("/nowhere")
        return top

    def test_dump_is_byte_for_byte_what_nix_store_dumps(self):
        top = self.tree()
        expected = subprocess.run(["nix-store", "--dump", str(top)], capture_output=True, check=True).stdout
        self.assertEqual(b"".join(nar.dump(top)), expected)
        self.assertEqual(nar.sha256(top), sha256(expected))

    def test_one_changed_executable_bit_changes_the_hash(self):
        top = self.tree()
        before = nar.sha256(top)
        (top / "B").chmod(0o755)
        self.assertNotEqual(nar.sha256(top), before)

    def test_modes_beyond_the_executable_bit_do_not_change_the_hash(self):
        top = self.tree()
        before = nar.sha256(top)
        (top / "B").chmod(0o400)
        self.assertEqual(nar.sha256(top), before)

    def test_entry_that_a_nar_cannot_hold_is_refused(self):
        os.mkfifo(self.folder / "pipe")
        with self.assertRaisesRegex(ValueError, "neither file, folder nor link"):
            nar.sha256(self.folder)


class Deb(unittest.TestCase):
    """Extracting one file from a package."""

    def refuses(self, package: bytes, reason: str, **limits: int) -> None:
        """Asserts that the package is rejected for this reason."""
        with self.assertRaisesRegex(reader.Malformed, reason):
            reader.read_file(package, "bin/busybox", **limits)

    def test_file_is_found_with_and_without_leading_dot(self):
        for name in ("./bin/busybox", "bin/busybox"):
            self.assertEqual(reader.read_file(deb(("etc/x", b"no"), (name, b"yes")), "bin/busybox"), b"yes")

    def test_package_without_the_file_is_refused(self):
        self.refuses(deb(("bin/busybox.bak", b"x")), "no file `bin/busybox`")

    def test_link_in_place_of_the_file_is_not_followed(self):
        self.refuses(deb(("bin/busybox", "/bin/sh")), "not a regular file")

    def test_name_that_climbs_out_is_not_the_file(self):
        self.refuses(deb(("../bin/busybox", b"x"), ("/bin/busybox", b"x")), "no file")

    def test_text_is_no_package(self):
        self.refuses(b"<html>not found</html>", "not an `ar` archive")

    def test_empty_file_is_no_package(self):
        self.refuses(b"", "not an `ar` archive")

    def test_package_cut_at_any_byte_is_refused(self):
        package = deb(("bin/busybox", b"content"))
        for size in range(len(package) - 1):
            with self.subTest(size=size), self.assertRaises(reader.Malformed):
                reader.read_file(package[:size], "bin/busybox")

    def test_member_without_a_number_for_a_size_is_refused(self):
        package = bytearray(deb(("bin/busybox", b"x")))
        package[8 + 48:8 + 58] = b"-1        "
        self.refuses(bytes(package), "broken member size")

    def test_two_members_of_one_name_are_refused(self):
        data = tar_xz(("bin/busybox", b"x"))
        self.refuses(ar(("data.tar.xz", data), ("data.tar.xz", data)), "member `data.tar.xz` twice")

    def test_data_that_is_no_xz_is_refused(self):
        self.refuses(ar(("data.tar.xz", b"plain")), "`data.tar.xz`: ")

    def test_package_that_unpacks_to_more_than_the_limit_is_refused(self):
        self.refuses(deb(("bomb", bytes(3_000_000)), ("bin/busybox", b"x")), "more than the limit", limit_bytes=1_000_000)
