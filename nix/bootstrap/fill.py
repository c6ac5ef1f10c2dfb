"""The main job: downloads, verifies and adds every archive that the store lacks, with all clients in parallel."""

from __future__ import annotations

from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path

from . import apt, crates, files, nix_setup, repositories, seed, store, wheels
from .archives import Archive, Pins
from .checkout import Checkout
from .clients import CLIENTS
from .errors import Stopped, Undecided
from .folders import Folders, arrived_bytes
from .progress import REDRAW_SECS, Meter, megabytes, say


def run(checkout: Checkout, pins: Pins, folders: Folders) -> list[store.Item]:
    """Sets up Nix and completes the store; returns the closed set, which is then in the store."""
    nix = nix_setup.ensure()
    nix_setup.check(nix)
    say(f"nix {nix.version} found")
    wanted = store.items(checkout)
    lacking = store.missing(wanted)
    report(wanted, lacking)
    if lacking:
        if nix.substituters:
            say("nix asks its substituters before each build; without network, set `substituters =` to spare the wait")
        Filling(checkout, pins, folders, wanted, lacking).run()
        left = store.missing(wanted)
        if left:
            raise Undecided(
                f"`{left[0].file}` was added, but the store does not have it: run `nix-store --verify`, then this again"
            )
        say(f"{len(lacking)} archives added, {len(wanted)} of {len(wanted)} in the store")
    folders.clear()
    total = sum(store.size_bytes(item) for item in wanted)
    say(f"they take {megabytes(total)} there; builds take more; `{checkout.command} --remove` deletes the archives")
    return wanted


def report(wanted: list[store.Item], lacking: list[store.Item]) -> None:
    """Prints one line for each kind of archive: how many of them the store has."""
    for kind, words in store.KINDS.items():
        total = sum(item.kind == kind for item in wanted)
        present = total - sum(item.kind == kind for item in lacking)
        if total:
            say(f"{present} of {total} {words} already in the store")


class Filling:
    """One run that completes the store."""

    def __init__(
        self, checkout: Checkout, pins: Pins, folders: Folders, wanted: list[store.Item], lacking: list[store.Item],
    ):
        self.checkout = checkout
        self.pins = pins
        self.folders = folders
        self.wanted = wanted
        self.lacking = {kind: [item for item in lacking if item.kind == kind] for kind in store.KINDS}
        by_file = {archive.file: archive for archive in pins.archives}
        self.archives: dict[str, list[Archive]] = {"deb": [], "wheel": []}
        for item in (*self.lacking["deb"], *self.lacking["wheel"]):
            archive = by_file.get(item.file)
            if not archive or archive.sha256 != item.sha256:
                raise Undecided(disagreement(checkout, item.file))
            self.archives[item.kind].append(archive)

    def run(self) -> None:
        """Downloads and adds everything. On an error, ends everything else and raises the first error."""
        self.folders.make()
        archives = [*self.archives["deb"], *self.archives["wheel"]]
        total = sum(archive.size_bytes for archive in archives)
        arrived = arrived_bytes(archives, self.folders)
        files.check_space([(self.folders.top, total - arrived), (Path(self.wanted[0].store_path), total)])
        if archives:
            kept = f", {megabytes(arrived)} of it kept from an earlier run" if arrived else ""
            say(f"downloading {len(archives)} archives, {megabytes(total)}{kept}")
        meter = Meter(total, lambda: arrived_bytes(archives, self.folders))
        with ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(self.compiler), pool.submit(self.linker)]
            try:
                watch(jobs, meter)
            except BaseException:
                CLIENTS.stop()
                raise
            finally:
                meter.close()

    def linker(self) -> None:
        """Adds the wheels. They are by far the largest download, and nothing else waits for them."""
        if self.lacking["wheel"]:
            store.add(wheels.wheels(self.archives["wheel"], self.folders), self.lacking["wheel"])

    def compiler(self) -> None:
        """Adds the Debian packages and the seed, then builds the compiler, whose cargo fetches the crates."""
        if self.lacking["deb"]:
            store.add(apt.debs(self.archives["deb"], self.folders), self.lacking["deb"])
        for item in self.lacking["seed"]:
            store.add_tree(seed.verified(self.seed_package(), self.folders.scratch, self.pins.seed), item)
        if self.lacking["crate"] or self.lacking["git"]:
            say("building the pinned compiler, whose cargo fetches the crates")
            toolchain = store.build(self.checkout.root, ".#toolchain", "build the pinned compiler")
            counts = [(len(self.lacking[kind]), store.KINDS[kind]) for kind in store.FROM_CARGO]
            say("fetching " + " and ".join(f"{count} {words}" for count, words in counts if count))
            self.fetch(toolchain)

    def seed_package(self) -> Path:
        """Returns the busybox package in the store."""
        file = self.pins.archive(self.pins.seed.deb).file
        return Path(next(item for item in self.wanted if item.file == file).store_path)

    def fetch(self, toolchain: Path) -> None:
        """Fetches the missing crates and repositories with the toolchain's cargo, and adds them."""
        lists = sorted({item.list for kind in store.FROM_CARGO for item in self.lacking[kind]})
        manifests = [crates.manifest(self.checkout, crate_list, toolchain) for crate_list in lists]
        crates.fetch(toolchain / "bin" / "cargo", manifests, self.folders.cargo)
        wanted = [crates.Crate(item.file, item.sha256) for item in self.lacking["crate"]]
        store.add(crates.collect(wanted, self.folders.cargo), self.lacking["crate"])
        trees = repositories.collect(self.lacking["git"], self.folders.cargo, self.folders.scratch)
        repositories.verify(trees, self.lacking["git"])
        for item in self.lacking["git"]:
            store.add_tree(trees[item.source], item)


def disagreement(checkout: Checkout, file: str) -> str:
    """Returns the message for an archive that the flake wants and this checkout does not pin."""
    if checkout.project:
        return (
            f"the flake in `{checkout.project}` is locked to another samebits, which wants `{file}`: "
            f"use that one, with `{checkout.command}`"
        )
    return f"flake.nix and nix/toolchain/archives.json disagree on `{file}`: check both out at the same commit"


def watch(jobs: list[Future], meter: Meter) -> None:
    """Shows progress until all jobs are done; raises the first error."""
    waiting = set(jobs)
    while waiting:
        done, waiting = wait(waiting, REDRAW_SECS, FIRST_EXCEPTION)
        meter.tick()
        errors = [error for job in done if (error := job.exception())]
        if errors:
            raise min(errors, key=lambda error: isinstance(error, Stopped))
