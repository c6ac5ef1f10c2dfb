"""`lib.mkWorkspace` for other people's projects: what it refuses, what a change builds again, and real builds."""

from __future__ import annotations

import functools
import http.server
import json
import re
import shutil
import subprocess
import threading
from pathlib import Path

from . import flake
from .project import EXECUTABLE, HELLO, MAIN, Project, crate, flake_file, lock
from .runners import prepare
from .support import ROOT, Done, FolderTest, run

PLATFORM = 'platforms = [ "x86_64-linux" ];'


class RefusalsTest(FolderTest):
    """What is wrong is refused before anything is built, and the message names the remedy."""

    def refused(self, arguments: str, reason: str, files: dict[str, str | None] | None = None, attribute: str = EXECUTABLE) -> None:
        """Asserts the reason for which a project is refused. A file whose text is None is left out."""
        project = Project(self.folder / "project")
        changed = {**HELLO, **(files or {}), "flake.nix": flake_file(arguments)}
        project.write({name: text for name, text in changed.items() if text is not None})
        self.assertIn(reason, " ".join(project.refused(attribute).split()))

    def test_unknown_argument(self):
        self.refused('service = "auto";', "no argument of mkWorkspace is called 'service': did you mean services? there are: ")

    def test_unknown_field_of_a_service(self):
        self.refused("services.hello.feature = [ ];", "no field of services.hello is called 'feature': did you mean features? ")

    def test_unknown_package(self):
        self.refused('services.hello.package = "helo";', "no package (services.hello.package) is called 'helo': did you mean hello? ")

    def test_unknown_executable(self):
        self.refused('services.hello.bins = [ "hell" ];', "no executable of hello (services.hello.bins) is called 'hell': did you mean hello? ")

    def test_no_executable_at_all(self):
        self.refused("services.hello.bins = [ ];", "services.hello.bins is empty")

    def test_unknown_feature(self):
        reason = "no feature of hello (services.hello.features) is called 'tsl': did you mean tls? there are: tls"
        self.refused('services.hello.features = [ "tsl" ];', reason, {"Cargo.toml": crate("hello", "[features]", "tls = []")})

    def test_unknown_profile(self):
        reason = "no profile (services.hello.profile) is called 'relase': did you mean release? "
        self.refused('services.hello.profile = "relase";', reason)

    def test_unknown_need(self):
        reason = "no property that a platform lacks (services.hello.needs) is called 'sokets': did you mean sockets? "
        self.refused('services.hello.needs = [ "sokets" ];', reason)

    def test_unknown_base(self):
        reason = "no service (services.hello.startsFrom) is called 'base': there are: hello"
        self.refused('services.hello = { startsFrom = "base"; };', reason)

    def test_base_that_needs_more(self):
        services = 'services = { hello.startsFrom = "other"; other = { package = "hello"; needs = [ "sockets" ]; }; };'
        self.refused(services, "hello starts from other, which needs more: sockets")

    def test_unknown_platform(self):
        self.refused('platforms = [ "x86_64-linus" ];', "no platform is called 'x86_64-linus': did you mean x86_64-linux? ")

    def test_unknown_platform_in_gos_words(self):
        self.refused('platforms = [ "linux/amd46" ];', "no platform is called 'linux/amd46': did you mean linux/amd64? ")

    def test_own_platform_without_all_of_its_fields(self):
        self.refused('platforms.mine.triple = "x";', "the platform 'mine' is in no table, and its entry lacks: fileFormat goArch ", attribute="hello-mine.drvPath")

    def test_empty_lists_are_not_everything(self):
        self.refused("platforms = [ ];", "'platforms' is empty, so nothing would be built")
        self.refused("services = { };", "'services' is empty, so nothing would be built")

    def test_package_without_an_executable(self):
        reason = "services.hello: the package 'hello' has no executable"
        self.refused("services.hello = { };", reason, {"src/main.rs": None, "src/lib.rs": ""})

    def test_workspace_without_an_executable(self):
        self.refused("", "no package of the workspace has an executable", {"src/main.rs": None, "src/lib.rs": ""})

    def test_missing_lock_file(self):
        self.refused("", "'Cargo.lock' is missing in the source; run `cargo generate-lockfile`", {"Cargo.lock": None})

    def test_lock_file_of_another_version(self):
        reason = "Cargo.lock does not fit 'Cargo.toml': it has no hello 2.0.0; run `cargo update --workspace`"
        self.refused("", reason, {"Cargo.toml": crate("hello", version="2.0.0")})

    def test_lock_file_without_a_dependency(self):
        reason = "Cargo.lock does not fit 'Cargo.toml': it does not know that hello depends on itoa"
        self.refused("", reason, {"Cargo.toml": crate("hello", "[dependencies]", 'itoa = "1"')})

    def test_compiler_that_is_too_old(self):
        reason = "'Cargo.toml' wants Rust 1.99 (rust-version), and the compiler is 1.85.0"
        self.refused("", reason, {"Cargo.toml": crate("hello", 'rust-version = "1.99"')})

    def test_path_dependency_outside_the_source(self):
        manifest = crate("hello", "[dependencies]", 'near = { path = "../near" }')
        reason = "the path dependency 'near' of 'Cargo.toml' (path = \"../near\") is outside the source"
        self.refused("", reason, {"Cargo.toml": manifest, "Cargo.lock": lock(("hello", "near"), ("near",))})

    def test_unknown_kind_of_archive(self):
        self.refused('archives.mirrors.crates = "";', "no kind of archive (archives.mirrors) is called 'crates': did you mean crate? ")

    def test_extra_source_that_is_not_there(self):
        self.refused('extraSources = [ "proto" ];', "extraSources: 'proto' is not in the source")
        self.refused('testSources = [ "testdata" ];', "testSources: 'testdata' is not in the source")

    def test_all_that_is_wrong_is_said_at_once(self):
        project = Project(self.folder / "project")
        project.write({**HELLO, "flake.nix": flake_file('services.hello = { bins = [ "x" ]; features = [ "y" ]; };')})
        reason = project.refused(EXECUTABLE)
        self.assertIn("is called 'x'", reason)
        self.assertIn("is called 'y'", reason)

    def test_missing_crate_is_answered_with_a_command_of_the_project(self):
        checksum = "0" * 64
        locked = lock(("hello", "nowhere")) + (
            f'\n[[package]]\nname = "nowhere"\nversion = "1.0.0"\nsource = "registry+https://example.org/index"\nchecksum = "{checksum}"\n'
        )
        project = Project(self.folder / "project")
        manifest = crate("hello", "[dependencies]", 'nowhere = "1"')
        project.write({**HELLO, "Cargo.toml": manifest, "Cargo.lock": locked, "flake.nix": flake_file("")})
        done = project.nix("build", "--no-link", ".#hello-x86_64-linux", status=1)
        self.assertIn("the crate nowhere 1.0.0 is not in the Nix store; to put it there, run: nix run .#bootstrap -- --flake .", done.err)


