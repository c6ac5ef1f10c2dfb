"""A running service: started, asked over HTTP, stopped."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from .support import tail

LISTENING = re.compile(r"^listening on (http://\S+)$", re.MULTILINE)
# NB: without this, a proxy in the environment would be asked for this machine's own addresses.
ASK = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class Service:
    """A server on a free port of this machine."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str], start_seconds: float):
        """Starts it and waits until it says where it listens; raises `AssertionError` if it does not in time."""
        self.log = folder / "service.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--listen", "127.0.0.1:0"], cwd=folder, env={**os.environ, **environment},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        deadline = time.monotonic() + start_seconds
        while not (found := LISTENING.search(self.said())):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(
                    f"{' '.join(command)}: does not listen after {start_seconds} s, status {self.process.returncode}\n{tail(self.said())}"
                )
            time.sleep(0.05)
        self.url = found[1]

    @property
    def address(self) -> str:
        """Where it listens, as its own --listen takes it."""
        return self.url.removeprefix("http://")

    def said(self) -> str:
        """Its output so far."""
        return self.log.read_text(encoding="utf-8", errors="backslashreplace").replace("\r\n", "\n")

    def post(self, path: str, value: object) -> tuple[int, object]:
        """Sends a value as JSON; status and value of the answer."""
        content = json.dumps(value).encode()
        status, _, body = self.ask(urllib.request.Request(self.url + path, content, {"content-type": "application/json"}))
        return status, json.loads(body)

    def get(self, path: str) -> tuple[int, str, str]:
        """Status, content type and body of an answer."""
        return self.ask(urllib.request.Request(self.url + path))

    @staticmethod
    def ask(request: urllib.request.Request) -> tuple[int, str, str]:
        """The same, of any request."""
        try:
            answer = ASK(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers["content-type"], answer.read().decode()

    def stop(self, signal: int) -> int:
        """Sends a signal and waits; returns the exit status."""
        self.process.send_signal(signal)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired as error:
            self.kill()
            raise AssertionError(f"has not ended 30 s after signal {signal}\n{tail(self.said())}") from error

    def kill(self) -> None:
        """Ends it at once."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
