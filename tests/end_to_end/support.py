"""Helpers of the tests: commands whose failures explain themselves, and tests with their own folder."""

from __future__ import annotations

import atexit
import os
import shlex
import shutil
import stat
import subprocess
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IDENTITY = ("-c", "user.name=tests", "-c", "user.email=", "-c", "commit.gpgsign=false")
"""Git's options for a commit on any machine."""
TAIL_LINES = 60
"""The most lines of a stream that a failure shows."""


def tail(text: str) -> str:
    """Returns the last lines of a text."""
    lines = text.splitlines()
    left_out = [f"… {len(lines) - TAIL_LINES} lines left out"] if len(lines) > TAIL_LINES else []
    return "\n".join(left_out + lines[-TAIL_LINES:])


@dataclass(frozen=True)
class Done:
    """The result of a command that has ended."""

    command: str
    folder: Path
    status: int
    out: str
    err: str

    def __str__(self) -> str:
        return (
            f"command: {self.command}\nfolder: {self.folder}\nstatus: {self.status}\n"
            f"--- standard output\n{tail(self.out)}\n--- standard error\n{tail(self.err)}"
        )


def run(*command: str | Path, status: int | None = 0, folder: Path = ROOT, seconds: float = 300, **environment: str) -> Done:
    """Runs a command to its end; raises `AssertionError` if its exit status is not `status` (`None` allows any)."""
    words = [str(word) for word in command]
    try:
        process = subprocess.run(
            words, cwd=folder, env={**os.environ, **environment}, timeout=seconds, stdin=subprocess.DEVNULL,
            capture_output=True, encoding="utf-8", errors="backslashreplace",
        )
    except subprocess.TimeoutExpired as error:
        raise AssertionError(f"{shlex.join(words)}: has not ended within {seconds} s") from error
    done = Done(shlex.join(words), folder, process.returncode, process.stdout, process.stderr)
    if status not in (None, done.status):
        raise AssertionError(f"expected status {status}\n{done}")
    return done


class FolderTest(unittest.TestCase):
    """A test with its own folder."""

    outputs: tuple[str, ...] = ()
    """Flake outputs that the tests of this class need. All of them are built in one batch, at the first use."""
    slow = False
    """Whether only `tests/run --all` runs these tests."""

    def setUp(self) -> None:
        self.folder = make_folder(self)


def make_folder(test: unittest.TestCase | type[unittest.TestCase]) -> Path:
    """Makes a folder that is deleted after the test, or after the last test of a class."""
    folder = Path(tempfile.mkdtemp(prefix="samebits-test-"))
    clean_up = test.addClassCleanup if isinstance(test, type) else test.addCleanup
    clean_up(remove, folder)
    return folder


def lasting_folder(purpose: str) -> Path:
    """Makes a folder that many tests share. It is deleted when the tests end."""
    folder = Path(tempfile.mkdtemp(prefix=f"samebits-{purpose}-"))
    atexit.register(remove, folder)
    return folder


def remove(folder: Path) -> None:
    """Deletes a folder. A Nix store in it is read-only, so make it writable first."""
    for top, _, _ in os.walk(folder):
        os.chmod(top, os.stat(top).st_mode | stat.S_IRWXU)
    shutil.rmtree(folder)


def class_name(name: str) -> str:
    """Returns the name of the test class for something: that for `server-x86_64-linux` is named ServerX86_64Linux."""
    return "".join(part.capitalize() for part in name.split("-"))


def define(module: dict[str, object], name: str, *bases: type, **attributes: object) -> None:
    """Adds a test class to a module."""
    name = class_name(name)
    module[name] = type(name, bases, {**attributes, "__module__": module["__name__"]})
