"""An ordinary user on a machine whose Nix is a daemon that root runs."""

import os
import pwd
import shutil
import subprocess
import time

from support import HERE, MachineTest
from test_run import ALL

USER = "nobody"
PYTHON = shutil.which("python3", path="/usr/local/bin:/usr/bin") or "python3"
"""A Python outside of root's own folder."""


class OrdinaryUser(MachineTest):
    """./bootstrap as a user that may not write to the store."""

    def setUp(self) -> None:
        super().setUp()
        if os.geteuid() != 0:
            self.fail("only root can run a daemon for another user: run the tests as root")
        self.socket = self.folder / "socket"
        environment = self.machine.environment(NIX_DAEMON_SOCKET_PATH=str(self.socket), NIX_REMOTE="local")
        self.daemon = subprocess.Popen(["nix-daemon"], env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.daemon.wait)
        self.addCleanup(self.daemon.terminate)
        for _ in range(200):
            if self.socket.exists():
                break
            time.sleep(0.05)
        entry = pwd.getpwnam(USER)
        self.folder.chmod(0o755)
        # The checkout may be where this user cannot read.
        self.clients = shutil.copytree(HERE / "fixture/fake", self.folder / "fake")
        (self.folder / "home").mkdir()
        (self.folder / "log").touch()
        for folder in (self.machine.checkout, self.folder / "home"):
            for path in (folder, *folder.rglob("*")):
                os.chown(path, entry.pw_uid, entry.pw_gid)
        os.chown(self.folder / "log", entry.pw_uid, entry.pw_gid)

    def as_user(self, *command: str) -> subprocess.CompletedProcess:
        """Runs a command as the user, through the daemon."""
        return self.run_as_user(f"{self.clients}:/usr/local/bin:/usr/bin:/bin", *command)

    def run_as_user(self, path: str, *command: str) -> subprocess.CompletedProcess:
        """Runs a command as the user, with this PATH."""
        environment = self.machine.environment(
            NIX_DAEMON_SOCKET_PATH=str(self.socket), NIX_REMOTE="daemon", PATH=path, PYTHONPATH=str(self.clients),
        )
        return subprocess.run(
            command, env=environment, user=USER, group=pwd.getpwnam(USER).pw_gid, extra_groups=[], cwd=self.machine.checkout,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
        )

    def test_store_is_completed_through_the_daemon(self):
        self.assertNotEqual(self.as_user("touch", str(self.machine.store / "store" / "x")).returncode, 0)
        done = self.as_user(PYTHON, "bootstrap")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.machine.stored(), ALL)
        check = self.as_user(PYTHON, "bootstrap", "--check")
        self.assertEqual((check.returncode, check.stdout), (0, "bootstrap: 6 of 6 archives in the store\n"))

    def test_what_was_added_is_removed_through_the_daemon(self):
        self.as_user(PYTHON, "bootstrap")
        done = self.as_user(PYTHON, "bootstrap", "--remove")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.machine.stored(), set())

    def test_machine_without_nix_tells_the_user_what_to_run(self):
        programs = self.folder / "programs"
        programs.mkdir()
        for name in ("dpkg", "git"):
            (programs / name).symlink_to(shutil.which(name))
        done = self.run_as_user(str(programs), PYTHON, "bootstrap")
        self.assertEqual(done.returncode, 2)
        self.assertIn("nix-bin must be installed: run `sudo ./bootstrap` on Debian 12", done.stderr)
