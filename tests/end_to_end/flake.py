"""This checkout's flake: evaluates it, and builds its outputs in one batch."""

from __future__ import annotations

import functools
import json
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .support import ROOT, Done, run, tail

SYSTEM = "x86_64-linux"
_planned: dict[str, None] = {}
_built: dict[str, Output] = {}
_errors: list[str] = []
"""Error lines of failed builds, from nix or from their logs."""


@dataclass(frozen=True)
class Output:
    """A flake output, built or not."""

    derivation: str
    path: Path


def evaluate(attribute: str, apply: str = "x: x", flake: str | Path = ROOT, **environment: str) -> object:
    """Evaluates an attribute with `nix eval`; `apply` is a Nix function."""
    return json.loads(run("nix", "eval", "--json", f"{flake}#{attribute}", "--apply", apply, **environment).out)


@functools.cache
def metadata() -> dict:
    """Returns this checkout's `nix flake metadata`: revision (if it is clean), lastModified, narHash, path."""
    answer = json.loads(run("nix", "flake", "metadata", "--json", str(ROOT)).out)
    locked = answer["locked"]
    # NB: the locked attributes do not include the source's store path.
    return {"revision": locked.get("rev"), "path": Path(answer["path"]), **{key: locked[key] for key in ("lastModified", "narHash")}}


def copy_source(folder: Path) -> None:
    """Copies what Nix sees of this checkout to `folder`, which can then be changed."""
    run("cp", "--recursive", metadata()["path"], folder)
    run("chmod", "--recursive", "u+w", folder)


@functools.cache
def library() -> dict:
    """Returns the flake's tables: platforms, services and the closed set of archives."""
    return evaluate("lib", "lib: { inherit (lib) archives platforms services; }")


def platforms(service: str) -> dict[str, dict]:
    """Returns the table entries of a service's platforms."""
    return {name: library()["platforms"][name] for name in library()["services"][service]["platforms"]}


def stamp(platform: str) -> dict:
    """Returns the stamp that a build from this checkout must have, without the names of package and toolchain."""
    revision = metadata()["revision"]
    return {
        "revision": revision or "unknown",
        "dirty": revision is None,
        "source_date_epoch": metadata()["lastModified"],
        "target": library()["platforms"][platform]["triple"],
    }


def plan(attributes: Iterable[str]) -> None:
    """Adds outputs to the next nix build call. The first use of `built` starts that call."""
    _planned.update(dict.fromkeys(attributes))


def built(attribute: str) -> Path:
    """Builds an output and returns its store path; raises `AssertionError` with the end of the log if it does not build."""
    if attribute not in _built:
        plan([attribute])
        build_planned()
    output = _built[attribute]
    if not is_valid(output.path):
        log = run("nix-store", "--read-log", output.derivation, status=None).out
        reason = f"its log: nix-store --read-log {output.derivation}\n{tail(log)}" if log else f"before it:\n{tail(''.join(_errors))}"
        raise AssertionError(f"`nix build .#{attribute}` failed\n--- {reason}")
    return output.path


def derivation(attribute: str) -> str:
    """Builds an output and returns the store path of its derivation."""
    built(attribute)
    return _built[attribute].derivation


def log(attribute: str) -> str:
    """Builds an output and returns its build log."""
    path = built(attribute)
    derivation = _built[attribute].derivation
    text = run("nix-store", "--read-log", derivation, status=None).out
    if not text:
        raise AssertionError(f"the log of {derivation} is gone: run `nix-store --delete {path}` and try again")
    return text


def build_planned() -> None:
    """Builds all planned outputs in one call, so that nix runs as many builds in parallel as the machine allows."""
    attributes = sorted(_planned)
    _planned.clear()
    installables = [f"{ROOT}#{attribute}" for attribute in attributes]
    # NB: Nix 2.8 has no --print-out-paths. A dry run prints the paths, even of builds that will fail.
    entries = json.loads(run("nix", "build", "--dry-run", "--json", *installables).out)
    for attribute, entry in zip(attributes, entries, strict=True):
        _built[attribute] = Output(entry["drvPath"], Path(entry["outputs"]["out"]))
    command = ["nix", "build", "--no-link", "--keep-going", "--print-build-logs", "--verbose", *installables]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8",
        errors="backslashreplace",
    ) as process:
        for line in process.stderr:
            if begun := re.match(r"building '/nix/store/\w{32}-(.+)\.drv'", line):
                print(f"    building {begun[1]}", flush=True)
            elif re.match(r"(\S+> )?error", line):
                _errors.append(line)


def is_valid(path: str | Path, **environment: str) -> bool:
    """Returns whether a path is valid in the store. A failed build may leave behind a path that is not."""
    return run("nix-store", "--check-validity", path, status=None, **environment).status == 0


def build_fails(attribute: str, flake: str | Path = ROOT, **environment: str) -> Done:
    """Builds an output that must fail; raises `AssertionError` if the build succeeds or leaves a valid output."""
    build = ("nix", "build", "--no-link", "--keep-going", f"{flake}#{attribute}")
    path = json.loads(run(*build, "--dry-run", "--json", **environment).out)[0]["outputs"]["out"]
    done = run(*build, "--print-build-logs", status=None, seconds=1200, **environment)
    if done.status == 0 or is_valid(path, **environment):
        raise AssertionError(f"expected a failure and no {path}\n{done}")
    return done
