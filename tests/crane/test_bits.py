"""Services built by crane itself are the same bits as those built by nix/crane, under both sets of conditions."""

from __future__ import annotations

from end_to_end import flake
from end_to_end.support import FolderTest, define

from . import both

FIRST = {
    "server": ("aarch64-linux",),
    "sysinfo": ("x86_64-linux", "x86_64-windows", "wasm32-wasi"),
}
"""The services and platforms whose first builds are compared."""
AGAIN = ("server-aarch64-linux",)
"""The packages whose rebuilds are compared, too."""
WITH_NIXPKGS = "sysinfo-aarch64-linux"
"""The package that is also built by nix/nixpkgs, with the archives in place of nixpkgs."""


class Bits:
    """One package; `define` makes a class for each."""

    package: str
    attribute: str
    """The attribute of default.nix."""

    def test_crane_builds_the_same_bits(self):
        ours = flake.built(self.package)
        self.assertTrue(both.files(ours))
        self.assertEqual(both.files(both.build_by_crane(self.attribute)), both.files(ours))


for name in [f"{service}-{platform}" for service, platforms in FIRST.items() for platform in platforms]:
    for package in [name, f"{name}.rebuild"] if name in AGAIN else [name]:
        attributes = {"package": package, "attribute": f"packages.{package}", "outputs": (package,)}
        define(globals(), f"bits-of-{package.replace('.', '-')}", Bits, FolderTest, **attributes)
attributes = {"package": WITH_NIXPKGS, "attribute": f"withNixpkgs.{WITH_NIXPKGS}", "outputs": (WITH_NIXPKGS,)}
define(globals(), f"bits-of-{WITH_NIXPKGS}-with-nixpkgs", Bits, FolderTest, **attributes)
