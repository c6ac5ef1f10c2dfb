"""Programs that only the tests need. Missing ones are installed from Debian if the tests run as root."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from pathlib import Path

from . import debian
from .support import lasting_folder, run

QEMU = ("aarch64", "arm", "mips", "mips64el", "mipsel", "ppc64", "ppc64le", "riscv64", "s390x", "x86_64")
"""The architectures that qemu emulates here, by qemu's names."""
PACKAGES = {
    "busybox": "busybox-static",
    "chromium": "chromium",
    "objcopy": "binutils",
    "osslsigncode": "osslsigncode",
    **{f"qemu-{processor}": "qemu-user" for processor in QEMU},
    "strip": "binutils",
    # NB: not /usr/bin/wine, which is a script of another package and also wants the 32-bit wine.
    "/usr/lib/wine/wine64": "wine64",
    "/usr/lib/wine/wineserver": "wine64",
    "/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1": "libc6-arm64-cross",
}
"""The Debian package of each program."""
NEWER_SUITE = "trixie"
NEWER = {
    # NB: in Debian 12's version, threads see each other's thread-local data.
    "qemu-i386": "qemu-user",
    # Debian 12's version stops at an unknown instruction.
    "qemu-loongarch64": "qemu-user",
}
"""Programs that are too old in Debian 12, and their packages in NEWER_SUITE, where they need no library."""


@functools.cache
def path_of(program: str) -> Path:
    """Returns the path of a program, and installs its package if it is missing; raises `AssertionError` if that fails."""
    if program in NEWER:
        return debian.unpacked(NEWER_SUITE, NEWER[program]) / "usr/bin" / program
    package = PACKAGES[program]
    if not shutil.which(program):
        install(package)
    path = shutil.which(program)
    if not path:
        raise AssertionError(f"the package {package} is installed, but has no {program}: install it from Debian 12")
    return Path(path)


@functools.cache
def python_packages(*requirements: str) -> Path:
    """Fetches Python packages and their dependencies with pip into a folder, which is deleted when the tests end."""
    folder = lasting_folder("python")
    print(f"    fetching {', '.join(requirement.split()[0] for requirement in requirements)}", flush=True)
    # NB: pip accepts a hash only in a requirements file. If one requirement has a hash, all need one.
    listed = folder / "requirements.txt"
    listed.write_text("\n".join(requirements))
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", folder / "packages")
    run(sys.executable, *install, "--requirement", listed, seconds=600)
    return folder / "packages"


def install(package: str) -> None:
    """Installs a Debian package; raises `AssertionError` with the command to run if this user may not."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", package]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise AssertionError(f"a test needs the package {package}: run `sudo {' '.join(command)}` on Debian 12")
    print(f"    installing {package}", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    if run(*command, status=None, seconds=900, **quiet).status != 0:
        # apt's lists may be missing or outdated.
        run("apt-get", "update", **quiet)
        run(*command, seconds=900, **quiet)
