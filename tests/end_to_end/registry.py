"""Registries of crates on loopback, as private ones are served."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .project import crate


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
    """A sparse registry with one crate, which answers only who has the token, if there is one (The Cargo Book: "Running a Registry")."""

    def __init__(self, name: str, version: str, library: str, token: str | None = None):
        content = packed(name, version, library)
        checksum = hashlib.sha256(content).hexdigest()
        entry = {"name": name, "vers": version, "deps": [], "cksum": checksum, "features": {}, "yanked": False}
        self.asked: list[str] = []
        self.refused: list[str] = []
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802 (the base class's name)
                registry.asked.append(self.path)
                if self.headers.get("Authorization") != token:
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
        settings = {"dl": f"{self.url}/dl/{{crate}}-{{version}}", "auth-required": token is not None}
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
