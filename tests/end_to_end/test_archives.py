"""A missing archive, or one that is not the pinned one, stops the build before anything uses it."""

from __future__ import annotations

from pathlib import Path

from . import flake
from .support import FolderTest, run

REMEDY = "is not in the Nix store; to put it there, run: ./bootstrap"


class ArchivesTest(FolderTest):
    """A separate Nix store that starts empty."""

    def setUp(self):
        super().setUp()
        # NB: not `nix build --store`, whose store paths begin with /nix/store: files that Nix writes outside a sandbox would
        # land there instead of in this folder. Nix's caches contain store paths, too.
        places = {"STORE_DIR": "store", "STATE_DIR": "state", "LOG_DIR": "log", "CONF_DIR": "etc"}
        self.store = {f"NIX_{variable}": str(self.folder / place) for variable, place in places.items()} | {
            "NIX_REMOTE": "local",
            "NIX_CONFIG": "experimental-features = nix-command flakes\nsubstituters =\nbuild-users-group =\n",
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }
        self.archive = self.smallest_wheel(flake.evaluate("lib.archives", **self.store))
        self.assertTrue(self.archive["storePath"].startswith(f"{self.folder}/store/"), self.archive)
        self.missing = f"the wheel {self.archive['name']} {self.archive['version']} {REMEDY}"

    def smallest_wheel(self, archives: list[dict]) -> dict:
        """Returns the archive that these tests use."""
        return min((archive for archive in archives if archive["kind"] == "wheel"), key=lambda archive: archive["sizeBytes"])

    def content(self, change: bool = False) -> bytes:
        """Returns the archive's bytes; `change` flips one bit."""
        content = bytearray(Path(self.smallest_wheel(flake.library()["archives"])["storePath"]).read_bytes())
        content[len(content) // 2] ^= change
        return bytes(content)

    def add(self, content: bytes) -> str:
        """Adds a file with the archive's name to the store like bootstrap; returns its store path."""
        file = self.folder / self.archive["file"]
        file.write_bytes(content)
        return run("nix-store", "--add-fixed", "sha256", file, **self.store).out.strip()

    def test_empty_store_fails_a_build_with_the_command_to_run(self):
        self.assertIn(REMEDY, flake.build_fails("server-x86_64-linux", **self.store).err)

    def test_missing_archive_is_named_and_is_no_more_once_it_is_added(self):
        self.assertIn(self.missing, flake.build_fails("zig", **self.store).err)
        self.assertEqual(self.add(self.content()), self.archive["storePath"])
        done = flake.build_fails("zig", **self.store)
        self.assertNotIn(self.missing, done.err)
        self.assertIn(REMEDY, done.err)

    def test_archive_with_one_other_bit_does_not_get_to_the_place_of_the_pinned_one(self):
        self.assertNotEqual(self.add(self.content(change=True)), self.archive["storePath"])
        self.assertFalse(flake.is_valid(self.archive["storePath"], **self.store))
        self.assertIn(self.missing, flake.build_fails("zig", **self.store).err)

    def test_file_put_into_the_place_of_the_pinned_one_by_hand_is_not_used(self):
        place = Path(self.archive["storePath"])
        place.write_bytes(self.content(change=True))
        self.assertIn(self.missing, flake.build_fails("zig", **self.store).err)
        self.assertFalse(flake.is_valid(place, **self.store))

    def test_changed_pin_refuses_the_archive_that_is_there(self):
        self.add(self.content())
        checkout = self.folder / "checkout"
        flake.copy_source(checkout)
        pins = checkout / "nix/toolchain/archives.json"
        text = pins.read_text()
        self.assertEqual(text.count(self.archive["sha256"]), 1)
        pins.write_text(text.replace(self.archive["sha256"], "0" * 64))
        self.assertIn(self.missing, flake.build_fails("zig", f"path:{checkout}", **self.store).err)
