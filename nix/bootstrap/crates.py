"""Crates: reads them from lock files and downloads them with cargo."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import files
from .checkout import Checkout
from .clients import CLIENTS
from .errors import Undecided

CA_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
"""Where systems keep their CA certificates. The pinned cargo looks in one place only, which may not be this system's."""
STD_LIST = "nix/toolchain/std-Cargo.lock"
"""The standard library's lock file. Its manifest comes with the compiler."""
LIBRARY = "lib/rustlib/src/rust/library"
"""The standard library's sources inside the toolchain."""
USER_FILES = ("config.toml", "config", "credentials.toml", "credentials")
"""The user's cargo settings (mirrors, proxies), which also apply to these downloads."""


@dataclass(frozen=True)
class Crate:
    """One package of a lock file that comes from a registry."""

    file: str
    sha256: str


def read_lock(path: Path) -> list[Crate]:
    """Returns the registry crates in a lock file; raises `Undecided` if it is malformed or a crate has no checksum."""
    try:
        packages = tomllib.loads(path.read_text(encoding="utf-8")).get("package", [])
        return [
            Crate(f"{package['name']}-{package['version']}.crate", package["checksum"])
            for package in packages if "source" in package and not package["source"].startswith("git+")
        ]
    except OSError as error:
        raise Undecided(f"cannot read `{path}`: {error.strerror}: restore it from version control") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Undecided(f"`{path}` is malformed ({error}): restore it from version control") from error


def manifest(checkout: Checkout, crate_list: str, toolchain: Path) -> Path:
    """Returns the Cargo.toml of a lock file; raises `Undecided` if std-Cargo.lock is not the pinned compiler's."""
    if crate_list != STD_LIST:
        return checkout.lock_file(crate_list).with_name("Cargo.toml")
    lock = toolchain / LIBRARY / "Cargo.lock"
    if lock.read_bytes() != checkout.lock_file(crate_list).read_bytes():
        raise Undecided(f"`{crate_list}` is not the lock file of the pinned compiler: run `make update-archives`")
    return toolchain / LIBRARY / "sysroot" / "Cargo.toml"


def fetch(cargo: Path, manifests: list[Path], home: Path) -> None:
    """Downloads every crate of `manifests` into `home` with `cargo`; raises `Undecided`.

    Settings are those of the user and of each manifest's folder, which may name further registries. Tokens stay with cargo.
    """
    home.mkdir(parents=True, exist_ok=True)
    # Trees of an earlier run may have been changed since; cargo makes them anew of what it has fetched.
    shutil.rmtree(home / "git" / "checkouts", ignore_errors=True)
    user_home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    for name in USER_FILES:
        (home / name).unlink(missing_ok=True)
        if (user_home / name).is_file():
            (home / name).symlink_to((user_home / name).resolve())
    # The manifests of the standard library and of the formatter use features that only a nightly compiler allows.
    environment = {
        "CARGO_HOME": str(home), "RUSTC_BOOTSTRAP": "1", "PATH": f"{cargo.parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    bundles = [bundle for bundle in (os.environ.get("SSL_CERT_FILE"), *CA_BUNDLES) if bundle and Path(bundle).is_file()]
    if "CARGO_HTTP_CAINFO" not in os.environ and bundles:
        environment["CARGO_HTTP_CAINFO"] = bundles[0]
    for path in manifests:
        command = [str(cargo), "fetch", "--locked", "--manifest-path", str(path)]
        # NB: cargo would look for it in the current folder.
        settings = path.parent / ".cargo" / "config.toml"
        if settings.is_file():
            command += ["--config", str(settings)]
        CLIENTS.must(command, f"fetch the crates of `{path.parent.name}`", home, environment)


def collect(crates: Iterable[Crate], home: Path) -> list[Path]:
    """Returns the verified files of `crates` in cargo's `home`, in the same order; raises `Undecided`."""
    paths = []
    for crate in crates:
        places = sorted(home.glob(f"registry/cache/*/{crate.file}"))
        if not places:
            raise Undecided(f"cargo reported success, but `{crate.file}` did not arrive: run this again")
        # Two registries may have a crate of this name and version.
        place = next((place for place in places if files.sha256(place) == crate.sha256), places[0])
        files.verify(place, crate.file, crate.sha256)
        paths.append(place)
    return paths
