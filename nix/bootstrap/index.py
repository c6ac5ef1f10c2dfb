"""Debian's package index, as apt verified and stored it: versions, hashes and dependencies of the main suite."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .clients import CLIENTS
from .errors import Undecided

CODENAME = "bookworm"
"""The suite that no longer changes; its -updates and -security have code names of their own."""
TARGET = ("Created-By: Packages", f"Codename: {CODENAME}", "Component: main", "Origin: Debian", "Architecture: amd64")
BASE_WITH = ("apt", "usr-is-merged")
"""What even the smallest installation has beside the packages of priority `required` ..."""
BASE_WITHOUT = ("usrmerge",)
"""... and what it lacks, though of that priority: it is made merged, and needs no perl for it."""


@dataclass(frozen=True)
class Need:
    """One alternative of a dependency."""

    name: str
    exact: bool
    """Only one version will do, so a machine that has another must get this one."""


@dataclass(frozen=True)
class Package:
    """One package of the index."""

    name: str
    version: str
    architecture: str
    priority: str
    sha256: str
    size_bytes: int
    needs: tuple[tuple[Need, ...], ...]
    """Dependencies: groups of alternatives, in the order of preference."""
    provides: tuple[str, ...]


def read() -> dict[str, Package]:
    """Every package of the suite's main part by name; raises `Undecided` if apt has no such index."""
    files = CLIENTS.must(["apt-get", "indextargets", "--format", "$(FILENAME)", *TARGET], "read the list of indexes")
    found = files.split()
    if len(found) != 1:
        raise Undecided(
            f"apt has {len(found)} indexes of {CODENAME}/main, not one: "
            f"enable exactly one source of {CODENAME} main, run `apt-get update`, then again"
        )
    return parse(CLIENTS.must(["/usr/lib/apt/apt-helper", "cat-file", found[0]], "read the package index"))


def parse(text: str) -> dict[str, Package]:
    """The packages of an index by name, of several versions the newest."""
    packages = {}
    for block in text.split("\n\n"):
        fields = dict(re.findall(r"^([A-Za-z0-9-]+): (.*)$", block, re.MULTILINE))
        if "Package" not in fields:
            continue
        name = fields["Package"]
        if name in packages and not older(packages[name].version, fields["Version"]):
            continue
        relations = ", ".join(fields[key] for key in ("Pre-Depends", "Depends") if key in fields)
        packages[name] = Package(
            name=name,
            version=fields["Version"],
            architecture=fields["Architecture"],
            priority=fields.get("Priority", "optional"),
            sha256=fields["SHA256"],
            size_bytes=int(fields["Size"]),
            needs=tuple(tuple(map(need, group.split("|"))) for group in relations.split(",") if group.strip()),
            provides=tuple(need(name).name for name in fields.get("Provides", "").split(",") if name.strip()),
        )
    return packages


def older(left: str, right: str) -> bool:
    """Whether a Debian version is older than another (deb-version(7))."""
    return CLIENTS.run(["dpkg", "--compare-versions", left, "lt", right]).code == 0


def need(relation: str) -> Need:
    """What a relation such as `libc6:any (>= 2.36)` asks for."""
    return Need(re.split(r"[\s:(\[]", relation.strip(), maxsplit=1)[0], "(= " in relation)


def closure(packages: dict[str, Package], roots: list[str], without: set[str]) -> set[str]:
    """Names of `roots` and all they need, except what is in `without` and not needed in one exact version."""
    providers: dict[str, list[str]] = {}
    for package in packages.values():
        for name in package.provides:
            providers.setdefault(name, []).append(package.name)

    def candidates(group: tuple[Need, ...]) -> list[Need]:
        found = []
        for alternative in group:
            found += [alternative] if alternative.name in packages else []
            found += [Need(name, False) for name in sorted(providers.get(alternative.name, []))]
        return found

    chosen: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in chosen:
            continue
        if name not in packages:
            raise Undecided(f"{CODENAME}/main has no package `{name}`: run `apt-get update`, or drop it from the pins")
        chosen.add(name)
        for group in packages[name].needs:
            found = candidates(group)
            if not found:
                wanted = " | ".join(alternative.name for alternative in group)
                raise Undecided(f"`{name}` needs `{wanted}`, which {CODENAME}/main lacks: run `apt-get update`, then again")
            if not any(c.name in chosen or c.name in without and not c.exact for c in found):
                waiting.append(found[0].name)
    return chosen


def base(packages: dict[str, Package]) -> set[str]:
    """Names that a minimal installation of the suite has."""
    required = {package.name for package in packages.values() if package.priority == "required"}
    return closure(packages, sorted(required.union(BASE_WITH).difference(BASE_WITHOUT)), set())
