"""File helpers, lock files, the progress bar, and the explanations of failed clients."""

import io
import multiprocessing
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

from support import FolderTest, sha256

from bootstrap import clients, crates, files, main, progress, wheels
from bootstrap.archives import Archive
from bootstrap.errors import Interrupted, Stopped, Undecided


def running_as(*words: str) -> list[Path]:
    """Returns the folders in /proc of the processes with this command line."""
    line = b"".join(word.encode() + b"\0" for word in words)
    processes = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if file.read_bytes() == line:
                processes.append(file.parent)
        except (FileNotFoundError, ProcessLookupError):
            continue  # It has ended since the listing.
    return processes


class Files(FolderTest):
    """Hashes, atomic writes, free space and the lock."""

    def test_right_hash_is_accepted_and_the_file_stays(self):
        path = self.folder / "a"
        path.write_bytes(b"content")
        files.verify(path, "a", sha256(b"content"))
        self.assertEqual(path.read_bytes(), b"content")

    def test_wrong_hash_is_refused_with_both_hashes_and_the_file_is_gone(self):
        path = self.folder / "a"
        path.write_bytes(b"content")
        with self.assertRaises(Undecided) as caught:
            files.verify(path, "a", "0" * 64)
        self.assertIn("0" * 64, str(caught.exception))
        self.assertIn(sha256(b"content"), str(caught.exception))
        self.assertFalse(path.exists())

    def test_failed_write_leaves_the_old_content_and_no_other_file(self):
        path = self.folder / "a"
        path.write_bytes(b"old")
        with self.assertRaises(TypeError):
            files.write(path, "not bytes")
        self.assertEqual([entry.name for entry in self.folder.iterdir()], ["a"])
        self.assertEqual(path.read_bytes(), b"old")

    def test_same_content_is_not_written_again(self):
        path = self.folder / "a"
        self.assertTrue(files.write(path, b"x"))
        self.assertFalse(files.write(path, b"x"))

    def test_needs_on_one_file_system_are_added_up(self):
        needs = [(self.folder / "not yet there", 100_000_000), (self.folder, 100_000_000)]
        files.check_space(needs, lambda _: 264_000_000)
        with self.assertRaisesRegex(Undecided, "264 MB are needed, 263 MB are free: free 1 MB"):
            files.check_space(needs, lambda _: 263_000_000)

    def test_lock_is_held_against_another_process_and_given_back(self):
        context = multiprocessing.get_context("fork")
        held, waited = context.Event(), context.Event()

        def other():
            held.wait(10)
            with files.only_one(self.folder / "lock", waited.set):
                pass

        # NB: fork before taking the lock, because a fork of its holder would hold it, too.
        process = context.Process(target=other)
        process.start()
        with files.only_one(self.folder / "lock", self.fail):
            held.set()
            self.assertTrue(waited.wait(10))
            self.assertTrue(process.is_alive())
        process.join(10)
        self.assertEqual(process.exitcode, 0)


class LockFiles(FolderTest):
    """Reading the crates of a Cargo.lock."""

    def read(self, text: str) -> list[crates.Crate]:
        """Returns the crates of a lock file with this text."""
        path = self.folder / "Cargo.lock"
        path.write_text(text)
        return crates.read_lock(path)

    def test_packages_of_the_workspace_are_no_crates(self):
        self.assertEqual(self.read('[[package]]\nname = "own"\nversion = "1.0.0"\n'), [])

    def test_registry_crate_without_checksum_is_refused(self):
        with self.assertRaisesRegex(Undecided, "malformed .*checksum.*restore it"):
            self.read('[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "git"\n')

    def test_text_that_is_no_toml_is_refused(self):
        with self.assertRaisesRegex(Undecided, "malformed"):
            self.read("[[package")

    def test_absent_lock_file_is_refused(self):
        with self.assertRaisesRegex(Undecided, "cannot read"):
            crates.read_lock(self.folder / "nowhere")

    def test_crate_that_cargo_did_not_bring_is_an_error(self):
        with self.assertRaisesRegex(Undecided, "`a-1.crate` did not arrive"):
            crates.collect([crates.Crate("a-1.crate", "0" * 64)], self.folder)


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


class Progress(unittest.TestCase):
    """The progress bar and its plain lines."""

    def test_line_at_nothing_half_and_all(self):
        self.assertEqual(progress.line(0, 2_000_000, 0), f"[{' ' * 24}]   0 %  0.0 of 2.0 MB  0.0 MB/s")
        self.assertEqual(progress.line(1_000_000, 2_000_000, 500_000), f"[{'#' * 12}{' ' * 12}]  50 %  1.0 of 2.0 MB  0.5 MB/s")
        self.assertEqual(progress.line(2_000_000, 2_000_000, 9e6), f"[{'#' * 24}] 100 %  2.0 of 2.0 MB  9.0 MB/s")

    def test_all_but_one_byte_is_not_100_percent(self):
        self.assertEqual(progress.percent(299_999_999, 300_000_000), 99)

    def test_off_a_terminal_there_is_a_line_for_each_quarter(self):
        stream = io.StringIO()
        arrived = iter([0, 10, 30, 40, 60, 100, 100])
        meter = progress.Meter(100, lambda: next(arrived), stream)
        for _ in range(6):
            meter.tick()
        meter.close()
        self.assertEqual(re_percents(stream.getvalue()), ["30", "60", "100"])
        self.assertNotIn("\r", stream.getvalue())

    def test_on_a_terminal_the_bar_is_redrawn_in_place_and_ends_its_line(self):
        stream = Terminal()
        arrived = iter([0, 50, 100])
        meter = progress.Meter(100, lambda: next(arrived), stream)
        meter.tick()
        meter.tick()
        meter.close()
        self.assertEqual(stream.getvalue().count("\r"), 2)
        self.assertEqual(stream.getvalue().count("\n"), 1)

    def test_nothing_to_download_shows_nothing(self):
        stream = Terminal()
        meter = progress.Meter(0, lambda: 0, stream)
        meter.tick()
        meter.close()
        self.assertEqual(stream.getvalue(), "")


