"""Each service runs where its platform can be run here, and says of itself what it was built from."""

from __future__ import annotations

import json
import signal
import tomllib
import unittest
from datetime import UTC, datetime

from . import flake, runners
from .service import Service
from .subset import is_slow
from .support import ROOT, define, make_folder, run


class Server:
    """The tests of one platform's server; the classes below are made of it."""

    platform: str
    runner_name: str

    @classmethod
    def setUpClass(cls):
        folder = make_folder(cls)
        (executable,) = (flake.built(f"server-{cls.platform}") / "bin").iterdir()
        cls.runner, executable = runners.prepare(cls.runner_name, executable, folder)
        cls.command = [*cls.runner.prefix, str(executable)]
        cls.addClassCleanup(runners.stop_all, cls.runner)
        cls.service = Service(cls.command, folder, cls.runner.environment, cls.runner.start_seconds)
        cls.addClassCleanup(cls.service.kill)
        cls.folder = folder

    def expected(self) -> dict:
        """What the server has to say of its build."""
        version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
        stamp = flake.stamp(self.platform)
        date = datetime.fromtimestamp(stamp["source_date_epoch"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"name": "server", "version": version, "toolchain": "rustc 1.85.0", "source_date": date, **stamp}

    def test_healthz_answers_ok(self):
        self.assertEqual(self.service.get("/healthz"), (200, "text/plain; charset=utf-8", "ok"))

    def test_version_answers_with_the_stamp_of_this_checkout(self):
        status, content_type, body = self.service.get("/version")
        self.assertEqual((status, content_type), (200, "application/json"))
        self.assertEqual(json.loads(body), self.expected())

    def test_page_names_version_revision_and_target(self):
        status, content_type, body = self.service.get("/")
        self.assertEqual((status, content_type), (200, "text/html; charset=utf-8"))
        stamp = self.expected()
        for text in (f"<title>server {stamp['version']}</title>", f"<dd>{stamp['revision']}</dd>", f"<dd>{stamp['target']}</dd>"):
            self.assertIn(text, body)

    def test_other_paths_are_not_found(self):
        self.assertEqual(self.service.get("/nothing")[0], 404)

    def test_version_option_prints_the_stamp(self):
        stamp = self.expected()
        dirty = ", dirty" if stamp["dirty"] else ""
        done = run(*self.command, "--version", **self.runner.environment)
        self.assertEqual(
            done.out.splitlines(),
            [
                f"server {stamp['version']} (revision {stamp['revision']}{dirty})",
                f"target: {stamp['target']}",
                f"toolchain: {stamp['toolchain']}",
                f"source date: {stamp['source_date']}",
            ],
        )

    def test_unknown_option_ends_with_status_2(self):
        run(*self.command, "--nonsense", status=2, **self.runner.environment)

    def test_health_check_is_0_while_the_service_runs_and_1_after_it_was_stopped(self):
        service = Service(self.command, self.folder, self.runner.environment, self.runner.start_seconds)
        self.addCleanup(service.kill)
        check = (*self.command, "--health-check", "--listen", service.address)
        run(*check, status=0, **self.runner.environment)
        if self.runner.has_signals:
            self.assertEqual(service.stop(signal.SIGTERM), 0, service.said())
        else:
            service.kill()
        done = run(*check, status=1, **self.runner.environment)
        self.assertIn(f"{service.address} is not healthy", done.err)


class RunnersTest(unittest.TestCase):
    """That the tests above are made for what there is."""

    def test_at_least_one_platform_of_the_server_runs_natively(self):
        self.assertIn("native", [entry["runner"] for entry in flake.platforms("server").values()])

    def test_unknown_runner_is_refused(self):
        with self.assertRaisesRegex(AssertionError, "`abacus` is no runner"):
            runners.prepare("abacus", ROOT, ROOT)


for name, entry in flake.platforms("server").items():
    if entry["runner"] != "none":
        outputs = (f"server-{name}", *runners.OUTPUTS.get(entry["runner"], ()))
        define(
            globals(), f"server-{name}", Server, unittest.TestCase, platform=name, runner_name=entry["runner"], outputs=outputs,
            slow=is_slow("server", name),
        )
