"""Dependencies from a registry of one's own, which wants a token: bootstrap fetches them with cargo's settings and credentials."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .project import HELLO, Project, crate, flake_file
from .support import ROOT, FolderTest, run

TOKEN = "secret-of-the-registry"
PLATFORM = "x86_64-linux"


def packed(name: str, version: str, library: str) -> bytes:
    """Returns a crate as `cargo package` makes it."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for path, text in {"Cargo.toml": crate(name, version=version), "src/lib.rs": library}.items():
            member = tarfile.TarInfo(f"{name}-{version}/{path}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return stream.getvalue()


class Registry:
    """A sparse registry on loopback, which answers only who has the token (The Cargo Book: "Running a Registry")."""

    def __init__(self, name: str, version: str, library: str):
        content = packed(name, version, library)
        checksum = hashlib.sha256(content).hexdigest()
        entry = {"name": name, "vers": version, "deps": [], "cksum": checksum, "features": {}, "yanked": False}
        self.refused: list[str] = []
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802 (the base class's name)
                if self.headers.get("Authorization") != TOKEN:
                    registry.refused.append(self.path)
                    self.send_response(401)
                    self.end_headers()
                    return
                body = registry.files.get(self.path)
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                """Writes no log."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.index = f"sparse+{self.url}/index/"
        settings = {"dl": f"{self.url}/dl/{{crate}}-{{version}}", "auth-required": True}
        self.files = {
            "/index/config.json": json.dumps(settings).encode(),
            f"/index/{name[:2]}/{name[2:4]}/{name}": json.dumps(entry).encode() + b"\n",
            f"/dl/{name}-{version}": content,
        }
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Ends the server."""
        self.server.shutdown()
        self.server.server_close()


class RegistriesTest(FolderTest):
    """A project with a registry of its own."""

    def setUp(self) -> None:
        super().setUp()
        self.registry = Registry("greeting", "1.2.3", 'pub fn word() -> &\'static str {\n    "private"\n}\n')
        self.addCleanup(self.registry.close)
        self.project = Project(self.folder / "project")
        self.project.write({
            "Cargo.toml": crate("hello", "[dependencies]", 'greeting = { version = "1", registry = "mine" }'),
            "src/main.rs": 'fn main() {\n    println!("{}", greeting::word());\n}\n',
            ".cargo/config.toml": f'[registries.mine]\nindex = "{self.registry.index}"\n',
        })
        self.token = {"CARGO_REGISTRIES_MINE_TOKEN": TOKEN, "CARGO_REGISTRIES_MINE_CREDENTIAL_PROVIDER": "cargo:token"}
        run("cargo", "generate-lockfile", folder=self.project.folder, CARGO_HOME=str(self.folder / "cargo"), **self.token)
        self.project.write({"flake.nix": flake_file(f'platforms = [ "{PLATFORM}" ];')})

    def bootstrap(self, status: int, **environment: str) -> str:
        """Runs bootstrap for the project; returns all that it prints."""
        done = run(ROOT / "bootstrap", "--flake", self.project.folder, status=status, XDG_CACHE_HOME=str(self.folder), **environment)
        return done.out + done.err

    def test_crate_is_fetched_with_a_token_that_is_nowhere_afterwards(self):
        self.assertIn("could not fetch the crates of `project`", self.bootstrap(2))
        self.assertTrue(self.registry.refused)
        self.assertNotIn(TOKEN, self.bootstrap(0, **self.token))
        self.assertEqual([path for path in self.folder.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()], [])
        executable = self.project.build(f"hello-{PLATFORM}") / "bin/hello"
        self.assertEqual(run(executable).out, "private\n")
        statement = self.project.build(f"hello-{PLATFORM}.attestation") / "statement.json"
        self.assertNotIn(TOKEN, statement.read_text())
        self.assertEqual(self.paths_with_token(executable.parents[1]), [])

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
