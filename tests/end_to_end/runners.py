"""What runs an executable here, by the `runner` of its platform's entry."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from . import flake
from .support import run
from .tools import path_of

OUTPUTS = {"wine": ("fixtures.wine-library",)}
"""Flake outputs that a runner needs besides the executable."""


@dataclass(frozen=True)
class Runner:
    """How to start an executable, and what to expect of it."""

    prefix: tuple[str, ...] = ()
    """The command before the executable."""
    environment: dict[str, str] = field(default_factory=dict)
    start_seconds: float = 30
    """How long a service may take until it listens."""
    has_signals: bool = True
    """Whether SIGTERM reaches it as such."""


def prepare(name: str, executable: Path, folder: Path) -> tuple[Runner, Path]:
    """Prepares `folder` for running; returns the runner, and the executable to give to it."""
    if name == "native":
        return Runner(), executable
    if name.startswith("qemu-"):
        return Runner((str(path_of(name)),)), executable
    if name == "wine":
        return wine(executable, folder)
    raise AssertionError(f"`{name}` is no runner that tests/end_to_end/runners.py knows: add it there")


def wine(executable: Path, folder: Path) -> tuple[Runner, Path]:
    """A Windows of its own, and a copy of the executable beside the one library that Debian's wine lacks."""
    environment = {
        "WINEPREFIX": str(folder / "wine"),
        "HOME": str(folder),
        "WINEDEBUG": "-all",
        # These would ask the user, by a window, whether to download something.
        "WINEDLLOVERRIDES": "mscoree,mshtml=",
    }
    runner = Runner((str(path_of("/usr/lib/wine/wine64")),), environment, start_seconds=120, has_signals=False)
    copy = folder / executable.name
    shutil.copyfile(executable, copy)
    (library,) = (flake.built("fixtures.wine-library") / "bin").iterdir()
    shutil.copyfile(library, folder / library.name)
    return runner, copy


def stop_all(runner: Runner) -> None:
    """Ends what the runner itself left running."""
    if "WINEPREFIX" in runner.environment:
        run(path_of("/usr/lib/wine/wineserver"), "--kill", status=None, **runner.environment)
