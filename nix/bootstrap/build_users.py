"""Users of their own for builds: as the owner of the store, a build could change what other builds read."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
from collections.abc import Callable
from pathlib import Path

from .clients import CLIENTS
from .errors import Undecided

GROUP = "nixbld"
"""The group that Nix expects by default. Every build of its own takes one of its members."""
FEWEST = 8
"""At least this many users. Nix starts a build per core; a build that finds no free user waits."""
PROGRAMS = ("groupadd", "useradd", "gpasswd", "userdel", "groupdel")
ADDED = "added by samebits' bootstrap"
ADDED_WITH_GROUP = f"{ADDED} with the group"
"""Comments of accounts, by which `remove` recognises what `add` made."""
ROOT_ID = 0
STORE_MODE = 0o755
"""Mode of the store's folder where root builds without such users."""


def members(group: str) -> list[str]:
    """Returns the members of a group; none if there is no such group."""
    try:
        return grp.getgrnam(group).gr_mem
    except KeyError:
        return []


def add() -> None:
    """Creates the group and its users. A group that has members is used as it is."""
    if members(GROUP):
        return
    lacking = [program for program in PROGRAMS if not shutil.which(program)]
    if lacking:
        raise Undecided(
            f"builds need users of their own, and this machine lacks {', '.join(lacking)} to add them: install the package "
            f"`passwd` (elsewhere called `shadow`), or create users and make them members of a group `{GROUP}`, then run this again"
        )
    with_group = not exists(grp.getgrnam, GROUP)
    if with_group:
        must(["groupadd", "--system", GROUP], f"add the group {GROUP}")
    # NB: an interrupted run may have created the group.
    comment = ADDED_WITH_GROUP if with_group or added()[1] else ADDED
    names = [f"{GROUP}{number}" for number in range(1, max(FEWEST, os.cpu_count() or 0) + 1)]
    for name in names:
        if not exists(pwd.getpwnam, name):
            options = ["--no-create-home", "--home-dir", "/var/empty", "--shell", "/usr/sbin/nologin", "--gid", GROUP]
            must(["useradd", "--system", *options, "--comment", comment, name], f"add the user {name}")
    # NB: all at once, so that a group with members is complete.
    must(["gpasswd", "--members", ",".join(names), GROUP], f"make users members of the group {GROUP}")


def added() -> tuple[list[str], bool]:
    """Returns the names of the users that `add` created, and whether it created the group."""
    entries = [entry for entry in pwd.getpwall() if entry.pw_gecos in (ADDED, ADDED_WITH_GROUP)]
    return [entry.pw_name for entry in entries], any(entry.pw_gecos == ADDED_WITH_GROUP for entry in entries)


def remove(store: Path) -> list[str]:
    """Removes what `add` created, and gives the folder of the store back to root alone; returns the names of the users."""
    names, with_group = added()
    if with_group and store.stat().st_gid == grp.getgrnam(GROUP).gr_gid:
        # NB: another group may get this number later, and could then write there.
        os.chown(store, ROOT_ID, ROOT_ID)
        store.chmod(STORE_MODE)
    for name in reversed(names):
        must(["userdel", name], f"remove the user {name}")
    if with_group and not members(GROUP):
        must(["groupdel", GROUP], f"remove the group {GROUP}")
    return names


def removal() -> list[str]:
    """Returns the commands that remove what `add` created."""
    names, with_group = added()
    users = [f"for user in {' '.join(names)}; do userdel $user; done"] if names else []
    return [*users, f"groupdel {GROUP}"] if with_group else users


def exists(look_up: Callable[[str], object], name: str) -> bool:
    """Returns whether the machine has a user or group of this name."""
    try:
        look_up(name)
    except KeyError:
        return False
    return True


def must(command: list[str], aim: str) -> None:
    """Runs a program that changes users; raises `Undecided` if it fails."""
    CLIENTS.must(command, aim, patient=True)
