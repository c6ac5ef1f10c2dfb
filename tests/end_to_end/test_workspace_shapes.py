"""Shapes of Cargo workspaces: `lib.mkWorkspace` must find the packages and executables that cargo finds, and build them."""

from __future__ import annotations

from .project import EXECUTABLE, HELLO, MAIN, Project, crate, flake_file, lock
from .support import FolderTest, run

PLATFORM = 'platforms = [ "x86_64-linux" ];'
HI = ("[[bin]]", 'name = "hi"')
NEEDY = (*HI, 'path = "hi.rs"', 'required-features = ["x"]')


def workspace(*members: str, more: str = "") -> str:
    """Returns a manifest without a package."""
    return f'[workspace]\nresolver = "2"\nmembers = {list(members)}\n{more}'


def package(folder: str, name: str, *lines: str, main: str = "main") -> dict[str, str]:
    """Returns the files of a package with an executable, or with a library."""
    return {f"{folder}/Cargo.toml": crate(name, *lines), f"{folder}/src/{main}.rs": MAIN if main == "main" else "pub fn f() {}\n"}


class ShapeTest(FolderTest):
    """A project of some shape."""

    def project(self, files: dict[str, str], arguments: str = "") -> Project:
        """Returns a project for one platform."""
        project = Project(self.folder / "project")
        project.write({**files, "flake.nix": flake_file(f"{PLATFORM} {arguments}")})
        return project

    def bins(self, files: dict[str, str], arguments: str = "") -> object:
        """Returns the executables of each service."""
        return self.project(files, arguments).evaluate("lib.services", "builtins.mapAttrs (_: service: service.bins)")


class ExecutablesTest(ShapeTest):
    """The executables of a package."""

    def of(self, *lines: str, files: tuple[str, ...] = (), arguments: str = "") -> object:
        """Returns the executables of hello with these lines in its manifest and further files."""
        return self.bins({**HELLO, "Cargo.toml": crate("hello", *lines), **dict.fromkeys(files, MAIN)}, arguments)["hello"]

    def test_stated_file_is_not_found_a_second_time(self):
        self.assertEqual(self.of(*HI, 'path = "./src/main.rs"'), ["hi"])
        self.assertEqual(self.of(*HI, 'path = "src/bin/a.rs"', files=("src/bin/a.rs", "src/bin/b/main.rs")), ["hi", "hello", "b"])
        self.assertEqual(self.of(*HI, 'path = "src/bin/b/main.rs"'), ["hi", "hello", "a"])

    def test_edition_2015_finds_none_if_one_is_stated(self):
        manifest = crate("hello", *HI, 'path = "hi.rs"').replace("2021", "2015")
        self.assertEqual(self.bins({**HELLO, "Cargo.toml": manifest, "hi.rs": MAIN})["hello"], ["hi"])

    def test_hidden_file_is_none(self):
        self.assertEqual(self.of(files=("src/bin/.saved.rs",)), ["hello"])

    def test_executable_without_its_required_features_is_left_out(self):
        self.assertEqual(self.of("[features]", "x = []", *NEEDY), ["hello"])

    def test_executable_with_its_required_features(self):
        features = ("[features]", "x = []", 'y = ["x"]')
        self.assertEqual(self.of(*features, *NEEDY, arguments='services.hello.features = [ "y" ];'), ["hi", "hello"])
        self.assertEqual(self.of(*features, 'default = ["y"]', *NEEDY), ["hi", "hello"])

    def test_executable_that_is_named_without_its_required_features(self):
        project = self.project(
            {**HELLO, "Cargo.toml": crate("hello", "[features]", "x = []", *NEEDY), "hi.rs": MAIN}, 'services.hello.bins = [ "hi" ];',
        )
        reason = "services.hello: the executable 'hi' requires features that are not enabled: x; add them to services.hello.features"
        self.assertIn(reason, project.refused("lib.services"))


