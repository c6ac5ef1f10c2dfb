"""Which settings an installed Nix lacks, and what a fresh machine gets."""

import os
import unittest
from unittest import mock

from support import FolderTest

from bootstrap import index, nix_setup
from bootstrap.errors import Undecided

SHOWN = "build-users-group = builders\nexperimental-features = flakes nix-command\nsandbox = true\nstore = auto\nsubstituters = \n"


class Lacks(FolderTest):
    """Reading Nix's settings, as root on a machine whose group `builders` has a member."""

    def setUp(self) -> None:
        super().setUp()
        self.uid = 0
        for patch in (
            mock.patch.object(nix_setup.os, "geteuid", lambda: self.uid),
            mock.patch.object(nix_setup.build_users, "members", lambda group: ["one"] if group == "builders" else []),
        ):
            patch.start()
            self.addCleanup(patch.stop)

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

    def test_builds_as_root_are_a_lack_for_root_alone(self):
        for group in ("", "no-such-group", "empty"):
            text = SHOWN.replace("builders", group)
            for uid, lacks in ((0, ("build-users-group",)), (1000, ())):
                with self.subTest(group=group, uid=uid):
                    self.uid = uid
                    self.assertEqual(self.lacks(text), lacks)

    def test_numbers_without_users_are_no_lack(self):
        self.assertEqual(self.lacks(SHOWN.replace("builders", "") + "auto-allocate-uids = true\n"), ())

    def test_daemon_has_settings_of_its_own(self):
        text = SHOWN.replace("builders", "")
        for store, lacks in (("daemon", False), ("ssh-ng://far", False), ("local", True), ("/elsewhere", True)):
            with self.subTest(store):
                self.assertEqual(self.lacks(text.replace("= auto", f"= {store}")), ("build-users-group",) * lacks)

    def test_root_who_cannot_write_to_the_store_asks_the_daemon_if_there_is_one(self):
        socket = self.folder / "socket"
        text = SHOWN.replace("builders", "")
        places = {"NIX_STATE_DIR": str(self.folder / "no-such-state"), "NIX_DAEMON_SOCKET_PATH": str(socket)}
        with mock.patch.dict(os.environ, places):
            self.assertEqual(self.lacks(text), ("build-users-group",))
            socket.touch()
            self.assertEqual(self.lacks(text), ())

    def test_every_lack_is_said_with_the_line_that_ends_it(self):
        shown = SHOWN.replace("flakes", "").replace("true", "false").replace("builders", "")
        with self.assertRaises(Undecided) as caught:
            nix_setup.check(nix_setup.read_state("2.8.0", shown, False))
        for line in (
            "\n    build-users-group = nixbld", "\n    extra-experimental-features = nix-command flakes", "\n    sandbox = true",
            "\n  and users to the group nixbld", "--configure-nix",
        ):
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

    def test_block_replaces_its_earlier_value_of_a_setting(self):
        once = nix_setup.with_block("", ["build-users-group ="])
        self.assertEqual(nix_setup.with_block(once, ["build-users-group = x"]), "# begin samebits\nbuild-users-group = x\n# end samebits\n")


class Fresh(FolderTest):
    """A machine without Nix. The test chooses what is on PATH and what is installed."""

    def setUp(self) -> None:
        super().setUp()
        self.programs = {"dpkg"}
        self.status = "installed"
        self.uid = 0
        self.installed: list[list[str]] = []
        self.lacks: tuple[str, ...] = ()
        for patch in (
            mock.patch.dict(os.environ, {"NIX_CONF_DIR": str(self.folder / "nix")}),
            mock.patch.object(nix_setup.shutil, "which", lambda name: name if name in self.programs else None),
            mock.patch.object(nix_setup.os, "geteuid", lambda: self.uid),
            mock.patch.object(nix_setup, "state", lambda: nix_setup.State("2.8.0", self.lacks, "")),
            mock.patch.object(nix_setup.build_users, "add", self.add_users),
            mock.patch.object(nix_setup, "say"),
            mock.patch.object(nix_setup.CLIENTS, "run", lambda command: mock.Mock(out=self.status, code=0)),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        self.conf = self.folder / "nix" / "nix.conf"

    def add_users(self) -> None:
        """Stands for the users that builds get, and asserts that nix.conf does not name them before."""
        self.assertFalse(self.conf.exists() and "= nixbld" in self.conf.read_text())
        self.lacks = ()
        self.programs.add("users")

    def install(self, packages: list[str]) -> None:
        """Records the packages, and asserts that nix.conf was written before them."""
        self.assertTrue(self.conf.exists())
        self.installed.append(packages)
        self.programs |= {"nix", "git"}

    def test_root_gets_nix_and_git_after_the_settings_were_written(self):
        nix_setup.ensure(self.install)
        self.assertEqual(self.installed, [["nix-bin", "git"]])
        self.assertEqual(self.conf.read_text(), nix_setup.FRESH)
        self.assertIn("users", self.programs)

    def test_earlier_installation_without_users_of_builds_gets_them(self):
        self.programs |= {"nix", "git"}
        self.lacks = ("build-users-group",)
        self.conf.parent.mkdir()
        self.conf.write_text(nix_setup.FRESH.replace(nix_setup.WITH_USERS, nix_setup.WITHOUT_USERS) + "cores = 1\n")
        nix_setup.ensure(self.install)
        self.assertIn("users", self.programs)
        self.assertEqual(self.conf.read_text(), nix_setup.FRESH + "cores = 1\n")

    def test_complete_machine_is_left_alone(self):
        self.programs |= {"nix", "git"}
        nix_setup.ensure(self.install)
        self.assertEqual(self.installed, [])
        self.assertFalse(self.conf.exists())
        self.assertNotIn("users", self.programs)

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
