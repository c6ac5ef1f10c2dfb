"""Projects whose workspace or flake is in a folder of the source: what a definition says of them, and how they are audited."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from . import flake
from .project import HELLO, Project, crate, flake_file, lock
from .support import FolderTest, run
from .test_audit import BUILDER, VerifierTest

SERVICE = "hello-aarch64-linux"
LOCKS = ("Cargo.lock", "flake.lock")


class PlacesTest(FolderTest):
    """Repositories with a flake and a workspace in folders of their own."""

    def project(self, flake_folder: str, workspace: str, src: str, files: dict[str, str] = HELLO) -> Project:
        """Returns the project in the flake's folder."""
        self.repository = Project(self.folder / "repository")
        self.repository.write({str(Path(workspace, name)): text for name, text in files.items()})
        project = Project(self.repository.folder / flake_folder)
        project.write({"flake.nix": flake_file(f'platforms = [ "aarch64-linux" ]; {src}')})
        return project

    def file_names(self, definition: dict) -> list[str]:
        """Returns the names of the source and its files in a definition; asserts their digests."""
        files = {entry["name"]: entry["digest"] for entry in definition["resolvedDependencies"] if "uri" not in entry}
        for name in files.keys() - {"source"}:
            content = (self.repository.folder / name).read_bytes()
            self.assertEqual(files[name], {"sha256": hashlib.sha256(content).hexdigest()}, name)
        return list(files)


class DefinitionTest(PlacesTest):
    """A definition names the lock files by their paths in the source."""

    def assert_names(self, flake_folder: str, workspace: str, src: str) -> Project:
        """Asserts the names for a project of one shape, and returns it."""
        shutil.rmtree(self.folder / "repository", ignore_errors=True)
        project = self.project(flake_folder, workspace, src)
        definition = project.evaluate(f"{SERVICE}.definition.definition", "builtins.fromJSON")
        expected = [str(Path(folder, name)) for folder, name in zip((workspace, flake_folder), LOCKS)]
        self.assertEqual(self.file_names(definition), ["source", *expected])
        return project

    def test_workspace_below_the_flake(self):
        self.assert_names("", "sub", "src = ./sub;")
        self.assert_names("", "a folder/größe", 'src = ./. + "/a folder/größe";')
        self.assert_names("", "sub", 'src = "${self}/other/../sub/";')

    def test_flake_below_the_root(self):
        self.assert_names("nixstuff", "nixstuff", "src = ./.;")
        self.assert_names("nixstuff", "nixstuff/sub", "src = ./sub;")

    def test_flake_beside_the_workspace(self):
        self.assert_names("nixstuff", "", "src = ./..;")
        self.assert_names("a/nixstuff", "a/rust", "src = ../rust;")

    def test_flake_that_calls_from_another_file(self):
        project = self.project("nixstuff", "nixstuff/sub", "src = ./sub;")
        text = (project.folder / "flake.nix").read_text()
        outputs = "{ self, samebits }: samebits.lib.mkWorkspace { inherit self; src = ../sub; platforms = [ \"aarch64-linux\" ]; }\n"
        head = text.split("  outputs =")[0]
        project.write({"flake.nix": f"{head}  outputs = inputs: import ./nix/outputs.nix inputs;\n}}\n", "nix/outputs.nix": outputs})
        definition = project.evaluate(f"{SERVICE}.definition.definition", "builtins.fromJSON")
        self.assertEqual(self.file_names(definition), ["source", "nixstuff/sub/Cargo.lock", "nixstuff/flake.lock"])

    def test_filtered_source_is_the_one_that_it_was_made_from(self):
        filtered = 'src = { origSrc = ./sub; outPath = builtins.path { name = "filtered"; path = ./sub; }; };'
        self.assert_names("", "sub", filtered)

    def test_workspace_outside_the_source(self):
        project = self.project("", "sub", 'src = builtins.path { name = "copy"; path = ./sub; };')
        self.assertIn("the workspace is outside the flake's source", project.refused(f"{SERVICE}.definition.drvPath"))
        self.assertRegex(project.evaluate(f"{SERVICE}.drvPath"), r"\.drv$")

    def test_flake_without_a_lock_file(self):
        project = self.project("nixstuff", "nixstuff", "src = ./.;")
        (project.folder / "flake.lock").unlink()
        run("git", "add", "--all", folder=project.folder)
        done = project.nix("eval", f".#{SERVICE}.definition.drvPath", "--no-write-lock-file", status=1)
        reason = "the source has no 'nixstuff/flake.lock', so this build could not be repeated; run `nix flake lock`"
        self.assertIn(reason, " ".join(done.err.split()))

    def test_bootstrap_finds_the_lock_file_from_the_flakes_folder(self):
        itoa = next(entry for entry in flake.library()["archives"] if entry["name"] == "itoa")
        locked = lock(("hello", "itoa")) + (
            f'\n[[package]]\nname = "itoa"\nversion = "{itoa["version"]}"\nsource = "registry+https://example.org/index"\n'
            f'checksum = "{itoa["sha256"]}"\n'
        )
        files = {**HELLO, "Cargo.toml": crate("hello", "[dependencies]", 'itoa = "1"'), "Cargo.lock": locked}
        for flake_folder, workspace, src, expected in (
            ("", "sub", "src = ./sub;", "project:sub/Cargo.lock"),
            ("nixstuff", "nixstuff", "src = ./.;", "project:Cargo.lock"),
            ("nixstuff", "", "src = ./..;", "project:../Cargo.lock"),
        ):
            with self.subTest(expected):
                shutil.rmtree(self.folder / "repository", ignore_errors=True)
                project = self.project(flake_folder, workspace, src, files)
                lists = project.evaluate("lib.archives", "map (archive: archive.list or null)")
                self.assertIn(expected, lists)
                done = project.nix("run", ".#bootstrap", "--", "--flake", ".", "--check")
                self.assertRegex(done.err + done.out, r"bootstrap: (\d+) of \1 archives in the store")


