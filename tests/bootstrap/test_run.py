"""Complete runs of ./bootstrap, with their own store and fake clients."""

import signal
import time
from pathlib import Path

from support import SEED, MachineTest

SMALL = "small-1-1.0-rc1-1.deb"
WHEEL = "wheely-2.0-py3-none-manylinux1_x86_64.whl"
ALL = {"busybox-static-1-1.0-rc1-1.deb", SMALL, WHEEL, "own-0.1.0.crate", "std-0.1.0.crate", SEED}


class Run(MachineTest):
    """./bootstrap without options."""

    def wait_for(self, path: Path) -> None:
        """Waits until a file exists."""
        for _ in range(200):
            if path.exists():
                return
            time.sleep(0.05)
        self.fail(f"{path} did not appear")

    def test_empty_store_is_completed_and_nothing_is_left_in_the_download_folder(self):
        self.bootstrap()
        self.assertEqual(self.machine.stored(), ALL)
        self.assertEqual([path.name for path in (self.machine.checkout / ".bootstrap").iterdir()], ["lock"])

    def test_second_run_calls_no_client_and_says_what_is_there(self):
        self.bootstrap()
        calls = self.machine.log()
        done = self.bootstrap()
        self.assertEqual(self.machine.log(), calls)
        for line in ("2 of 2 Debian packages", "1 of 1 wheels", "2 of 2 crates", "1 of 1 seed"):
            self.assertIn(f"bootstrap: {line} already in the store\n", done.stdout)

    def test_output_off_a_terminal_has_no_control_characters(self):
        done = self.bootstrap()
        text = done.stdout + done.stderr
        self.assertEqual([character for character in text if ord(character) < 32 and character != "\n"], [])

    def test_file_in_the_store_that_is_no_valid_path_counts_as_missing(self):
        self.bootstrap()
        empty = str(self.folder / "empty-state")
        done = self.bootstrap("--check", code=1, NIX_STATE_DIR=empty)
        self.assertIn(f"missing: deb small 1:1.0~rc1-1 ({SMALL})\n", done.stdout)
        self.assertIn("bootstrap: 0 of 6 archives in the store\n", done.stdout)

    def test_damaged_package_is_rejected_deleted_and_nothing_of_its_batch_is_added(self):
        done = self.bootstrap(code=2, APT="damaged")
        self.assertIn(f"`{SMALL}` has the wrong hash: expected sha256 ", done.stderr)
        self.assertEqual(self.machine.stored() - {WHEEL}, set())
        left = [path.name for path in (self.machine.checkout / ".bootstrap").rglob("small*")]
        self.assertEqual(left, [])
        self.bootstrap()
        self.assertEqual(self.machine.stored(), ALL)

    def test_damaged_wheel_is_rejected_and_not_added(self):
        done = self.bootstrap(code=2, PIP="damaged")
        self.assertIn(f"`{WHEEL}` has the wrong hash", done.stderr)
        self.assertNotIn(WHEEL, self.machine.stored())

    def test_damaged_crate_is_rejected_and_not_added(self):
        (self.machine.mirror / "own-0.1.0.crate").write_bytes(b"other")
        done = self.bootstrap(code=2)
        self.assertIn("`own-0.1.0.crate` has the wrong hash", done.stderr)
        self.assertNotIn("own-0.1.0.crate", self.machine.stored())

    def test_seed_that_is_not_the_pinned_one_never_enters_the_store(self):
        pins = self.machine.checkout / "nix/toolchain/archives.json"
        before, _, after = pins.read_text().rpartition('"nar_sha256": "')
        pins.write_text(before + '"nar_sha256": "' + "0" * 64 + after[64:])
        done = self.bootstrap(code=2)
        self.assertIn(f"`{SEED}` has the wrong hash: expected NAR sha256 0000", done.stderr)
        self.assertNotIn(SEED, self.machine.stored())

    def test_vanished_version_is_named_with_the_command_that_pins_the_present_one(self):
        (self.machine.mirror / "small_1%3a1.0~rc1-1_amd64.deb").unlink()
        done = self.bootstrap(code=2)
        self.assertIn("small 1:1.0~rc1-1", done.stderr)
        self.assertIn("make update-archives", done.stderr)

    def test_vanished_wheel_is_named(self):
        (self.machine.mirror / WHEEL).unlink()
        self.assertIn("wheely==2.0", self.bootstrap(code=2).stderr)

    def test_no_network_is_called_that_for_apt(self):
        self.assertIn("no network, or no mirror in reach", self.bootstrap(code=2, APT="offline").stderr)

    def test_no_network_is_called_that_for_pip(self):
        self.assertIn("no network, or no mirror in reach", self.bootstrap(code=2, PIP="offline").stderr)

    def test_full_disk_is_called_that(self):
        self.assertIn("no space left: free some", self.bootstrap(code=2, APT="full").stderr)

    def test_interrupted_run_keeps_what_arrived_kills_its_clients_and_the_next_one_finishes(self):
        process = self.machine.start(PIP="hang")
        self.wait_for(next_ready := self.machine.checkout / ".bootstrap" / "ready" / SMALL)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)
        self.assertEqual(process.returncode, 130, err)
        self.assertIn("interrupted: what has arrived is kept", err)
        self.assertTrue(next_ready.exists())
        self.assertEqual(command_lines(self.machine.mirror), [])
        self.bootstrap()
        self.assertEqual(self.machine.stored(), ALL)

    def test_partial_download_of_an_interrupted_run_is_finished_by_the_next(self):
        process = self.machine.start(APT="hang")
        self.wait_for(self.machine.checkout / ".bootstrap/arriving/small_1%3a1.0~rc1-1_amd64.deb")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
        self.assertEqual(process.returncode, 128 + signal.SIGTERM)
        self.bootstrap()
        self.assertEqual(self.machine.stored(), ALL)

    def test_second_bootstrap_waits_for_the_first_and_says_so(self):
        first = self.machine.start(APT="hang")
        self.wait_for(self.machine.checkout / ".bootstrap/arriving/small_1%3a1.0~rc1-1_amd64.deb")
        second = self.machine.start()
        self.assertIn("another bootstrap is at work", second.stdout.readline())
        self.assertIsNone(second.poll())
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=10)
        second.communicate(timeout=60)
        self.assertEqual(second.returncode, 0)
        self.assertEqual(self.machine.stored(), ALL)

    def test_nix_without_flakes_is_refused_with_the_line_to_add_and_not_changed(self):
        done = self.bootstrap(code=2, NIX_CONFIG="")
        self.assertIn("extra-experimental-features = nix-command flakes", done.stderr)
        self.assertNotIn("sandbox = true", done.stderr)
        self.assertEqual(list((self.machine.store / "etc").iterdir()), [])

    def test_nix_without_sandbox_is_refused_with_the_line_to_add(self):
        config = "experimental-features = nix-command flakes\nsandbox = false"
        self.assertIn("\n    sandbox = true\n", self.bootstrap(code=2, NIX_CONFIG=config).stderr)

    def test_configure_nix_adds_a_marked_block_once_and_keeps_the_rest(self):
        conf = self.machine.store / "etc" / "nix.conf"
        conf.write_text(f"sandbox = false\nsubstituters =\nextra-sandbox-paths = {self.machine.mirror}")
        self.bootstrap("--configure-nix", NIX_CONFIG="")
        once = conf.read_text()
        self.assertTrue(once.startswith("sandbox = false\nsubstituters =\n"))
        self.assertTrue(once.endswith(
            "\n# begin samebits\nextra-experimental-features = nix-command flakes\nsandbox = true\n# end samebits\n"
        ))
        self.bootstrap("--configure-nix", NIX_CONFIG="")
        self.assertEqual(conf.read_text(), once)
        self.assertEqual(self.machine.stored(), ALL)

    def test_malformed_flake_is_refused(self):
        (self.machine.checkout / "flake.nix").write_text("{ outputs = _: { lib.archives = [ { kind = 1; } ]; }; }")
        self.assertIn("`lib.archives` of flake.nix is malformed", self.bootstrap(code=2).stderr)

    def test_empty_closed_set_is_an_error_not_a_success(self):
        (self.machine.checkout / "flake.nix").write_text("{ outputs = _: { lib.archives = [ ]; }; }")
        self.assertIn("`lib.archives` of flake.nix is empty", self.bootstrap("--check", code=2).stderr)

    def test_std_list_that_is_not_the_compilers_is_refused(self):
        std = self.machine.checkout / "nix/toolchain/std-Cargo.lock"
        std.write_text(std.read_text() + "\n")
        self.assertIn("not the lock file of the pinned compiler", self.bootstrap(code=2).stderr)


class Check(MachineTest):
    """--check."""

    def test_empty_store_exits_1_with_a_line_for_each_archive_and_no_client_is_called(self):
        done = self.bootstrap("--check", code=1)
        missing = [line for line in done.stdout.splitlines() if line.startswith("missing: ")]
        self.assertEqual({line.rsplit("(", 1)[1].rstrip(")") for line in missing}, ALL)
        self.assertEqual(self.machine.log(), [])

    def test_complete_store_exits_0(self):
        self.bootstrap()
        self.assertIn("6 of 6 archives in the store", self.bootstrap("--check").stdout)

    def test_store_that_cannot_be_read_exits_2(self):
        file = self.folder / "no-folder"
        file.touch()
        self.bootstrap("--check", code=2, NIX_STATE_DIR=str(file))

    def test_machine_without_nix_exits_2(self):
        done = self.bootstrap("--check", code=2, PATH="/nonexistent")
        self.assertIn("cannot start `nix`", done.stderr)


def command_lines(mirror: Path) -> list[bytes]:
    """Returns the command lines of the processes that use this mirror."""
    lines = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"MIRROR={mirror}\0".encode() in (folder / "environ").read_bytes():
                lines.append((folder / "cmdline").read_bytes())
        except OSError:
            pass
    return lines
