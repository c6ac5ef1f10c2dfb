"""Which of all executables the plain `tests/run` builds: every way of linking once, in the time that CI has."""

from __future__ import annotations

CONTINUOUS = {
    "server": ("aarch64-darwin", "aarch64-linux", "x86_64-linux", "x86_64-windows"),
    "sysinfo": ("wasm32-wasi", "x86_64-linux-gnu"),
}
"""Platforms by service: static ELF, Mach-O and PE by the server; WebAssembly and dynamic ELF by the smallest service."""


def is_slow(service: str, platform: str) -> bool:
    """Whether only `tests/run --all` (and `make matrix`) has time for it."""
    return platform not in CONTINUOUS.get(service, ())
