"""Services built by crane itself are the same bits as those built by nix/crane, under both sets of conditions."""

from __future__ import annotations

from end_to_end import flake
from end_to_end.support import FolderTest, define

from . import both
from .cases import BITS, bits_of

WITH_NIXPKGS = "sysinfo-aarch64-linux"
"""The package that nix/nixpkgs builds, with the archives in place of nixpkgs."""


class Bits:
    """One package; `define` makes a class for each."""

    package: str

    def test_crane_builds_the_same_bits(self):
        ours = flake.built(self.package)
        self.assertTrue(both.files(ours))
        self.assertEqual(both.files(both.build_by_crane(f"packages.{self.package}")), both.files(ours))


class WithNixpkgsTest(FolderTest):
    """nix/nixpkgs compiles a standard library and builds a service. zig compiles its libc in that build, so the bits are others."""

    def test_it_builds_a_service(self):
        self.assertEqual(set(both.files(both.build_by_crane(f"withNixpkgs.{WITH_NIXPKGS}"))), {"bin/sysinfo"})

    def test_it_compiles_the_same_standard_library(self):
        ours = flake.built(f"legacyPackages.{flake.SYSTEM}.std.aarch64-linux")
        self.assertTrue(both.files(ours))
        self.assertEqual(both.files(both.build_by_crane(f"withNixpkgs.{WITH_NIXPKGS}.objects.TARGET_SYSROOT")), both.files(ours))


for package in (f"{package}{build}" for package, builds in BITS.items() for build in builds):
    define(globals(), bits_of(package), Bits, FolderTest, package=package, outputs=(package,))
