"""The seed: busybox, unpacked here because the sandbox has no program yet that could unpack the first package."""

from __future__ import annotations

from pathlib import Path

from . import deb, nar
from .archives import Seed
from .errors import Undecided

INNER = "bin/busybox"


def make(package: Path, folder: Path, file: str) -> tuple[Path, str]:
    """Unpacks busybox from the verified `package` to `folder/file`; returns that tree and the SHA-256 of its NAR."""
    try:
        content = deb.read_file(package.read_bytes(), INNER)
    except deb.Malformed as error:
        raise Undecided(f"`{package.name}` is not a busybox package ({error}): run `make update-archives`") from error
    program = folder / file / INNER
    program.parent.mkdir(parents=True, exist_ok=True)
    program.unlink(missing_ok=True)
    program.write_bytes(content)
    program.chmod(0o555)
    return folder / file, nar.sha256(folder / file)


def verified(package: Path, folder: Path, seed: Seed) -> Path:
    """Unpacks the seed into `folder` and returns its tree; raises `Undecided` if its hash is not the pinned one."""
    tree, actual = make(package, folder, seed.file)
    if actual != seed.nar_sha256:
        (tree / INNER).unlink()
        raise Undecided(
            f"`{seed.file}` has the wrong hash: expected NAR sha256 {seed.nar_sha256}, found {actual}; nothing was added: "
            "run `make update-archives`, or restore nix/toolchain/archives.json from version control"
        )
    return tree
