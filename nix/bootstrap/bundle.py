"""The closed set in one folder (bundle), for machines without network: `--export` writes it, `--import` reads it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from . import apt, crates, files, fill, nar, nix_setup, repositories, seed, store
from .archives import Pins
from .checkout import LOCK, OF_PROJECT, Checkout
from .clients import CLIENTS
from .errors import Undecided
from .folders import Folders
from .progress import complain, megabytes, say

SUMS = "SHA256SUMS"
README = "README.txt"
README_TEXT = """\
Every input of {builds}. To check the files: `sha256sum -c SHA256SUMS`.
On a machine without network, in a checkout of samebits at the same commit: `./bootstrap {option}--import THIS_FOLDER`.
"""


def export(checkout: Checkout, pins: Pins, folders: Folders, target: Path) -> None:
    """Writes the closed set to `target` atomically, after downloading what this machine lacks."""
    target = target.absolute()
    if target.is_symlink() or target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise Undecided(f"`{target}` exists and is not an empty folder: name another one")
    wanted = fill.run(checkout, pins, folders)
    check_names(wanted)
    sources = {item.file: (Path(item.store_path), item.sha256) for item in wanted if item.kind not in store.TREES}
    carried = [archive for archive in pins.archives if archive.file not in sources]
    folders.make()
    if carried:
        say(f"downloading {len(carried)} packages that install Nix")
        for archive, path in zip(carried, apt.debs(carried, folders), strict=True):
            sources[archive.file] = (path, archive.sha256)
    for item in wanted:
        if item.kind in store.TREES:
            sources[item.file + repositories.NAR] = packed(Path(item.store_path), folders.scratch / (item.file + repositories.NAR)), item.sha256
    total = sum(path.stat().st_size for path, _ in sources.values())
    files.check_space([(target, total)])
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        for name, (path, expected) in sorted(sources.items()):
            place(path, partial / name, expected)
        sums = "".join(f"{expected}  {name}\n" for name, (_, expected) in sorted(sources.items()))
        files.write(partial / SUMS, sums.encode())
        files.write(partial / README, readme(checkout).encode())
        partial.chmod(0o755)
        partial.replace(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    folders.clear()
    say(f"{len(sources)} files, {megabytes(total)}, exported to {target}")


def check_names(wanted: list[store.Item]) -> None:
    """Raises `Undecided` if two archives have one name: the folder could hold only one of them."""
    names = [item.file for item in wanted]
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise Undecided(f"`{doubles[0]}` comes from two registries, and a folder cannot hold both: depend on another version of one")


def readme(checkout: Checkout) -> str:
    """Returns the text for whoever finds the folder."""
    if checkout.project:
        return README_TEXT.format(builds="the project's builds and of samebits'", option="--flake THE_PROJECT ")
    return README_TEXT.format(builds="samebits' builds", option="")


def packed(tree: Path, target: Path) -> Path:
    """Writes a tree as a Nix archive, for builds that fetch from a bundle (`archives.mirrors`); returns its path."""
    with target.open("wb") as stream:
        stream.writelines(nar.dump(tree))
    return target


def place(source: Path, target: Path, expected: str) -> None:
    """Copies one file to stable storage and verifies the copy. A copy with the wrong hash is deleted."""
    shutil.copyfile(source, target)
    target.chmod(0o644)
    with target.open("rb") as stream:
        os.fsync(stream.fileno())
    remedy = f"if it is in the store, something changed it there: run `nix-store --delete {source}`, then `./bootstrap`"
    files.verify(target, str(source), expected, remedy)


def pinned(checkout: Checkout, pins: Pins) -> dict[str, str]:
    """Returns the SHA-256 of every file that a bundle must hold, by file name. Uses the checkout only.

    What only the project's flake states is not among them, because there may be no Nix yet that could read it: the hashes of
    repositories, and where the lock file is unless it is beside flake.nix.
    """
    expected = {archive.file: archive.sha256 for archive in pins.archives}
    expected[pins.seed.file + repositories.NAR] = pins.seed.nar_sha256
    lists = list(pins.crate_lists)
    if checkout.project and (checkout.project / LOCK).is_file():
        lists.append(OF_PROJECT + LOCK)
    for crate_list in lists:
        expected.update({crate.file: crate.sha256 for crate in crates.read_lock(checkout.lock_file(crate_list))})
    return expected


def check(source: Path, expected: dict[str, str]) -> set[str]:
    """Raises `Undecided` unless `source` has every expected file with the pinned hash; returns the names of all others."""
    if not source.is_dir():
        raise Undecided(f"`{source}` is not a folder: name one that `./bootstrap --export` wrote")
    present = {entry.name for entry in source.iterdir()}
    absent = sorted(expected.keys() - present)
    if absent:
        raise Undecided(
            f"`{source}` lacks {len(absent)} of {len(expected)} files:" + "".join(f"\n    {name}" for name in absent)
            + "\n  nothing was added: export it again from a checkout of this commit"
        )
    for name, digest in sorted(expected.items()):
        if not (source / name).is_file() or (source / name).is_symlink():
            raise Undecided(f"`{source / name}` is not a regular file; nothing was added: export the folder again")
        actual = files.sha256(source / name)
        if actual != digest:
            raise Undecided(
                f"`{source / name}` has the wrong hash: expected sha256 {digest}, found {actual}; "
                "nothing was added: copy or export it again"
            )
    return present - expected.keys() - {SUMS, README}


def import_(checkout: Checkout, pins: Pins, folders: Folders, source: Path) -> None:
    """Installs Nix and adds a bundle's archives to the store, without network."""
    source = source.absolute()
    expected = pinned(checkout, pins)
    others = check(source, expected)
    say(f"{len(expected)} files in {source} match their pins")
    packages = {name: pins.archive(name) for name in pins.install}
    nix = nix_setup.ensure(
        lambda _: nix_setup.install_carried({name: (one.version, source / one.file) for name, one in packages.items()})
    )
    nix_setup.check(nix)
    wanted = store.items(checkout)
    late = {item.file: item.sha256 for item in wanted if item.kind == "crate" and item.list.startswith(OF_PROJECT)}
    late = {name: digest for name, digest in late.items() if name not in expected}
    check(source, late)
    expected.update(late)
    others -= late.keys()
    for name in sorted(others - {item.file + repositories.NAR for item in wanted if item.kind == "git"}):
        complain(f"`{source / name}` is not pinned and is left alone")
    lacking = store.missing(wanted)
    fill.report(wanted, lacking)
    flat = [item for item in lacking if item.kind not in store.TREES]
    unpinned = [item.file for item in flat if expected.get(item.file) != item.sha256]
    if unpinned:
        raise Undecided(fill.disagreement(checkout, unpinned[0]))
    folders.make()
    trees = restored(source, [item for item in lacking if item.kind == "git"], folders.scratch)
    if lacking:
        total = sum((source / item.file).stat().st_size for item in flat)
        files.check_space([(Path(lacking[0].store_path), total)])
    store.add([source / item.file for item in flat], flat)
    for item in lacking:
        if item.kind == "git":
            store.add_tree(trees[item.source], item)
        if item.kind == "seed":
            package = source / pins.archive(pins.seed.deb).file
            store.add_tree(seed.verified(package, folders.scratch, pins.seed), item)
    folders.clear()
    say(f"{len(lacking)} archives added, {len(wanted)} of {len(wanted)} in the store")


def restored(source: Path, wanted: list[store.Item], scratch: Path) -> dict[str, Path]:
    """Unpacks the repositories of a bundle; returns their trees by source. Raises `Undecided` if one is missing or another."""
    trees = {}
    for item in wanted:
        packed_tree = source / (item.file + repositories.NAR)
        if not packed_tree.is_file():
            raise Undecided(f"`{source}` lacks `{packed_tree.name}`; nothing was added: export it again for this project")
        trees[item.source] = scratch / item.file
        # NB: the file is not verified before it is unpacked, only to a scratch folder. What is unpacked must have the hash.
        # Two sources may have one tree.
        if trees[item.source].exists():
            continue
        unpack = ["sh", "-c", 'exec nix-store --restore "$1" <"$2"', "sh", str(trees[item.source]), str(packed_tree)]
        CLIENTS.must(unpack, f"unpack `{packed_tree}`")
    repositories.verify(trees, wanted)
    return trees
