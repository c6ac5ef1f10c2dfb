"""crane's interface on the archive toolchain: what a stranger's expression gives to crane has the same effect here."""

from __future__ import annotations

import gzip
import json

from .project import MAIN, crate, lock
from .strangers_crane import FIXTURES, SYSTEM, CraneTest, locked, shows
from .support import run

HOOKS = "Unpack Patch Configure Build Check Install Fixup InstallCheck".split()


class PhasesTest(CraneTest):
    """The phases of a build, and the hooks around them."""

    @shows(
        "preUnpack", "postUnpack", "prePatch", "postPatch", "preConfigure", "postConfigure", "preBuild", "postBuild", "preCheck", "postCheck",
        "preInstall", "postInstall", "preFixup", "postFixup", "preInstallCheck", "postInstallCheck", "prePhases", "preConfigurePhases",
        "preBuildPhases", "preInstallPhases", "preFixupPhases", "postPhases", "doCheck", "doInstallCheck",
    )
    def test_hooks_and_phases_run_in_stdenvs_order(self):
        hooks = " ".join(f'{when}{hook} = "echo {when}{hook} >>$TMPDIR/order";' for hook in HOOKS for when in ("pre", "post"))
        own = ("prePhases", "preConfigurePhases", "preBuildPhases", "preInstallPhases", "preFixupPhases", "postPhases")
        phases = " ".join(f'{name} = [ "{name}Own" ]; {name}Own = "echo {name} >>$TMPDIR/order";' for name in own[:-1])
        last = 'postPhases = [ "last" ]; last = "cp $TMPDIR/order $out/order";'
        result = self.built(f"crane.buildPackage (quick // {{ doCheck = true; doInstallCheck = true; {hooks} {phases} {last} }})")
        around = {hook: [f"pre{hook}", f"post{hook}"] for hook in HOOKS}
        expected = [
            "prePhases", *around["Unpack"], *around["Patch"], "preConfigurePhases", *around["Configure"], "preBuildPhases", *around["Build"],
            *around["Check"], "preInstallPhases", *around["Install"], "preFixupPhases", *around["Fixup"], *around["InstallCheck"],
        ]
        self.assertEqual((result / "order").read_text().split(), expected)

    @shows(
        "unpackPhase", "patchPhase", "configurePhase", "buildPhase", "checkPhase", "installPhase", "fixupPhase", "installCheckPhase", "phases",
        "dontUnpack", "dontPatch", "dontConfigure", "dontBuild", "dontInstall", "dontFixup",
    )
    def test_phases_are_replaced_and_left_out(self):
        phases = ["unpack", "patch", "configure", "build", "check", "install", "fixup", "installCheck"]
        given = " ".join(f'{phase}Phase = "mkdir -p $out; echo {phase} >>$out/order";' for phase in phases)
        dont = " ".join(f"dont{phase.capitalize()} = true;" for phase in ("unpack", "patch", "configure", "build", "install", "fixup"))
        results = self.build({
            "all": f"crane.buildPackage (quick // {{ doCheck = true; doInstallCheck = true; {given} }})",
            "none": f"crane.buildPackage (quick // {{ doCheck = true; {given} {dont} }})",
            "two": f'crane.buildPackage (quick // {{ {given} phases = [ "installPhase" "buildPhase" ]; }})',
        })
        orders = {name: (result / "order").read_text().split() for name, result in results.items()}
        self.assertEqual(orders, {"all": phases, "none": ["check"], "two": ["install", "build"]})

    def test_phase_that_is_not_there_fails(self):
        missing = 'crane.buildPackage (quick // { phases = [ "unpackPhase" "verifyPhase" ]; })'
        self.assertIn("crane: there is no 'verifyPhase', which phases names", self.fails(missing))

    @shows("patches", "patchFlags")
    def test_patches_are_applied(self):
        patch = "--- a/{0}/src/main.rs\n+++ b/{0}/src/main.rs\n@@ -1,3 +1,3 @@\n fn main() {{\n-    let whom = option_env!(\"WHOM\").unwrap_or(\"nobody\");\n+    let whom = \"{1}\";\n"
        tail = '     println!("{} {whom} {} {}", hello::greeting(1), cfg!(polite), cfg!(debug_assertions));\n'
        plain = (patch + "{2}").format("x", "patched", tail).replace("a/x/", "a/").replace("b/x/", "b/")
        deep = (patch + "{2}").format("x", "deep", tail)
        project = self.project(
            "plain = crane.buildPackage (quick // { patches = [ ./plain.patch ]; });\n"
            "packed = crane.buildPackage (quick // { patches = [ ./packed.patch.gz ]; });\n"
            'deep = crane.buildPackage (quick // { patches = [ ./deep.patch ]; patchFlags = [ "-p2" ]; });',
            {"plain.patch": plain, "deep.patch": deep},
        )
        (project.folder / "packed.patch.gz").write_bytes(gzip.compress(plain.encode(), mtime=0))
        project.add()
        for name, word in (("plain", "patched"), ("packed", "patched"), ("deep", "deep")):
            self.assertEqual(run(project.build(name) / "bin/hello").out, f"hello 1 {word} true false\n")

    def test_patch_that_does_not_fit_fails(self):
        patch = "--- a/src/main.rs\n+++ b/src/main.rs\n@@ -1,1 +1,1 @@\n-fn mian() {\n+fn main() {\n"
        self.assertIn("hunk", self.fails("crane.buildPackage (quick // { patches = [ ./it.patch ]; })", {"it.patch": patch}).lower())

    def test_text_is_substituted_in_place(self):
        result = self.built("""crane.buildPackage (quick // { postPatch = ''
          substituteInPlace src/main.rs tools/other.rs --replace-quiet nobody "no one" --replace-fail 'println!("' 'println!("& '
        ''; })""")
        self.assertEqual(run(result / "bin/hello").out, "& hello 1 no one true false\n")
        self.assertEqual(run(result / "bin/other").out, "& other hello 2\n")

    def test_text_that_is_not_there_is_not_substituted(self):
        said = self.fails('crane.buildPackage (quick // { postPatch = "substituteInPlace src/main.rs --replace-fail nowhere x"; })')
        self.assertIn("substituteInPlace: 'src/main.rs' does not contain 'nowhere'", said)

    @shows("src", "sourceRoot", "cargoToml", "strictDeps")
    def test_workspace_below_the_source(self):
        files = {"nested/Cargo.toml": crate("below"), "nested/Cargo.lock": lock(("below",)), "nested/src/main.rs": MAIN}
        common = "strictDeps = true; cargoLock = ./nested/Cargo.lock; cargoToml = ./nested/Cargo.toml;"
        results = self.build({
            "entered": f"""crane.buildPackage {{ src = crane.cleanCargoSource ./.; {common} postUnpack = ''
              cd $sourceRoot/nested
              sourceRoot="."
            ''; }}""",
            "named": f'crane.buildPackage {{ src = ./.; {common} sourceRoot = "source/nested"; }}',
        }, {**files, "Cargo.toml": None, "src/lib.rs": None})
        for result in results.values():
            self.assertEqual(run(result / "bin/below").out, "hello\n")


