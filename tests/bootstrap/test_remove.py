"""./bootstrap --remove: undoes what earlier runs did, and says what stays."""

import fcntl
import subprocess

from support import MachineTest


class Remove(MachineTest):
    """A machine whose store is complete."""

    def setUp(self) -> None:
        super().setUp()
        self.bootstrap()

    def test_archives_and_downloads_are_gone_and_the_next_run_brings_them_back(self):
        done = self.bootstrap("--remove")
        self.assertRegex(done.stdout, r"bootstrap: 6 archives deleted from the store, 0\.\d MB\n")
        self.assertIn("stays until `nix-collect-garbage`", done.stdout)
        self.assertEqual(self.machine.stored(), set())
        self.assertFalse((self.machine.checkout / ".bootstrap").exists())
        self.bootstrap()
        self.bootstrap("--check")

    def test_second_removal_finds_nothing(self):
        self.bootstrap("--remove")
        self.assertIn("bootstrap: 0 archives deleted from the store, 0.0 MB\n", self.bootstrap("--remove").stdout)

    def test_removal_waits_for_a_run_and_the_next_run_for_the_removal(self):
        lock = self.machine.checkout / ".bootstrap/lock"
        with lock.open() as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            removal = self.machine.start("--remove")
            self.assertIn("another bootstrap is at work", removal.stdout.readline())
            second = self.machine.start()
            self.assertIn("another bootstrap is at work", second.stdout.readline())
        # NB: whichever comes first. If it is the removal, it deletes the lock that the other waits for.
        for process in (removal, second):
            _, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, err)
        self.bootstrap()
        self.bootstrap("--check")

    def test_archive_in_use_stays_and_is_named(self):
        (path,) = self.machine.store.glob("store/*-wheely-*.whl")
        link = self.folder / "result"
        subprocess.run(["nix-store", "--realise", path, "--add-root", link], env=self.machine.environment(), check=True, capture_output=True)
        done = self.bootstrap("--remove", code=1)
        self.assertIn(f"1 archives are in use and stay, such as `{path}`", done.stderr)
        self.assertEqual(self.machine.stored(), set())
        self.assertTrue(path.exists())

    def test_only_the_added_settings_leave_nix_conf(self):
        conf = self.machine.store / "etc" / "nix.conf"
        conf.write_text("cores = 2\n# begin samebits\nsandbox = true\n# end samebits\nmax-jobs = 1\n")
        done = self.bootstrap("--remove")
        self.assertIn(f"settings removed from {conf}", done.stdout)
        self.assertEqual(conf.read_text(), "cores = 2\nmax-jobs = 1\n")

    def test_nix_that_bootstrap_installed_stays_with_the_command_that_removes_it(self):
        conf = self.machine.store / "etc" / "nix.conf"
        conf.write_text("# Written by samebits' bootstrap, which installs Nix here.\nsandbox = true\n")
        self.assertIn("run: apt-get purge nix-bin && rm -r /nix /etc/nix", self.bootstrap("--remove").stdout)
        self.assertTrue(conf.exists())
