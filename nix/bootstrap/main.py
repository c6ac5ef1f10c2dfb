"""The command line: options, signals, and errors as exit codes."""

from __future__ import annotations

import argparse
import errno
import signal
import traceback
from pathlib import Path

from . import archives, bundle, files, fill, nix_setup, remove, store, update
from .archives import Pins
from .checkout import Checkout, project
from .clients import CLIENTS
from .errors import Interrupted, Undecided
from .folders import Folders
from .progress import complain, say

EPILOG = """exit codes: 0 done, or complete; 1 --check found something missing, or --remove something in use; 2 the job or the check failed;
130 interrupted (run it again: finished and partial downloads are kept)"""
SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


def options() -> argparse.ArgumentParser:
    """Returns the parser for the options of `bootstrap`."""
    parser = argparse.ArgumentParser(
        prog="bootstrap", epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Sets up this machine: installs Nix and adds every pinned archive to its store, verified.",
    )
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--check", action="store_true", help="list what the store lacks, without network")
    one.add_argument("--export", type=Path, metavar="DIR", help="write the closed set to DIR, for a machine without network")
    one.add_argument("--import", type=Path, metavar="DIR", dest="import_", help="set up from such a DIR instead of the network")
    one.add_argument("--remove", action="store_true", help="undo: delete the archives, the downloads, added settings and users")
    one.add_argument("--update", action="store_true", help="pin the newest archives (`make update-archives`)")
    parser.add_argument("--flake", type=Path, metavar="DIR", help="set up for the project in DIR, which has samebits as a flake input")
    parser.add_argument("--configure-nix", action="store_true", help="add missing settings to the nix.conf of an installed Nix")
    return parser


def main(arguments: list[str], root: Path) -> int:
    """Runs `bootstrap` for the checkout `root`; returns the exit code."""
    chosen = options().parse_args(arguments)
    for number in SIGNALS:
        signal.signal(number, interrupt)
    try:
        if chosen.update and chosen.flake:
            raise Undecided("--update is for samebits itself: leave --flake out")
        checkout = Checkout(root, project(chosen.flake))
        return dispatch(chosen, checkout, archives.load(root / update.PINS), Folders(checkout.downloads))
    except Interrupted as interruption:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        CLIENTS.stop()
        complain("interrupted: what has arrived is kept, run this again to continue")
        return interruption.exit_code
    except Undecided as error:
        complain(str(error))
    except OSError as error:
        complain(explain(error))
    except Exception:  # NB: an uncaught exception would exit with 1, which means that something is missing.
        complain(f"unexpected error, please report this:\n{traceback.format_exc()}")
    return 2


def interrupt(number: int, _frame: object) -> None:
    """Ends the run at whatever point it is."""
    raise Interrupted(number)


def explain(error: OSError) -> str:
    """Describes an error: the file, what failed, and the remedy."""
    remedies = {
        errno.EACCES: "make it accessible to this user, or run this as root",
        errno.EPERM: "make it accessible to this user, or run this as root",
        errno.EPIPE: "let the reader of this output read all of it",
        errno.EROFS: "use a checkout on a writable file system, and with --flake a writable XDG_CACHE_HOME",
        errno.ENOSPC: "free some space, then run this again",
    }
    place = f"`{error.filename}`: " if error.filename else ""
    return f"{place}{error.strerror}: {remedies.get(error.errno, 'resolve that, then run this again')}"


def dispatch(chosen: argparse.Namespace, checkout: Checkout, pins: Pins, folders: Folders) -> int:
    """Runs the chosen command and returns the exit code."""
    if chosen.check:
        return check(checkout)
    with files.only_one(folders.lock, lambda: say("another bootstrap is at work in this checkout: waiting for it to end")):
        if chosen.remove:
            return remove.run(checkout, folders)
        if chosen.configure_nix:
            nix_setup.configure(nix_setup.ensure())
        if chosen.export:
            bundle.export(checkout, pins, folders, chosen.export)
        elif chosen.import_:
            bundle.import_(checkout, pins, folders, chosen.import_)
        elif chosen.update:
            update.run(checkout.root, pins, folders)
        else:
            fill.run(checkout, pins, folders)
    return 0


def check(checkout: Checkout) -> int:
    """Lists the archives that the store lacks; returns 1 if there are any."""
    wanted = store.items(checkout)
    lacking = store.missing(wanted)
    for item in lacking:
        print(f"missing: {item.kind} {item.name} {item.version} ({item.file})")
    say(f"{len(wanted) - len(lacking)} of {len(wanted)} archives in the store")
    return 1 if lacking else 0
