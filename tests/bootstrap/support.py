"""Helpers of the tests: a small checkout with its own Nix store, generated packages, and fake clients with a mirror."""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "nix"))

from bootstrap import archives, nar  # noqa: E402  (needs the path that was inserted above)

STD_LIST = "nix/toolchain/std-Cargo.lock"
USERS_LOCKS = Path("/nix/var/nix/userpool")
SEED = "busybox-1-1.0-rc1-1"
"""Store name of the small checkout's seed."""


def sha256(content: bytes) -> str:
    """Returns the hexadecimal SHA-256."""
    return hashlib.sha256(content).hexdigest()


def ar(*members: tuple[str, bytes]) -> bytes:
    """Makes an `ar` archive."""
    text = b"!<arch>\n"
    for name, content in members:
        text += f"{name:16}{0:<12}{0:<6}{0:<6}{'100644':8}{len(content):<10}`\n".encode() + content + b"\n" * (len(content) % 2)
    return text


def tar_xz(*entries: tuple[str, bytes | str]) -> bytes:
    """Makes a compressed tar. A string is the target of a symbolic link, bytes are the content of a file."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tree:
        for name, content in entries:
            member = tarfile.TarInfo(name)
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                tree.addfile(member)
            else:
                member.size = len(content)
                tree.addfile(member, io.BytesIO(content))
    return lzma.compress(plain.getvalue())


def deb(*entries: tuple[str, bytes | str]) -> bytes:
    """Makes a Debian package with these files."""
    return ar(("debian-binary", b"2.0\n"), ("control.tar.xz", tar_xz()), ("data.tar.xz", tar_xz(*entries)))


class FolderTest(unittest.TestCase):
    """A test with its own folder."""

    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bootstrap-test-"))
        self.addCleanup(self.remove)

    def remove(self) -> None:
        """Deletes the folder. The store in it is read-only, so make it writable first."""
        for top, _, _ in os.walk(self.folder):
            os.chmod(top, os.stat(top).st_mode | stat.S_IRWXU)
        shutil.rmtree(self.folder)


def share_users(state: Path) -> None:
    """Makes Nix's `state` folder of another store share the locks of build users with the machine's own store.

    NB: Nix kills all processes of a user before it builds as that user. Without the locks, these would be builds of other stores.
    """
    state.mkdir(exist_ok=True)
    if os.geteuid() == 0:
        USERS_LOCKS.mkdir(parents=True, exist_ok=True)
        if not (state / USERS_LOCKS.name).exists():
            (state / USERS_LOCKS.name).symlink_to(USERS_LOCKS)


class Machine:
    """A checkout, a store and a mirror inside one folder. The clients are the scripts in `fixture/fake/`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.checkout = folder / "checkout"
        self.mirror = folder / "mirror"
        self.use_store("store")
        self.mirror.mkdir()
        pins = self.checkout / "nix" / "toolchain"
        pins.mkdir(parents=True)
        shutil.copytree(ROOT / "nix" / "bootstrap", self.checkout / "nix" / "bootstrap")
        shutil.copy(ROOT / "bootstrap", self.checkout)
        shutil.copy(HERE / "fixture" / "flake.nix", self.checkout)
        self.pinned: list[archives.Archive] = []
        self.install: list[str] = []
        self.prefix: list[str] = []
        self.add_deb("busybox-static", deb(("./bin/busybox", b"the seed")), "seed")
        self.add_deb("small", deb(("./usr/bin/small", b"small" * 5000)), "rust")
        self.add_deb("installer", deb(("./usr/bin/installer", b"installer")), "nix")
        self.install.append("installer")
        self.add_wheel("wheely", b"a wheel" * 7000)
        self.make_toolchain()
        self.write_pins()

    def use_store(self, name: str) -> None:
        """Makes all later runs use the store with this name, which starts empty."""
        self.store = self.folder / name
        (self.store / "etc").mkdir(parents=True, exist_ok=True)
        share_users(self.store / "state")

    def add_deb(self, name: str, content: bytes, part: str, version: str = "1:1.0~rc1-1") -> archives.Archive:
        """Pins a package and puts it on the mirror."""
        (self.mirror / f"{name}_{version.replace(':', '%3a')}_amd64.deb").write_bytes(content)
        return self.pin(archives.Archive(
            "deb", name, version, archives.store_name(name, version), part, sha256(content), len(content), architecture="amd64",
        ))

    def add_wheel(self, name: str, content: bytes) -> archives.Archive:
        """Pins a wheel and puts it on the mirror."""
        file = f"{name}-2.0-py3-none-manylinux1_x86_64.whl"
        (self.mirror / file).write_bytes(content)
        return self.pin(archives.Archive("wheel", name, "2.0", file, "zig", sha256(content), len(content), want="==2.0"))

    def pin(self, archive: archives.Archive) -> archives.Archive:
        """Adds to the pins; `write_pins` writes them."""
        self.pinned.append(archive)
        return archive

    def make_toolchain(self) -> None:
        """Puts two crates on the mirror, and a compiler whose cargo fetches them from there."""
        tree = self.folder / "toolchain"
        library = tree / "lib/rustlib/src/rust/library"
        (library / "sysroot").mkdir(parents=True)
        (tree / "bin").mkdir()
        shutil.copy(HERE / "fixture" / "fake" / "cargo", tree / "bin")
        for list_path, name in ((self.checkout / "Cargo.lock", "own"), (self.checkout / STD_LIST, "std")):
            content = name.encode() * 99
            (self.mirror / f"{name}-0.1.0.crate").write_bytes(content)
            list_path.write_text(
                f'version = 4\n[[package]]\nname = "{name}"\nversion = "0.1.0"\n'
                f'source = "registry"\nchecksum = "{sha256(content)}"\n'
                '[[package]]\nname = "workspace"\nversion = "0.1.0"\n'
            )
        (self.checkout / "Cargo.toml").touch()
        shutil.copy(self.checkout / STD_LIST, library / "Cargo.lock")
        (library / "sysroot" / "Cargo.toml").touch()
        packed = self.folder / "mirror" / "toolchain.nar"
        packed.write_bytes(b"".join(nar.dump(tree)))
        description = {"url": f"file://{packed}", "nar_sha256": nar.sha256(tree)}
        (self.checkout / "toolchain.json").write_text(json.dumps(description))

    def write_pins(self) -> None:
        """Writes archives.json with all pins so far."""
        seed = self.folder / "seed"
        (seed / "bin").mkdir(parents=True, exist_ok=True)
        program = seed / "bin" / "busybox"
        if not program.exists():
            program.write_bytes(b"the seed")
            program.chmod(0o555)
        pins = archives.Pins(
            tuple(self.pinned), ("Cargo.lock", STD_LIST), tuple(self.install),
            archives.Seed("busybox-static", SEED, nar.sha256(seed)),
        )
        (self.checkout / "nix/toolchain/archives.json").write_text(archives.dump(pins))

    def environment(self, **more: str) -> dict[str, str]:
        """Returns the environment of a run: fake clients first on PATH, its own store, no settings of the caller's Nix."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("NIX_", "CARGO_", "PIP_"))}
        return {
            **kept,
            "HOME": str(self.folder / "home"),
            "PATH": f"{HERE / 'fixture' / 'fake'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(HERE / "fixture" / "fake"),
            "MIRROR": str(self.mirror),
            "LOG": str(self.folder / "log"),
            "NIX_STORE_DIR": str(self.store / "store"),
            "NIX_STATE_DIR": str(self.store / "state"),
            "NIX_LOG_DIR": str(self.store / "log"),
            "NIX_CONF_DIR": str(self.store / "etc"),
            "NIX_CONFIG": "experimental-features = nix-command flakes\nsubstituters =\n"
            f"sandbox = true\nextra-sandbox-paths = {self.mirror}",
            **more,
        }

    def start(self, *arguments: str, **more: str) -> subprocess.Popen:
        """Starts ./bootstrap in its own process group."""
        return subprocess.Popen(
            [*self.prefix, sys.executable, str(self.checkout / "bootstrap"), *arguments], env=self.environment(**more), text=True,
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0,
        )

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess:
        """Runs ./bootstrap to its end."""
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def stored(self) -> set[str]:
        """Returns the names of the valid store paths that are archives."""
        done = subprocess.run(["nix-store", "--gc", "--print-dead"], env=self.environment(), capture_output=True, text=True)
        names = {path.rsplit("/", 1)[1].partition("-")[2] for path in done.stdout.split()}
        return {name for name in names if name.endswith((".deb", ".whl", ".crate")) or name == SEED}

    def log(self) -> list[str]:
        """Returns the calls of the fake clients so far."""
        path = self.folder / "log"
        return path.read_text().splitlines() if path.exists() else []


class MachineTest(FolderTest):
    """A test that runs ./bootstrap on its own machine."""

    def setUp(self) -> None:
        super().setUp()
        self.machine = Machine(self.folder)

    def bootstrap(self, *arguments: str, code: int = 0, **more: str) -> subprocess.CompletedProcess:
        """Runs ./bootstrap and asserts its exit code."""
        done = self.machine.run(*arguments, **more)
        self.assertEqual(done.returncode, code, f"bootstrap {' '.join(arguments)}\n{done.stdout}\n{done.stderr}")
        return done