class AuditTest(PlacesTest, VerifierTest):
    """Projects of both shapes: built twice, attested, built again and audited, all with their own verifier."""

    outputs = ()

    def program(self) -> Path:
        return self.flake.build("rebuild-verifier") / "bin/rebuild-verifier"

    def audit(self, release: Path, folder: Path, status: int) -> dict[str, str]:
        """Audits a release against the flake in a folder; returns the status of each requirement."""
        done = self.verifier("audit", release, "--flake", folder, "--json", "-", status=status, seconds=1200)
        (audit,) = json.loads(done.out)["audits"]
        self.assertEqual(audit["status"], "rejected" if status else "identical")
        return {entry["name"]: entry["status"] for entry in audit["requirements"]}

    def failed(self, release: Path, folder: Path) -> list[str]:
        """Audits a release that must be rejected; returns the failed requirements."""
        return [name for name, status in self.audit(release, folder, 1).items() if status == "failed"]

    def attest_anew(self, release: Path, definition: str) -> None:
        """Replaces a release's attestation by one with another definition, as an attacker could."""
        (self.folder / "definition.json").write_text(definition)
        for copy in ("one", "other"):
            shutil.copytree(release / "bin", self.folder / copy / "bin")
        self.verifier(
            "attest", self.folder / "one", self.folder / "other", "--definition", self.folder / "definition.json",
            "--builder-id", BUILDER, "--out", self.folder / "lie", status=0,
        )
        for name in ("statement.json", "comparison.json"):
            shutil.copyfile(self.folder / "lie" / name, release / name)

    def assert_audited(self, flake_folder: str, workspace: str, src: str) -> None:
        """Asserts that a project is attested and audited, and is rejected once its lock file is another."""
        self.flake = self.project(flake_folder, workspace, src)
        self.repository.commit()
        attestation = self.flake.build(f"{SERVICE}.attestation")
        statement = json.loads((attestation / "statement.json").read_text())
        names = [str(Path(folder, name)) for folder, name in zip((workspace, flake_folder), LOCKS)]
        self.assertEqual(self.file_names(statement["predicate"]["buildDefinition"]), ["source", *names])
        release = self.publish(self.flake.build(SERVICE), attestation)
        self.assertIn(f"{SERVICE}: identical", self.verifier("rebuild", SERVICE, "--flake", self.flake.folder, status=0).out)
        self.assertEqual(set(self.audit(release, self.flake.folder, 0).values()), {"passed"})

        lock_file = self.repository.folder / workspace / "Cargo.lock"
        original = lock_file.read_text()
        lock_file.write_text(original + "# changed\n")
        unpacked = self.folder / "unpacked"
        shutil.copytree(self.repository.folder, unpacked, ignore=shutil.ignore_patterns(".git"))
        self.assertEqual(self.failed(release, unpacked / flake_folder), ["source-hash"])
        # A later commit changes nothing about the attested one.
        self.repository.commit()
        self.assertEqual(self.audit(release, self.flake.folder, 0)["lock-files"], "passed")
        # An attestation of that commit that has the earlier lock file.
        definition = self.flake.build(f"{SERVICE}.definition").read_text()
        later, earlier = (hashlib.sha256(text.encode()).hexdigest() for text in (lock_file.read_text(), original))
        self.assertIn(later, definition)
        self.attest_anew(release, definition.replace(later, earlier))
        self.assertEqual(self.failed(release, self.flake.folder), ["lock-files"])

    def test_workspace_below_the_flake(self):
        self.assert_audited("", "sub", "src = ./sub;")

    def test_flake_below_the_root(self):
        self.assert_audited("nixstuff", "nixstuff", "src = ./.;")
