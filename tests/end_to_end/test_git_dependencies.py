"""Dependencies from git: pinned by the revision in Cargo.lock and the hash in flake.nix, fetched by bootstrap, built as cargo does."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from .project import HELLO, Project, crate, flake_file, lock
from .support import IDENTITY, ROOT, FolderTest, run

INHERITING = '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n[workspace.package]\nversion = "0.3.0"\nedition = "2021"\n'
PLATFORM = "x86_64-linux"
CHANGING = """\
use std::{env, fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

/// Tries to make a file writable and to open it; leaves the permissions as they were.
fn can_change(file: &Path) -> bool {
    let permissions = fs::metadata(file).unwrap().permissions();
    let changed = fs::set_permissions(file, fs::Permissions::from_mode(0o755)).is_ok();
    let opened = fs::OpenOptions::new().append(true).open(file).is_ok();
    let _ = fs::set_permissions(file, permissions);
    changed || opened
}

fn main() {
    let answer = Command::new(env::var("RUSTC").unwrap()).args(["--print", "sysroot"]).output().unwrap();
    let sysroot = String::from_utf8(answer.stdout).unwrap();
    let compiler = fs::canonicalize(Path::new(sysroot.trim()).join("bin/rustc")).unwrap();
    assert!(compiler.starts_with("/nix/store"));
    let source = fs::canonicalize("src/word.txt").unwrap();
    assert!(source.starts_with("/nix/store"));
    println!("cargo:rustc-env=FAR={} of 2", [&source, &compiler].into_iter().filter(|file| can_change(file)).count());
    let _ = fs::set_permissions(&source, fs::Permissions::from_mode(0o644));
    let _ = fs::write(&source, "changed");
}
"""
"""A build script that tries to change a file of its own package and the compiler; the latter would harm other builds here."""


def library(name: str, *lines: str) -> str:
    """Returns a manifest that inherits all it can."""
    return "\n".join(("[package]", f'name = "{name}"', "version.workspace = true", "edition = { workspace = true }", *lines, ""))


def says(word: str) -> str:
    """Returns a library whose function returns a word."""
    return f'pub fn word() -> String {{\n    "{word}".into()\n}}\n'


class Repository:
    """A git repository of crates."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch", "main")

    @property
    def url(self) -> str:
        """Its URL."""
        return f"file://{self.folder}"

    def git(self, *command: str) -> str:
        """Runs git in it; returns what git prints."""
        return run("git", *IDENTITY, "-c", "protocol.file.allow=always", *command, folder=self.folder).out.strip()

    def commit(self, files: dict[str, str]) -> str:
        """Adds files; returns the revision."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a change")
        return self.git("rev-parse", "HEAD")


class GitTest(FolderTest):
    """A project with dependencies from git."""

    def setUp(self) -> None:
        super().setUp()
        self.project = Project(self.folder / "project")

    def repository(self, name: str, files: dict[str, str]) -> Repository:
        """Returns a repository with one commit."""
        repository = Repository(self.folder / name)
        repository.commit(files)
        return repository

    def depends(self, dependencies: dict[str, str], more: str = "") -> None:
        """Writes a project that prints the word of each dependency; a dependency is what its manifest says after the name."""
        self.manifest = crate("hello", "[dependencies]", *(f"{name} = {{ {text} }}" for name, text in dependencies.items()), more)
        words = "".join(f'    println!("{{}}", {name}::word());\n' for name in dependencies)
        self.project.write({"Cargo.toml": self.manifest, "src/main.rs": f"fn main() {{\n{words}}}\n"})
        self.cargo("generate-lockfile")
        self.flake("")

    def cargo(self, *command: str) -> None:
        """Runs cargo in the project, with a home of its own."""
        run("cargo", *command, folder=self.project.folder, CARGO_HOME=str(self.folder / "cargo"), CARGO_NET_GIT_FETCH_WITH_CLI="false")

    def flake(self, arguments: str) -> None:
        """Writes flake.nix."""
        self.project.write({"flake.nix": flake_file(f'platforms = [ "{PLATFORM}" ]; {arguments}')})

    def bootstrap(self, *arguments: str, status: int = 0) -> str:
        """Runs this checkout's bootstrap for the project; returns what it prints as errors."""
        return run(ROOT / "bootstrap", "--flake", self.project.folder, *arguments, status=status).err

    def hashes(self) -> str:
        """Runs bootstrap, which states the missing hashes, and takes them over; returns them."""
        message = self.bootstrap(status=2)
        self.assertIn("outputHashes lacks repositories that Cargo.lock names; add to the arguments of mkWorkspace (or mkCrane)", message)
        lines = re.findall(r"^    (outputHashes\..*;)$", message, re.MULTILINE)
        self.flake(" ".join(lines))
        self.bootstrap()
        self.bootstrap("--check")
        return " ".join(lines)

    def words(self) -> list[str]:
        """Builds and attests the executable; returns what it prints."""
        statement = json.loads((self.project.build(f"hello-{PLATFORM}.attestation") / "statement.json").read_text())
        self.dependencies = statement["predicate"]["buildDefinition"]["resolvedDependencies"]
        return run(self.project.build(f"hello-{PLATFORM}") / "bin/hello").out.split()


