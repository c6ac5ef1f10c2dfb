"""`smokeTest`: the checks that run executables in the sandbox, natively and by the runner of their platform."""

from __future__ import annotations

from . import flake
from .project import HELLO, Project, flake_file
from .support import FolderTest, run

MAIN = """\
fn main() {
    let order = if cfg!(target_endian = "big") { "big" } else { "little" };
    match std::env::args().nth(1).as_deref() {
        Some("--version") => println!("hello 1.0.0 for {} {order}", std::env::consts::ARCH),
        Some("--fail") => std::process::exit(3),
        Some("--abort") => std::process::abort(),
        // One after another, each in brackets.
        _ => std::env::args().skip(1).for_each(|argument| print!("[{argument}]")),
    }
}
"""
RUN = {
    "aarch64-linux": "aarch64 little",
    "s390x-linux": "s390x big",
    "wasm32-wasi": "wasm32 little",
    "x86_64-linux": "x86_64 little",
    "x86_64-linux-gnu": "x86_64 little",
}
"""What these tests run, with the processor and the order of bytes that the executable must print."""
NOT_IN_THE_SANDBOX = {"i686-linux", "loongarch64-linux", "x86_64_v4-linux"}
"""The platforms of Linux and WASI without a check; docs/library.md says why."""


class RunsTest(FolderTest):
    """A service whose executable prints, fails or ends as its arguments say."""

    def setUp(self) -> None:
        super().setUp()
        self.project = Project(self.folder / "project")

    def write(self, arguments: str) -> None:
        """Writes the project with these arguments of mkWorkspace."""
        self.project.write({**HELLO, "src/main.rs": MAIN, "flake.nix": flake_file(arguments)})

    def check(self, platform: str) -> str:
        """Returns the attribute of a platform's check."""
        return f"checks.{flake.SYSTEM}.hello-{platform}-runs"

    def fails(self, arguments: str, *reasons: str, platforms: tuple[str, ...] = tuple(RUN)) -> None:
        """Asserts that the check of each platform fails with one of the reasons."""
        self.write(arguments)
        for platform in platforms:
            with self.subTest(platform=platform):
                error = self.project.nix("build", "--no-link", f".#{self.check(platform)}", status=1, seconds=1200).err
                self.assertTrue(any(reason in error for reason in reasons), error)

    def test_executables_run_and_print_what_they_should(self):
        self.write('services.hello.smokeTest = { arguments = [ "--version" ]; prints = "hello 1.0.0 for "; };')
        for platform, printed in RUN.items():
            with self.subTest(platform=platform):
                text = self.project.build(self.check(platform)).read_text()
                self.assertEqual(text, f"hello --version:\nhello 1.0.0 for {printed}\n")

    def test_arguments_arrive_as_they_are(self):
        for arguments, printed in (('[ "a b" "" "$c" ]', "[a b][][$c]"), ('[ "" ]', "[]"), ("[ ]", "")):
            self.write(f"services.hello.smokeTest = {arguments};")
            for platform in ("aarch64-linux", "wasm32-wasi", "x86_64-linux"):
                with self.subTest(arguments=arguments, platform=platform):
                    self.assertEqual(self.project.build(self.check(platform)).read_text().split(":\n")[1], printed)

    def test_executable_that_ends_with_another_status_fails(self):
        self.fails('services.hello.smokeTest = [ "--fail" ];', "runs: 'hello --fail' ended with 3; it should end with 0")

    def test_executable_that_is_aborted_fails(self):
        # A trap of WebAssembly, or SIGABRT: reported by an emulator as by a shell.
        self.fails('services.hello.smokeTest = [ "--abort" ];', "'hello --abort' ended with 125", "'hello --abort' ended with 134")

    def test_executable_that_prints_something_else_fails(self):
        expected = '{ arguments = [ "--version" ]; prints = "hello 1.0.0 for z80 "; }'
        self.fails(f"services.hello.smokeTest = {expected};", "runs: 'hello --version' should print 'hello 1.0.0 for z80 '")
        # One that is printed but for a dot at the end.
        expected = '{ arguments = [ "--version" ]; prints = "little\\n."; }'
        self.fails(f"services.hello.smokeTest = {expected};", "should print", platforms=("x86_64-linux",))

    def test_executable_that_its_emulator_cannot_start_fails(self):
        other = "samebits.lib.platforms.aarch64-linux // { runner = \"%s\"; }"
        for runner in ("qemu-s390x", "native", "wasmtime"):
            self.fails(f"platforms.aarch64-linux = {other % runner}; services.hello.smokeTest = [ ];", "runs: 'hello ' ended with ", platforms=("aarch64-linux",))

    def test_emulator_that_qemu_does_not_have_fails(self):
        reason = "the package qemu-user has no 'qemu-z80', which a platform's entry names as its runner"
        self.fails('platforms.aarch64-linux.runner = "qemu-z80"; services.hello.smokeTest = [ ];', reason, platforms=("aarch64-linux",))

    def test_unknown_runner_is_refused(self):
        self.write('platforms.aarch64-linux.runner = "wasmtme"; services.hello.smokeTest = [ ];')
        self.assertIn("no runner is called 'wasmtme': did you mean wasmtime? ", self.project.refused(f"{self.check('aarch64-linux')}.drvPath"))

    def test_each_platform_that_the_sandbox_can_run_has_a_check(self):
        self.write("services.hello.smokeTest = [ ];")
        names = self.project.evaluate(f"checks.{flake.SYSTEM}", "builtins.attrNames")
        expected = {
            f"hello-{name}-runs"
            for name, entry in flake.library()["platforms"].items()
            if entry["os"] in ("linux", "wasi") and name not in NOT_IN_THE_SANDBOX
        }
        self.assertEqual({name for name in names if name.endswith("-runs")}, expected)

    def test_platforms_that_nothing_runs_are_named(self):
        said = 'smokeTest has no check for x86_64-darwin x86_64-windows, whose executables nothing in the sandbox runs'
        names = ("eval", f".#checks.{flake.SYSTEM}", "--apply", "builtins.attrNames")
        for platforms, warned in (("x86_64-linux", False), ("x86_64-linux x86_64-darwin x86_64-windows", True)):
            listed = " ".join(f'"{name}"' for name in platforms.split())
            self.write(f"platforms = [ {listed} ]; services.hello.smokeTest = [ ];")
            self.assertEqual(said in self.project.nix(*names).err, warned, platforms)
        self.write('platforms = [ "x86_64-windows" ]; services.hello.smokeTest = [ ];')
        reason = "services.hello.smokeTest would run nowhere, because nothing in the sandbox runs executables for x86_64-windows; leave it out"
        self.assertIn(reason, self.project.refused(f"checks.{flake.SYSTEM}"))
        self.project.evaluate("hello-x86_64-windows.drvPath")

    def test_builds_depend_on_no_runner(self):
        self.write("services.hello.smokeTest = [ ];")
        for platform in ("aarch64-linux", "wasm32-wasi"):
            with self.subTest(platform=platform):
                needed = {output: self.closure(output) for output in (f"hello-{platform}.attestation", self.check(platform))}
                runs = [any(name.startswith(("qemu-", "wasmtime-")) for name in names) for names in needed.values()]
                self.assertEqual(runs, [False, True])

    def closure(self, attribute: str) -> set[str]:
        """Returns the names of all derivations that an output needs."""
        derivation = self.project.nix("eval", "--raw", f".#{attribute}.drvPath").out
        paths = run("nix-store", "--query", "--requisites", derivation).out.split()
        return {path.rsplit("/", 1)[1][33:] for path in paths}
