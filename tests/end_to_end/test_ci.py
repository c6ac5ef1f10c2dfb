"""The CI files for other projects: linted, and their commands run in a new workspace."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from .project import Project
from .support import ROOT, FolderTest, run
from .tools import python_packages

WORKFLOW = ROOT / "nix/templates/existing/.github/workflows/samebits.yml"
RELEASE = ROOT / "docs/ci/verify.yml"
GITLAB = ROOT / "docs/ci/gitlab-ci.yml"
LINTER = "zizmor==1.32.0 --hash=sha256:84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071"
YAML = "ruamel.yaml==0.19.1 --hash=sha256:27592957fedf6e0b62f281e96effd28043345e0e66001f97683aa9a40c667c93"
SUMMARY = "| `hello` | `aarch64-linux` | ✅ identical |"
CI_ONLY = ("apt-get update", "git config --global")
"""How commands begin that only a fresh container needs."""


def parsed(file: Path) -> dict:
    """Parses a YAML file."""
    sys.path.insert(0, str(python_packages(YAML)))
    try:
        from ruamel.yaml import YAML as Parser  # NB: only after it was fetched.
    finally:
        sys.path.pop(0)
    return Parser(typ="safe", pure=True).load(file)


class LintTest(FolderTest):
    """What a linter of workflows says, offline."""

    def lint(self, *files: Path, status: int = 0) -> str:
        """Runs the linter; returns what it prints."""
        program = python_packages(LINTER) / "bin/zizmor"
        return run(program, "--offline", "--no-progress", *files, status=status).out

    def test_workflows_have_no_findings(self):
        files = [WORKFLOW, RELEASE, *sorted((ROOT / ".github/workflows").iterdir())]
        self.assertIn("No findings to report", self.lint(*files))

    def test_unpinned_action_is_a_finding(self):
        text = WORKFLOW.read_text()
        pinned = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683"
        self.assertIn(pinned, text)
        file = self.folder / "workflow.yml"
        file.write_text(text.replace(pinned, "actions/checkout@main"))
        self.assertIn("unpinned-uses", self.lint(file, status=14))

    def test_both_templates_have_the_same_workflow(self):
        self.assertEqual(WORKFLOW.read_text(), (ROOT / "nix/templates/new/.github/workflows/samebits.yml").read_text())


class CommandsTest(FolderTest):
    """The commands of the files, in a workspace made from a template."""

    def setUp(self) -> None:
        super().setUp()
        self.project = Project(self.folder / "project")
        self.project.from_template("new")
        flake = (self.project.folder / "flake.nix").read_text()
        self.assertIn('"linux/amd64"\n', flake)
        self.project.write({"flake.nix": flake.replace('"linux/amd64"\n', "")})
        self.revision = self.project.commit()
        (self.folder / "temporary").mkdir()
        self.environment = {
            "GITHUB_SERVER_URL": "https://forge.example", "GITHUB_REPOSITORY": "us/project", "GITHUB_SHA": self.revision,
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"), "RUNNER_TEMP": str(self.folder / "temporary"),
            "CI_PROJECT_URL": "https://forge.example/us/project", "CI_PROJECT_DIR": str(self.project.folder),
        }

    def bash(self, command: str, status: int = 0) -> str:
        """Runs a command as CI does, in a shell that stops at the first error; returns its standard error."""
        script = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command)
        return run(*script, folder=self.project.folder, status=status, seconds=1800, **self.environment).err

    def steps(self, job: dict) -> dict[str, str]:
        """Returns the commands of a job's steps by their names, without what only a fresh container needs."""
        named = {step["name"]: step["run"] for step in job["steps"] if "run" in step}
        return {name: command for name, command in named.items() if not command.startswith(CI_ONLY)}

    def test_github_builds_attests_and_summarises(self):
        commands = self.steps(parsed(WORKFLOW)["jobs"]["attest"])
        self.assertEqual(len(commands), 3)
        for command in commands.values():
            self.bash(command)
        self.assertTrue((self.project.folder / "attestations/hello-aarch64-linux/statement.json").is_file())
        self.assertIn(SUMMARY, (self.folder / "summary.md").read_text())

    def test_gitlab_builds_attests_and_summarises(self):
        job = parsed(GITLAB)["attest"]
        for command in (*job["before_script"], *job["script"], *job["after_script"]):
            if not command.startswith(CI_ONLY):
                self.bash(command)
        self.assertIn(f"aarch64-linux from {self.revision}", (self.project.folder / "attestations/junit.xml").read_text())
        self.assertIn(SUMMARY, (self.project.folder / "attestations/summary.md").read_text())

    def test_release_is_signed_and_verified_and_nothing_passes_by_accident(self):
        verifier = self.project.build("rebuild-verifier") / "bin/rebuild-verifier"
        run(verifier, "keygen", "--out", self.folder / "keys")
        shutil.copy(self.folder / "keys/signing.pub", self.project.folder)
        (self.project.folder / "policy.toml").write_text(
            'version = 1\nthreshold = 1\nbuild-types = ["urn:samebits:nix-rebuild:v2"]\nproducts = ["hello-aarch64-linux"]\n'
            'platforms = ["aarch64-linux"]\nvariations = ["build-directory", "clock"]\nshared-inputs = '
            '["compiler", "conditions", "linker", "sources", "tools", "wrapper"]\n[source]\nrevision = "any"\n'
            '[[builder]]\nid = "https://forge.example/us/project"\nkeys = [{ file = "signing.pub" }]\n'
        )
        self.environment["GITHUB_SHA"] = self.project.commit()
        self.environment["SIGNING_KEY"] = (self.folder / "keys/signing.key").read_text()
        workflow = parsed(RELEASE)
        for command in self.steps(workflow["jobs"]["build"]).values():
            self.bash(command)
        self.assertEqual(list((self.folder / "temporary").iterdir()), [])
        verify = self.steps(workflow["jobs"]["verify"])["Verify"]
        self.bash(verify)
        release = self.project.folder / "release/hello-aarch64-linux"
        executable = release / "bin/hello"
        content = executable.read_bytes()
        # A changed executable.
        os.chmod(executable, 0o755)
        executable.write_bytes(content + b"\0")
        self.bash(verify, status=1)
        # An executable that did not arrive.
        executable.unlink()
        self.bash(verify, status=2)
        # A statement about another commit.
        executable.write_bytes(content)
        self.environment["GITHUB_SHA"] = "0" * 40
        self.bash(verify, status=1)
        # A flake that cannot be evaluated.
        (self.project.folder / "flake.nix").write_text("{")
        self.bash(verify, status=1)