class BuiltTest(GitTest):
    """Shapes of repositories."""

    def test_workspace_that_is_inherited_from_and_files_beside_the_crate(self):
        manifest = f'{INHERITING}[workspace.dependencies]\ninner = {{ path = "crates/inner" }}\n'
        repository = self.repository("far", {
            "Cargo.toml": manifest, "word.txt": "inherited",
            "crates/outer/Cargo.toml": library("outer", "[dependencies]", "inner.workspace = true"),
            "crates/outer/src/lib.rs": "pub use inner::word;\n",
            "crates/inner/Cargo.toml": library("inner"),
            "crates/inner/src/lib.rs": 'pub fn word() -> &\'static str {\n    include_str!("../../../word.txt")\n}\n',
        })
        self.depends({"outer": f'git = "{repository.url}"'})
        self.hashes()
        self.assertEqual(self.words(), ["inherited"])
        [stated] = [one for one in self.dependencies if one["name"].startswith("far-")]
        revision = repository.git("rev-parse", "HEAD")
        self.assertEqual(stated["uri"], f"git+{repository.url}@{revision}")
        self.assertEqual(stated["digest"]["gitCommit"], revision)

    def test_branch_tag_and_revision_of_one_repository_are_three_sources(self):
        repository = self.repository("many.git", {"Cargo.toml": crate("first"), "src/lib.rs": says("tagged")})
        repository.git("tag", "v1")
        repository.git("checkout", "--quiet", "-b", "feature/a+b")
        repository.commit({"Cargo.toml": crate("second"), "src/lib.rs": says("branched")})
        revision = repository.commit({"Cargo.toml": crate("third"), "src/lib.rs": says("at-revision")})
        repository.git("branch", "same", revision)
        repository.git("reset", "--quiet", "--hard", "HEAD~1")
        self.depends({
            "first": f'git = "{repository.url}", tag = "v1"',
            "second": f'git = "{repository.url}", branch = "feature/a+b"',
            "third": f'git = "{repository.url}", rev = "{revision}"',
        })
        self.assertEqual(self.hashes().count("outputHashes."), 3)
        self.assertEqual(self.words(), ["tagged", "branched", "at-revision"])

    def test_root_that_inherits_from_itself_a_build_script_and_a_submodule(self):
        below = self.repository("below", {"word.txt": "submodule"})
        repository = Repository(self.folder / "root")
        repository.git("submodule", "--quiet", "add", below.url, "below")
        repository.commit({
            "Cargo.toml": '[workspace.package]\nversion = "0.1.0"\nedition = "2021"\n[workspace]\n' + library("root", 'build = "make.rs"'),
            "make.rs": 'fn main() {\n    println!("cargo:rustc-env=WORD={}", std::fs::read_to_string("below/word.txt").unwrap());\n}\n',
            "src/lib.rs": 'pub fn word() -> &\'static str {\n    env!("WORD")\n}\n',
            # NB: cargo takes the package with the version of the lock file.
            "copies/root/Cargo.toml": crate("root", "[workspace]", version="9.9.9"), "copies/root/src/lib.rs": says("copy"),
        })
        self.depends({"root": f'git = "{repository.url}", version = "0.1"'})
        self.hashes()
        self.assertEqual(self.words(), ["submodule"])

    def test_workspace_that_the_manifest_names_and_a_patch_of_a_registry(self):
        repository = self.repository("patch", {
            "rust/Cargo.toml": '[workspace]\nmembers = ["../patched"]\n[workspace.package]\nversion = "1.0.99"\nedition = "2018"\n',
            "patched/Cargo.toml": library("itoa", 'workspace = "../rust"'), "patched/src/lib.rs": says("patched"),
        })
        self.depends({"itoa": 'version = "1"'}, f'[patch.crates-io]\nitoa = {{ git = "{repository.url}" }}\n')
        self.hashes()
        self.assertEqual(self.words(), ["patched"])


    def test_spellings_that_cargo_understands(self):
        root = "workspace.members = ['gone', 'named']\nworkspace.package = { version = \"1.0.0\", edition = \"2021\" }\n"
        manifests = {
            # Below a workspace that cargo cannot read, and no member of it.
            "below/stranger": crate("stranger").replace("\n", "  # workspace = true\n", 1),
            # NB: the root is written without a table, the names with tabs, quotes and dots.
            "named": "[ package ]\r\nname\t=\t'named'\r\nversion = { workspace = true }\r\nedition.workspace=true\r\n",
            "a|b & c": crate("odd", "description = 'says { workspace = true }'"),
            "dotted": 'package.name = "dotted"\npackage.version = "1.0.0"\npackage.edition.workspace = true\n',
            "deep/er": "[package]\nname = 'deeper'\nversion = '1.0.0'\nworkspace = '../..'\nedition.workspace = true\n",
        }
        files = {f"{folder}/Cargo.toml": text for folder, text in manifests.items()}
        names = ("stranger", "named", "odd", "dotted", "deeper")
        files |= {f"{folder}/src/lib.rs": says(name) for folder, name in zip(manifests, names, strict=True)}
        copies = {"tests/fixtures/named/Cargo.toml": crate("named"), "tests/fixtures/named/src/lib.rs": says("copy")}
        repository = self.repository("odd", {"Cargo.toml": root, **files, **copies})
        repository.git("tag", "v1")
        repository.git("branch", "v1")
        self.depends({name: f'git = "{repository.url}", {"tag" if name == "odd" else "branch"} = "v1"' for name in names})
        self.hashes()
        self.assertEqual(self.words(), list(names))

    def test_build_script_cannot_change_what_the_rebuild_reads(self):
        repository = self.repository("self-changing", {
            "Cargo.toml": crate("far"), "build.rs": CHANGING, "src/word.txt": "unchanged",
            "src/lib.rs": 'pub fn word() -> &\'static str {\n    concat!(include_str!("word.txt"), " ", env!("FAR"))\n}\n',
        })
        self.depends({"far": f'git = "{repository.url}"'})
        self.hashes()
        # NB: both builds run at once, so each would read what the other has changed.
        self.assertEqual(self.words(), ["unchanged", "0", "of", "2"])


