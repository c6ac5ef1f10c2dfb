"""Dependencies from a registry of one's own, which wants a token: bootstrap fetches them with cargo's settings and credentials."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .project import HELLO, Project, crate, flake_file
from .registry import Registry
from .support import ROOT, FolderTest, run

TOKEN = "secret-of-the-registry"
PLATFORM = "x86_64-linux"
LIBRARY = 'pub fn word() -> &\'static str {\n    "%s"\n}\n'


class RegistriesTest(FolderTest):
    """A project with a registry of its own, and one in place of the public one."""

    def setUp(self) -> None:
        super().setUp()
        self.registry = Registry("greeting", "1.2.3", LIBRARY % "private", TOKEN)
        self.public = Registry("common", "4.5.6", LIBRARY % "public")
        for registry in (self.registry, self.public):
            self.addCleanup(registry.close)
        self.home = self.folder / "cargo"
        self.home.mkdir()
        replaced = f'[source.crates-io]\nreplace-with = "public"\n[source.public]\nregistry = "{self.public.index}"\n'
        (self.home / "config.toml").write_text(replaced)
        self.project = Project(self.folder / "project")
        self.project.write({
            "Cargo.toml": crate("hello", "[dependencies]", 'common = "4"', 'greeting = { version = "1", registry = "mine" }'),
            "src/main.rs": 'fn main() {\n    println!("{} {}", greeting::word(), common::word());\n}\n',
            ".cargo/config.toml": f'[registries.mine]\nindex = "{self.registry.index}"\n',
        })
        self.token = {"CARGO_REGISTRIES_MINE_TOKEN": TOKEN, "CARGO_REGISTRIES_MINE_CREDENTIAL_PROVIDER": "cargo:token"}
        run("cargo", "generate-lockfile", folder=self.project.folder, CARGO_HOME=str(self.home), **self.token)
        self.project.write({"flake.nix": flake_file(f'platforms = [ "{PLATFORM}" ];')})

    def bootstrap(self, status: int, **environment: str) -> str:
        """Runs bootstrap for the project; returns all that it prints."""
        places = {"XDG_CACHE_HOME": str(self.folder), "CARGO_HOME": str(self.home)}
        done = run(ROOT / "bootstrap", "--flake", self.project.folder, status=status, **places, **environment)
        return done.out + done.err

    def test_crate_is_fetched_with_a_token_that_is_nowhere_afterwards(self):
        self.assertIn("could not fetch the crates of `project`", self.bootstrap(2))
        self.assertTrue(self.registry.refused)
        self.assertNotIn(TOKEN, self.bootstrap(0, **self.token))
        self.assertEqual([path for path in self.folder.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()], [])
        executable = self.project.build(f"hello-{PLATFORM}") / "bin/hello"
        self.assertEqual(run(executable).out, "private public\n")
        statement = self.project.build(f"hello-{PLATFORM}.attestation") / "statement.json"
        self.assertNotIn(TOKEN, statement.read_text())
        self.assertEqual(self.paths_with_token(executable.parents[1]), [])

    def test_public_index_learns_no_private_name(self):
        for registry in (self.registry, self.public):
            registry.asked.clear()
        self.bootstrap(0, **self.token)
        for registry, own, other in ((self.public, "common", "greeting"), (self.registry, "greeting", "common")):
            self.assertTrue([path for path in registry.asked if own in path])
            self.assertEqual([path for path in registry.asked if other in path], [])

    def paths_with_token(self, package: Path) -> list[str]:
        """Returns the derivations behind a package that hold the token."""
        closure = run("nix-store", "--query", "--requisites", run("nix-store", "--query", "--deriver", package).out.strip()).out.split()
        self.assertGreater(len(closure), 20)
        return [path for path in closure if path.endswith(".drv") and TOKEN.encode() in Path(path).read_bytes()]

    def test_token_in_the_source_is_refused(self):
        for file, text in (
            (".cargo/config.toml", '[registries.mine]\ntoken = "x"\n'), (".cargo/config.toml", '[registry]\ntoken = "x"\n'),
            (".cargo/credentials.toml", ""), (".cargo/credentials", ""),
            (".cargo/config.toml", '[registries.mine]\nindex = "sparse+https://me:x@example.org/"\n'),
            (".cargo/config.toml", '[env]\nCARGO_REGISTRIES_MINE_TOKEN = "x"\n'),
        ):
            with self.subTest(file, text=text):
                project = Project(self.folder / hashlib.sha256((file + text).encode()).hexdigest())
                project.write({**HELLO, file: text, "flake.nix": flake_file("")})
                reason = project.refused(f"hello-{PLATFORM}.drvPath")
                self.assertIn("samebits: the source holds a secret, and everyone can read the store: ", reason)
                self.assertIn(file, reason)
