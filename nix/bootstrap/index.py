"""Debian's package index, as apt verified and stored it: versions, hashes and dependencies of the main suite."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass

from errors import Undecided

CODENAME = "bookworm"
"""The suite that no longer changes; its -updates and -security have code names of their own."""
TARGET = ("Created-By: Packages", f"Codename: {CODENAME}", "Component: main", "Origin: Debian", "Architecture: amd64")
BASE_WITH = ("apt", "usr-is-merged")
"""What even the smallest installation has beside the packages of priority `required` ..."""
BASE_WITHOUT = ("usrmerge",)
"""... and what it lacks, though of that priority: it is made merged, and needs no perl for it."""


@dataclass(frozen=True)
class Package:
    """One package of the index."""

    name: str
    version: str
    architecture: str
    priority: str
    sha256: str
    size_bytes: int
    needs: tuple[tuple[str, ...], ...]
    """Dependencies: groups of alternatives, in the order of preference."""
    provides: tuple[str, ...]


def read() -> dict[str, Package]:
    """Every package of the suite's main part by name; raises `Undecided` if apt has no such index."""
    files = run(["apt-get", "indextargets", "--format", "$(FILENAME)", *TARGET]).split("\n")
    files = [file for file in files if file]
    if len(files) != 1:
        raise Undecided(
            f"apt knows {len(files)} indexes of {CODENAME}/main, not one: "
            f"enable exactly one source of {CODENAME} main, then run `apt-get update`"
        )
    return parse(run(["/usr/lib/apt/apt-helper", "cat-file", files[0]]))


def run(command: list[str]) -> str:
    """Standard output of an apt client; raises `Undecided` with its last error line."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        raise Undecided(f"cannot start `{command[0]}`: {error.strerror}: this needs Debian's apt") from error
    if done.returncode:
        said = done.stderr.strip().rsplit("\n", 1)[-1]
        raise Undecided(f"`{command[0]}` failed ({said}): run `apt-get update`, then again")
    return done.stdout


def parse(text: str) -> dict[str, Package]:
    """The packages of an index; of several versions the last one, as the index is sorted by version."""
    packages = {}
    for block in text.split("\n\n"):
        fields = dict(re.findall(r"^([A-Za-z0-9-]+): (.*)$", block, re.MULTILINE))
        if "Package" not in fields:
            continue
        needs = ", ".join(fields[key] for key in ("Pre-Depends", "Depends") if key in fields)
        packages[fields["Package"]] = Package(
            name=fields["Package"],
            version=fields["Version"],
            architecture=fields["Architecture"],
            priority=fields["Priority"],
            sha256=fields["SHA256"],
            size_bytes=int(fields["Size"]),
            needs=tuple(tuple(bare(name) for name in group.split("|")) for group in needs.split(",") if group.strip()),
            provides=tuple(bare(name) for name in fields.get("Provides", "").split(",") if name.strip()),
        )
    return packages


def bare(relation: str) -> str:
    """The package's name in a relation such as `libc6:any (>= 2.36)`."""
    return re.split(r"[\s:(\[]", relation.strip(), maxsplit=1)[0]


def closure(packages: dict[str, Package], roots: list[str], without: set[str]) -> set[str]:
    """Names of `roots` and all they need, except what is in `without`."""
    providers: dict[str, list[str]] = {}
    for package in packages.values():
        for name in package.provides:
            providers.setdefault(name, []).append(package.name)
    chosen: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in chosen or name in without:
            continue
        if name not in packages:
            raise Undecided(f"{CODENAME}/main has no package `{name}`: run `apt-get update`, or drop it from the pins")
        chosen.add(name)
        for group in packages[name].needs:
            candidates = [real for alternative in group for real in ([alternative] if alternative in packages else []) + sorted(providers.get(alternative, []))]
            if not candidates:
                raise Undecided(f"`{name}` needs `{' | '.join(group)}`, which {CODENAME}/main lacks: run `apt-get update`")
            if not any(candidate in chosen or candidate in without for candidate in candidates):
                waiting.append(candidates[0])
    return chosen


def base(packages: dict[str, Package]) -> set[str]:
    """Names that a minimal installation of the suite has."""
    required = [package.name for package in packages.values() if package.priority == "required"]
    return closure(packages, [*BASE_WITH, *required], set(BASE_WITHOUT)) - set(BASE_WITHOUT)