class DerivationTest(CraneTest):
    """What mkDerivation documents."""

    @shows("env", "meta", "passthru", "outputs", "name")
    def test_variables_results_and_notes(self):
        project = self.project("""it = crane.buildPackage (quick // {
          name = "named"; outputs = [ "out" "notes" ]; WORD = true;
          env.WHOM = "world"; env.NUMBER = 3;
          meta = { description = "says hello"; mainProgram = "hello"; }; passthru.more = [ 1 2 ];
          postInstall = "mkdir $notes; echo $WORD $NUMBER >$notes/values";
        });""")
        self.assertEqual(run(project.build("it") / "bin/hello").out, "hello 1 world true false\n")
        (entry,) = json.loads(project.nix("build", "--no-link", "--json", ".#it.notes").out)
        self.assertEqual(run("cat", entry["outputs"]["notes"] + "/values").out, "1 3\n")
        self.assertEqual(project.evaluate("it", "it: [ it.name it.meta.description it.more it.passthru ]"), ["named", "says hello", [1, 2], {"more": [1, 2]}])

    def test_variable_that_is_stated_twice(self):
        said = self.throws(self.project(), 'crane.buildPackage (quick // { A = 1; env.A = 2; })')
        self.assertIn("env and the other arguments of a derivation both state: A;", said)

    def test_derivations_are_overridden(self):
        project = self.project()
        make = "(crane.buildPackage quick).overrideAttrs"
        changes = ['(old: { A = old.pname; })', '(final: prev: { A = final.B; B = "b"; })', '{ A = "set"; }']
        self.assertEqual([self.evaluated(project, f"({make} {change}).A") for change in changes], ["hello", "b", "set"])

    @shows(
        "nativeBuildInputs", "buildInputs", "depsBuildBuild", "checkInputs", "nativeCheckInputs", "installCheckInputs", "nativeInstallCheckInputs",
    )
    def test_inputs_are_on_the_path(self):
        kinds = ("nativeBuildInputs", "buildInputs", "depsBuildBuild", "nativeCheckInputs", "checkInputs", "nativeInstallCheckInputs", "installCheckInputs")
        tool = "name: crane.buildPackage (quick // { phases = [ \"installPhase\" ]; installPhase = \"mkdir -p $out/bin; echo 'echo ${name}' >$out/bin/${name}; chmod +x $out/bin/${name}\"; })"
        inputs = " ".join(f'{kind} = [ null (tool "{kind}") ];' for kind in kinds)
        calls = " ".join(f"{kind};" for kind in kinds)
        result = self.built(f"let tool = {tool}; in crane.buildPackage (quick // {{ doCheck = true; doInstallCheck = true; {inputs} postInstall = \"{{ {calls} }} >$out/said\"; }})")
        self.assertEqual((result / "said").read_text().split(), list(kinds))

    def test_setup_hooks_of_inputs_are_sourced(self):
        hook = """crane.buildPackage (quick // { phases = [ "installPhase" ]; installPhase = ''
          mkdir -p $out/nix-support
          echo 'said() { echo hooked >$out/said; }; postInstallHooks+=(said)' >$out/nix-support/setup-hook
        ''; })"""
        self.assertEqual((self.built(f"crane.buildPackage (quick // {{ nativeBuildInputs = [ ({hook}) ]; }})") / "said").read_text(), "hooked\n")

    def test_library_for_c_is_refused_rather_than_not_found(self):
        said = self.fails("crane.buildPackage (quick // { buildInputs = [ (crane.buildPackage quick) ]; })")
        self.assertIn("a library for C, and no compiler here looks for libraries by itself", said)


