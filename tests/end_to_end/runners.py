"""Runners: how to run an executable on this machine, by the `runner` in its platform's entry."""

from __future__ import annotations

import functools
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from . import debian, flake
from .support import run
from .tools import path_of, python_packages

WINE_LIBRARIES = {"386": "fixtures.wine-library.i686-windows", "amd64": "fixtures.wine-library.x86_64-windows"}
"""The flake output with the library that Debian's wine lacks, by Go's name of the architecture."""
WINE_SUITE = "bookworm"
"""The Debian suite of the installed wine. Its 32-bit libraries must have the same version."""
WASMTIME = "wasmtime==50.0.1 --hash=sha256:cc14c3a17654e0394e0225b11813532ef0cd7bd1e222a0c5494cdedaabeddac4"
"""The wheel for this machine, with its hash. It has no dependencies."""


@dataclass(frozen=True)
class Runner:
    """How to start an executable, and what to expect from it."""

    prefix: tuple[str, ...] = ()
    """The command before the executable."""
    environment: dict[str, str] = field(default_factory=dict)
    start_seconds: float = 30
    """How long a service may take to listen."""
    has_signals: bool = True
    """Whether the executable receives SIGTERM."""


def outputs(entry: dict) -> tuple[str, ...]:
    """Returns the flake outputs that a platform's runner needs besides the executable."""
    return (WINE_LIBRARIES[entry["goArch"]],) if entry["runner"] == "wine" else ()


def prepare(entry: dict, executable: Path, folder: Path) -> tuple[Runner, Path]:
    """Prepares `folder` for running a platform's executable; returns the runner and the executable to pass to it."""
    name = entry["runner"]
    arguments = entry.get("runnerArguments", ())
    if name == "native":
        return Runner(), executable
    if name.startswith("qemu-"):
        if "-L" in arguments:
            # The package with the other system's libraries also has its loader.
            path_of(arguments[arguments.index("-L") + 1] + entry["interpreter"])
        return Runner((str(path_of(name)), *arguments)), executable
    if name == "wine":
        return wine(entry["goArch"], executable, folder)
    if name == "wasmtime":
        return wasmtime(), executable
    raise AssertionError(f"`{name}` is no runner of tests/end_to_end/runners.py: add it there")


def wasmtime() -> Runner:
    """Returns the runner of WebAssembly: a Python package, and a script that passes it a command line and the current folder."""
    return Runner((sys.executable, str(Path(__file__).with_name("wasi.py"))), {"PYTHONPATH": str(python_packages(WASMTIME))})


def wine(architecture: str, executable: Path, folder: Path) -> tuple[Runner, Path]:
    """Returns a wine with its own prefix, and a copy of the executable beside the library that Debian's wine lacks."""
    environment = {
        "WINEPREFIX": str(folder / "wine"),
        "HOME": str(folder),
        "WINEDEBUG": "-all,err+virtual",
        # These libraries would open a window and ask whether to download something.
        "WINEDLLOVERRIDES": "mscoree,mshtml=",
    }
    if architecture == "386":
        # NB: with these libraries beside its own, the 64-bit wine also runs 32-bit programs. It needs nothing else of a 32-bit
        # system.
        environment["WINEDLLPATH"] = str(debian.unpacked(WINE_SUITE, "libwine", "i386") / "usr/lib/i386-linux-gnu/wine")
    runner = Runner((*fixed_addresses(), str(path_of("/usr/lib/wine/wine64"))), environment, start_seconds=120, has_signals=False)
    copy = folder / executable.name
    shutil.copyfile(executable, copy)
    (library,) = (flake.built(WINE_LIBRARIES[architecture]) / "bin").iterdir()
    shutil.copyfile(library, folder / library.name)
    return runner, copy


@functools.cache
def fixed_addresses() -> tuple[str, ...]:
    """Returns the command that runs another one without random addresses; nothing where a container forbids that.

    Linux 6.18 puts wine's heap at random over an address that each of its processes needs: one of about 300 did not start.
    """
    command = ("setarch", "--addr-no-randomize")
    return command if run(*command, "true", status=None).status == 0 else ()


def stop_all(runner: Runner) -> None:
    """Ends the processes that the runner itself left behind."""
    if "WINEPREFIX" in runner.environment:
        run(path_of("/usr/lib/wine/wineserver"), "--kill", status=None, **runner.environment)
