"""Other people's projects: small workspaces in folders of their own, with this checkout as a locked flake input."""

from __future__ import annotations

import json
from pathlib import Path

from .support import IDENTITY, ROOT, Done, run

SAMEBITS = f"git+file://{ROOT}"
MAIN = 'fn main() {\n    println!("hello");\n}\n'
FLAKE = """\
{{
  inputs.samebits.url = "{samebits}";
  outputs =
    {{ self, samebits }}:
    samebits.lib.mkWorkspace {{
      inherit self;
{arguments}    }};
}}
"""


def flake_file(arguments: str) -> str:
    """Returns a flake.nix that calls mkWorkspace with these arguments."""
    return FLAKE.format(samebits=SAMEBITS, arguments=f"      {arguments}\n" if arguments else "")


def crate(name: str, *lines: str, version: str = "1.0.0") -> str:
    """Returns a manifest with further lines."""
    return "\n".join(("[package]", f'name = "{name}"', f'version = "{version}"', 'edition = "2021"', *lines, ""))


def lock(*packages: tuple[str, ...], version: str = "1.0.0") -> str:
    """Returns a lock file of packages of a workspace; each is a name, then the names that it depends on."""
    text = "version = 4\n"
    for name, *dependencies in sorted(packages):
        text += f'\n[[package]]\nname = "{name}"\nversion = "{version}"\n'
        if dependencies:
            text += "dependencies = [\n" + "".join(f' "{dependency}",\n' for dependency in sorted(dependencies)) + "]\n"
    return text


# The smallest project.
HELLO = {"Cargo.toml": crate("hello"), "Cargo.lock": lock(("hello",)), "src/main.rs": MAIN}
EXECUTABLE = "hello-x86_64-linux.drvPath"


class Project:
    """A git repository in `folder`, or a part of the one around it. The flake sees the files that `write` and `commit` told git of."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        if not any((above / ".git").exists() for above in folder.parents):
            run("git", "init", "--quiet", folder=folder)

    def write(self, files: dict[str, str]) -> None:
        """Writes files, and locks the flake's inputs if there is no lock file yet."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.add()

    def add(self) -> None:
        """Tells git of all files, among them flake.lock."""
        run("git", "add", "--all", folder=self.folder)
        if not (self.folder / "flake.lock").exists() and (self.folder / "flake.nix").exists():
            run("nix", "flake", "lock", folder=self.folder)
            run("git", "add", "--all", folder=self.folder)

    def commit(self) -> str:
        """Commits everything; returns the revision."""
        self.add()
        run("git", *IDENTITY, "commit", "--quiet", "--message", "a change", folder=self.folder)
        return run("git", "rev-parse", "HEAD", folder=self.folder).out.strip()

    def from_template(self, name: str) -> None:
        """Follows the README: copies a template and puts the URL of samebits into it."""
        run("nix", "flake", "init", "--template", f"{SAMEBITS}#{name}", folder=self.folder)
        flake = self.folder / "flake.nix"
        flake.write_text(flake.read_text().replace("URL-OF-SAMEBITS", SAMEBITS))
        self.add()

    def nix(self, *command: str, status: int | None = 0, seconds: float = 300) -> Done:
        """Runs nix in the project's folder."""
        return run("nix", *command, folder=self.folder, status=status, seconds=seconds)

    def evaluate(self, attribute: str, apply: str = "x: x") -> object:
        """Evaluates an attribute."""
        return json.loads(self.nix("eval", "--json", f".#{attribute}", "--apply", apply).out)

    def refused(self, attribute: str) -> str:
        """Evaluates an attribute that must be refused; returns the reason."""
        return self.nix("eval", "--json", f".#{attribute}", status=1).err

    def build(self, attribute: str) -> Path:
        """Builds an attribute and returns its store path."""
        answer = self.nix("build", "--no-link", "--json", f".#{attribute}", seconds=1200).out
        return Path(json.loads(answer)[0]["outputs"]["out"])