class PackagesTest(ShapeTest):
    """The packages of a workspace."""

    def test_patterns_of_members(self):
        files = {"Cargo.lock": lock(("a",), ("b",), ("c",)), **package("a", "a"), **package("b", "b"), **package("x (1)/c", "c")}
        self.assertEqual(list(self.bins({**files, "Cargo.toml": workspace("[ab]", "x (1)/*")})), ["a", "b", "c"])
        self.assertEqual(list(self.bins({**files, "Cargo.toml": workspace("[!b]", "x (1)/?")})), ["a", "c"])

    def test_member_that_is_a_link(self):
        project = self.project({"Cargo.toml": workspace("crates/*"), "Cargo.lock": lock(("b",)), **package("real/b", "b")})
        (project.folder / "crates").mkdir()
        (project.folder / "crates/b").symlink_to("../real/b")
        project.add()
        self.assertEqual(project.evaluate("lib.executables"), ["b-x86_64-linux"])

    def test_member_that_is_named_is_not_excluded(self):
        manifest = workspace("a/b", "c/*", more='exclude = ["a", "c"]\n')
        files = {"Cargo.toml": manifest, "Cargo.lock": lock(("b",)), **package("a/b", "b"), **package("c/d", "d")}
        self.assertEqual(list(self.bins(files)), ["b"])

    def test_member_outside_the_source(self):
        project = self.project({"Cargo.toml": workspace("../near"), "Cargo.lock": lock()})
        self.assertIn("the member '../near' is outside the source", project.refused("lib.services"))

    def test_two_members_of_one_name(self):
        project = self.project({"Cargo.toml": workspace("a", "b"), "Cargo.lock": lock(("x",)), **package("a", "x"), **package("b", "x")})
        self.assertIn("two packages of the workspace are called 'x', which cargo refuses; they are in: 'a' 'b'", project.refused("lib.services"))

    def test_dev_dependencies_count_for_members_alone(self):
        dependent = crate("hello", "[dependencies]", 'v = { path = "v" }')
        files = {**HELLO, "Cargo.lock": lock(("hello", "v"), ("v",)), **package("v", "v", "[dev-dependencies]", 't = { path = "../t" }', main="lib")}
        self.assertEqual(list(self.bins({**files, "Cargo.toml": dependent})), ["hello"])
        self.assertEqual(list(self.bins({**files, "Cargo.toml": dependent + '[workspace]\nexclude = ["v"]\n'})), ["hello"])
        project = self.project({**files, "Cargo.toml": dependent + "[workspace]\n"})
        self.assertIn("'t/Cargo.toml' is missing in the source", project.refused("lib.services"))

    def test_dependency_that_is_no_member_is_no_service(self):
        manifest = crate("hello", "[dependencies]", 'v = { path = "v" }')
        files = {**HELLO, "Cargo.toml": manifest, "Cargo.lock": lock(("hello", "v"), ("v",)), **package("v", "v", main="lib"), **package("v", "v")}
        self.assertEqual(list(self.bins(files)), ["hello"])


class TomlTest(ShapeTest):
    """The text of manifests, lock file and configuration."""

    def test_syntax_error_is_shown_with_its_file(self):
        member = crate("hello", "[dependencies]", 'v = { path = "my crates/v" }') + "[workspace]\n"
        files = {**HELLO, "Cargo.toml": member, "Cargo.lock": lock(("hello", "v"), ("v",)), **package("my crates/v", "v", main="lib"), ".cargo/config.toml": "[env]\n"}
        for ending in ("\n", "\r\n", ""):
            for name in ("Cargo.toml", "my crates/v/Cargo.toml", "Cargo.lock", ".cargo/config.toml"):
                with self.subTest(name, ending=ending):
                    wrong = f"{files[name]}<<<<<<< HEAD{ending}"
                    error = self.project({**files, name: wrong}).refused(EXECUTABLE)
                    self.assertIn(f"<<<<<<< HEAD  # in '{name}'", error)

    def test_syntax_error_in_a_file_with_long_texts_is_shown_with_its_file_on_request(self):
        project = self.project({**HELLO, "Cargo.toml": crate("hello", 'description = """', 'long"""', "nonsense")})
        self.assertIn("while reading 'Cargo.toml'", project.nix("eval", f".#{EXECUTABLE}", "--show-trace", status=1).err)

    def test_any_layout_is_read(self):
        features = ("[features] # all", "default = [", '  "a", # the', '  "b"', "  # last", "]", "a = []", "b = []", *NEEDY)
        for manifest in (
            crate("hello", *features).replace('"x"', '"a", "b"'),
            crate("hello", 'description = """', "a \\", '  b"""', "homepage = '''", "http:\\'''", *features).replace('"x"', '"a", "b"'),
        ):
            for text in (manifest, manifest.replace("\n", "\r\n"), manifest.rstrip("\n")):
                with self.subTest(text):
                    self.assertEqual(self.bins({**HELLO, "Cargo.toml": text, "hi.rs": MAIN})["hello"], ["hi", "hello"])


