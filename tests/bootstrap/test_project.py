"""./bootstrap --flake DIR: the archives of a project that has samebits as an input."""

import shutil

from support import MachineTest, sha256
from test_run import ALL

CRATE = b"theirs" * 99
FLAKE = """\
{
  inputs.samebits.url = "path:CHECKOUT";
  outputs = { self, samebits }: {
    lib.archives = samebits.lib.archives ++ [ rec {
      kind = "crate"; name = "theirs"; version = "0.1.0"; file = "theirs-0.1.0.crate"; part = null; sizeBytes = null;
      sha256 = "DIGEST";
      list = "project:Cargo.lock";
      storePath = builtins.unsafeDiscardStringContext (derivation {
        name = file; system = "x86_64-linux"; builder = "none";
        outputHashAlgo = "sha256"; outputHashMode = "flat"; outputHash = sha256;
      }).outPath;
    } ];
  };
}
"""
WITH_THEIRS = ALL | {"theirs-0.1.0.crate"}


class ProjectTest(MachineTest):
    """A project with one crate of its own."""

    def setUp(self) -> None:
        super().setUp()
        (self.machine.mirror / "theirs-0.1.0.crate").write_bytes(CRATE)
        self.project = self.folder / "project"
        self.project.mkdir()
        text = FLAKE.replace("CHECKOUT", str(self.machine.checkout)).replace("DIGEST", sha256(CRATE))
        (self.project / "flake.nix").write_text(text)
        (self.project / "Cargo.toml").touch()
        (self.project / "Cargo.lock").write_text(
            'version = 4\n[[package]]\nname = "theirs"\nversion = "0.1.0"\n'
            f'source = "registry"\nchecksum = "{sha256(CRATE)}"\n'
        )

    def of_project(self, *arguments: str, code: int = 0):
        """Runs ./bootstrap for the project."""
        return self.bootstrap("--flake", str(self.project), *arguments, code=code)

    def test_both_lock_files_are_fetched_and_nothing_is_left_in_either_folder(self):
        self.assertIn("missing: crate theirs 0.1.0", self.of_project("--check", code=1).stdout)
        self.of_project()
        self.assertEqual(self.machine.stored(), WITH_THEIRS)
        self.of_project("--check")
        names = {path.name for path in self.project.iterdir()}
        self.assertEqual(names, {"Cargo.lock", "Cargo.toml", "flake.lock", "flake.nix"})
        self.assertFalse((self.machine.checkout / ".bootstrap").exists())

    def test_bundle_of_a_project_fills_another_store_without_any_client(self):
        bundle = self.folder / "bundle"
        self.of_project("--export", str(bundle))
        self.assertTrue((bundle / "theirs-0.1.0.crate").is_file())
        self.assertIn("`./bootstrap --flake THE_PROJECT --import THIS_FOLDER`", (bundle / "README.txt").read_text())
        self.machine.use_store("second")
        (self.folder / "log").unlink()
        self.of_project("--import", str(bundle))
        self.assertEqual((self.machine.stored(), self.machine.log()), (WITH_THEIRS, []))

    def test_bundle_of_a_project_whose_lock_file_is_in_a_folder(self):
        (self.project / "rust").mkdir()
        for name in ("Cargo.lock", "Cargo.toml"):
            (self.project / name).rename(self.project / "rust" / name)
        flake = self.project / "flake.nix"
        flake.write_text(flake.read_text().replace("project:Cargo.lock", "project:rust/Cargo.lock"))
        bundle = self.folder / "bundle"
        self.of_project("--export", str(bundle))
        self.machine.use_store("second")
        crate = bundle / "theirs-0.1.0.crate"
        crate.write_bytes(b"other")
        self.assertIn(f"`{crate}` has the wrong hash", self.of_project("--import", str(bundle), code=2).stderr)
        self.assertEqual(self.machine.stored(), set())
        crate.write_bytes(CRATE)
        self.assertEqual(self.of_project("--import", str(bundle)).stderr.count("not pinned"), 0)
        self.assertEqual(self.machine.stored(), WITH_THEIRS)

    def test_bundle_of_samebits_alone_is_not_enough(self):
        bundle = self.folder / "bundle"
        self.bootstrap("--export", str(bundle))
        done = self.of_project("--import", str(bundle), code=2)
        self.assertIn("lacks 1 of 8 files:\n    theirs-0.1.0.crate\n", done.stderr)

    def test_project_that_is_locked_to_another_samebits_is_told_to_use_that_one(self):
        other = self.folder / "other"
        shutil.copytree(self.machine.checkout, other)
        (self.project / "flake.nix").write_text((self.project / "flake.nix").read_text().replace(str(self.machine.checkout), str(other)))
        pins = other / "nix/toolchain/archives.json"
        pins.write_text(pins.read_text().replace('"small-1-1.0-rc1-1.deb"', '"small-2.deb"'))
        done = self.of_project(code=2)
        self.assertIn("is locked to another samebits, which wants `small-2.deb`", done.stderr)
        self.assertIn(f"`nix run {self.project}#bootstrap -- --flake {self.project}`", done.stderr)

    def test_folder_without_a_flake_is_an_error(self):
        done = self.bootstrap("--flake", str(self.folder), "--check", code=2)
        self.assertIn(f"`{self.folder}` has no flake.nix: name the folder of the project's flake", done.stderr)

    def test_update_is_for_samebits_alone(self):
        self.assertIn("leave --flake out", self.of_project("--update", code=2).stderr)
