"""Evaluates and builds with crane itself, and with this repository's functions of the same names."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from pathlib import Path

from end_to_end.support import ROOT, Done, run

from . import gnu

HERE = Path(__file__).resolve().parent
CRANE, NIXPKGS, RUST_OVERLAY = "CRANE_TREE", "NIXPKGS_TREE", "RUST_OVERLAY_TREE"
"""The environment variables with the folders of crane, of nixpkgs (of which only `lib` is read) and of rust-overlay."""
PARTS = {CRANE: "lib/default.nix", NIXPKGS: "lib/default.nix", RUST_OVERLAY: "lib/rust-bin.nix"}
"""A file that each tree has."""


@functools.cache
def tree(variable: str) -> str:
    """Returns the folder that a variable names."""
    folder = Path(os.environ[variable])
    if not (folder / PARTS[variable]).is_file():
        raise AssertionError(f"{variable}: '{folder}' has no {PARTS[variable]}: name a folder with the whole source")
    return str(folder.resolve())


@functools.cache
def arguments() -> tuple[str, ...]:
    """Returns the arguments of default.nix."""
    values = {"flake": f"git+file://{ROOT}", "crane": tree(CRANE), "nixpkgs": tree(NIXPKGS), "gnuPackages": gnu.store_paths()}
    return tuple(word for name, value in values.items() for word in ("--arg", name, nix(value)))


def nix(value: object) -> str:
    """Writes text, or a list of texts, as a Nix expression."""
    if isinstance(value, str):
        return json.dumps(value).replace("${", "\\${")
    return f"[ {' '.join(map(nix, value))} ]"


def build_by_crane(attribute: str) -> Path:
    """Builds a service by crane itself; returns the result."""
    return built(run("nix-instantiate", HERE, "--attr", attribute, *arguments()))


def build(implementation: str, function: str, folder: Path) -> Path:
    """Builds what `function` returns, a Nix function as for `evaluate`; returns the result."""
    return built(run("nix-instantiate", "--expr", calling(applied(f"builds.{implementation}", function, folder)), *arguments()))


def files(folder: Path) -> dict[str, tuple[bool, str]]:
    """Returns whether each file below a folder is executable, and its digest, by its path."""
    return {
        str(path.relative_to(folder)): (bool(path.stat().st_mode & 0o100), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in folder.rglob("*")
        if not path.is_dir()
    }


def built(instantiated: Done) -> Path:
    """Builds the derivation that nix-instantiate has printed; returns the result."""
    return Path(run("nix-store", "--realise", instantiated.out.strip(), seconds=3600).out.strip())


def evaluate(implementation: str, function: str, folder: Path) -> Done:
    """Evaluates the derivation that `function` returns, a Nix function of crane's functions and of a source; prints its name."""
    expression = f"let it = {applied(f'functions.{implementation}', function, folder)}; in builtins.seq it.drvPath it.name"
    return run("nix-instantiate", "--eval", "--read-write-mode", "--expr", calling(expression), *arguments(), status=None)


def applied(functions: str, function: str, folder: Path) -> str:
    """Returns a Nix expression: the function, applied to an attribute of default.nix and to a source."""
    return f"(({function}) (import {HERE} args).{functions}) (/. + {nix(str(folder))})"


def calling(expression: str) -> str:
    """Returns a Nix function of the arguments of default.nix, which the expression knows as `args`."""
    return f"{{ flake, crane, nixpkgs, gnuPackages }}@args: {expression}"
