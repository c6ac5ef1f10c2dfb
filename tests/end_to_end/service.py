"""Starts a service, sends it HTTP requests, and stops it."""

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
# NB: without this, requests to this machine's own addresses would go to a proxy from the environment.
ASK = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class Service:
    """A server on a free port of this machine."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str], start_seconds: float):
        """Starts the service and waits until it prints its address; raises `AssertionError` if that takes too long."""
        self.log = folder / "service.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--listen", "127.0.0.1:0"], cwd=folder, env={**os.environ, **environment},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        deadline = time.monotonic() + start_seconds
        while not (listening := LISTENING.search(self.output())):
            ended = self.process.poll() is not None
            if ended or time.monotonic() > deadline:
                self.kill()
                what = f"ended with status {self.process.returncode}" if ended else f"does not listen after {start_seconds} s"
                raise AssertionError(f"{' '.join(command)}: {what}\n{tail(self.output())}")
            time.sleep(0.05)
        self.url = listening[1]

    @property
    def address(self) -> str:
        """The address on which it listens, in the form of its --listen option."""
        return self.url.removeprefix("http://")

    def output(self) -> str:
        """Returns its output so far."""
        return self.log.read_text(encoding="utf-8", errors="backslashreplace").replace("\r\n", "\n")

    def post(self, path: str, value: object) -> tuple[int, object]:
        """Sends a value as JSON; returns the status and the value of the response."""
        content = json.dumps(value).encode()
        status, _, body = self.ask(urllib.request.Request(self.url + path, content, {"content-type": "application/json"}))
        return status, json.loads(body)

    def get(self, path: str) -> tuple[int, str, str]:
        """Returns the status, the content type and the body of a response."""
        return self.ask(urllib.request.Request(self.url + path))

    @staticmethod
    def ask(request: urllib.request.Request) -> tuple[int, str, str]:
        """Sends any request; returns the same as `get`."""
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
            raise AssertionError(f"has not ended 30 s after signal {signal}\n{tail(self.output())}") from error

    def kill(self) -> None:
        """Kills it at once."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
