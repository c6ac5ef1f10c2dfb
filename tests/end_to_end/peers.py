"""Programs and libraries by others that judge what we sign, fetched into a folder and not installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from . import debian
from .support import Done, run
from .tools import python_packages

LIBRARIES = ("in-toto==3.1.0", "in-toto-attestation==0.9.3", "jsonschema==4.26.0", "securesystemslib[crypto]==1.6.0")
"""The Python packages, and what they need."""
COSIGN_SUITE = "testing"
"""The Debian suite of cosign: the one in 13 asks the network for its roots even when a key is given."""


def python(script: str, *arguments: str | Path, status: int = 0) -> Done:
    """Runs a script that imports those packages."""
    return run(sys.executable, "-c", script, *arguments, status=status, PYTHONPATH=str(python_packages(*LIBRARIES)))


def cosign() -> Path:
    """cosign 3."""
    return debian.unpacked(COSIGN_SUITE, "cosign") / "usr/bin/cosign"


def tool(name: str) -> str:
    """A program that Debian has on every machine that can build."""
    if not shutil.which(name):
        raise AssertionError(f"a test needs {name}: install Debian's package of that name")
    return name


def signature_of(openssl_arguments: list[str | Path]) -> int:
    """Runs openssl, whose answer is its exit status."""
    words = [tool("openssl"), *map(str, openssl_arguments)]
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True).returncode
