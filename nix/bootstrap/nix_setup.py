"""Nix itself: installs it on a fresh Debian, and says what an existing installation lacks."""

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
# Every input is a pinned archive: nothing is ever substituted, and nothing waits for a host to answer.
substituters =
# Nor does anything come from the registry, in which `nix develop` would look for nixpkgs.
flake-registry =
max-jobs = auto
# Root builds without a daemon and without build users.
build-users-group =
"""
"""The settings of a machine that had no Nix."""
BEGIN = "# begin samebits"
END = "# end samebits"
LACKS = {
    "build-users-group": "build-users-group =",
    "experimental-features": "extra-experimental-features = nix-command flakes",
    "sandbox": "sandbox = true",
}
"""What an installation may lack, and the line that provides it."""
PROGRAMS = {"nix": "nix-bin", "git": "git"}
"""What every run needs, and the Debian package that has it."""
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True)
class State:
    """What the installed Nix says of itself."""

    version: str
    lacks: tuple[str, ...]
    """Keys of `LACKS`."""
    substituters: str


def conf_path() -> Path:
    """The machine's nix.conf."""
    return Path(os.environ.get("NIX_CONF_DIR") or "/etc/nix") / "nix.conf"


def ours() -> bool:
    """Whether nix.conf comes from here, so that finishing an interrupted installation is this run's task."""
    try:
        return conf_path().read_text(encoding="utf-8").startswith(HEADER)
    except OSError:
        return False


def incomplete() -> list[str]:
    """Debian packages that this machine still needs, or whose installation was interrupted."""
    absent = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if not absent and ours():
        done = CLIENTS.run(["dpkg-query", "--show", "--showformat=${db:Status-Status}", PROGRAMS["nix"]])
        absent = [] if done.out == "installed" else [PROGRAMS["nix"]]
    return absent


def install_online(packages: list[str]) -> None:
    """Installs `packages` from the machine's own sources, and the certificates that cargo needs."""
    apt.install(packages if CERTIFICATES.exists() else [*packages, "ca-certificates"])


def ensure(install: Callable[[list[str]], None] = install_online) -> State:
    """The state of a Nix that is there afterwards: installed where there was none; raises `Undecided` if it cannot be.

    `install` gets the names of Debian packages; an existing nix.conf is never touched.
    """
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise Undecided(
            f"the pinned archives are for x86_64 Linux, not {platform.machine()} {platform.system()}: use such a machine"
        )
    absent = incomplete()
    if absent:
        if os.geteuid() != 0 or not shutil.which("dpkg"):
            raise Undecided(
                f"{' and '.join(absent)} must be installed: run `sudo ./bootstrap` on Debian 12, "
                f"or `sudo apt-get install --no-install-recommends {' '.join(absent)}`, then this again"
            )
        if PROGRAMS["nix"] in absent and not conf_path().exists():
            # Before the package, so that an interrupted run is recognised and finished by the next one.
            conf_path().parent.mkdir(parents=True, exist_ok=True)
            files.write(conf_path(), FRESH.encode())
            say(f"wrote {conf_path()}")
        say(f"installing {', '.join(absent)}")
        install(absent)
    return state()


def state() -> State:
    """Asks Nix for its settings; raises `Undecided` if it does not tell."""
    version = CLIENTS.must(["nix", "--version"], "say its version").split()[-1]
    # Nix 2.8 says `show-config`, newer versions say `config show`; both only with the feature that may be lacking.
    for words in (["show-config"], ["config", "show"]):
        for flags in ([], ["--extra-experimental-features", "nix-command"]):
            done = CLIENTS.run(["nix", *flags, *words])
            if done.code == 0:
                return read_state(version, done.out, enabled=not flags)
    raise failure(done, "nix", "show its settings")


def read_state(version: str, text: str, enabled: bool) -> State:
    """The state from Nix's `key = value` lines; `enabled` is whether it showed them without being asked to by a flag."""
    values = dict(re.findall(r"^(\S+) = ?(.*)$", text, re.MULTILINE))
    unknown = {*LACKS, "substituters"} - values.keys()
    if unknown:
        raise Undecided(f"nix {version} does not show {', '.join(sorted(unknown))}: install Nix 2.8 or newer")
    lacks = []
    # Only root builds itself, without a daemon, and then as users of that group.
    if os.geteuid() == 0 and values["build-users-group"] and not group_exists(values["build-users-group"]):
        lacks.append("build-users-group")
    if not enabled or not {"nix-command", "flakes"} <= set(values["experimental-features"].split()):
        lacks.append("experimental-features")
    if values["sandbox"] == "false":
        lacks.append("sandbox")
    return State(version, tuple(lacks), values["substituters"])


def group_exists(name: str) -> bool:
    """Whether this machine has the group."""
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def check(now: State) -> None:
    """Raises `Undecided` with the exact lines to add if the installed Nix lacks something."""
    if now.lacks:
        lines = "".join(f"\n    {LACKS[key]}" for key in now.lacks)
        raise Undecided(
            f"nix {now.version} lacks settings; in `{conf_path()}` add{lines}\n"
            "  or let `./bootstrap --configure-nix` add them, then run this again"
        )


def configure(now: State) -> State:
    """Adds what is lacking to nix.conf, as a marked block; again with nothing lacking it changes nothing."""
    if not now.lacks:
        return now
    path = conf_path()
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    text = with_block(text, [LACKS[key] for key in now.lacks])
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write(path, text.encode())
    say(f"added {len(now.lacks)} setting(s) to {path}; a running nix-daemon must be restarted to see them")
    return state()


def with_block(text: str, lines: list[str]) -> str:
    """`text` with these lines in the marked block, beside those that an earlier run put there."""
    before, begin, rest = text.partition(f"{BEGIN}\n")
    block, _, after = rest.partition(f"{END}\n")
    if not begin and before and not before.endswith("\n"):
        before += "\n"
    kept = [line for line in block.splitlines() if line not in lines]
    return before + "".join(f"{line}\n" for line in [BEGIN, *kept, *lines, END]) + after


def install_carried(packages: dict[str, tuple[str, Path]]) -> None:
    """Installs carried Debian packages, {name: (version, file)}, without network; what is as new already, stays."""
    needed = [str(file) for name, (version, file) in sorted(packages.items()) if outdated(name, version)]
    if needed:
        command = ["dpkg", "--install", "--force-confold", *needed]
        CLIENTS.must(command, "install the carried packages", None, apt.QUIET, patient=True)


def outdated(name: str, version: str) -> bool:
    """Whether this machine lacks the package, or has it in an older version."""
    done = CLIENTS.run(["dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", name])
    status, _, found = done.out.partition(" ")
    return bool(done.code) or status != "installed" or index.older(found, version)
