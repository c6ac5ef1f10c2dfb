"""Users of their own for builds: real accounts, in a copy of /etc that only the test sees."""

import os
import re
import shutil
import stat
import subprocess

from support import MachineTest

from bootstrap import build_users, nix_setup

NAMES = [f"nixbld{number}" for number in range(1, max(8, os.cpu_count()) + 1)]
ACCOUNTS = ("passwd", "group", "shadow", "gshadow")
CONFIG = "experimental-features = nix-command flakes\nsubstituters =\nsandbox = true\n"


class Users(MachineTest):
    """A machine whose root builds without a daemon, and that has no users for it."""

    def setUp(self) -> None:
        super().setUp()
        if os.geteuid() != 0:
            self.fail("only root can add users: run the tests as root")
        self.etc = self.folder / "etc"
        shutil.copytree("/etc", self.etc, symlinks=True)
        self.edit(rf"^{build_users.GROUP}\d*:.*\n", "")
        mounting = 'mount --bind "$1" /etc && shift && exec "$@"'
        self.machine.prefix = ["unshare", "--mount", "sh", "-c", mounting, "sh", str(self.etc)]
        self.conf = self.machine.store / "etc" / "nix.conf"
        self.conf.write_text(f"build-users-group =\nextra-sandbox-paths = {self.machine.mirror}\n")
        self.before = self.accounts()

    def edit(self, pattern: str, replacement: str) -> None:
        """Changes the accounts of the copy."""
        for name in ACCOUNTS:
            path = self.etc / name
            path.write_text(re.sub(pattern, replacement, path.read_text(), flags=re.MULTILINE))

    def accounts(self) -> list[str]:
        """Returns the lines of all accounts."""
        return [line for name in ACCOUNTS for line in (self.etc / name).read_text().splitlines()]

    def members(self) -> list[str]:
        """Returns the members of the group."""
        match = re.search(rf"^{build_users.GROUP}:[^:]*:\d+:(.*)$", (self.etc / "group").read_text(), re.MULTILINE)
        return match.group(1).split(",") if match and match.group(1) else []

    def run_bootstrap(self, *arguments: str, code: int = 0, **more: str) -> subprocess.CompletedProcess:
        """Runs bootstrap with this machine's nix.conf."""
        return self.bootstrap(*arguments, code=code, **{"NIX_CONFIG": CONFIG, **more})

    def test_machine_without_them_is_refused_and_not_changed(self):
        for text in ("build-users-group =\n", "build-users-group = no-such-group\n", ""):
            with self.subTest(text):
                self.conf.write_text(text)
                done = self.run_bootstrap(code=2)
                self.assertIn("\n    build-users-group = nixbld\n  and users to the group nixbld", done.stderr)
                self.assertIn("let `./bootstrap --configure-nix` add them", done.stderr)
                self.assertEqual(self.conf.read_text(), text)
                self.assertEqual(self.accounts(), self.before)

    def test_builds_run_as_added_users_and_removal_leaves_what_was_there(self):
        before = self.conf.read_text()
        self.run_bootstrap("--configure-nix")
        self.assertEqual(self.members(), NAMES)
        self.assertEqual(self.conf.read_text(), f"{before}# begin samebits\nbuild-users-group = nixbld\n# end samebits\n")
        entries = [line.split(":") for line in (self.etc / "passwd").read_text().splitlines() if line.startswith("nixbld")]
        self.assertEqual([entry[0] for entry in entries], NAMES)
        for _, _, uid, _, _, home, shell in entries:
            self.assertLess(int(uid), 1000)
            self.assertEqual((home, shell), ("/var/empty", "/usr/sbin/nologin"))
        # Nix itself lets the group write to the folder, but not to each other's files.
        store = self.machine.store / "store"
        self.assertEqual(stat.S_IMODE(store.stat().st_mode), 0o1775)
        accounts = self.accounts()
        self.run_bootstrap("--configure-nix")
        self.assertEqual(self.accounts(), accounts)
        self.assertIn(f"{len(NAMES)} users of builds removed", self.run_bootstrap("--remove").stdout)
        self.assertEqual(self.accounts(), self.before)
        self.assertEqual(self.conf.read_text(), before)
        self.assertEqual((stat.S_IMODE(store.stat().st_mode), store.stat().st_gid), (0o755, 0))

    def test_machine_of_an_earlier_bootstrap_gets_them_and_uninstalling_names_them(self):
        own = f"extra-sandbox-paths = {self.machine.mirror}\n"
        self.conf.write_text(nix_setup.FRESH.replace(nix_setup.WITH_USERS, nix_setup.WITHOUT_USERS) + own)
        done = self.run_bootstrap()
        self.assertIn("now lets Nix build as users of the group nixbld", done.stdout)
        self.assertEqual(self.conf.read_text(), nix_setup.FRESH + own)
        self.assertEqual(self.members(), NAMES)
        # Nix stays, which cannot build without them.
        done = self.run_bootstrap("--remove")
        self.assertEqual(self.members(), NAMES)
        removal = f"for user in {' '.join(NAMES)}; do userdel $user; done && groupdel nixbld"
        self.assertIn(f"run: apt-get purge nix-bin && rm -r /nix /etc/nix && {removal}\n", done.stdout)
        subprocess.run([*self.machine.prefix, "sh", "-c", removal], check=True, capture_output=True)
        self.assertEqual(self.accounts(), self.before)

    def test_line_of_an_earlier_configure_nix_is_replaced(self):
        self.conf.write_text(
            f"extra-sandbox-paths = {self.machine.mirror}\n# begin samebits\nbuild-users-group =\nsandbox = true\n# end samebits\n"
        )
        self.run_bootstrap("--configure-nix")
        self.assertTrue(self.conf.read_text().endswith(
            "\n# begin samebits\nsandbox = true\nbuild-users-group = nixbld\n# end samebits\n"
        ))

    def test_group_that_has_members_is_used_as_it_is_and_stays(self):
        with (self.etc / "group").open("a") as stream:
            stream.write("nixbld:x:30000:daemon\n")
        before = self.accounts()
        self.run_bootstrap("--configure-nix")
        self.run_bootstrap("--remove")
        self.assertEqual(self.accounts(), before)

    def test_users_that_an_interrupted_run_added_are_kept_and_the_group_is_completed(self):
        self.run_bootstrap("--configure-nix")
        self.edit(r"^(nixbld:.*:)nixbld1,.*$", r"\1")
        self.edit(r"^nixbld8:.*\n", "")
        self.assertEqual(self.members(), [])
        self.run_bootstrap("--configure-nix")
        self.assertEqual(self.members(), NAMES)
        self.run_bootstrap("--remove")
        self.assertEqual(self.accounts(), self.before)

    def test_machine_without_the_programs_is_told_the_package(self):
        programs = self.folder / "programs"
        programs.mkdir()
        for name in ("nix", "nix-store", "git", "dpkg-query", "dpkg"):
            (programs / name).symlink_to(shutil.which(name))
        self.machine.prefix[0] = shutil.which("unshare")
        self.machine.prefix[2] = shutil.which("sh")
        self.machine.prefix[4] = f"{shutil.which('mount')} {self.machine.prefix[4].removeprefix('mount ')}"
        done = self.run_bootstrap("--configure-nix", code=2, PATH=str(programs))
        self.assertIn("lacks groupadd, useradd, gpasswd, userdel, groupdel to add them: install the package `passwd`", done.stderr)
        self.assertEqual(self.accounts(), self.before)
