"""Nix itself: installs it on a fresh Debian, and finds settings that an existing installation lacks."""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import apt, build_users, files, index
from .clients import CLIENTS, failure
from .errors import Undecided
from .progress import say

HEADER = "# Written by samebits' bootstrap, which installs Nix here.\n"
WITH_USERS = f"""\
# Root builds without a daemon. Builds run as users of this group, who cannot change the store.
build-users-group = {build_users.GROUP}
"""
WITHOUT_USERS = """\
# Root builds without a daemon and without build users.
build-users-group =
"""
"""What an earlier bootstrap wrote instead."""
FRESH = HEADER + """\
experimental-features = nix-command flakes
sandbox = true
# Every input is a pinned archive, so no substituter is needed and no build waits for one to answer.
substituters =
# No input comes from the flake registry, where `nix develop` would look for nixpkgs.
flake-registry =
max-jobs = auto
""" + WITH_USERS
"""nix.conf for a machine that had no Nix."""
BEGIN = "# begin samebits"
END = "# end samebits"
LACKS = {
    "build-users-group": f"build-users-group = {build_users.GROUP}",
    "experimental-features": "extra-experimental-features = nix-command flakes",
    "sandbox": "sandbox = true",
}
"""Settings that an installation may lack, and the lines that provide them."""
PROGRAMS = {"nix": "nix-bin", "git": "git"}
"""Programs that every run needs, and their Debian packages."""
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

    `install` gets the names of Debian packages. A nix.conf that bootstrap did not write is never changed.
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
            build_users.add()
            # NB: before the packages, so that the next run recognises and finishes an interrupted installation.
            conf_path().parent.mkdir(parents=True, exist_ok=True)
            files.write(conf_path(), FRESH.encode())
            say(f"wrote {conf_path()}")
        say(f"installing {', '.join(absent)}")
        install(absent)
    found = state()
    return upgraded() if is_ours() and "build-users-group" in found.lacks else found


def upgraded() -> State:
    """Gives builds users of their own where an earlier bootstrap set Nix up without them; returns the new state."""
    build_users.add()
    text = conf_path().read_text(encoding="utf-8")
    if files.write(conf_path(), text.replace(WITHOUT_USERS, WITH_USERS).encode()):
        say(f"{conf_path()} now lets Nix build as users of the group {build_users.GROUP}")
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
    unknown = {*LACKS, "store", "substituters"} - values.keys()
    if unknown:
        raise Undecided(f"nix {version} does not show {', '.join(sorted(unknown))}: install Nix 2.8 or newer")
    lacks = []
    if os.geteuid() == 0 and builds_as_root(values):
        lacks.append("build-users-group")
    if not enabled or not {"nix-command", "flakes"} <= set(values["experimental-features"].split()):
        lacks.append("experimental-features")
    if values["sandbox"] == "false":
        lacks.append("sandbox")
    return State(version, tuple(lacks), values["substituters"])


def builds_as_root(values: dict[str, str]) -> bool:
    """Returns whether a Nix with these settings that root runs builds as root, or cannot build."""
    has_users = build_users.members(values["build-users-group"]) or values.get("auto-allocate-uids") == "true"
    return not has_users and not asks_daemon(values["store"])


def asks_daemon(store: str) -> bool:
    """Returns whether another process builds, whose settings are its own; `store` is Nix's setting."""
    if store != "auto":
        return not store.startswith(("local", "/"))
    state_folder = Path(os.environ.get("NIX_STATE_DIR") or "/nix/var/nix")
    socket = Path(os.environ.get("NIX_DAEMON_SOCKET_PATH") or state_folder / "daemon-socket/socket")
    return not os.access(state_folder, os.R_OK | os.W_OK) and socket.exists()


def check(nix: State) -> None:
    """Raises `Undecided` with the exact lines to add if the installed Nix lacks settings."""
    if nix.lacks:
        lines = "".join(f"\n    {LACKS[key]}" for key in nix.lacks)
        if "build-users-group" in nix.lacks:
            lines += f"\n  and users to the group {build_users.GROUP} (as root, a build could change what other builds read)"
        raise Undecided(
            f"nix {nix.version} lacks settings; in `{conf_path()}` add{lines}\n"
            "  or let `./bootstrap --configure-nix` add them, then run this again"
        )


def configure(nix: State) -> State:
    """Adds the missing settings to nix.conf in a marked block. If none are missing, it changes nothing."""
    if not nix.lacks:
        return nix
    if "build-users-group" in nix.lacks:
        build_users.add()
    path = conf_path()
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    text = with_block(text, [LACKS[key] for key in nix.lacks])
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write(path, text.encode())
    say(f"added {len(nix.lacks)} setting(s) to {path}; restart a running nix-daemon to apply them")
    return state()


def configured() -> list[str]:
    """Returns the lines of the block that `configure` added to nix.conf."""
    path = conf_path()
    return split(path.read_text(encoding="utf-8"))[1] if path.exists() else []


def unconfigure() -> bool:
    """Removes that block; returns whether there was one."""
    if not configured():
        return False
    before, _, after = split(conf_path().read_text(encoding="utf-8"))
    files.write(conf_path(), (before + after).encode())
    return True


def split(text: str) -> tuple[str, list[str], str]:
    """Returns what is before the marked block, its lines, and what is after it. Without its end, it is no block."""
    before, begin, rest = text.partition(f"{BEGIN}\n")
    block, end, after = rest.partition(f"{END}\n")
    return (before, block.splitlines(), after) if begin and end else (text, [], "")


def with_block(text: str, lines: list[str]) -> str:
    """Returns `text` with these lines added to its marked block; lines of earlier runs stay, except for the same settings."""
    before, block, after = split(text)
    if before and not before.endswith("\n"):
        before += "\n"
    replaced = {line.partition("=")[0] for line in lines}
    kept = [line for line in block if line.partition("=")[0] not in replaced]
    return before + "".join(f"{line}\n" for line in [BEGIN, *kept, *lines, END]) + after


def uninstall() -> str:
    """Returns the command that removes a Nix that bootstrap installed, with everything that was ever built by it."""
    return " && ".join(["apt-get purge nix-bin", "rm -r /nix /etc/nix", *build_users.removal()])


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
