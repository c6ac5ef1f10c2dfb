"""Each service, on every platform with a runner here: it runs, reports the stamp of its build, and does its work."""

from __future__ import annotations

import json
import signal
import tomllib
import unittest
from datetime import UTC, datetime

from . import flake, runners
from .architectures import ARCHITECTURES
from .service import Service
from .subset import CONTINUOUS, Pair, pairs
from .support import ROOT, Done, define, make_folder, run

RUST_NAMES = {"darwin": "macos"}
"""Rust's names of operating systems that differ from Nix's."""


class Executable:
    """Tests for every service; `define` makes a class of a subclass for each service and platform."""

    pair: Pair

    @classmethod
    def setUpClass(cls):
        cls.folder = make_folder(cls)
        (executable,) = (flake.built(cls.pair.package) / "bin").iterdir()
        cls.runner, executable = runners.prepare(cls.pair.entry, executable, cls.folder)
        cls.command = [*cls.runner.prefix, str(executable)]
        cls.addClassCleanup(runners.stop_all, cls.runner)

    def expected(self) -> dict:
        """Returns the stamp that it must report."""
        version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
        stamp = flake.stamp(self.pair.platform)
        date = datetime.fromtimestamp(stamp["source_date_epoch"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        how = {"toolchain": "rustc 1.85.0", "version_from": "cargo", "profile": "release", "features": []}
        return {"name": self.pair.service, "version": version, "source_date": date, **how, **stamp}

    def call(self, *arguments: str, status: int = 0) -> Done:
        """Runs the executable to its end in the folder of the class."""
        return run(*self.command, *arguments, status=status, folder=self.folder, **self.runner.environment)

    def test_version_option_prints_the_stamp(self):
        stamp = self.expected()
        dirty = ", dirty" if stamp["dirty"] else ""
        self.assertEqual(
            self.call("--version").out.splitlines(),
            [
                f"{stamp['name']} {stamp['version']} (revision {stamp['revision']}{dirty})",
                f"target: {stamp['target']}",
                f"toolchain: {stamp['toolchain']}",
                f"source date: {stamp['source_date']}",
            ],
        )

    def test_unknown_option_ends_with_status_2(self):
        self.call("--nonsense", status=2)


class HttpService(Executable):
    """Tests for every service that listens."""

    options: tuple[str, ...] = ()
    """The options that it needs to start."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.start()

    @classmethod
    def start(cls, *options: str) -> Service:
        """Starts it with these options or its usual ones. It is killed after the last test of the class, if not before."""
        service = Service(
            [*cls.command, *(options or cls.options)], cls.folder, cls.runner.environment, cls.runner.start_seconds
        )
        cls.addClassCleanup(service.kill)
        return service

    def stop(self, service: Service) -> None:
        """Stops the service. If its runner passes on signals, asserts that it exits with 0."""
        if self.runner.has_signals:
            self.assertEqual(service.stop(signal.SIGTERM), 0, service.output())
        else:
            service.kill()

    def test_healthz_answers_ok(self):
        self.assertEqual(self.service.get("/healthz"), (200, "text/plain; charset=utf-8", "ok"))

    def test_version_answers_with_the_stamp_of_this_checkout(self):
        status, content_type, body = self.service.get("/version")
        self.assertEqual((status, content_type), (200, "application/json"))
        self.assertEqual(json.loads(body), self.expected())

    def test_other_paths_are_not_found(self):
        self.assertEqual(self.service.get("/nothing")[0], 404)

    def test_health_check_is_0_while_the_service_runs_and_1_after_it_was_stopped(self):
        service = self.start()
        check = ("--health-check", "--listen", service.address)
        self.call(*check)
        self.stop(service)
        self.assertIn(f"{service.address} is not healthy", self.call(*check, status=1).err)


class Server(HttpService):
    """The service that reports its own build."""

    def test_page_names_version_revision_and_target(self):
        status, content_type, body = self.service.get("/")
        self.assertEqual((status, content_type), (200, "text/html; charset=utf-8"))
        stamp = self.expected()
        for text in (f"<title>server {stamp['version']}</title>", f"<dd>{stamp['revision']}</dd>", f"<dd>{stamp['target']}</dd>"):
            self.assertIn(text, body)


class Ledger(HttpService):
    """The service that keeps accounts in SQLite, which is C code compiled for the platform."""

    options = ("--database", ":memory:")

    def fill(self, service: Service) -> None:
        """Creates two accounts and one transfer between them."""
        for account in ({"name": "bank", "source": True}, {"name": "alice"}):
            self.assertEqual(service.post("/accounts", account)[0], 201)
        self.assertEqual(service.post("/transfers", {"from": "bank", "to": "alice", "amount_cents": 1250})[0], 201)

    def assert_filled(self, service: Service) -> None:
        """Asserts that the accounts and the transfer exist, and nothing else."""
        alice = {"name": "alice", "source": False, "balance_cents": 1250}
        bank = {"name": "bank", "source": True, "balance_cents": -1250}
        self.assertEqual(json.loads(service.get("/accounts")[2]), {"accounts": [alice, bank]})
        transfer = {"id": 1, "from": "bank", "to": "alice", "amount_cents": 1250, "memo": ""}
        self.assertEqual(json.loads(service.get("/transfers")[2]), {"transfers": [transfer]})

    def test_accounts_and_transfers_are_kept_over_a_restart(self):
        service = self.start("--database", "restarted.db")
        self.fill(service)
        self.assert_filled(service)
        self.stop(service)
        if self.runner.has_signals:
            self.assertEqual([path.name for path in self.folder.glob("restarted.db*")], ["restarted.db"])
        self.assert_filled(self.start("--database", "restarted.db"))

    def test_accounts_and_transfers_are_kept_when_it_is_killed(self):
        service = self.start("--database", "killed.db")
        self.fill(service)
        service.kill()
        self.assert_filled(self.start("--database", "killed.db"))

    def test_transfer_that_a_rule_forbids_is_refused_and_changes_nothing(self):
        service = self.start()
        self.fill(service)
        for transfer, status, error in (
            ({"from": "alice", "to": "bank", "amount_cents": 1251}, 409, "insufficient-funds"),
            ({"from": "alice", "to": "bank", "amount_cents": 0}, 422, "invalid-amount"),
            ({"from": "bank", "to": "alice", "amount_cents": 2**63 - 1}, 409, "balance-overflow"),
        ):
            actual, answer = service.post("/transfers", transfer)
            self.assertEqual((actual, answer["error"]), (status, error))
        self.assert_filled(service)

    def test_migrate_only_makes_the_database_and_leaves_it_alone_afterwards(self):
        digests = set()
        for _ in range(2):
            self.call("--database", "migrated.db", "--migrate-only")
            digests.add((self.folder / "migrated.db").read_bytes())
        self.assertEqual(len(digests), 1)
        self.assertEqual(digests.pop()[:16], b"SQLite format 3\0")

    def test_file_that_is_no_database_ends_with_status_2_and_is_left_alone(self):
        text = b"no database " * 1000
        (self.folder / "text.db").write_bytes(text)
        done = self.call("--database", "text.db", "--migrate-only", status=2)
        self.assertIn("text.db: is not an SQLite database", done.err)
        self.assertEqual((self.folder / "text.db").read_bytes(), text)


class Sysinfo(Executable):
    """The command-line program that checks its platform."""

    def test_every_check_passes_also_that_of_a_file(self):
        lines = self.call("check", "checked").out.splitlines()
        self.assertEqual(lines[-1], "9 passed, 0 failed")
        self.assertEqual([line for line in lines[:-1] if not line.startswith("passed  ")], [])
        self.assertFalse((self.folder / "checked").exists())

    def test_check_that_cannot_be_made_ends_with_status_2(self):
        (self.folder / "existing").write_text("mine")
        done = self.call("check", "existing", status=2)
        self.assertIn("8 passed, 0 failed, 1 not made", done.out)
        self.assertIn("cannot create 'existing'", done.err)
        self.assertEqual((self.folder / "existing").read_text(), "mine")

    def test_json_says_what_the_table_of_platforms_says(self):
        report = json.loads(self.call("--json").out)
        self.assertEqual(report["build"], self.expected())
        entry = self.pair.entry
        architecture = ARCHITECTURES[entry["goArch"]]
        expected = {
            "architecture": architecture.rust,
            "os": RUST_NAMES.get(entry["os"], entry["os"]),
            "pointer_width_bits": architecture.bits,
            "endianness": architecture.endianness,
        }
        self.assertEqual({key: report["system"][key] for key in expected}, expected)


class RunnersTest(unittest.TestCase):
    """The tests above cover every service."""

    def test_at_least_one_platform_of_the_server_runs_natively(self):
        self.assertIn("native", [entry["runner"] for entry in flake.platforms("server").values()])

    def test_unknown_runner_is_refused(self):
        with self.assertRaisesRegex(AssertionError, "`abacus` is no runner"):
            runners.prepare({"runner": "abacus"}, ROOT, ROOT)

    def test_every_service_runs_somewhere_in_every_run(self):
        run_always = {pair.service for pair in pairs() if not pair.slow and pair.runs}
        self.assertEqual(run_always, set(flake.library()["services"]))

    def test_every_pair_that_is_chosen_for_every_run_is_a_package_of_the_flake(self):
        chosen = {f"{service}-{platform}" for service, platforms in CONTINUOUS.items() for platform in platforms}
        self.assertEqual(chosen - {pair.package for pair in pairs()}, set())


CASES = {"ledger": Ledger, "server": Server, "sysinfo": Sysinfo}

for pair in pairs():
    if pair.runs:
        outputs = (pair.package, *runners.outputs(pair.entry))
        define(
            globals(), pair.package, CASES[pair.service], unittest.TestCase, pair=pair, slow=pair.slow, outputs=outputs,
        )