class ArgumentsTest(FolderTest):
    """How the arguments narrow and name what is built."""

    def project(self, arguments: str, files: dict[str, str] = HELLO) -> Project:
        project = Project(self.folder / "project")
        project.write({**files, "flake.nix": flake_file(arguments)})
        return project

    def test_platforms_have_gos_names_too(self):
        project = self.project('platforms = [ "linux/arm GOARM=6" "linux/arm64" "x86_64-windows" ];')
        self.assertEqual(project.evaluate("lib.executables"), ["hello-aarch64-linux", "hello-armv6l-linux", "hello-x86_64-windows"])

    def test_entry_changes_a_platform_or_makes_one(self):
        project = self.project('platforms = { aarch64-linux = { }; mine = samebits.lib.platforms.x86_64-linux // { cpu = "znver3"; }; };')
        self.assertEqual(project.evaluate("lib.executables"), ["hello-aarch64-linux", "hello-mine"])
        self.assertEqual(project.evaluate("lib.platforms.mine.cpu"), "znver3")

    def test_universal_executable_needs_no_mention_of_its_slices(self):
        project = self.project('platforms = [ "universal-darwin" ];')
        self.assertEqual(project.evaluate("lib.executables"), ["hello-universal-darwin"])
        self.assertRegex(project.evaluate("hello-universal-darwin.drvPath"), r"-hello-universal-darwin-1\.0\.0\.drv$")

    def test_service_leaves_out_platforms_that_lack_what_it_needs(self):
        project = self.project('services.hello.needs = [ "sockets" ]; platforms = [ "wasm32-wasi" "x86_64-linux" ];')
        self.assertEqual(project.evaluate("lib.executables"), ["hello-x86_64-linux"])

    def test_every_package_with_an_executable_is_a_service_by_default(self):
        files = {
            "Cargo.toml": '[workspace]\nmembers = ["tools/*", "apps/**"]\nexclude = ["tools/old"]\n',
            "Cargo.lock": lock(("one",), ("two", "shared"), ("shared",)),
            "tools/one/Cargo.toml": crate("one"), "tools/one/src/bin/first.rs": MAIN, "tools/one/src/bin/second/main.rs": MAIN,
            "tools/old/Cargo.toml": crate("old"), "tools/old/src/main.rs": MAIN,
            "tools/notes/README.md": "no crate",
            "apps/a/two/Cargo.toml": crate("two", "[dependencies]", 'shared = { path = "../../../shared" }'), "apps/a/two/src/main.rs": MAIN,
            "shared/Cargo.toml": crate("shared"), "shared/src/lib.rs": "",
        }
        project = self.project('platforms = [ "x86_64-linux" ];', files)
        self.assertEqual(project.evaluate("lib.executables"), ["one-x86_64-linux", "two-x86_64-linux"])
        self.assertEqual(project.evaluate("lib.services.one.bins"), ["first", "second"])

    def test_definition_names_samebits_and_both_lock_files(self):
        project = self.project('platforms = [ "aarch64-linux" ];')
        revision = project.commit()
        definition = json.loads(project.build("hello-aarch64-linux.definition").read_text())
        self.assertEqual(definition["source"]["revision"], revision)
        dependencies = {entry["name"]: entry for entry in definition["resolvedDependencies"]}
        self.assertEqual([name for name, entry in dependencies.items() if "uri" not in entry], ["source", "Cargo.lock", "flake.lock"])
        self.assertRegex(dependencies["samebits"]["uri"], r"^pkg:generic/samebits@\d+\.\d+\.\d+$")
        self.assertRegex(dependencies["samebits"]["digest"]["narSha256"], r"^[0-9a-f]{64}$")
        committed = run("git", "show", "--no-patch", "--format=%ct", folder=project.folder).out
        self.assertEqual(definition["sourceDateEpoch"], int(committed))