class CargoTest(CraneTest):
    """What crane documents of its calls of cargo."""

    @shows("cargoBuildCommand", "cargoBuildExtraArgs", "cargoTestCommand", "cargoTestExtraArgs", "cargoCheckCommand", "cargoCheckExtraArgs")
    def test_commands_are_put_together_like_cranes(self):
        words = "; ".join(f'cargo{word} = "{word}"' for word in ("BuildCommand", "BuildExtraArgs", "CheckCommand", "CheckExtraArgs", "TestCommand", "TestExtraArgs", "ExtraArgs"))
        phases = "let it = crane.%s ({ inherit src; " + words + "; }); in it.buildPhase + it.checkPhase"
        project = self.project()
        package = self.evaluated(project, phases % "buildPackage")
        self.assertIn("BuildCommand --message-format json-render-diagnostics ExtraArgs BuildExtraArgs >", package)
        self.assertIn("TestCommand ExtraArgs TestExtraArgs\n", package)
        dependencies = self.evaluated(project, phases % "buildDepsOnly")
        for line in ("CheckCommand ExtraArgs CheckExtraArgs\n", "BuildCommand ExtraArgs BuildExtraArgs\n", "TestCommand ExtraArgs TestExtraArgs\n"):
            self.assertIn(line, dependencies)
        plain = self.evaluated(project, "let it = crane.buildDepsOnly { inherit src; }; in it.buildPhase + it.checkPhase")
        for line in ("check --locked --all-targets\n", "build --locked \n", "test --locked --no-run\n"):
            self.assertIn(f"cargoWithProfile {line}", plain)

    @shows("buildPhaseCargoCommand", "checkPhaseCargoCommand", "installPhaseCommand", "doNotPostBuildInstallCargoBinaries", "pnameSuffix")
    def test_commands_of_phases_are_replaced(self):
        result = self.built("""crane.mkCargoDerivation {
          inherit src; cargoArtifacts = null; pnameSuffix = "-own"; doCheck = true; doInstallCargoArtifacts = false;
          buildPhaseCargoCommand = "cargo metadata --no-deps --format-version 1 >metadata";
          checkPhaseCargoCommand = "echo checked >>metadata"; installPhaseCommand = "mkdir $out; mv metadata $out";
        }""")
        self.assertTrue(result.name.endswith("-hello-own-1.2.3"))
        self.assertRegex((result / "metadata").read_text(), r"^\{.*\}\nchecked\n$")
        own = 'doNotPostBuildInstallCargoBinaries = true; buildPhaseCargoCommand = "cargo build"; installPhaseCommand = "mkdir $out; cp target/debug/hello $out"'
        self.assertIn("cargo build", self.evaluated(self.made, f"(crane.buildPackage (quick // {{ {own}; }})).buildPhase"))

    def test_build_without_a_log_says_how_to_install(self):
        said = self.fails('crane.buildPackage (quick // { buildPhaseCargoCommand = "cargo build --release"; })')
        self.assertIn("$cargoBuildLog is no file. Run cargo with --message-format json-render-diagnostics", said)

    @shows("cargoExtraArgs")
    def test_arguments_have_quotes(self):
        result = self.built("""crane.buildPackage (quick // { cargoExtraArgs = "--locked --features 'loud tools' --config 'env.WHOM=\\"all of you\\"'"; })""")
        self.assertEqual(run(result / "bin/hello").out, "HELLO 1 all of you true false\n")

    @shows("CARGO_PROFILE")
    def test_profiles(self):
        results = self.build({
            "none": 'crane.buildPackage (quick // { CARGO_PROFILE = ""; })',
            "dev": 'crane.buildPackage (quick // { CARGO_PROFILE = "dev"; })',
            "release": "crane.buildPackage quick",
        })
        debug = {name: run(result / "bin/hello").out.split()[-1] for name, result in results.items()}
        self.assertEqual(debug, {"none": "true", "dev": "true", "release": "false"})

    @shows("CARGO_HOME", "CARGO_BUILD_INCREMENTAL", "RUST_TEST_THREADS", "CFLAGS", "CXXFLAGS")
    def test_variables_of_cargo(self):
        names = ("CARGO_HOME", "CARGO_BUILD_INCREMENTAL", "RUST_TEST_THREADS", "CFLAGS", "CXXFLAGS")
        said = 'postInstall = "for name in %s; do echo $name=\\\'\\\'\\${!name}; done >$out/said";' % " ".join(names)
        said = said.replace("\\'\\'", "")
        results = self.build({
            "given": f'crane.buildPackage (quick // {{ CARGO_HOME = "/build/own"; CARGO_BUILD_INCREMENTAL = "true"; RUST_TEST_THREADS = 7; CFLAGS = "-DA"; CXXFLAGS = "-DB"; {said} }})',
            "plain": f"crane.buildPackage (quick // {{ {said} }})",
        })
        values = {name: dict(line.split("=", 1) for line in (result / "said").read_text().splitlines()) for name, result in results.items()}
        given = values["given"]
        self.assertEqual([given[name] for name in names[:3]], ["/build/own", "true", "7"])
        self.assertRegex(given["CFLAGS"], "^-g0 .* -DA$")
        self.assertRegex(given["CXXFLAGS"], "^-g0 .* -DB$")
        self.assertEqual(values["plain"]["CARGO_BUILD_INCREMENTAL"], "false")
        self.assertRegex(values["plain"]["RUST_TEST_THREADS"], "^[0-9]+$")

    @shows("pname", "version", "cargoTomlContents")
    def test_names_come_from_the_manifest(self):
        project = self.project(files={"named/Cargo.toml": '[workspace.metadata.crane]\nname = "whole"\n[workspace.package]\nversion = "4.5.6"\n[workspace]\n'})
        self.assertEqual(self.evaluated(project, "crane.crateNameFromCargoToml { inherit src; }"), {"pname": "hello", "version": "1.2.3"})
        self.assertEqual(self.evaluated(project, 'crane.crateNameFromCargoToml { src = src.origSrc + "/named"; }'), {"pname": "whole", "version": "4.5.6"})
        self.assertEqual(self.evaluated(project, '(crane.buildPackage (quick // { pname = "own"; version = "7"; })).name'), "own-7")
        self.assertEqual(self.evaluated(project, 'crane.crateNameFromCargoToml { cargoTomlContents = "[package]"; }'), {"pname": "cargo-package", "version": "0.0.1"})
        self.assertIn("set pname and version, or cargoToml", self.throws(project, 'crane.crateNameFromCargoToml { src = src.origSrc + "/src"; }'))

    @shows("cargoLock", "cargoLockContents", "cargoLockParsed", "doNotReplaceCargoLock")
    def test_lock_file_that_the_source_lacks(self):
        without = 'inherit (quick) cargoArtifacts doCheck; src = crane.path { path = ./.; filter = path: type: baseNameOf path != "Cargo.lock"; };'
        results = self.build({
            "file": f"crane.buildPackage {{ {without} cargoLock = ./Cargo.lock; }}",
            "contents": f"crane.buildPackage {{ {without} cargoLockContents = builtins.readFile ./Cargo.lock; }}",
            "parsed": f"crane.buildPackage {{ {without} cargoLockParsed = builtins.fromTOML (builtins.readFile ./Cargo.lock); }}",
            "kept": "crane.buildPackage (quick // { cargoLock = ./Cargo.lock; doNotReplaceCargoLock = true; postPatch = \"cp Cargo.lock $TMPDIR/kept\"; postInstall = \"cp $TMPDIR/kept $out\"; })",
        })
        for result in results.values():
            self.assertEqual(run(result / "bin/hello").out, "hello 1 nobody true false\n")
        self.assertEqual((results["kept"] / "kept").read_text(), locked())


    @shows("outputHashes")
    def test_hashes_of_git_dependencies(self):
        source = f"git+https://git.example/far?branch=main#{'0' * 40}"
        text = json.dumps(f'[[package]]\nname = "far"\nversion = "1.0.0"\nsource = "{source}"\n')
        hashes = f'outputHashes."{source}" = "sha256-{"A" * 43}=";'
        project = self.project()
        folders = f"(crane.vendorCargoDeps {{ cargoLockContents = {text}; {hashes} }}).repositoryFolders"
        self.assertRegex(" ".join(self.evaluated(project, folders)), "^far-000000000000-[0-9a-f]{8}$")
        said = self.throws(project, f"(crane.vendorCargoDeps {{ cargoLockContents = {text}; }}).drvPath")
        self.assertIn("outputHashes lacks the hash of https://git.example/far", said)
        package = f"(crane.buildPackage (quick // {{ cargoLockContents = {text}; {hashes} }})).cargoVendorDir.repositoryFolders"
        self.assertRegex(" ".join(self.evaluated(project, package)), "^far-000000000000-[0-9a-f]{8}$")


