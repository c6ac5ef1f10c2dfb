"""The closed set in a folder: the export is atomic, and the import adds nothing unless every file matches its pin."""

import shutil
import subprocess
from pathlib import Path

from support import SEED, MachineTest

CARRIED = "installer-1-1.0-rc1-1.deb"
OFFLINE = {"APT": "offline", "PIP": "offline"}


class Export(MachineTest):
    """--export."""

    def setUp(self) -> None:
        super().setUp()
        self.target = self.folder / "bundle"

    def test_folder_has_the_closed_set_with_what_installs_nix_and_sums_that_sha256sum_accepts(self):
        self.bootstrap("--export", str(self.target))
        names = {path.name for path in self.target.iterdir()}
        self.assertEqual(names, (self.machine.stored() - {SEED}) | {SEED + ".nar", CARRIED, "SHA256SUMS", "README.txt"})
        subprocess.run(["sha256sum", "-c", "--quiet", "--strict", "SHA256SUMS"], cwd=self.target, check=True)
        listed = [line.split("  ")[1] for line in (self.target / "SHA256SUMS").read_text().splitlines()]
        self.assertEqual(listed, sorted(names - {"SHA256SUMS", "README.txt"}))
        self.assertEqual((self.target / "README.txt").read_text().count("\n"), 2)

    def test_what_only_installs_nix_does_not_enter_the_store(self):
        self.bootstrap("--export", str(self.target))
        self.assertNotIn(CARRIED, self.machine.stored())

    def test_two_exports_are_the_same_bytes(self):
        other = self.folder / "other"
        self.bootstrap("--export", str(self.target))
        self.bootstrap("--export", str(other))
        self.assertEqual(contents(self.target), contents(other))

    def test_folder_with_something_in_it_is_refused_and_left_alone(self):
        self.target.mkdir()
        (self.target / "mine").write_text("precious")
        done = self.bootstrap("--export", str(self.target), code=2)
        self.assertIn("not an empty folder: name another one", done.stderr)
        self.assertEqual([path.name for path in self.target.iterdir()], ["mine"])
        self.assertEqual(self.machine.log(), [])

    def test_file_in_the_store_that_was_damaged_is_not_exported_and_no_folder_appears(self):
        self.bootstrap()
        path = next((self.machine.store / "store").glob("*-small-1-1.0-rc1-1.deb"))
        path.chmod(0o644)
        path.write_bytes(b"rotten")
        done = self.bootstrap("--export", str(self.target), code=2)
        self.assertIn("has the wrong hash", done.stderr)
        self.assertEqual([entry.name for entry in self.folder.glob("bundle*")], [])
        self.assertTrue(path.exists())


class Import(MachineTest):
    """--import, on the same machine with an empty store and no network."""

    def setUp(self) -> None:
        super().setUp()
        self.source = self.folder / "bundle"
        self.bootstrap("--export", str(self.source))
        self.all = self.machine.stored()
        self.machine.use_store("second")
        (self.folder / "log").unlink()

    def refused(self, reason: str) -> None:
        """Asserts that the bundle is rejected for this reason, and that the store is still empty."""
        done = self.bootstrap("--import", str(self.source), code=2, **OFFLINE)
        self.assertIn(reason, done.stderr)
        self.assertIn("nothing was added", done.stderr)
        self.assertEqual(self.machine.stored(), set())

    def test_bundle_fills_an_empty_store_without_any_client(self):
        self.bootstrap("--import", str(self.source), **OFFLINE)
        self.assertEqual(self.machine.stored(), self.all)
        self.assertEqual(self.machine.log(), [])
        self.bootstrap("--check")

    def test_bundle_fills_the_store_of_any_linux_that_has_nix_and_git(self):
        programs = self.folder / "programs"
        programs.mkdir()
        for name in ("nix", "nix-store", "git"):
            (programs / name).symlink_to(shutil.which(name))
        self.bootstrap("--import", str(self.source), PATH=str(programs))
        self.assertEqual(self.machine.stored(), self.all)

    def test_second_import_changes_nothing(self):
        self.bootstrap("--import", str(self.source))
        self.assertIn("bootstrap: 0 archives added, 6 of 6", self.bootstrap("--import", str(self.source)).stdout)

    def test_damaged_file_is_named_with_both_hashes(self):
        (self.source / "own-0.1.0.crate").write_bytes(b"rotten")
        self.refused("own-0.1.0.crate` has the wrong hash: expected sha256 ")

    def test_damaged_file_whose_sum_was_changed_along_is_refused_too(self):
        (self.source / "small-1-1.0-rc1-1.deb").write_bytes(b"rotten")
        command = "sha256sum *.deb *.whl *.crate > SHA256SUMS && sha256sum -c SHA256SUMS"
        self.assertEqual(subprocess.run(command, shell=True, cwd=self.source, capture_output=True).returncode, 0)
        self.refused("small-1-1.0-rc1-1.deb` has the wrong hash")

    def test_damaged_package_that_only_installs_nix_is_refused_too(self):
        (self.source / CARRIED).write_bytes(b"rotten")
        self.refused(f"{CARRIED}` has the wrong hash")

    def test_missing_files_are_all_named(self):
        (self.source / "std-0.1.0.crate").unlink()
        (self.source / CARRIED).unlink()
        self.refused(f"lacks 2 of 7 files:\n    {CARRIED}\n    std-0.1.0.crate\n")

    def test_link_in_place_of_a_file_is_refused(self):
        path = self.source / "own-0.1.0.crate"
        path.rename(self.folder / "elsewhere")
        path.symlink_to(self.folder / "elsewhere")
        self.refused("is not a regular file")

    def test_unknown_file_is_reported_and_not_added(self):
        (self.source / "extra-1.deb").write_bytes(b"who am i")
        done = self.bootstrap("--import", str(self.source))
        self.assertIn("extra-1.deb` is not pinned and is left alone", done.stderr)
        self.assertEqual(self.machine.stored(), self.all)

    def test_bundle_without_sums_is_still_verified_against_the_pins(self):
        (self.source / "SHA256SUMS").unlink()
        self.bootstrap("--import", str(self.source))
        self.assertEqual(self.machine.stored(), self.all)

    def test_folder_that_is_not_there_is_named(self):
        self.assertIn("is not a folder", self.bootstrap("--import", str(self.folder / "nowhere"), code=2).stderr)


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Returns the mode and the bytes of each file."""
    return {path.name: (path.stat().st_mode, path.read_bytes()) for path in folder.iterdir()}