class RefusedTest(GitTest):
    """What is refused, before anything is built."""

    def locked(self, source: str, arguments: str = "") -> str:
        """Returns why a project is refused whose lock file states a source."""
        locked = lock(("hello", "far")) + f'\n[[package]]\nname = "far"\nversion = "1.0.0"\nsource = "{source}"\n'
        manifest = crate("hello", "[dependencies]", 'far = { git = "file:///far" }')
        self.project.write({**HELLO, "Cargo.toml": manifest, "Cargo.lock": locked, "flake.nix": flake_file(arguments)})
        return self.project.refused(f"hello-{PLATFORM}.drvPath")

    def test_lock_file_without_a_revision(self):
        for source in ("git+file:///far", "git+file:///far#", "git+file:///far?branch=main#0123"):
            with self.subTest(source):
                reason = self.locked(source)
                self.assertIn(f"Cargo.lock states no revision for far, which comes from git ({source})", reason)
                self.assertIn("run `cargo update -p far`", reason)

    def test_password_in_a_url(self):
        reason = self.locked(f"git+https://me:secret@git.example/far#{'1' * 40}")
        self.assertIn("Cargo.lock states a password in the URL of far", reason)
        self.assertNotIn("secret@", reason)

    def test_crate_that_nothing_pins(self):
        reason = self.locked("registry+https://example.org/index")
        self.assertIn("Cargo.lock states no checksum for far 1.0.0 (registry+https://example.org/index)", reason)

    def test_hash_that_is_missing_wrong_or_left_over(self):
        source = f"git+file:///far#{'1' * 40}"
        reason = self.locked(source)
        self.assertIn("outputHashes lacks the hash of file:///far", reason)
        self.assertIn("run: nix run .#bootstrap -- --flake .", reason)
        self.assertIn("and it should be like", self.locked(source, f'outputHashes."{source}" = "1234";'))
        self.assertIn("outputHashes is a set with other values", self.locked(source, f'outputHashes."{source}" = 1;'))
        other = f"git+file:///far#{'2' * 40}"
        reason = self.locked(source, f'outputHashes."{other}" = "";')
        self.assertIn(f"no source from git in Cargo.lock (outputHashes) is called '{other}': there are: {source}", reason)

    def test_repository_that_the_store_lacks_is_answered_with_a_command(self):
        source = f"git+file:///far#{'1' * 40}"
        self.locked(source)
        self.flake(f'outputHashes."{source}" = "sha256-{"A" * 43}=";')
        reason = self.project.nix("build", f".#hello-{PLATFORM}", status=1).err
        self.assertIn(f"the git repository file:///far at {'1' * 40} is not in the Nix store; to put it there, run: nix run .#bootstrap", reason)

    def test_tree_with_another_hash(self):
        repository = self.repository("far", {"Cargo.toml": crate("far"), "src/lib.rs": says("far")})
        self.depends({"far": f'git = "{repository.url}"'})
        revision = repository.git("rev-parse", "HEAD")
        self.flake(f'outputHashes."git+{repository.url}#{revision}" = "sha256-{"A" * 43}=";')
        message = self.bootstrap(status=2)
        self.assertIn(f"{repository.url} at {revision} has the wrong hash: outputHashes states sha256-AAAA", message)
        self.assertIn("nothing of it was added", message)

    def test_repository_that_is_gone(self):
        repository = self.repository("far", {"Cargo.toml": crate("far"), "src/lib.rs": says("far")})
        self.depends({"far": f'git = "{repository.url}"'})
        shutil.rmtree(repository.folder)
        self.assertIn("could not fetch the crates of `project`", self.bootstrap(status=2))