class DependenciesTest(CraneTest):
    """The build of the dependencies, and what starts from it."""

    @shows("cargoArtifacts", "doInstallCargoArtifacts", "CRANE_BUILD_DEPS_ONLY", "doNotLinkInheritedArtifacts")
    def test_dependencies_are_compiled_once(self):
        results = self.build({
            "dependencies": 'crane.buildDepsOnly { inherit src; postInstall = "echo $CRANE_BUILD_DEPS_ONLY >$out/said"; }',
            "it": "crane.buildPackage { inherit src; doNotLinkInheritedArtifacts = true; }",
            "kept": "crane.cargoBuild { inherit src; cargoArtifacts = crane.buildDepsOnly { inherit src; }; }",
            "again": "crane.cargoClippy { inherit src; cargoArtifacts = crane.cargoBuild { inherit src; cargoArtifacts = crane.buildDepsOnly { inherit src; }; }; }",
        })
        self.assertEqual((results["dependencies"] / "said").read_text(), "1\n")
        self.assertIn("Compiling itoa", self.log("dependencies"))
        for name in ("it", "kept", "again"):
            self.assertNotRegex(self.log(name), "(Compiling|Checking) itoa", name)
        self.assertTrue((results["kept"] / "target/release/hello").exists())
        self.assertFalse((results["it"] / "target").exists())

    def test_edit_builds_no_dependency_again(self):
        dependencies = "(crane.buildDepsOnly { inherit src; }).drvPath"
        project = self.project()
        before = self.evaluated(project, dependencies)
        project.write({"src/main.rs": MAIN, "tools/moved.rs": MAIN, "README": "x"})
        manifest = (project.folder / "Cargo.toml").read_text()
        project.write({"Cargo.toml": manifest.replace("tools/other.rs", "tools/moved.rs").replace("[lib]", 'description = "x"\n[lib]')})
        self.assertEqual(self.evaluated(project, dependencies), before)
        project.write({"Cargo.toml": manifest.replace('itoa = "1"', 'itoa = "1.0"')})
        self.assertNotEqual(self.evaluated(project, dependencies), before)

    @shows("dummyrs", "dummyBuildrs", "extraDummyScript", "cleanCargoTomlFilter", "dummySrc")
    def test_dummy_source(self):
        results = self.build({
            "given": """crane.mkDummySrc { inherit src; dummyrs = builtins.toFile "a" "// a"; dummyBuildrs = builtins.toFile "b" "// b";
              extraDummyScript = "echo more >$out/more"; cleanCargoTomlFilter = path: path != [ "dependencies" ]; }""",
            "plain": "crane.mkDummySrc { inherit src; }",
            "used": 'crane.buildDepsOnly { dummySrc = crane.mkDummySrc { inherit src; }; pname = "used"; version = "1"; cargoVendorDir = crane.vendorCargoDeps { inherit src; }; }',
        }, {"build.rs": MAIN, "tests/more.rs": ""})
        given, plain = results["given"], results["plain"]
        self.assertEqual([(given / name).read_text() for name in ("src/bin/hello.rs", "build.rs", "more")], ["// a", "// b", "more\n"])
        self.assertNotIn("itoa", (given / "Cargo.toml").read_text())
        files = sorted(str(path.relative_to(plain)) for path in plain.rglob("*") if path.is_file())
        self.assertEqual(files, [".cargo/config.toml", "Cargo.lock", "Cargo.toml", "build.rs", "src/bin/hello.rs", "src/bin/other.rs", "src/lib.rs"])
        self.assertTrue((results["used"] / "target").is_dir())

    @shows("cargoVendorDir")
    def test_vendored_crates_of_cargo_vendor(self):
        result = self.built("""crane.buildPackage (quick // { cargoVendorDir = crane.mkCargoDerivation {
          inherit src; cargoArtifacts = null; doInstallCargoArtifacts = false; buildPhaseCargoCommand = "";
          installPhaseCommand = "cp -r $cargoVendorDir/registry $out";
        }; })""")
        self.assertEqual(run(result / "bin/hello").out, "hello 1 nobody true false\n")

    def test_artifacts_that_are_none(self):
        self.assertIn("it should be a folder that buildDepsOnly of this crane has made", self.fails("crane.buildPackage (quick // { cargoArtifacts = ./Cargo.toml; })"))


