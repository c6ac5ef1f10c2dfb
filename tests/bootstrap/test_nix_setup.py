"""Which settings an installed Nix lacks, and what a fresh machine gets."""

import os
import unittest
from unittest import mock

from support import FolderTest

from bootstrap import index, nix_setup
from bootstrap.errors import Undecided

SHOWN = "build-users-group = \nexperimental-features = flakes nix-command\nsandbox = true\nsubstituters = \n"


class Lacks(unittest.TestCase):
    """Reading Nix's settings."""

    def lacks(self, text: str, enabled: bool = True) -> tuple[str, ...]:
        """Returns the settings that are missing from this output of Nix."""
        return nix_setup.read_state("2.8.0", text, enabled).lacks

    def test_complete_settings_lack_nothing(self):
        self.assertEqual(self.lacks(SHOWN), ())

    def test_configured_substituters_are_no_lack(self):
        self.assertEqual(self.lacks(SHOWN.replace("substituters = ", "substituters = a b")), ())

    def test_relaxed_sandbox_is_no_lack(self):
        self.assertEqual(self.lacks(SHOWN.replace("sandbox = true", "sandbox = relaxed")), ())

    def test_flakes_that_only_a_flag_enabled_are_lacking(self):
        self.assertEqual(self.lacks(SHOWN, enabled=False), ("experimental-features",))

    def test_commands_without_flakes_are_lacking(self):
        self.assertEqual(self.lacks(SHOWN.replace("flakes ", "")), ("experimental-features",))

    def test_group_of_build_users_that_does_not_exist_is_lacking_for_root_alone(self):
        text = SHOWN.replace("build-users-group = ", "build-users-group = no-such-group")
        for uid, lacks in ((0, ("build-users-group",)), (1000, ())):
            with mock.patch.object(nix_setup.os, "geteuid", lambda uid=uid: uid):
                self.assertEqual(self.lacks(text), lacks)

    def test_group_of_build_users_that_exists_is_no_lack(self):
        self.assertEqual(self.lacks(SHOWN.replace("build-users-group = ", "build-users-group = root")), ())

    def test_every_lack_is_said_with_the_line_that_ends_it(self):
        with self.assertRaises(Undecided) as caught:
            nix_setup.check(nix_setup.read_state("2.8.0", SHOWN.replace("flakes", "").replace("true", "false"), False))
        for line in ("\n    extra-experimental-features = nix-command flakes", "\n    sandbox = true", "--configure-nix"):
            self.assertIn(line, str(caught.exception))

    def test_output_without_a_needed_setting_is_refused_not_taken_for_complete(self):
        with self.assertRaisesRegex(Undecided, "does not show sandbox"):
            self.lacks(SHOWN.replace("sandbox = true\n", ""))

    def test_block_keeps_its_earlier_lines_and_what_follows_it(self):
        once = nix_setup.with_block("a = 1", ["x = 1"])
        self.assertEqual(once, "a = 1\n# begin samebits\nx = 1\n# end samebits\n")
        self.assertEqual(
            nix_setup.with_block(once + "b = 2\n", ["y = 2"]),
            "a = 1\n# begin samebits\nx = 1\ny = 2\n# end samebits\nb = 2\n",
        )


class Fresh(FolderTest):
    """A machine without Nix. The test chooses what is on PATH and what is installed."""

    def setUp(self) -> None:
        super().setUp()
        self.programs = {"dpkg"}
        self.status = "installed"
        self.uid = 0
        self.installed: list[list[str]] = []
        for patch in (
            mock.patch.dict(os.environ, {"NIX_CONF_DIR": str(self.folder / "nix")}),
            mock.patch.object(nix_setup.shutil, "which", lambda name: name if name in self.programs else None),
            mock.patch.object(nix_setup.os, "geteuid", lambda: self.uid),
            mock.patch.object(nix_setup, "state", lambda: nix_setup.State("2.8.0", (), "")),
            mock.patch.object(nix_setup, "say"),
            mock.patch.object(nix_setup.CLIENTS, "run", lambda command: mock.Mock(out=self.status, code=0)),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        self.conf = self.folder / "nix" / "nix.conf"

    def install(self, packages: list[str]) -> None:
        """Records the packages, and asserts that nix.conf was written before them."""
        self.assertTrue(self.conf.exists())
        self.installed.append(packages)
        self.programs |= {"nix", "git"}

    def test_root_gets_nix_and_git_after_the_settings_were_written(self):
        nix_setup.ensure(self.install)
        self.assertEqual(self.installed, [["nix-bin", "git"]])
        self.assertEqual(self.conf.read_text(), nix_setup.FRESH)

    def test_complete_machine_is_left_alone(self):
        self.programs |= {"nix", "git"}
        nix_setup.ensure(self.install)
        self.assertEqual(self.installed, [])
        self.assertFalse(self.conf.exists())

    def test_interrupted_installation_is_finished_by_the_next_run(self):
        nix_setup.ensure(self.install)
        self.status = "unpacked"
        nix_setup.ensure(self.install)
        self.assertEqual(self.installed[1:], [["nix-bin"]])

    def test_settings_that_were_there_before_stay_as_they_are(self):
        self.conf.parent.mkdir()
        self.conf.write_text("sandbox = false\n")
        nix_setup.ensure(self.install)
        self.assertEqual(self.conf.read_text(), "sandbox = false\n")

    def test_user_without_root_is_told_the_command(self):
        self.uid = 1000
        with self.assertRaisesRegex(Undecided, "nix-bin and git must be installed: run `sudo ./bootstrap`"):
            nix_setup.ensure(self.install)
        self.assertFalse(self.conf.exists())


PACKAGES = """\
Package: nix-bin
Version: 2.8.0-1
Architecture: amd64
SHA256: 00
Size: 1
Pre-Depends: dpkg
Depends: libc6 (>= 2), perl:any, editor | vi, base-exact (= 1)

Package: perl
Version: 5
Architecture: amd64
SHA256: 00
Size: 1
Description: two lines
 Package: fake

Package: nano
Version: 1
Architecture: amd64
SHA256: 00
Size: 1
Provides: editor (= 1)

Package: base-exact
Version: 1
Architecture: amd64
Priority: required
SHA256: 00
Size: 1

Package: perl
Version: 10
Architecture: amd64
SHA256: 00
Size: 1

Package: libc6
Version: 2
Architecture: amd64
SHA256: 00
Size: 1

Package: dpkg
Version: 2
Architecture: amd64
Priority: required
SHA256: 00
Size: 1
"""


class Index(unittest.TestCase):
    """Dependencies of packages."""

    def test_closure_takes_providers_and_exact_needs_but_not_the_rest_of_the_base(self):
        names = index.closure(index.parse(PACKAGES), ["nix-bin"], {"libc6", "dpkg", "base-exact"})
        self.assertEqual(names, {"nix-bin", "perl", "nano", "base-exact"})

    def test_of_two_versions_the_newest_counts_by_debians_order(self):
        self.assertEqual(index.parse(PACKAGES)["perl"].version, "10")

    def test_need_that_nothing_meets_is_an_error(self):
        with self.assertRaisesRegex(Undecided, "`nix-bin` needs `editor | vi`"):
            index.closure(index.parse(PACKAGES.replace("Provides", "Replaces")), ["nix-bin"], set())

    def test_unknown_root_is_an_error(self):
        with self.assertRaisesRegex(Undecided, "no package `ghost`"):
            index.closure(index.parse(PACKAGES), ["ghost"], set())
