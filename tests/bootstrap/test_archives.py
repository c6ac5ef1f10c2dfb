"""archives.json: its format, and the repository's own pins."""

import json
import re
import unittest

from support import ROOT, STD_LIST, FolderTest

from bootstrap import archives, crates
from bootstrap.errors import Undecided

PINS = ROOT / "nix/toolchain/archives.json"


class Form(FolderTest):
    """Reading and writing."""

    def load(self, change) -> archives.Pins:
        """Loads the repository's pins after `change` has been applied to the document."""
        document = json.loads(PINS.read_text())
        change(document)
        path = self.folder / "archives.json"
        path.write_text(json.dumps(document))
        return archives.load(path)

    def refuses(self, change, reason: str) -> None:
        """Asserts that the changed document is rejected for this reason, with the remedy."""
        with self.assertRaisesRegex(Undecided, f"{reason}.*make update-archives"):
            self.load(change)

    def test_written_pins_are_the_file_in_the_repository_byte_for_byte(self):
        self.assertEqual(archives.dump(archives.load(PINS)), PINS.read_text())

    def test_order_of_the_archives_does_not_change_what_is_written(self):
        shuffled = self.load(lambda document: document["archives"].reverse())
        self.assertEqual(archives.dump(shuffled), PINS.read_text())

    def test_absent_file_is_refused(self):
        with self.assertRaisesRegex(Undecided, "cannot read .*nowhere"):
            archives.load(self.folder / "nowhere")

    def test_no_archive_at_all_is_an_error(self):
        self.refuses(lambda document: document["archives"].clear(), "no archive in it")

    def test_short_hash_is_refused(self):
        self.refuses(lambda document: document["archives"][0].update(sha256="abc"), "64 hexadecimal digits")

    def test_file_name_with_a_folder_is_refused(self):
        self.refuses(lambda document: document["archives"][0].update(file="../x.deb"), "not a store name")

    def test_unknown_field_is_refused(self):
        self.refuses(lambda document: document["archives"][0].update(colour="red"), "colour")

    def test_one_name_twice_is_refused(self):
        self.refuses(lambda document: document["archives"].append(document["archives"][0]), "twice in it: bash-static")

    def test_package_to_install_that_is_not_pinned_is_refused(self):
        self.refuses(lambda document: document["install"].append("ghost"), "not pinned: ghost")

    def test_store_names_have_no_character_that_the_store_refuses(self):
        self.assertEqual(archives.store_name("a", "1:2~b3%4+c"), "a-1-2-b3-4+c.deb")


class Own(unittest.TestCase):
    """The pins of this repository."""

    def setUp(self) -> None:
        self.pins = archives.load(PINS)

    def test_seed_is_the_pinned_version_of_its_package(self):
        package = self.pins.archive(self.pins.seed.deb)
        self.assertEqual(self.pins.seed.file, archives.store_name("busybox", package.version, ""))

    def test_every_carried_package_is_one_that_is_installed(self):
        carried = {archive.name for archive in self.pins.archives if archive.part == "nix"}
        self.assertEqual(carried - set(self.pins.install), set())
        self.assertLessEqual({"git", "nix-bin"}, carried)

    def test_every_crate_list_exists_and_names_crates_with_checksums(self):
        self.assertIn(STD_LIST, self.pins.crate_lists)
        for crate_list in self.pins.crate_lists:
            listed = crates.read_lock(ROOT / crate_list)
            self.assertTrue(listed)
            for crate in listed:
                self.assertRegex(crate.sha256, re.compile("^[0-9a-f]{64}$"))
