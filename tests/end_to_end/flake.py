"""This checkout's flake: what it says of itself, and what it builds, all at once."""

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
"""What was said of builds that failed, by nix or in their logs."""


@dataclass(frozen=True)
class Output:
    """A flake output, built or not."""

    derivation: str
    path: Path


def evaluate(attribute: str, apply: str = "x: x", flake: str | Path = ROOT, **environment: str) -> object:
    """What `nix eval` makes of an attribute; `apply` is a Nix function."""
    return json.loads(run("nix", "eval", "--json", f"{flake}#{attribute}", "--apply", apply, **environment).out)


@functools.cache
def metadata() -> dict:
    """Of this checkout, as `nix flake metadata` says: revision (of a clean one), lastModified, narHash, path."""
    found = json.loads(run("nix", "flake", "metadata", "--json", str(ROOT)).out)
    locked = found["locked"]
    # NB: where the source is in the store is not among the locked attributes.
    return {"revision": locked.get("rev"), "path": Path(found["path"]), **{key: locked[key] for key in ("lastModified", "narHash")}}


@functools.cache
def library() -> dict:
    """The flake's tables: platforms, services and the closed set of archives."""
    return evaluate("lib", "lib: { inherit (lib) archives platforms services; }")


def platforms(service: str) -> dict[str, dict]:
    """The entries of a service's platforms."""
    return {name: library()["platforms"][name] for name in library()["services"][service]["platforms"]}


def stamp(platform: str) -> dict:
    """What a build from this checkout has to say of itself, but for the names of package and toolchain."""
    revision = metadata()["revision"]
    return {
        "revision": revision or "unknown",
        "dirty": revision is None,
        "source_date_epoch": metadata()["lastModified"],
        "target": library()["platforms"][platform]["triple"],
    }


def plan(attributes: Iterable[str]) -> None:
    """Takes outputs into the next call of nix build, which the first one that is asked for starts."""
    _planned.update(dict.fromkeys(attributes))


def built(attribute: str) -> Path:
    """The store path of an output, built from now on; raises `AssertionError` with the end of the log if it does not build."""
    if attribute not in _built:
        plan([attribute])
        build_planned()
    output = _built[attribute]
    if not is_valid(output.path):
        log = run("nix-store", "--read-log", output.derivation, status=None).out
        said = f"its log: nix-store --read-log {output.derivation}\n{tail(log)}" if log else f"before it:\n{tail(''.join(_errors))}"
        raise AssertionError(f"`nix build .#{attribute}` failed\n--- {said}")
    return output.path


def derivation(attribute: str) -> str:
    """The store path of an output's derivation; builds it as `built` does."""
    built(attribute)
    return _built[attribute].derivation


def log(attribute: str) -> str:
    """What was said when an output was built."""
    path = built(attribute)
    derivation = _built[attribute].derivation
    found = run("nix-store", "--read-log", derivation, status=None).out
    if not found:
        raise AssertionError(f"the log of {derivation} is gone: run `nix-store --delete {path}` and try again")
    return found


def build_planned() -> None:
    """Builds all that is planned in one call, so that nix builds as much at once as the machine allows."""
    attributes = sorted(_planned)
    _planned.clear()
    installables = [f"{ROOT}#{attribute}" for attribute in attributes]
    # NB: Nix 2.8 has no --print-out-paths; a dry run tells the paths also of what will fail.
    known = json.loads(run("nix", "build", "--dry-run", "--json", *installables).out)
    for attribute, entry in zip(attributes, known, strict=True):
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
    """Whether the store vouches for a path; a failed build may leave one behind for which it does not."""
    return run("nix-store", "--check-validity", path, status=None, **environment).status == 0


def build_fails(attribute: str, flake: str | Path = ROOT, **environment: str) -> Done:
    """Builds what must not build; raises `AssertionError` if it does, or if there is an output nevertheless."""
    build = ("nix", "build", "--no-link", "--keep-going", f"{flake}#{attribute}")
    path = json.loads(run(*build, "--dry-run", "--json", **environment).out)[0]["outputs"]["out"]
    done = run(*build, "--print-build-logs", status=None, seconds=1200, **environment)
    if done.status == 0 or is_valid(path, **environment):
        raise AssertionError(f"expected a failure and no {path}\n{done}")
    return done
