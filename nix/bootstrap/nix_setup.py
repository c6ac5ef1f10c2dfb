"""Nix itself: installs it on a fresh Debian, and finds settings that an existing installation lacks."""

from __future__ import annotations

import grp
import os
import platform
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import apt, files, index
from .clients import CLIENTS, failure
from .errors import Undecided
from .progress import say

HEADER = "# Written by samebits' bootstrap, which installs Nix here.\n"
FRESH = HEADER + """\
experimental-features = nix-command flakes
sandbox = true
# Every input is a pinned archive, so no substituter is needed and no build waits for one to answer.
substituters =
# No input comes from the flake registry, where `nix develop` would look for nixpkgs.
flake-registry =
max-jobs = auto
# Root builds without a daemon and without build users.
build-users-group =
"""
"""nix.conf for a machine that had no Nix."""
BEGIN = "# begin samebits"
END = "# end samebits"
LACKS = {
    "build-users-group": "build-users-group =",
    "experimental-features": "extra-experimental-features = nix-command flakes",
    "sandbox": "sandbox = true",
}
"""Settings that an installation may lack, and the lines that provide them."""
PROGRAMS = {"nix": "nix-bin", "git": "git"}
"""Programs that every run needs, and their Debian packages."""
UNINSTALL = "apt-get purge nix-bin && rm -r /nix /etc/nix"
"""Removes a Nix that bootstrap installed, with everything that was ever built by it."""
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True)
class State:
    """Version and settings of the installed Nix."""

    version: str
    lacks: tuple[str, ...]
    """Keys of `LACKS`."""
    substituters: str


def conf_path() -> Path:
    """Returns the path of the machine's nix.conf."""
    return Path(os.environ.get("NIX_CONF_DIR") or "/etc/nix") / "nix.conf"


def is_ours() -> bool:
    """Returns whether bootstrap wrote nix.conf, so that this run must finish an interrupted installation."""
    try:
        return conf_path().read_text(encoding="utf-8").startswith(HEADER)
    except OSError:
        return False


def packages_to_install() -> list[str]:
    """Returns the Debian packages that this machine lacks, or whose installation was interrupted."""
    absent = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if not absent and is_ours():
        done = CLIENTS.run(["dpkg-query", "--show", "--showformat=${db:Status-Status}", PROGRAMS["nix"]])
        absent = [] if done.out == "installed" else [PROGRAMS["nix"]]
    return absent


def install_online(packages: list[str]) -> None:
    """Installs `packages` from the machine's apt sources, and the CA certificates that cargo needs."""
    apt.install(packages if CERTIFICATES.exists() else [*packages, "ca-certificates"])


def ensure(install: Callable[[list[str]], None] = install_online) -> State:
    """Installs Nix if it is missing, and returns its state; raises `Undecided` if that fails.

    `install` gets the names of Debian packages. An existing nix.conf is never changed.
    """
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise Undecided(
            f"the pinned archives are for x86_64 Linux, not {platform.machine()} {platform.system()}: use such a machine"
        )
    absent = packages_to_install()
    if absent:
        if os.geteuid() != 0 or not shutil.which("dpkg"):
            raise Undecided(
                f"{' and '.join(absent)} must be installed: run `sudo ./bootstrap` on Debian 12, "
                f"or `sudo apt-get install --no-install-recommends {' '.join(absent)}`, then this again"
            )
        if PROGRAMS["nix"] in absent and not conf_path().exists():
            # NB: before the packages, so that the next run recognises and finishes an interrupted installation.
            conf_path().parent.mkdir(parents=True, exist_ok=True)
            files.write(conf_path(), FRESH.encode())
            say(f"wrote {conf_path()}")
        say(f"installing {', '.join(absent)}")
        install(absent)
    return state()


def state() -> State:
    """Asks Nix for its version and settings; raises `Undecided` if that fails."""
    version = CLIENTS.must(["nix", "--version"], "say its version").split()[-1]
    # Nix 2.8 has `show-config`, newer versions have `config show`. Both need nix-command, which may not be enabled.
    for words in (["show-config"], ["config", "show"]):
        for flags in ([], ["--extra-experimental-features", "nix-command"]):
            done = CLIENTS.run(["nix", *flags, *words])
            if done.code == 0:
                return read_state(version, done.out, enabled=not flags)
    raise failure(done, "nix", "show its settings")


def read_state(version: str, text: str, enabled: bool) -> State:
    """Parses Nix's `key = value` lines. `enabled`: whether Nix printed them without a flag that enables nix-command."""
    values = dict(re.findall(r"^(\S+) = ?(.*)$", text, re.MULTILINE))
    unknown = {*LACKS, "substituters"} - values.keys()
    if unknown:
        raise Undecided(f"nix {version} does not show {', '.join(sorted(unknown))}: install Nix 2.8 or newer")
    lacks = []
    # Only root builds without a daemon, and then as the users of that group.
    if os.geteuid() == 0 and values["build-users-group"] and not group_exists(values["build-users-group"]):
        lacks.append("build-users-group")
    if not enabled or not {"nix-command", "flakes"} <= set(values["experimental-features"].split()):
        lacks.append("experimental-features")
    if values["sandbox"] == "false":
        lacks.append("sandbox")
    return State(version, tuple(lacks), values["substituters"])


def group_exists(name: str) -> bool:
    """Returns whether this machine has the group."""
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def check(nix: State) -> None:
    """Raises `Undecided` with the exact lines to add if the installed Nix lacks settings."""
    if nix.lacks:
        lines = "".join(f"\n    {LACKS[key]}" for key in nix.lacks)
        raise Undecided(
            f"nix {nix.version} lacks settings; in `{conf_path()}` add{lines}\n"
            "  or let `./bootstrap --configure-nix` add them, then run this again"
        )


def configure(nix: State) -> State:
    """Adds the missing settings to nix.conf in a marked block. If none are missing, it changes nothing."""
    if not nix.lacks:
        return nix
    path = conf_path()
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    text = with_block(text, [LACKS[key] for key in nix.lacks])
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write(path, text.encode())
    say(f"added {len(nix.lacks)} setting(s) to {path}; restart a running nix-daemon to apply them")
    return state()


def unconfigure() -> bool:
    """Removes the block that `configure` added to nix.conf; returns whether there was one."""
    path = conf_path()
    if not path.exists():
        return False
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(f"{END}\n")
    if not begin or not end:
        return False
    files.write(path, (before + after).encode())
    return True


def with_block(text: str, lines: list[str]) -> str:
    """Returns `text` with these lines added to its marked block; the lines of earlier runs stay."""
    before, begin, rest = text.partition(f"{BEGIN}\n")
    block, _, after = rest.partition(f"{END}\n")
    if not begin and before and not before.endswith("\n"):
        before += "\n"
    kept = [line for line in block.splitlines() if line not in lines]
    return before + "".join(f"{line}\n" for line in [BEGIN, *kept, *lines, END]) + after


def install_carried(packages: dict[str, tuple[str, Path]]) -> None:
    """Installs the bundle's Debian packages, {name: (version, file)}, without network, except those that are up to date."""
    needed = [str(file) for name, (version, file) in sorted(packages.items()) if outdated(name, version)]
    if needed:
        command = ["dpkg", "--install", "--force-confold", *needed]
        CLIENTS.must(command, "install the carried packages", None, apt.QUIET, patient=True)


def outdated(name: str, version: str) -> bool:
    """Returns whether this machine lacks the package or has an older version of it."""
    done = CLIENTS.run(["dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", name])
    status, _, installed = done.out.partition(" ")
    return bool(done.code) or status != "installed" or index.older(installed, version)
