"""legacyPackages.<system>.nixpkgs evaluates, with crane and rust-overlay as locked and a stand-in for all of nixpkgs but its lib."""

from __future__ import annotations

import functools
import json
import shutil
from pathlib import Path

from end_to_end import debian, flake
from end_to_end.project import HELLO, Project, flake_file
from end_to_end.support import ROOT, FolderTest, lasting_folder, run

from . import both

SUITE = "testing"
"""The Debian suite of the Nix that evaluates. nixpkgs wants a newer one than Debian 12's."""
SYSTEMS = ("aarch64-darwin", "aarch64-linux", "x86_64-darwin", "x86_64-linux")
NOT_RELEASED = (
    "aarch64-freebsd", "aarch64-netbsd", "i686-netbsd", "mips-linux", "mips64el-linux", "powerpc64-linux", "s390x-linux",
    "x86_64_v2-linux", "x86_64_v3-linux", "x86_64_v4-linux",
)
"""The platforms whose standard library is compiled: Rust releases none for them, or none for their processor."""
SCRIPTS = ("add-darwin-ldflags-before.sh", "add-flags.sh", "add-hardening.sh", "ld-wrapper.sh")
ASKED = """
    builtins.mapAttrs (_: packages: builtins.mapAttrs (_: package: {
      inherit (package) drvPath name;
      sysroot = package.objects.TARGET_SYSROOT.name or null;
    }) packages.nixpkgs)
"""


@functools.cache
def stand_in() -> Path:
    """Makes a tree in place of nixpkgs': the real lib, nixpkgs.nix, and the scripts that rust-overlay copies, empty."""
    folder = lasting_folder("nixpkgs")
    shutil.copytree(Path(both.tree(both.NIXPKGS)) / "lib", folder / "lib")
    shutil.copy(both.HERE / "nixpkgs.nix", folder / "default.nix")
    support = folder / "pkgs/build-support"
    for script in (*(f"bintools-wrapper/{name}" for name in SCRIPTS), "wrapper-common/utils.bash"):
        (support / script).parent.mkdir(parents=True, exist_ok=True)
        (support / script).touch()
    return folder


def evaluated_in(flake_url: str, prefix: str = "") -> dict[str, dict[str, dict[str, str]]]:
    """Returns a flake's services for each build machine; `prefix` names samebits among its inputs."""
    inputs = {"nixpkgs": stand_in(), "crane": both.tree(both.CRANE), "rust-overlay": both.tree(both.RUST_OVERLAY)}
    overrides = (word for name, tree in inputs.items() for word in ("--override-input", prefix + name, f"path:{tree}"))
    folder = lasting_folder("store")
    settings = "experimental-features = nix-command flakes\nsubstituters =\nbuild-users-group =\nflake-registry =\n"
    done = run(
        *debian.program(SUITE, "nix-bin", "usr/bin/nix"), "eval", "--json", f"{flake_url}#legacyPackages", "--apply", ASKED, *overrides,
        "--store", folder / "store", NIX_CONFIG=settings, XDG_CACHE_HOME=str(folder / "cache"), seconds=1200,
    )
    return json.loads(done.out)


@functools.cache
def evaluated() -> dict[str, dict[str, dict[str, str]]]:
    """Returns this flake's services for each build machine."""
    return evaluated_in(str(ROOT))


class NixpkgsTest(FolderTest):
    """What the flake evaluates to with nixpkgs."""

    def test_every_service_for_every_platform_on_every_build_machine(self):
        executables = flake.evaluate("lib.executables")
        self.assertEqual(set(evaluated()), set(SYSTEMS))
        for system, packages in evaluated().items():
            with self.subTest(system):
                self.assertEqual(sorted(packages), sorted(executables))
                self.assertEqual(len({package["drvPath"] for package in packages.values()}), len(executables))

    def test_standard_library_is_compiled_where_rust_releases_none(self):
        for system, packages in evaluated().items():
            compiled = {name for name, package in packages.items() if (package["sysroot"] or "").startswith("std-")}
            expected = {name for name in packages if name.split("-", 1)[1] in NOT_RELEASED}
            self.assertEqual(compiled, expected, system)

    def test_trees_are_those_that_are_locked(self):
        nodes = json.loads((ROOT / "flake.lock").read_text())["nodes"]
        for name, variable in (("crane", both.CRANE), ("rust-overlay", both.RUST_OVERLAY)):
            found = run("nix", "hash", "path", both.tree(variable)).out.strip()
            locked = nodes[name]["locked"]
            self.assertEqual(found, locked["narHash"], f"{variable}: '{both.tree(variable)}' is not {name} at {locked['rev']}")

    def test_another_project(self):
        project = Project(self.folder / "project")
        project.write({**HELLO, "flake.nix": flake_file("")})
        for system, packages in evaluated_in(str(project.folder), "samebits/").items():
            self.assertEqual(packages["hello-aarch64-linux"]["name"], "hello-aarch64-linux-1.0.0", system)