class ProfilesTest(ShapeTest):
    """The profile of a service."""

    def settings(self, profile: str, *lines: str, platform: str = "x86_64-linux") -> str:
        """Returns the arguments of cargo for a service with this profile."""
        files = {**HELLO, "Cargo.toml": crate("hello", *lines)}
        project = Project(self.folder / "project")
        project.write({**files, "flake.nix": flake_file(f'services.hello.profile = "{profile}";')})
        return project.evaluate(f"hello-{platform}.objects.buildPhase").replace("'", "")

    def test_symbols_are_stripped_unless_the_profile_states_it(self):
        lto = ("[profile.release-lto]", 'inherits = "release"', "lto = true")
        self.assertIn('--config profile.release-lto.strip="symbols"', self.settings("release-lto", *lto))
        self.assertNotIn("strip", self.settings("release-lto", *lto, "[profile.release]", "strip = false"))

    def test_platform_has_the_last_word(self):
        lines = ("[profile.dist]", 'inherits = "release"', "strip = true")
        self.assertIn('--config profile.dist.strip="none"', self.settings("dist", *lines, platform="aarch64-darwin"))

    def test_profiles_that_cargo_has_need_no_mention(self):
        self.assertIn('--config profile.dev.strip="symbols"', self.settings("dev"))


class ConfigurationTest(ShapeTest):
    """The workspace's .cargo/config.toml."""

    FLAGS = "hello-x86_64-linux.objects.CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS"

    def configured(self, text: str) -> Project:
        """Returns a project with this configuration."""
        return self.project({**HELLO, ".cargo/config.toml": text})

    def test_conditions_are_kept_and_other_flags_are_not(self):
        lists = '[build]\nrustflags = ["-Ctarget-cpu=native", "--cfg", "tokio_unstable", "--cfg=a"]\n'
        self.assertRegex(self.configured(lists).evaluate(self.FLAGS), "-pie --cfg tokio_unstable --cfg=a$")
        self.assertRegex(self.configured('[build]\nrustflags = "-O --cfg a"\n').evaluate(self.FLAGS), "-pie --cfg a$")
        self.assertRegex(self.configured("[build]\n").evaluate(self.FLAGS), "-pie$")

    def test_settings_that_break_a_build_are_refused(self):
        project = self.configured('[build]\ntarget-dir = "x"\nrustc-wrapper = "y"\n[source.crates-io]\nreplace-with = "z"\n')
        reason = "'.cargo/config.toml' states what a build states itself: source build.rustc-wrapper build.target-dir"
        self.assertIn(reason, project.refused(self.FLAGS))


class BuiltTest(ShapeTest):
    """Shapes that only a build proves."""

    def test_names_with_spaces_and_a_profile_that_reads_like_a_setting(self):
        project = self.project(
            {
                "Cargo.toml": workspace("my crates/*", more='[profile.release-lto]\ninherits = "release"\nlto = true\n'),
                "Cargo.lock": lock(("hello", "shared"), ("shared",)), **package("my crates/shared", "shared", main="lib"),
                "my crates/hello/Cargo.toml": crate("hello", "[dependencies]", 'shared = { path = "../shared" }'),
                "my crates/hello/src/main.rs": 'fn main() { shared::f(); print!("{} {} {}", cfg!(polite), env!("WHOM"), include_str!("../../../a text/greeting")); }\n',
                "a text/greeting": "good day\n",
                ".cargo/config.toml": '[build]\nrustflags = ["--cfg", "polite"]\n[env]\nWHOM = "all"\n',
            },
            'extraSources = [ "a text" ]; services.hello.profile = "release-lto";',
        )
        executable = project.build("hello-x86_64-linux") / "bin/hello"
        self.assertEqual(run(executable).out, "true all good day\n")
        self.assertIn("no symbols", run("nm", executable).err)

    def test_executable_that_lacks_features_is_not_run_either(self):
        files = {**HELLO, "Cargo.toml": crate("hello", "[features]", "x = []", *NEEDY), "hi.rs": MAIN}
        project = self.project(files, "services.hello.smokeTest = [ ];")
        self.assertIn("hello", project.build("checks.x86_64-linux.hello-x86_64-linux-runs").read_text())
