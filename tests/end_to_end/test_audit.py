"""Rebuilds and audits with the real Nix: a flake with builds that take a second, and this project's own service."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

from . import flake
from .support import IDENTITY, ROOT, Done, FolderTest, run
from .tools import path_of

BUILDER = "https://example.org/builders/auditor"
SERVICE = "server-aarch64-linux"


class VerifierTest(FolderTest):
    """Tests that run the verifier that nix builds."""

    outputs: tuple[str, ...] = ("rebuild-verifier",)

    def verifier(self, *arguments: str | Path, status: int, seconds: float = 300) -> Done:
        """Runs one command of the verifier."""
        return run(self.program(), *arguments, status=status, seconds=seconds)

    def program(self) -> Path:
        """Returns the verifier's executable."""
        return flake.built("rebuild-verifier") / "bin/rebuild-verifier"

    def publish(self, artifact: Path, attestation: Path) -> Path:
        """Makes a writable release folder with an artifact and its attestation."""
        release = self.folder / "release"
        shutil.copytree(artifact, release)
        for path in [release, *release.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o200)
        for name in ("statement.json", "comparison.json"):
            shutil.copyfile(attestation / name, release / name)
        return release


class SmallFlakeTest(VerifierTest):
    """The flake of tests/fixtures/twice in its own repository."""

    def setUp(self):
        super().setUp()
        self.flake = self.folder / "flake"
        shutil.copytree(ROOT / "tests/fixtures/twice", self.flake)
        (self.flake / "tools").mkdir()
        shutil.copy(path_of("busybox"), self.flake / "tools/busybox")
        (self.flake / "build").mkdir()
        for name in ("build/sriToHex.nix", "lib.nix"):
            shutil.copyfile(ROOT / "nix" / name, self.flake / name)
        # The nonce makes this run independent of store paths that earlier runs left.
        (self.flake / "nonce").write_text(self.folder.name)
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("one")

    def git(self, *arguments: str) -> str:
        """Runs a git command in the flake."""
        return run("git", *IDENTITY, *arguments, folder=self.flake).out.strip()

    def commit(self, message: str) -> str:
        """Commits everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def rebuild(self, attribute: str, *arguments: str | Path, status: int) -> Done:
        """Runs `rebuild` on an attribute."""
        return self.verifier("rebuild", attribute, "--flake", self.flake, *arguments, status=status)

    def audit(self, release: Path, *arguments: str | Path, status: int) -> Done:
        """Runs `audit` on a release."""
        return self.verifier("audit", release, "--flake", self.flake, *arguments, status=status)

    def failed(self, done: Done) -> list[str]:
        """Returns the failed requirements of an audit with `--json -`."""
        (audit,) = json.loads(done.out)["audits"]
        return [entry["name"] for entry in audit["requirements"] if entry["status"] == "failed"]

    def released(self, attribute: str = "good") -> Path:
        """Makes a release in the name of another builder."""
        self.rebuild(attribute, "--attest-out", self.folder / "results", "--builder-id", BUILDER, status=0)
        artifact = Path(flake.evaluate(f"{attribute}.outPath", flake=f"git+file://{self.flake}"))
        return self.publish(artifact, self.folder / "results" / attribute)

    def definition(self) -> Path:
        """Returns the definition of `good`."""
        return Path(flake.evaluate("good.definition.outPath", flake=f"git+file://{self.flake}"))

    def attest_anew(self, release: Path, definition: Path) -> None:
        """Replaces a release's attestation by one of its current content, as an attacker could."""
        for copy in ("one", "other"):
            shutil.copytree(release / "bin", self.folder / copy / "bin")
        self.verifier(
            "attest", self.folder / "one", self.folder / "other", "--definition", definition, "--builder-id", BUILDER,
            "--out", self.folder / "lie", status=0,
        )
        for name in ("statement.json", "comparison.json"):
            shutil.copyfile(self.folder / "lie" / name, release / name)

    def test_builds_that_are_the_same_end_with_status_0_and_those_that_vary_with_status_1(self):
        self.assertIn("good: identical", self.rebuild("good", status=0).out)
        done = self.rebuild("varies", status=1)
        self.assertIn("bin/program", done.out)
        self.assertIn("diffoscope", done.out)

    def test_build_that_fails_ends_with_status_2_and_the_end_of_its_log(self):
        done = self.rebuild("broken", status=2)
        self.assertIn("  > error[E0308]: mismatched types", done.err)
        self.assertIn("could not build broken", done.err)

    def test_random_build_is_found_out_when_it_is_built_again(self):
        self.rebuild("random", status=1)
        done = self.rebuild("random", "--again", status=1)
        self.assertIn("random came out different when it was built again", done.err)
        self.assertNotIn("identical", done.out)

    def test_nix_that_builds_as_the_owner_of_the_store_is_refused_unless_its_builds_are_trusted(self):
        if os.geteuid() != 0:
            self.fail("only root can choose as whom Nix builds: run the tests as root")
        command = (self.program(), "rebuild", "good", "--flake", self.flake)
        done = run(*command, status=2, NIX_CONFIG="build-users-group =")
        self.assertIn("Nix runs builds as the owner of the store", done.err)
        self.assertEqual(done.out, "")
        self.assertIn("good: identical", run(*command, "--trust-build-scripts", status=0, NIX_CONFIG="build-users-group =").out)

    def test_rebuild_that_is_no_second_build_is_refused(self):
        refused = {
            "itself": "it holds the original itself",
            "copied": "it holds the original itself",
            "imported": "allow-import-from-derivation",
            "elsewhere": "evaluation names",
            "written": "written down by its hash instead of built",
            "shares": "the definition does not list",
            "laundered": "the definition does not list",
        }
        for attribute, words in refused.items():
            with self.subTest(attribute=attribute):
                out = self.folder / "refused"
                done = self.rebuild(attribute, "--attest-out", out, "--builder-id", BUILDER, status=2)
                self.assertIn(words, done.err)
                self.assertNotIn("identical", done.out)
                self.assertFalse(out.exists())

    def test_original_that_the_rebuild_takes_from_the_store_as_if_it_were_a_source_is_found(self):
        self.rebuild("good", status=0)
        self.assertIn("it holds the original itself", self.rebuild("smuggled", status=2).err)
        run("nix", "build", "--no-link", f"git+file://{self.flake}#copy")
        self.assertIn("is not named after its content", self.rebuild("foreign", status=2).err)

    def test_library_that_both_are_listed_to_be_made_with_is_in_the_statement(self):
        self.released("listed")
        statement = json.loads((self.folder / "results/listed/statement.json").read_text())
        (shared,) = statement["predicate"]["buildDefinition"]["internalParameters"]["sharedInputs"]
        self.assertEqual(shared["kind"], "tools")
        self.assertRegex(shared["derivation"], r"^[0-9a-z]{32}-library\.drv$")
        self.audit(self.folder / "release", status=0)

    def test_what_is_built_is_what_nix_build_builds_clean_and_dirty(self):
        for change in ("clean", "dirty"):
            with self.subTest(change=change):
                reference = f"git+file://{self.flake}"
                derivation = flake.evaluate("good.drvPath", flake=reference)
                definition = flake.evaluate("good.definition.drvPath", flake=reference)
                done = self.rebuild("good", "--again", status=0)
                self.assertIn("checking outputs of program", done.err)
                for built in (derivation, definition):
                    self.assertTrue(run("nix-store", "--query", "--outputs", built).out.strip())
                    self.assertEqual(run("nix-store", "--query", "--deriver", flake_output(built)).out.strip(), built)
            (self.flake / "nonce").write_text("changed")

    def test_settings_that_a_flake_brings_along_are_not_taken_over(self):
        path = self.flake / "flake.nix"
        # With this setting, no build can run.
        path.write_text(path.read_text().replace("  outputs =", "  nixConfig.max-jobs = 0;\n  outputs =", 1))
        self.commit("settings")
        run(self.program(), "rebuild", "good", "--flake", self.flake, NIX_CONFIG="accept-flake-config = true")

    def test_rebuild_whose_place_is_known_only_once_it_is_built_is_refused(self):
        done = run(
            self.program(), "rebuild", "addressed", "--flake", self.flake, status=2,
            NIX_CONFIG="extra-experimental-features = nix-command flakes ca-derivations",
        )
        self.assertIn("evaluation names", done.err)

    def test_release_audits_as_identical_even_from_a_later_commit_and_from_elsewhere(self):
        release = self.released()
        first = self.git("rev-parse", "HEAD")
        (self.flake / "Cargo.lock").write_text("version = 5\n")
        self.commit("two")
        self.git("checkout", "--quiet", "--orphan", "other")
        self.commit("unrelated")
        done = self.audit(release, "--json", "-", status=0)
        (audit,) = json.loads(done.out)["audits"]
        self.assertEqual(audit["source"]["revision"], first)
        self.assertEqual({entry["status"] for entry in audit["requirements"]}, {"passed"})
        self.assertIn("checking outputs of program", done.err)

    def test_auditor_attests_in_its_own_name_and_a_report_counts_both(self):
        release = self.released()
        out = self.folder / "audited"
        self.audit(release, "--attest-out", out, "--builder-id", "https://example.org/builders/second", status=0)
        done = self.verifier("report", self.folder / "results", out, "--json", "-", status=0)
        (artifact,) = json.loads(done.out)["artifacts"]
        self.assertEqual((artifact["status"], artifact["builders"]), ("identical", 2))

    def test_changed_artifact_is_rejected_and_one_that_was_attested_anew_is_different(self):
        release = self.released()
        program = release / "bin/program"
        program.write_bytes(program.read_bytes() + b"backdoor\n")
        self.assertEqual(self.failed(self.audit(release, "--json", "-", status=1)), ["artifact"])
        # An attacker who can change the artifact can also attest to it.
        self.attest_anew(release, self.definition())
        self.assertEqual(self.failed(self.audit(release, "--json", "-", status=1)), ["original"])

    def test_commit_that_is_not_there_ends_with_status_2(self):
        release = self.released()
        definition = (self.definition().read_text()).replace(self.git("rev-parse", "HEAD"), "f" * 40)
        (self.folder / "definition.json").write_text(definition)
        self.attest_anew(release, self.folder / "definition.json")
        done = self.audit(release, status=2)
        self.assertIn("could not fetch the source", done.err)
        self.assertIn("f" * 40, done.err)

    def test_unpacked_source_is_audited_by_its_hash_alone(self):
        release = self.released()
        shutil.rmtree(self.flake / ".git")
        # Without git the definition says `dirty`, so it is not the released one.
        self.assertEqual(self.failed(self.audit(release, "--json", "-", status=1)), ["definition"])
        (self.flake / "nonce").write_text("changed")
        self.assertEqual(self.failed(self.audit(release, "--json", "-", status=1)), ["source-hash"])

    def test_interrupt_ends_the_builders_and_leaves_nothing(self):
        temporary = self.folder / "tmp"
        temporary.mkdir()
        out = self.folder / "out"
        command = [
            str(self.program()), "rebuild", "slow", "--flake", str(self.flake), "--attest-out", str(out), "--builder-id", BUILDER,
        ]
        process = subprocess.Popen(
            command, env={**os.environ, "TMPDIR": str(temporary)}, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8",
        )
        # NB: the line that the loop below waits for may never come.
        deadline = threading.Timer(120, process.kill)
        deadline.start()
        self.addCleanup(deadline.cancel)
        with process:
            for line in process.stderr:
                if line.startswith("building program"):
                    break
            sleeping = wait_for(builders)
            process.send_signal(signal.SIGINT)
            rest = process.stderr.read()
        self.assertEqual(process.returncode, 130, rest)
        self.assertIn("cancelled: nothing more was decided", rest)
        self.assertTrue(sleeping)
        wait_for(lambda: not builders())
        self.assertFalse(out.exists())
        self.assertEqual([path for path in temporary.iterdir() if not path.name.startswith("nix-build-")], [])