class ChangesTest(FolderTest):
    """What a change of one of 15 services builds again."""

    SERVICES = [f"service-{number:02}" for number in range(15)]

    def setUp(self) -> None:
        super().setUp()
        self.project = Project(self.folder / "project")
        dependent = crate("service-00", "[dependencies]", 'shared = { path = "../../shared" }')
        manifests = {f"services/{name}/Cargo.toml": crate(name) for name in self.SERVICES}
        self.project.write({
            "Cargo.toml": '[workspace]\nmembers = ["services/*"]\nresolver = "2"\n',
            "Cargo.lock": lock(("service-00", "shared"), ("shared",), *((name,) for name in self.SERVICES[1:])),
            **manifests, **{f"services/{name}/src/main.rs": MAIN for name in self.SERVICES},
            "services/service-00/Cargo.toml": dependent,
            "shared/Cargo.toml": crate("shared"), "shared/src/lib.rs": "",
            "flake.nix": flake_file('platforms = [ "aarch64-linux" "x86_64-linux" ];'),
        })
        self.before = self.project.commit()

    def changed(self, file: str, text: str) -> list[str]:
        """Writes a file; returns the services that are then built from something else than before."""
        self.project.write({file: text})
        names = run(ROOT / "nix/tables", "--flake", self.project.folder, "changed", "--since", self.before).out.split()
        services = sorted({name.removesuffix("-aarch64-linux").removesuffix("-x86_64-linux") for name in names})
        self.assertEqual(len(names), 2 * len(services))
        return services

    def test_code_of_one_service_builds_only_that_service(self):
        self.assertEqual(self.changed("services/service-07/src/main.rs", MAIN.replace("hello", "bye")), ["service-07"])

    def test_code_of_a_shared_crate_builds_only_what_depends_on_it(self):
        self.assertEqual(self.changed("shared/src/lib.rs", "// changed\n"), ["service-00"])

    def test_documents_build_nothing(self):
        self.assertEqual(self.changed("README.md", "More.\n"), [])

    def test_profile_builds_everything(self):
        manifest = '[workspace]\nmembers = ["services/*"]\nresolver = "2"\n[profile.release]\nlto = true\n'
        self.assertEqual(self.changed("Cargo.toml", manifest), self.SERVICES)

    def test_revision_that_does_not_exist_is_an_error(self):
        done = run(ROOT / "nix/tables", "--flake", self.project.folder, "changed", "--since", "nonsense", status=2)
        self.assertIn("nonsense", done.err)


