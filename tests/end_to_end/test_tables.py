"""`nix/tables`: prints and searches the tables of platforms and services."""

from __future__ import annotations

import re

from . import flake
from .support import ROOT, FolderTest, run

TABLES = ROOT / "nix/tables"
SERVICES = ROOT / "nix/services.nix"


class TablesTest(FolderTest):
    """`nix/tables`, and the errors of `make` for wrong names."""

    def packages(self, *options: str) -> list[str]:
        return run(TABLES, "packages", *options).out.split()

    def test_every_platform_has_a_line_with_its_target_and_its_tier(self):
        lines = {line.split()[0]: line for line in run(TABLES, "platforms").out.splitlines()[1:]}
        platforms = flake.library()["platforms"]
        self.assertEqual(sorted(lines), sorted(platforms))
        for name, entry in platforms.items():
            with self.subTest(platform=name):
                self.assertIn(" inspected " if entry["runner"] == "none" else " run ", lines[name])
                self.assertIn(entry["slices"][0] if "slices" in entry else entry["triple"], lines[name])

    def test_packages_are_all_pairs_of_the_flake(self):
        expected = [f"{name}-{platform}" for name, entry in flake.library()["services"].items() for platform in entry["platforms"]]
        self.assertEqual(sorted(self.packages()), sorted(expected))
        self.assertNotIn("server-wasm32-wasi", expected)
        self.assertIn("sysinfo-wasm32-wasi", expected)

    def test_names_narrow_the_packages(self):
        names = self.packages("--services", "server sysinfo", "--platforms", "wasm32-wasi s390x-linux")
        self.assertEqual(sorted(names), ["server-s390x-linux", "sysinfo-s390x-linux", "sysinfo-wasm32-wasi"])

    def test_wrong_platform_is_answered_with_the_nearest_names_and_the_list(self):
        done = run(TABLES, "packages", "--platforms", "aarch64-linus", status=2)
        self.assertRegex(done.err, "no platform is called 'aarch64-linus': did you mean aarch64-linux or ")
        for name in flake.library()["platforms"]:
            self.assertIn(f" {name}", done.err)

    def test_wrong_service_is_answered_with_the_nearest_name(self):
        done = run(TABLES, "packages", "--services", "servr", status=2)
        self.assertIn("no service is called 'servr': did you mean server? ", done.err)

    def test_service_that_no_chosen_platform_can_run_is_an_error(self):
        done = run(TABLES, "packages", "--services", "server", "--platforms", "wasm32-wasi", status=2)
        self.assertIn("no service of 'server' is for 'wasm32-wasi'", done.err)

    def test_names_that_are_none_are_an_error_and_not_everything(self):
        self.assertIn("no platform is named", run(TABLES, "packages", "--platforms", " ", status=2).err)

    def test_make_stops_at_a_wrong_platform_before_it_builds(self):
        done = run("make", "PLATFORM=x86_64-linu", status=2)
        self.assertIn("no platform is called 'x86_64-linu': did you mean x86_64-linux", done.err)
        self.assertNotIn("building", done.out)

    def test_need_that_no_platform_lacks_is_refused(self):
        self.refused(SERVICES.read_text().replace('"sockets"', '"sokets"'), "no property that a platform lacks (services.ledger.needs) is called 'sokets': did you mean sockets? ")

    def test_base_that_is_no_service_is_refused(self):
        self.refused(
            starting_from("server", "servr"), "no service (services.server.startsFrom) is called 'servr': did you mean server? there are: ledger server sysinfo",
        )

    def test_base_that_needs_more_is_refused(self):
        self.refused(starting_from("sysinfo", "server"), "sysinfo starts from server, which needs more: sockets")

    def refused(self, text: str, reason: str) -> None:
        """Asserts that Nix rejects this text of nix/services.nix for this reason."""
        services = self.folder / "services.nix"
        services.write_text(text)
        command = (
            f"let platforms = import {ROOT}/nix/platforms.nix; in import {ROOT}/nix/build/services.nix {{"
            f" services = import {services}; inherit platforms; allPlatforms = platforms; stamped = true;"
            f' cargo = import {ROOT}/nix/cargo {{ src = {ROOT}; rustVersion = "1.85.0"; }}; }}'
        )
        self.assertIn(reason, run("nix", "eval", "--impure", "--json", "--expr", command, status=1).err)


def starting_from(service: str, base: str) -> str:
    """Returns the text of nix/services.nix in which only this service starts from another one."""
    alone = re.sub(r"(?m)^ *startsFrom = .*\n", "", SERVICES.read_text())
    return alone.replace(f"  {service} = {{\n", f'  {service} = {{\n    startsFrom = "{base}";\n')
