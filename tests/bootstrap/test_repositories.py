"""Git repositories of a project: their trees enter the store and bundles by the hash that the project states."""

import base64
import shutil
from pathlib import Path

from support import MachineTest

from bootstrap import nar

REVISION = "0123456789abcdef0123456789abcdef01234567"
SOURCE = f"git+https://git.example/far#{REVISION}"
FLAKE = """\
{
  inputs.samebits.url = "path:CHECKOUT";
  outputs = { self, samebits }: {
    lib.archives = samebits.lib.archives ++ [ rec {
      kind = "git"; name = "https://git.example/far"; version = "REVISION"; file = "far-0123"; part = "git"; sizeBytes = null;
      sha256 = HASH; list = "project:Cargo.lock"; source = "SOURCE";
      storePath = if sha256 == null then null else builtins.unsafeDiscardStringContext (derivation {
        name = file; system = "x86_64-linux"; builder = "none";
        outputHashAlgo = "sha256"; outputHashMode = "recursive"; outputHash = sha256;
      }).outPath;
    } ];
  };
}
"""


class RepositoriesTest(MachineTest):
    """A project with one repository."""

    def setUp(self) -> None:
        super().setUp()
        checkout = self.machine.mirror / "0123456.checkout"
        (checkout / ".git").mkdir(parents=True)
        (checkout / "below").mkdir()
        for name in (".git/HEAD", ".cargo-ok", "Cargo.toml", "below/.git", "below/run"):
            (checkout / name).write_text(name)
        (checkout / "below/run").chmod(0o755)
        (checkout / "link").symlink_to("below/run")
        tree = self.folder / "tree"
        shutil.copytree(checkout, tree, symlinks=True, ignore=shutil.ignore_patterns(".git", ".cargo-ok"))
        self.sha256 = nar.sha256(tree)
        self.project = self.folder / "project"
        self.project.mkdir()
        (self.project / "Cargo.toml").touch()
        (self.project / "Cargo.lock").write_text(f'version = 4\n[[package]]\nname = "far"\nversion = "0.1.0"\nsource = "{SOURCE}"\n')
        self.state(f'"{self.sha256}"')

    def state(self, sha256: str) -> None:
        """Writes the flake with the hash that the project states, as a Nix expression."""
        text = FLAKE.replace("CHECKOUT", str(self.machine.checkout)).replace("HASH", sha256)
        (self.project / "flake.nix").write_text(text.replace("REVISION", REVISION).replace("SOURCE", SOURCE))

    def of_project(self, *arguments: str, code: int = 0):
        """Runs ./bootstrap for the project."""
        return self.bootstrap("--flake", str(self.project), *arguments, code=code)

    def trees(self) -> list[Path]:
        """Returns the trees of the repository in the store."""
        return sorted((self.machine.store / "store").glob("*-far-0123"))

    def test_tree_enters_the_store_without_the_files_of_git_and_cargo(self):
        self.assertIn(f"missing: git https://git.example/far {REVISION} (far-0123)", self.of_project("--check", code=1).stdout)
        self.assertIn("fetching 2 crates and 1 git repositories", self.of_project().stdout)
        [tree] = self.trees()
        self.assertEqual(sorted(str(path.relative_to(tree)) for path in tree.rglob("*")), ["Cargo.toml", "below", "below/run", "link"])
        self.of_project("--check")

    def test_hash_that_no_one_stated_is_told_and_nothing_of_it_is_added(self):
        self.state("null")
        self.assertIn("missing: git", self.of_project("--check", code=1).stdout)
        stated = base64.b64encode(bytes.fromhex(self.sha256)).decode()
        self.assertIn(f'\n    outputHashes."{SOURCE}" = "sha256-{stated}";\n', self.of_project(code=2).stderr)
        self.assertEqual(self.trees(), [])

    def test_another_tree_is_refused(self):
        self.state(f'"{"0" * 64}"')
        done = self.of_project(code=2)
        self.assertIn(f"https://git.example/far at {REVISION} has the wrong hash: outputHashes states sha256-AAAA", done.stderr)
        self.assertEqual(self.trees(), [])

    def test_repository_that_cargo_did_not_bring_is_an_error(self):
        shutil.rmtree(self.machine.mirror / "0123456.checkout")
        self.assertIn(f"https://git.example/far did not arrive at {REVISION}", self.of_project(code=2).stderr)

    def test_bundle_fills_another_store_without_any_client(self):
        bundle = self.export()
        self.assertEqual(self.of_project("--import", str(bundle)).stderr.count("not pinned"), 0)
        self.assertEqual((len(self.trees()), self.machine.log()), (1, []))
        self.of_project("--check")

    def test_bundle_with_another_tree_or_none_adds_nothing(self):
        bundle = self.export()
        packed = bundle / "far-0123.nar"
        packed.write_bytes(packed.read_bytes().replace(b"below/run", b"other/run"))
        self.assertIn("has the wrong hash", self.of_project("--import", str(bundle), code=2).stderr)
        packed.write_bytes(b"no archive")
        self.assertIn(f"unpack `{packed}`", self.of_project("--import", str(bundle), code=2).stderr)
        packed.unlink()
        self.assertIn(f"`{bundle}` lacks `far-0123.nar`", self.of_project("--import", str(bundle), code=2).stderr)
        self.assertEqual(self.machine.stored(), set())

    def test_remove_deletes_the_tree(self):
        self.of_project()
        self.of_project("--remove")
        self.assertEqual(self.trees(), [])

    def export(self) -> Path:
        """Returns a bundle, and gives the machine an empty store."""
        bundle = self.folder / "bundle"
        self.of_project("--export", str(bundle))
        self.machine.use_store("second")
        (self.folder / "log").unlink()
        return bundle