class TemplatesTest(FolderTest):
    """The templates, built as an outsider would."""

    def test_new_workspace_is_built_attested_and_runs(self):
        project = Project(self.folder / "new")
        project.from_template("new")
        self.assertLessEqual(len((project.folder / "flake.nix").read_text().splitlines()), 16)
        revision = project.commit()
        statement = json.loads((project.build("hello-aarch64-linux.attestation") / "statement.json").read_text())
        parameters = statement["predicate"]["buildDefinition"]["externalParameters"]
        self.assertEqual((parameters["flakeAttribute"], parameters["source"]["revision"]), ("hello-aarch64-linux", revision))
        executable = project.build("hello-aarch64-linux") / "bin/hello"
        runner, executable = prepare(flake.library()["platforms"]["aarch64-linux"], executable, self.folder)
        self.assertEqual(run(*runner.prefix, executable).out, "hello from aarch64-linux\n")
        self.assertEqual(run(*runner.prefix, executable, "--version").out, "hello 0.1.0\n")
        # The tool builds it again from the outside and believes its definition.
        verifier = flake.built("rebuild-verifier") / "bin/rebuild-verifier"
        done = run(verifier, "rebuild", "hello-aarch64-linux", folder=project.folder, seconds=1200)
        self.assertIn("hello-aarch64-linux: identical", done.out + done.err)

    def test_checks_of_a_new_workspace_pass(self):
        project = Project(self.folder / "new")
        project.from_template("new")
        names = sorted(project.evaluate(f"checks.{flake.SYSTEM}", "builtins.attrNames"))
        self.assertEqual(names, ["hello-aarch64-linux-runs", "hello-x86_64-linux-runs", "workspace-clippy", "workspace-doc", "workspace-fmt", "workspace-test"])
        project.nix("build", "--no-link", *(f".#checks.{flake.SYSTEM}.{name}" for name in names), seconds=1200)
        self.assertEqual(project.build(f"checks.{flake.SYSTEM}.hello-x86_64-linux-runs").read_text(), "hello --version:\nhello 0.1.0\n")

    def test_executable_that_does_not_end_well_fails_its_check(self):
        project = Project(self.folder / "new")
        project.from_template("new")
        text = (project.folder / "flake.nix").read_text()
        project.write({"flake.nix": text.replace("--version", "--no such")})
        error = project.nix("build", "--no-link", f".#checks.{flake.SYSTEM}.hello-x86_64-linux-runs", status=1, seconds=1200).err
        self.assertIn("unknown argument `--no such`", error)
        self.assertIn("'hello --no such' ended with 2", error)

    def test_existing_crate_gets_a_flake_and_a_workflow_and_nothing_else(self):
        project = Project(self.folder / "existing")
        project.write(HELLO)
        before = set(run("git", "ls-files", folder=project.folder).out.split())
        project.from_template("existing")
        added = set(run("git", "ls-files", folder=project.folder).out.split()) - before
        self.assertEqual(added, {"flake.nix", "flake.lock", ".github/workflows/samebits.yml"})
        # Its manifest has no [profile]: the executable is stripped all the same.
        executable = project.build("hello-x86_64-linux") / "bin/hello"
        self.assertEqual(run(executable).out, "hello\n")
        self.assertIn("no symbols", run("nm", executable).err)

    def test_crate_with_c_code_is_cross_compiled(self):
        project = Project(self.folder / "c")
        ours = (ROOT / "Cargo.lock").read_text().split("\n\n")
        locked = [entry for entry in ours if re.search(r'^name = "(cc|find-msvc-tools|shlex)"$', entry, re.MULTILINE)]
        self.assertEqual(len(locked), 3)
        build = 'fn main() { cc::Build::new().file("src/answer.c").compile("answer"); }\n'
        main = 'unsafe extern "C" { fn answer() -> i32; }\nfn main() { println!("{}", unsafe { answer() }); }\n'
        project.write({
            "Cargo.toml": crate("hello", "[build-dependencies]", 'cc = "1"'), "build.rs": build, "src/main.rs": main,
            "src/answer.c": "int answer(void) { return 42; }\n",
            "Cargo.lock": lock(("hello", "cc")) + "\n" + "\n\n".join(locked), "flake.nix": flake_file(""),
        })
        project.build("hello-aarch64-linux.attestation")
        runner, executable = prepare(
            flake.library()["platforms"]["aarch64-linux"], project.build("hello-aarch64-linux") / "bin/hello", self.folder,
        )
        self.assertEqual(run(*runner.prefix, executable).out, "42\n")

    def test_bootstrap_of_a_project_finds_its_archives(self):
        project = Project(self.folder / "existing")
        project.write({**HELLO, "flake.nix": flake_file("")})
        done = project.nix("run", ".#bootstrap", "--", "--flake", ".", "--check")
        self.assertRegex(done.err + done.out, r"bootstrap: (\d+) of \1 archives in the store")
        self.assertIn("has no flake.nix", run(ROOT / "bootstrap", "--flake", self.folder, "--check", status=2).err)

    def test_templates_have_one_place_for_the_url(self):
        for name in ("new", "existing"):
            text = (ROOT / f"nix/templates/{name}/flake.nix").read_text()
            self.assertEqual(text.count("URL-OF-SAMEBITS"), 1)


