"""The executables that `tests/run` builds without --all: each way of linking once, within the time that CI has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import flake

CONTINUOUS = {
    "ledger": ("aarch64-linux", "x86_64-windows"),
    "server": ("aarch64-darwin", "aarch64-linux", "x86_64-linux", "x86_64-windows"),
    "sysinfo": ("wasm32-wasi", "x86_64-linux-gnu"),
}
"""Platforms by service. The server covers static ELF, Mach-O and PE; the smallest service covers WebAssembly and dynamic ELF;
the ledger covers C code for two systems."""


def is_slow(service: str, platform: str) -> bool:
    """Returns whether only `tests/run --all` (and `make matrix`) builds it."""
    return platform not in CONTINUOUS.get(service, ())


@dataclass(frozen=True)
class Pair:
    """A service on one of its platforms."""

    service: str
    platform: str
    entry: dict
    """The platform's entry in the table of platforms."""

    @property
    def package(self) -> str:
        """The flake attribute."""
        return f"{self.service}-{self.platform}"

    @property
    def runs(self) -> bool:
        """Whether a runner on this machine can run it."""
        needs = flake.library()["services"][self.service]["needs"]
        return self.entry["runner"] != "none" and not set(needs) & set(self.entry.get("runnerLacks", ()))

    @property
    def slow(self) -> bool:
        """Whether only `tests/run --all` builds it."""
        return is_slow(self.service, self.platform)


def pairs() -> Iterator[Pair]:
    """Yields every service on each of its platforms."""
    for service in flake.library()["services"]:
        for platform, entry in flake.platforms(service).items():
            yield Pair(service, platform, entry)