def re_percents(text: str) -> list[str]:
    """Returns the number before each percent sign."""
    return [words.rsplit(" ", 1)[1] for words in text.split(" %")[:-1]]


class Clients(unittest.TestCase):
    """Running other programs."""

    def explain(self, error_output: str) -> str:
        """Returns the message for a client that failed with this error output."""
        return str(clients.failure(clients.Done(1, "", error_output), "tool", "work"))

    def test_known_causes_are_named_with_their_remedy(self):
        self.assertIn("no network", self.explain("E: Temporary failure resolving 'mirror'"))
        self.assertIn("no space left", self.explain("error: write: No space left on device"))
        self.assertIn("no permission", self.explain("error: opening lock file: Permission denied"))
        self.assertIn("set HOME or XDG_CACHE_HOME", self.explain("error: creating directory '/home/me/.cache/nix': Read-only file system"))
        self.assertIn("another package manager", self.explain("dpkg: error: dpkg frontend lock was locked by another process"))
        self.assertIn("run `cargo update --workspace`", self.explain("error: needs to be updated but --locked was passed"))

    def test_unknown_cause_is_quoted_by_its_first_error_line(self):
        self.assertIn("`tool` could not work (E: broken): resolve that", self.explain("Reading...\nE: broken\nE: more\n"))

    def test_program_that_is_not_there_is_named(self):
        with self.assertRaisesRegex(Undecided, "cannot start `no-such-tool`.*install it"):
            clients.Clients().run(["no-such-tool"])

    def test_stop_ends_a_program_and_its_children_and_lets_none_start(self):
        running = clients.Clients()
        script = "import subprocess; subprocess.run(['sleep', '61.5'])"
        results = []

        def run():
            try:
                running.run([sys.executable, "-c", script])
            except Stopped as stopped:
                results.append(stopped)

        thread = threading.Thread(target=run)
        thread.start()
        while not running_as("sleep", "61.5"):
            time.sleep(0.02)
        running.stop()
        thread.join(10)
        self.assertEqual(len(results), 1)
        self.assertEqual(running_as("sleep", "61.5"), [])
        with self.assertRaises(Stopped):
            running.run(["true"])

    def test_stop_finds_the_program_whose_wait_a_signal_ended(self):
        running = clients.Clients()
        with mock.patch.object(subprocess.Popen, "wait", side_effect=[Interrupted(2), 0]) as wait:
            with self.assertRaises(Interrupted):
                running.run(["sleep", "63.5"])
            [process] = running.running
            running.stop()
        self.assertEqual(wait.call_count, 2)
        self.assertEqual(process.wait(10), -15)

    def test_stop_lets_a_patient_program_finish(self):
        running = clients.Clients()
        with tempfile.TemporaryDirectory() as folder:
            begun, finished = Path(folder) / "begun", Path(folder) / "finished"
            script = f"touch {begun}; sleep 0.5; touch {finished}"

            def run():
                with self.assertRaises(Stopped):
                    running.run(["sh", "-c", script], patient=True)

            thread = threading.Thread(target=run)
            thread.start()
            while not begun.exists():
                time.sleep(0.02)
            self.assertFalse(finished.exists())
            running.stop()
            self.assertTrue(finished.exists())
            thread.join(10)

    def test_wheels_are_asked_for_by_the_platforms_of_their_file_name(self):
        file = "ziglang-1-py3-none-manylinux_2_12_x86_64.musllinux_1_1_x86_64.whl"
        archive = Archive("wheel", "ziglang", "1", file, "zig", "0" * 64, 1)
        self.assertEqual(
            wheels.selection(archive)[2:], ["--platform=manylinux_2_12_x86_64", "--platform=musllinux_1_1_x86_64"]
        )

    def test_version_is_read_from_a_wheels_name_and_nothing_else(self):
        self.assertEqual(wheels.file_version("a_b-1.2-py3-none-any.whl"), "1.2")
        with self.assertRaisesRegex(Undecided, "is not the file name of a wheel"):
            wheels.file_version("a-1.2.tar.gz")


class Errors(unittest.TestCase):
    """Operating system errors."""

    def test_no_permission_names_the_path_and_the_remedy(self):
        self.assertEqual(
            main.explain(PermissionError(13, "Permission denied", "a/b")),
            "`a/b`: Permission denied: make it accessible to this user, or run this as root",
        )

    def test_no_space_names_the_remedy(self):
        self.assertIn("free some space", main.explain(OSError(28, "No space left on device", "a")))
        self.assertIn("a writable XDG_CACHE_HOME", main.explain(OSError(30, "Read-only file system", "a")))

    def test_options_that_exclude_each_other_exit_2(self):
        done = subprocess.run(
            [sys.executable, str(Path(main.__file__).parents[2] / "bootstrap"), "--check", "--update"], capture_output=True
        )
        self.assertEqual(done.returncode, 2)
