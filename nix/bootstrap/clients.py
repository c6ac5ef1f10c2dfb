"""Runs other programs (apt, pip, cargo, nix): ends them when the run ends, and explains why one failed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from .errors import Stopped, Undecided

GRACE_SECS = 5
"""How long a program may take to end after SIGTERM."""

CAUSES = (
    (r"No space left on device|not enough free space|\(28: ", "no space left: free some, then run this again"),
    (
        r"Temporary failure|Could not (?:connect|resolve)|[Cc]onnection (?:refused|failed|timed out)|unreachable"
        r"|Failed to establish|NameResolutionError|spurious network error|[Cc]ouldn't (?:resolve|connect)",
        "no network, or no mirror in reach: check the connection and the client's own settings, then run this again",
    ),
    (
        r"Could not get lock|frontend lock|locked the database|locked by another process",
        "another package manager is running: let it finish, then run this again",
    ),
    (r"--locked was passed", "Cargo.lock does not match its Cargo.toml: run `cargo update --workspace`, then this again"),
    (
        r"program 'git' failed|dubious ownership",
        "git does not trust this checkout, because another user owns it: run this as its owner, with `sudo` if root is needed",
    ),
    (
        r"Read-only file system",
        "read-only: make the path writable; if it is in the home folder, set HOME or XDG_CACHE_HOME to a writable one",
    ),
    (
        r"[Pp]ermission denied|[Oo]peration not permitted|are you root",
        "no permission: run this as root, or make the path writable",
    ),
)
"""Patterns in a client's error output, each with the cause and its remedy. The first match counts."""


@dataclass(frozen=True)
class Done:
    """The result of a program that has ended."""

    code: int
    out: str
    err: str

    @property
    def error_line(self) -> str:
        """The most telling line of the error output: the first error, else the last line."""
        lines = [line.strip() for line in self.err.splitlines() if line.strip()]
        errors = [line for line in lines if re.match(r"(dpkg: error|E:|ERROR|error|fatal)", line)]
        return (errors or lines[-1:] or ["no error output"])[0]


class Clients:
    """Tracks the running programs, so that all of them can be ended."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.running: set[subprocess.Popen] = set()
        self.patient: set[subprocess.Popen] = set()
        self.stopped = False

    def run(
        self, command: list[str], folder: Path | None = None, more_env: dict[str, str] | None = None, patient: bool = False,
    ) -> Done:
        """Runs `command` to its end; raises `Undecided` if it cannot be started, and `Stopped` after `stop`.

        When the run ends, a `patient` program may finish, because killing it halfway would leave the machine broken.
        """
        environment = {**os.environ, "LC_ALL": "C.UTF-8", **(more_env or {})}
        # NB: files, not pipes. An interrupted run no longer reads pipes, and a full pipe would block a patient program.
        with tempfile.TemporaryFile("w+", errors="replace") as out, tempfile.TemporaryFile("w+", errors="replace") as err:
            with self.lock:
                if self.stopped:
                    raise Stopped
                try:
                    process = subprocess.Popen(
                        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err, process_group=0,
                    )
                except OSError as error:
                    raise Undecided(
                        f"cannot start `{command[0]}`: {error.strerror}: install it, then run this again"
                    ) from error
                running = self.patient if patient else self.running
                running.add(process)
            process.wait()
            # NB: only after the wait: if a signal interrupts it, `stop` must still find the program.
            with self.lock:
                running.discard(process)
            if self.stopped:
                raise Stopped
            out.seek(0)
            err.seek(0)
            return Done(process.returncode, out.read(), err.read())

    def must(
        self, command: list[str], aim: str, folder: Path | None = None, more_env: dict[str, str] | None = None,
        patient: bool = False,
    ) -> str:
        """Returns the standard output of `command`. If it fails, raises `Undecided`: it could not `aim`, and why."""
        done = self.run(command, folder, more_env, patient)
        if done.code:
            raise failure(done, command[0], aim)
        return done.out

    def stop(self) -> None:
        """Ends every running program with all its children, and prevents new ones."""
        with self.lock:
            self.stopped = True
            processes, patient = list(self.running), list(self.patient)
        for process in processes:
            self.signal(process, signal.SIGTERM)
        for process in processes:
            try:
                process.wait(GRACE_SECS)
            except subprocess.TimeoutExpired:
                self.signal(process, signal.SIGKILL)
        for process in patient:
            process.wait()

    @staticmethod
    def signal(process: subprocess.Popen, number: int) -> None:
        """Sends a signal to a program's whole process group if the program still runs."""
        if process.poll() is None:
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                pass


def failure(done: Done, program: str, aim: str) -> Undecided:
    """Makes the error for a failed client."""
    for pattern, meaning in CAUSES:
        if re.search(pattern, done.err):
            return Undecided(f"`{program}` could not {aim} ({done.error_line}): {meaning}")
    return Undecided(f"`{program}` could not {aim} ({done.error_line}): resolve that, then run this again")


CLIENTS = Clients()
"""All programs of this run."""
