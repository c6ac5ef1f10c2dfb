"""Undoes what earlier runs did: deletes the archives from the store, the downloads, and the settings and users that were added."""

from __future__ import annotations

import shutil
from pathlib import Path

from . import build_users, nix_setup, store
from .checkout import Checkout
from .clients import CLIENTS
from .folders import Folders
from .progress import complain, megabytes, say


def run(checkout: Checkout, folders: Folders) -> int:
    """Removes what can be removed; returns 1 if archives are in use and stay.

    What Nix built from the archives stays too, until Nix collects its garbage; so does Nix itself.
    """
    wanted = store.items(checkout)
    absent = {item.store_path for item in store.missing(wanted)}
    present = [item for item in wanted if item.store_path not in absent]
    # NB: Nix stops at the first path that is in use, so name none of them.
    dead = set(CLIENTS.must(["nix-store", "--gc", "--print-dead"], "find out what is in use").split())
    unused = [item for item in present if item.store_path in dead]
    left = [item for item in present if item.store_path not in dead]
    freed = sum(store.size_bytes(item) for item in unused)
    for batch in store.batches([item.store_path for item in unused]):
        CLIENTS.must(["nix-store", "--delete", *batch], "delete archives from the store")
    say(f"{len(unused)} archives deleted from the store, {megabytes(freed)}")
    shutil.rmtree(folders.top, ignore_errors=True)
    if nix_setup.LACKS["build-users-group"] in nix_setup.configured():
        users = build_users.remove(Path(wanted[0].store_path).parent)
        say(f"{len(users)} users of builds removed")
    if nix_setup.unconfigure():
        say(f"settings removed from {nix_setup.conf_path()}; restart a running nix-daemon to apply that")
    say("what was built from the archives stays until `nix-collect-garbage`, except what a result link names")
    if nix_setup.is_ours():
        say(f"Nix itself stays, which bootstrap installed; to remove it, run: {nix_setup.uninstall()}")
    if left:
        complain(
            f"{len(left)} archives are in use and stay, such as `{left[0].store_path}`: "
            f"`nix-store --query --roots {left[0].store_path}` shows by what"
        )
    return 1 if left else 0