class ShapesTest(CraneTest):
    """Ordinary projects."""

    @shows("doNotRemoveReferencesToVendorDir", "doNotRemoveReferencesToRustToolchain", "doNotSign", "dontStrip", "dontPatchELF", "dontPatchShebangs", "enableParallelBuilding")
    def test_executables_and_libraries_are_installed(self):
        same = " ".join(f"{name} = true;" for name in ("doNotRemoveReferencesToVendorDir", "doNotRemoveReferencesToRustToolchain", "doNotSign", "dontStrip", "dontPatchELF", "dontPatchShebangs", "enableParallelBuilding"))
        results = self.build({"it": "crane.buildPackage { inherit src; }", "same": f"crane.buildPackage {{ inherit src; {same} }}"})
        names = [sorted(f"{path.parent.name}/{path.name}" for path in result.rglob("*") if path.is_file()) for result in results.values()]
        self.assertEqual(names, [["bin/hello", "bin/other", "lib/libhello.a", "lib/libhello.so"]] * 2)
        self.assertEqual(*((result / "lib/libhello.a").read_bytes() for result in results.values()))
        (toolchain,) = run("nix-store", "--query", "--references", results["it"]).out.split()
        self.assertRegex(toolchain, "-rust-")
        self.assertNotIn(b"vendor-cargo-deps", (results["it"] / "bin/hello").read_bytes())

    def test_executable_with_a_path_of_its_own(self):
        result = self.built('crane.buildPackage { inherit src; cargoExtraArgs = "--locked --bin other"; }')
        self.assertEqual([path.name for path in (result / "bin").iterdir()], ["other"])
        self.assertEqual(run(result / "bin/other").out, "other hello 2\n")

    def test_library_for_rust_alone_installs_nothing(self):
        files = {"Cargo.toml": crate("alone"), "Cargo.lock": lock(("alone",)), "src/main.rs": None, "tests/integration.rs": None, "src/lib.rs": ""}
        self.assertEqual(list(self.built("crane.buildPackage { inherit src; }", files).iterdir()), [])

    @shows("RUSTFLAGS", "doIncludeCrossToolchainEnv")
    def test_platform(self):
        variable = "CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS"
        static = '(mkCrane "linux/amd64").buildPackage'
        results = self.build({
            "it": f"{static} {{ inherit src; }}",
            "host": f"{static} {{ inherit src; doIncludeCrossToolchainEnv = false; }}",
        })
        self.assertIn("static-pie", run("file", results["it"] / "bin/hello").out)
        self.assertEqual(run(results["it"] / "bin/hello").out, "hello 1 nobody true false\n")
        self.assertNotIn("static", run("file", results["host"] / "bin/hello").out)
        own = self.evaluated(self.made, f"(mkCrane \"linux/amd64\").environment.{variable}")
        self.assertEqual(self.evaluated(self.made, f"({static} {{ inherit src; }}).{variable}"), f"{own} --cfg polite --check-cfg cfg(polite)")
        for where in ("RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", variable, "env.RUSTFLAGS"):
            name = variable if where == "CARGO_BUILD_RUSTFLAGS" else where.removeprefix("env.")
            self.assertEqual(self.evaluated(self.made, f'({static} (quick // {{ {where} = "-O"; }})).{name}'), f"{own} -O", where)
        said = self.throws(self.made, f"{static} (quick // {{ doCheck = true; }})")
        self.assertIn("no test can be compiled for a platform", said)
        self.assertIn("did you mean", self.throws(self.made, '(mkCrane "linux/amd46").buildPackage quick'))

    def test_sources_are_cleaned(self):
        project = self.project(files={"README.md": "", "target/x.rs": "", "src/a.txt": ""})
        names = "builtins.attrNames (builtins.readDir %s)"
        self.assertEqual(self.evaluated(project, names % "src"), [".cargo", "Cargo.lock", "Cargo.toml", "src", "tests", "tools"])
        self.assertEqual(self.evaluated(project, names % '(src + "/src")'), ["lib.rs", "main.rs"])
        found = self.evaluated(project, "builtins.mapAttrs (_: map (path: baseNameOf (toString path))) (crane.findCargoFiles src)")
        self.assertEqual(found, {"cargoConfigs": ["config.toml"], "cargoTomls": ["Cargo.toml"]})
        self.assertRegex(self.evaluated(project, 'crane.path (src.origSrc)'), "-hello$")
        cleaned = self.evaluated(project, 'crane.cleanCargoToml { cargoTomlContents = "[package]\\nname = \\"a\\"\\nlicense = \\"b\\"\\n[unknown]\\nx = 1\\n"; }')
        self.assertEqual(cleaned, {"package": {"name": "a"}, "unknown": {"x": 1}})

    def test_bootstrap_knows_the_projects_crates(self):
        project = self.project()
        lists = project.evaluate("lib.archives", "map (archive: archive.list)")
        self.assertIn("project:Cargo.lock", lists)
        self.assertRegex(project.evaluate(f"apps.{SYSTEM}.bootstrap.program"), "/bootstrap$")
        changed = "builtins.attrNames (crane.overrideScope (final: prev: { })).outputs"
        self.assertEqual(self.evaluated(project, changed), ["apps", "legacyPackages"])

    def test_values_of_another_type_are_refused(self):
        project = self.project()
        for function, arguments, reason in (
            ("buildPackage", "{ inherit src; cargoExtraArgs = null; }", "cargoExtraArgs is null, and it should be a text"),
            ("buildDepsOnly", '{ inherit src; pname = [ "a" ]; }', "pname is a list of texts, and it should be a text"),
            ("cargoFmt", "{ inherit src; rustFmtExtraArgs = [ 1 ]; }", "rustFmtExtraArgs is a list with other values than texts, and it should be a text"),
            ("cargoTest", "(quick // { nativeBuildInputs = null; })", "nativeBuildInputs is null, and it should be a list"),
            ("mkCargoDerivation", '(quick // { buildPhaseCargoCommand = 5; env = "A=1"; })', 'env is the text "A=1", and it should be a set'),
            ("vendorCargoDeps", "{ src = null; }", "src is null, and it should be a path"),
            ("devShell", "{ packages = crane.rustc; }", "packages is a set with other values than sets, and it should be a list"),
        ):
            with self.subTest(function):
                said = self.throws(project, f"(crane.{function} {arguments}).drvPath")
                self.assertIn(f"samebits: crane's {function}: {reason}", said)
        self.assertIn("crane's buildPackage takes a set of arguments, and this is null", self.throws(project, "(crane.buildPackage null).drvPath"))
        same = 'cargoLock = null; cargoExtraArgs = "--manifest-path=${src}/Cargo.toml"; src = src.origSrc;'
        self.assertRegex(self.evaluated(project, f"(crane.buildPackage (quick // {{ {same} }})).drvPath"), r"\.drv$")

    def test_arguments_of_the_function_itself(self):
        project = self.project()
        self.assertIn("samebits: platform is the number 5, and it should be a text", self.throws(project, "(mkCrane 5).cleanCargoSource"))
        flake = project.folder / "flake.nix"
        flake.write_text(flake.read_text().replace("inherit self platform;", "inherit self; platfrom = platform;"))
        reason = "samebits: no argument of mkCrane is called 'platfrom': did you mean platform?"
        self.assertIn(reason, self.throws(project, "crane.cleanCargoSource"))


