"""Programs that only tests need, installed from Debian where they are missing and this is root."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from pathlib import Path

from . import debian
from .support import lasting_folder, run

QEMU = ("aarch64", "arm", "mips", "mips64el", "mipsel", "ppc64", "ppc64le", "riscv64", "s390x", "x86_64")
"""The processors that qemu is asked for."""
PACKAGES = {
    "busybox": "busybox-static",
    "chromium": "chromium",
    **{f"qemu-{processor}": "qemu-user" for processor in QEMU},
    # NB: not /usr/bin/wine, a script of another package, which asks for the 32-bit wine as well.
    "/usr/lib/wine/wine64": "wine64",
    "/usr/lib/wine/wineserver": "wine64",
    "/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1": "libc6-arm64-cross",
}
"""The Debian package of each program."""
NEWER_SUITE = "trixie"
NEWER = {
    # NB: in that of Debian 12, threads come to have each other's thread-local data.
    "qemu-i386": "qemu-user",
    # That of Debian 12 stops at an instruction that it does not know.
    "qemu-loongarch64": "qemu-user",
}
"""The package of each program that Debian 12 has in too old a version, in that suite, where it needs no library."""


@functools.cache
def path_of(program: str) -> Path:
    """Where a program is; installs its package first if need be, and raises `AssertionError` if it cannot."""
    if program in NEWER:
        return debian.unpacked(NEWER_SUITE, NEWER[program]) / "usr/bin" / program
    package = PACKAGES[program]
    if not shutil.which(program):
        install(package)
    found = shutil.which(program)
    if not found:
        raise AssertionError(f"the package {package} is installed, but has no {program}: install it from Debian 12")
    return Path(found)


@functools.cache
def python_packages(*requirements: str) -> Path:
    """A folder with Python packages and what they need, fetched by pip; it goes when the tests end."""
    folder = lasting_folder("python")
    print(f"    fetching {', '.join(requirement.split()[0] for requirement in requirements)}", flush=True)
    # NB: of a file, as only there a requirement can have its hash; with one, pip asks for those of all.
    listed = folder / "requirements.txt"
    listed.write_text("\n".join(requirements))
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", folder / "packages")
    run(sys.executable, *install, "--requirement", listed, seconds=600)
    return folder / "packages"


def install(package: str) -> None:
    """Installs a Debian package, or says how."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", package]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise AssertionError(f"a test needs the package {package}: run `sudo {' '.join(command)}` on Debian 12")
    print(f"    installing {package}", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    if run(*command, status=None, seconds=900, **quiet).status != 0:
        # The lists are missing on a fresh machine, and too old on an old one.
        run("apt-get", "update", **quiet)
        run(*command, seconds=900, **quiet)
