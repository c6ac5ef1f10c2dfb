"""Programs and libraries by others that judge what we sign, fetched into a folder and not installed."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .support import Done, remove, run
from .tools import python_packages

LIBRARIES = ("in-toto==3.1.0", "in-toto-attestation==0.9.3", "jsonschema==4.26.0", "securesystemslib[crypto]==1.6.0")
"""The Python packages, and what they need."""
COSIGN_SUITE = "testing"
"""The Debian suite of cosign: the one in 13 asks the network for its roots even when a key is given."""
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


@functools.cache
def folder() -> Path:
    """One folder for all of them, which goes when the tests end."""
    import atexit

    made = Path(tempfile.mkdtemp(prefix="samebits-peers-"))
    atexit.register(remove, made)
    return made


def python(script: str, *arguments: str | Path, status: int = 0) -> Done:
    """Runs a script that imports those packages."""
    return run(sys.executable, "-c", script, *arguments, status=status, PYTHONPATH=str(python_packages(*LIBRARIES)))


@functools.cache
def cosign() -> Path:
    """cosign 3, from a package that apt has checked; this machine's own lists and packages stay as they are."""
    apt = folder() / "apt"
    for name in ("etc/preferences.d", "lists/partial", "cache/archives/partial"):
        (apt / name).mkdir(parents=True, exist_ok=True)
    (apt / "etc/sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror()} {COSIGN_SUITE} main\n")
    options = [
        f"Dir::Etc::sourcelist={apt}/etc/sources.list", "Dir::Etc::sourceparts=/dev/null",
        f"Dir::Etc::preferencesparts={apt}/etc/preferences.d", f"Dir::State::lists={apt}/lists",
        f"Dir::Cache={apt}/cache", "Acquire::Languages=none", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
        # A mirror may lag behind what its list of packages promises; that the list is signed is checked all the same.
        "APT::Sandbox::User=root", "Acquire::Check-Valid-Until=false",
    ]
    options = [word for option in options for word in ("-o", option)]
    run("apt-get", *options, "update", seconds=600)
    run("apt-get", *options, "download", "cosign", folder=apt, seconds=600)
    (package,) = apt.glob("cosign_*.deb")
    run("dpkg-deb", "--extract", package, apt / "unpacked")
    return apt / "unpacked/usr/bin/cosign"


def mirror() -> str:
    """Where this machine gets Debian's main archive from."""
    targets = run("apt-get", "indextargets", "--format", "$(ORIGIN) $(SUITE) $(REPO_URI)", "Identifier: Packages").out
    for origin, suite, uri in (line.split() for line in targets.splitlines()):
        if origin == "Debian" and "security" not in suite:
            return uri
    raise AssertionError("no source of apt is Debian's main archive: run `apt-get update` on Debian")


def tool(name: str) -> str:
    """A program that Debian has on every machine that can build."""
    if not shutil.which(name):
        raise AssertionError(f"a test needs {name}: install Debian's package of that name")
    return name


def signature_of(openssl_arguments: list[str | Path]) -> int:
    """Runs openssl, whose answer is its exit status."""
    words = [tool("openssl"), *map(str, openssl_arguments)]
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True).returncode