PUBLIC = "registry+https://github.com/rust-lang/crates.io-index"
"""The source of crates of the public index, in lock files."""


class MirrorTest(FolderTest):
    """Archives that Nix fetches itself, from URLs that the project gives, into a store that starts empty."""

    def setUp(self) -> None:
        super().setUp()
        self.mirror = self.folder / "mirror"
        self.mirror.mkdir()
        self.asked: list[str] = []
        handler = functools.partial(QuietHandler, self.asked, directory=str(self.mirror))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.project = Project(self.folder / "project")
        itoa = next(entry for entry in flake.library()["archives"] if entry["name"] == "itoa")
        self.locked = lock(("hello", "itoa")) + f'\n[[package]]\nname = "itoa"\nversion = "{itoa["version"]}"\nchecksum = "{itoa["sha256"]}"\n'
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.file = itoa["file"]
        for entry in flake.library()["archives"]:
            if entry["kind"] == "seed":
                with (self.mirror / f"{entry['file']}.nar").open("wb") as stream:
                    subprocess.run(["nix-store", "--dump", entry["storePath"]], check=True, stdout=stream)
            elif entry["name"] in ("bash-static", "itoa"):
                shutil.copy(entry["storePath"], self.mirror / entry["file"])

    def write(self, source: str, mirrors: str) -> None:
        """Writes the project, with a source of its crate and URLs of archives."""
        locked = f'{self.locked}source = "{source}"\n'
        manifest = crate("hello", "[dependencies]", 'itoa = "1"')
        self.project.write({**HELLO, "Cargo.toml": manifest, "Cargo.lock": locked, "flake.nix": flake_file(f"archives.mirrors = {mirrors};")})

    def vendor(self, status: int) -> Done:
        """Builds the unpacked crates of the project, which takes the seed, bash and the one crate."""
        # NB: sandboxed builds need a store below the real root, but these archives are all that is built.
        places = {f"NIX_{name}_DIR": str(self.folder / name.lower()) for name in ("STORE", "STATE", "LOG", "CONF")}
        # NB: a Nix with a state folder of its own does not know which build users are taken, and kills what they run.
        settings = "experimental-features = nix-command flakes\nsubstituters =\nbuild-users-group =\n"
        attribute = ".#hello-x86_64-linux.objects.cargoVendorDir"
        return run(
            "nix", "build", "--json", "--no-link", "--keep-going", attribute, folder=self.project.folder, status=status, NIX_REMOTE="local",
            NIX_CONFIG=settings, XDG_CACHE_HOME=str(self.folder / "cache"), **places,
        )

    def vendored(self) -> Path:
        """Returns the folder of the unpacked crate."""
        output = Path(json.loads(self.vendor(0).out)[0]["outputs"]["out"])
        self.assertTrue(output.is_relative_to(self.folder / "store"))
        (library,) = output.glob(f"**/{self.file.removesuffix('.crate')}/src/lib.rs")
        return library.parents[2].relative_to(output)

    def test_build_fetches_what_its_store_lacks(self):
        self.write(PUBLIC, f'"{self.url}/{{file}}"')
        self.assertEqual(self.vendored(), Path("registry"))

    def test_mirror_is_not_asked_for_crates_of_other_registries(self):
        source = "registry+https://example.org/index"
        self.write(source, f'"{self.url}/{{file}}"')
        self.assertIn(f"the crate itoa {self.file[5:-6]} is not in the Nix store; to put it there, run: nix run .#bootstrap", self.vendor(1).err)
        self.assertTrue(self.asked)
        self.assertEqual([path for path in self.asked if "itoa" in path], [])
        kinds = " ".join(f'{kind} = "{self.url}/{{file}}";' for kind in ("deb", "seed"))
        self.write(source, f'{{ {kinds} "{source}" = "{self.url}/{{crate}}-{{version}}.crate"; }}')
        self.assertEqual(self.vendored().parent, Path("registries"))

    def test_file_with_other_content_is_refused(self):
        self.write(PUBLIC, f'"{self.url}/{{file}}"')
        (self.mirror / self.file).write_bytes(b"another")
        self.assertIn("hash mismatch", self.vendor(1).err)

    def test_file_that_the_mirror_lacks_is_named(self):
        self.write(PUBLIC, f'"{self.url}/{{file}}"')
        (self.mirror / self.file).unlink()
        error = self.vendor(1).err
        self.assertIn(f"-{self.file}.drv", error)
        self.assertIn("404", error)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files, keeps what it is asked for, and says nothing."""

    def __init__(self, asked: list[str], *arguments, **keywords):
        self.asked = asked
        super().__init__(*arguments, **keywords)

    def do_GET(self) -> None:  # noqa: N802 (the base class's name)
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, *_: object) -> None:
        """Keeps requests out of the output of the tests."""
