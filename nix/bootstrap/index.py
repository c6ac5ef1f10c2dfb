"""Debian's package index: versions, hashes and dependencies of the main suite. apt has verified and stored it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .clients import CLIENTS
from .errors import Undecided

CODENAME = "bookworm"
"""The release's main suite, which no longer changes. -updates and -security have other code names."""
TARGET = ("Created-By: Packages", f"Codename: {CODENAME}", "Component: main", "Origin: Debian", "Architecture: amd64")
BASE_WITH = ("apt", "usr-is-merged")
"""Packages of a minimal installation that do not have the priority `required`."""
BASE_WITHOUT = ("usrmerge",)
"""Packages of priority `required` that a minimal installation lacks: its /usr is merged from the start, without perl."""


@dataclass(frozen=True)
class Need:
    """One alternative of a dependency."""

    name: str
    exact: bool
    """Whether only one version satisfies it, so that a machine with another version must get this one."""


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
    """Dependencies: groups of alternatives, in order of preference."""
    provides: tuple[str, ...]


def read() -> dict[str, Package]:
    """Returns every package of the suite's main component by name; raises `Undecided` unless apt has one such index."""
    names = CLIENTS.must(["apt-get", "indextargets", "--format", "$(FILENAME)", *TARGET], "read the list of indexes")
    files = names.split()
    if len(files) != 1:
        raise Undecided(
            f"apt has {len(files)} indexes of {CODENAME}/main, not one: "
            f"enable exactly one source of {CODENAME} main, run `apt-get update`, then again"
        )
    return parse(CLIENTS.must(["/usr/lib/apt/apt-helper", "cat-file", files[0]], "read the package index"))


def parse(text: str) -> dict[str, Package]:
    """Returns the packages of an index by name, each in its newest version."""
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
            needs=tuple(tuple(map(parse_need, group.split("|"))) for group in relations.split(",") if group.strip()),
            provides=tuple(parse_need(name).name for name in fields.get("Provides", "").split(",") if name.strip()),
        )
    return packages


def older(left: str, right: str) -> bool:
    """Returns whether a Debian version is older than another (deb-version(7))."""
    return CLIENTS.run(["dpkg", "--compare-versions", left, "lt", right]).code == 0


def parse_need(relation: str) -> Need:
    """Parses a relation such as `libc6:any (>= 2.36)`."""
    return Need(re.split(r"[\s:(\[]", relation.strip(), maxsplit=1)[0], "(= " in relation)


def closure(packages: dict[str, Package], roots: list[str], without: set[str]) -> set[str]:
    """Returns the names of `roots` and all their dependencies, except those in `without` that need no exact version."""
    providers: dict[str, list[str]] = {}
    for package in packages.values():
        for name in package.provides:
            providers.setdefault(name, []).append(package.name)

    def candidates(group: tuple[Need, ...]) -> list[Need]:
        needs = []
        for alternative in group:
            needs += [alternative] if alternative.name in packages else []
            needs += [Need(name, False) for name in sorted(providers.get(alternative.name, []))]
        return needs

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
            options = candidates(group)
            if not options:
                wanted = " | ".join(alternative.name for alternative in group)
                raise Undecided(f"`{name}` needs `{wanted}`, which {CODENAME}/main lacks: run `apt-get update`, then again")
            if not any(option.name in chosen or option.name in without and not option.exact for option in options):
                waiting.append(options[0].name)
    return chosen


def base(packages: dict[str, Package]) -> set[str]:
    """Returns the names of the packages in a minimal installation of the suite."""
    required = {package.name for package in packages.values() if package.priority == "required"}
    return closure(packages, sorted(required.union(BASE_WITH).difference(BASE_WITHOUT)), set())