class ChecksTest(CraneTest):
    """The functions that check."""

    def common(self, function: str, more: str = "") -> str:
        return f"crane.{function} {{ inherit src; cargoArtifacts = crane.buildDepsOnly {{ inherit src; }}; {more} }}"

    @shows("cargoClippyExtraArgs", "cargoDocExtraArgs", "docInstallRoot", "rustFmtExtraArgs")
    def test_checks_pass(self):
        results = self.build({
            "clippy": self.common("cargoClippy", 'cargoClippyExtraArgs = "--all-targets -- --deny warnings";'),
            "doc": self.common("cargoDoc"),
            "private": self.common("cargoDoc", 'cargoDocExtraArgs = "--no-deps --document-private-items"; docInstallRoot = "target/doc/hello";'),
            "doctest": self.common("cargoDocTest"),
            "fmt": 'crane.cargoFmt { inherit src; rustFmtExtraArgs = "--config use_small_heuristics=Max"; }',
            "test": self.common("cargoTest"),
        })
        self.assertTrue((results["doc"] / "share/doc/hello/index.html").is_file())
        self.assertTrue((results["private"] / "share/hello/index.html").is_file())
        self.assertIn("1 passed", self.log("doctest"))
        self.assertIn("test adds ... ok", self.log("test"))
        self.assertTrue((results["test"] / "target").is_dir())

    def test_checks_fail(self):
        for function, files in (
            ("cargoTest", {"tests/integration.rs": "#[test] fn fails() { panic!() }\n"}),
            ("cargoFmt", {"src/main.rs": "fn main ( ) { }\n"}),
        ):
            with self.subTest(function):
                self.setUp()
                self.assertRegex(self.fails(self.common(function), files), r"test failed|Diff in|test result: FAILED")

    TOOLS = {
        "cargoAudit": ("cargo-audit", 'advisory-db = "/db"; cargoAuditExtraArgs = "--more";', "cargo audit -n -d /db --more"),
        "cargoDeny": ("cargo-deny", 'cargoDenyExtraArgs = "--a"; cargoDenyChecks = "bans";', "cargo --offline  deny --a check bans"),
        "cargoLlvmCov": ("cargo-llvm-cov", 'cargoLlvmCovCommand = "nextest"; cargoLlvmCovExtraArgs = "--b";', "llvm-cov nextest --locked --b"),
        "cargoNextest": ("cargo-nextest", 'cargoNextestExtraArgs = "--c"; cargoNextestPartitionsExtraArgs = "--d";', "cargo nextest run ${CARGO_PROFILE:+--cargo-profile $CARGO_PROFILE}  --c --d"),
        "cargoTarpaulin": ("cargo-tarpaulin", 'cargoTarpaulinExtraArgs = "--e";', "cargoWithProfile tarpaulin  --e"),
        "taploFmt": ("taplo", 'taploExtraArgs = "--f";', "taplo fmt --check --f"),
    }
    """The functions whose tool is not in the closed set: the tool, arguments, and what is called."""

    @shows(
        "advisory-db", "cargoAuditExtraArgs", "cargoDenyExtraArgs", "cargoDenyChecks", "cargoLlvmCovCommand", "cargoLlvmCovExtraArgs",
        "cargoNextestExtraArgs", "cargoNextestPartitionsExtraArgs", "cargoTarpaulinExtraArgs", "taploExtraArgs", "withLlvmCov", "NEXTEST_SHOW_PROGRESS",
    )
    def test_tools_are_given_or_refused(self):
        project = self.project()
        for function, (tool, arguments, command) in self.TOOLS.items():
            with self.subTest(function):
                call = f"{function} (quick // {{ {arguments} }})"
                given = f"crane.overrideScope (final: prev: {{ {tool} = prev.rustc; }})"
                it = self.evaluated(project, f"let it = ({given}).{call}; in it.buildPhase + it.checkPhase")
                self.assertIn(command, it)
                self.assertIn(f"crane's '{tool}' is not available here", self.throws(project, f"(crane.{call}).drvPath"))
        coverage = "let it = (crane.overrideScope (final: prev: { cargo-nextest = prev.rustc; cargo-llvm-cov = prev.rustc; })).cargoNextest (quick // { withLlvmCov = true; }); in it.checkPhase + it.NEXTEST_SHOW_PROGRESS"
        self.assertRegex(self.evaluated(project, coverage), r"(?s)cargo llvm-cov nextest --lcov --output-path \$out/coverage.*counter$")

    @shows("checks", "inputsFrom", "packages", "shellHook")
    def test_shell(self):
        tool = "name: crane.buildPackage (quick // { phases = [ \"installPhase\" ]; installPhase = \"mkdir -p $out/bin; echo 'echo ${name}' >$out/bin/${name}; chmod +x $out/bin/${name}\"; })"
        shell = f"""let tool = {tool}; in crane.devShell {{
          checks.a = crane.buildPackage (quick // {{ nativeBuildInputs = [ (tool "one") ]; }});
          inputsFrom = [ (crane.buildPackage (quick // {{ nativeBuildInputs = [ (tool "two") ]; }})) ];
          packages = [ (tool "three") ]; shellHook = "export HOOKED=yes"; OWN = "own";
        }}"""
        project = self.project(f"it = {shell};")
        words = "one; two; three; echo $OWN $HOOKED; cargo --version"
        self.assertEqual(project.nix("develop", ".#it", "--command", "bash", "-c", words).out.split()[:6], ["one", "two", "three", "own", "yes", "cargo"])
