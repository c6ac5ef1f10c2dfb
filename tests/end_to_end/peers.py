"""Independent programs and libraries that verify what we sign. They are fetched into a folder, not installed."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from pathlib import Path

from . import debian
from .support import Done, lasting_folder, run
from .tools import python_packages

LIBRARIES = ("in-toto==3.1.0", "in-toto-attestation==0.9.3", "jsonschema==4.26.0", "securesystemslib[crypto]==1.6.0")
"""The Python packages; pip adds their dependencies."""
COSIGN_SUITE = "testing"
"""The Debian suite of cosign. The version in Debian 13 fetches its trust root from the network even if a key is given."""


def python(script: str, *arguments: str | Path, status: int = 0) -> Done:
    """Runs a Python script that can import LIBRARIES."""
    return run(sys.executable, "-c", script, *arguments, status=status, PYTHONPATH=str(python_packages(*LIBRARIES)))


@functools.cache
def crate(name: str, version: str) -> Path:
    """Compiles a program of the Rust registry with this machine's cargo, and returns its path."""
    print(f"    compiling {name} {version}", flush=True)
    folder = lasting_folder("crate")
    run(tool("cargo"), "install", "--quiet", "--locked", "--root", folder, name, "--version", version, seconds=3000)
    return folder / "bin" / name


def cosign() -> Path:
    """Returns the path of cosign 3."""
    return debian.unpacked(COSIGN_SUITE, "cosign") / "usr/bin/cosign"


def tool(name: str) -> str:
    """Returns a program's name; raises `AssertionError` if it is not installed."""
    if not shutil.which(name):
        raise AssertionError(f"a test needs {name}: install Debian's package of that name")
    return name


def openssl_status(arguments: list[str | Path]) -> int:
    """Runs openssl and returns its exit status."""
    words = [tool("openssl"), *map(str, arguments)]
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True).returncode