def flake_output(derivation: str) -> str:
    """Returns the only output path of a derivation."""
    return run("nix-store", "--query", "--outputs", derivation).out.strip()


def builders() -> list[str]:
    """Returns the processes that the build of `slow` started."""
    processes = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[1:3] == [b"sleep", b"98765"]:
            processes.append(path.parent.name)
    return processes


def wait_for(condition, seconds: float = 60):
    """Waits until `condition` returns a true value, and returns it; raises `AssertionError` if that takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.1)
    raise AssertionError(f"nothing happened within {seconds} s")


class ServiceTest(VerifierTest):
    """This project's service, as it would be published."""

    outputs = ("rebuild-verifier", SERVICE, f"{SERVICE}.rebuild", f"{SERVICE}.definition", f"{SERVICE}.attestation")

    def test_published_service_is_built_again_from_its_attestation_bit_for_bit(self):
        release = self.publish(flake.built(SERVICE), flake.built(f"{SERVICE}.attestation"))
        report = self.folder / "audit.json"
        done = self.verifier("audit", release, "--flake", ROOT, "--json", report, status=0, seconds=3600)
        self.assertIn(f"identical: {SERVICE}", done.out)
        (audit,) = json.loads(report.read_text())["audits"]
        self.assertEqual({entry["status"] for entry in audit["requirements"]}, {"passed"})
        again = next(entry for entry in audit["requirements"] if entry["name"] == "repeatable")
        self.assertEqual(again["found"], f"nothing differed of {SERVICE}, {SERVICE}.rebuild")

    def test_one_changed_bit_of_the_published_service_is_rejected(self):
        release = self.publish(flake.built(SERVICE), flake.built(f"{SERVICE}.attestation"))
        (executable,) = (release / "bin").iterdir()
        content = bytearray(executable.read_bytes())
        content[len(content) // 2] ^= 1
        executable.write_bytes(content)
        done = self.verifier("audit", release, "--flake", ROOT, status=1)
        self.assertIn(f"bin/{executable.name}", done.err)
