"""The stamp of a program that knows nothing of stamps, and the builds that are refused for it."""

from __future__ import annotations

import json
from pathlib import Path

from . import flake
from .formats import stamp
from .project import HELLO, Project, crate, flake_file, lock
from .support import IDENTITY, ROOT, FolderTest, run

PACKAGE = "hello-x86_64-linux"


class StampTest(FolderTest):
    """Somebody's program, which does not depend on build-info."""

    def setUp(self) -> None:
        super().setUp()
        self.project = Project(self.folder / "project")

    def built(self, arguments: str = "", **files: str) -> bytes:
        """Writes files, commits, and returns the executable."""
        self.project.write({**HELLO, "flake.nix": flake_file(arguments), **files})
        self.revision = self.project.commit()
        return self.executable()

    def executable(self) -> bytes:
        """Returns the executable of the project as it is."""
        file = self.project.build(PACKAGE) / "bin/hello"
        self.assertEqual(run(file).out, "hello\n")
        return file.read_bytes()

    def refused(self, reason: str, arguments: str = "", **files: str) -> None:
        """Asserts the reason for which the link of a project fails."""
        self.project.write({**HELLO, "flake.nix": flake_file(arguments), **files})
        self.assertIn(reason, self.project.nix("build", "--no-link", f".#{PACKAGE}", status=1, seconds=1200).err)

    def test_every_executable_carries_its_commit_and_its_crates(self):
        content = self.built()
        committed = int(run("git", "show", "--no-patch", "--format=%ct", folder=self.project.folder).out)
        expected = {
            "name": "hello", "version": "1.0.0", "revision": self.revision, "dirty": False, "source_date_epoch": committed,
            "target": "x86_64-unknown-linux-musl", "toolchain": "rustc 1.85.0", "version_from": "cargo", "profile": "release", "features": [],
        }
        self.assertEqual(stamp.read_all(content), [expected])
        self.assertEqual(stamp.read_crates(content), [[{"name": "hello", "version": "1.0.0", "source": "local", "root": True}]])

        # A commit that changes no code changes nothing but the stamp, and compiles nothing.
        objects = self.project.evaluate(f"packages.{flake.SYSTEM}.{PACKAGE}.objects.drvPath")
        after = self.built(**{".github/notes.md": "more\n"})
        self.assertEqual(self.project.evaluate(f"packages.{flake.SYSTEM}.{PACKAGE}.objects.drvPath"), objects)
        self.assertEqual(stamp.read_all(after)[0]["revision"], self.revision)
        self.assertEqual(stamp.without(after), stamp.without(content))
        self.assertNotEqual(after, content)

        # What is not committed is no commit.
        self.project.write({".github/notes.md": "even more\n"})
        (dirty,) = stamp.read_all(self.executable())
        self.assertEqual((dirty["revision"], dirty["dirty"]), ("unknown", True))
        self.assertEqual(stamp.without(self.executable()), stamp.without(content))

        # Off by one argument; then a commit gives the same executable as any other.
        off = self.built("stamp = false;")
        self.assertEqual((stamp.read_all(off), stamp.read_crates(off)), ([], []))
        self.assertEqual(self.built("stamp = false;", **{".github/notes.md": "again\n"}), off)
        self.assertEqual((self.project.build(f"{PACKAGE}.unstamped") / "bin/hello").read_bytes(), off)

    def test_version_of_git_is_told_apart_from_cargos(self):
        (found,) = stamp.read_all(self.built('stamp.version = "git";'))
        self.assertEqual(found["version_from"], "git")
        time = run("git", "show", "--no-patch", "--date=format-local:%Y%m%d%H%M%S", "--format=%cd", folder=self.project.folder, TZ="UTC")
        self.assertEqual(found["version"], f"1.0.0-{time.out.strip()}-{self.revision[:12]}")

    def test_values_that_do_not_exist_are_refused(self):
        for arguments, reason in (
            ('stamp.version = "tag";', "no value of stamp.version is called 'tag': "),
            ("stamp.versions = 1;", "no field of stamp is called 'versions': did you mean version? "),
            ("stamp.version = 1;", "stamp.version is the number 1, and it should be a text"),
            ("stamp = true;", "stamp is true, and it should be a set, or false"),
        ):
            with self.subTest(arguments):
                self.project.write({**HELLO, "flake.nix": flake_file(arguments)})
                self.assertIn(reason, " ".join(self.project.refused(f"{PACKAGE}.drvPath").split()))

    def test_release_with_debug_assertions_is_refused(self):
        manifest = crate("hello", "[profile.release]", "debug-assertions = true")
        self.refused("'hello' was compiled with debug assertions, which no release has", **{"Cargo.toml": manifest})

    def test_release_with_debug_assertions_in_one_crate_is_refused(self):
        manifest = crate("hello", "[dependencies]", 'part = { path = "part" }', "[profile.release.package.part]", "debug-assertions = true")
        part = {"Cargo.lock": lock(("hello", "part"), ("part",)), "part/Cargo.toml": crate("part"), "part/src/lib.rs": ""}
        self.refused("'part' was compiled with debug assertions, which no release has", **{"Cargo.toml": manifest, **part})

    def test_release_with_a_path_of_the_store_is_refused(self):
        main = 'fn main() {\n    println!("{}", std::hint::black_box("\\0/nix/store/abc-leak/bin\\0"));\n}\n'
        self.refused("holds the path '/nix/store/abc-leak/bin'; remap it", **{"src/main.rs": main})

    def test_what_the_build_machine_alone_needs_is_in_the_list(self):
        manifest = crate("hello", "[build-dependencies]", 'tool = { path = "tool" }', "[workspace]", 'exclude = ["tool", "unix"]')
        tool = crate("tool", "[target.'cfg(unix)'.dependencies]", 'unix = { path = "../unix" }')
        self.project.write({
            **HELLO, "flake.nix": flake_file(""), "Cargo.toml": manifest, "build.rs": "fn main() {}\n",
            "Cargo.lock": lock(("hello", "tool"), ("tool", "unix"), ("unix",)),
            "tool/Cargo.toml": tool, "tool/src/lib.rs": "", "unix/Cargo.toml": crate("unix"), "unix/src/lib.rs": "",
        })
        (crates,) = stamp.read_crates((self.project.build("hello-x86_64-windows") / "bin/hello.exe").read_bytes())
        self.assertEqual([(it["name"], it.get("kind")) for it in crates], [("hello", None), ("tool", "build"), ("unix", "build")])

    def test_linker_reads_files_of_the_build_however_they_are_named(self):
        script = """\
use std::{env, fs};
fn main() {
    let out = env::var("OUT_DIR").unwrap();
    fs::write(format!("{out}/made.map"), "{ local: *; };").unwrap();
    for argument in [format!("-Wl,--version-script={out}/made.map"), "-Wl,--version-script=own.map".into(), format!("-L{out}")] {
        println!("cargo:rustc-link-arg={argument}");
    }
}
"""
        self.built(**{"build.rs": script, "own.map": "{ local: *; };\n"})
        writes = script.replace("--version-script={out}/made.map", "-Map={out}/made")
        self.refused("and no file for the linker to write", **{"build.rs": writes, "own.map": "{ local: *; };\n"})

    def test_debug_information_in_files_of_its_own_stops_no_link(self):
        self.built(**{"Cargo.toml": crate("hello", "[profile.release]", "debug = 1", 'split-debuginfo = "packed"')})

    def test_program_may_use_the_symbol_of_cargo_auditable(self):
        main = "#[no_mangle]\npub static AUDITABLE_VERSION_INFO: [u8; 1] = [1];\n"
        content = self.built(**{"src/main.rs": main + 'fn main() {\n    println!("hello");\n}\n'})
        self.assertEqual(len(stamp.read_crates(content)), 1)

    def test_too_many_features_are_refused_unless_there_is_no_stamp(self):
        names = [f"feature-{number:03}" for number in range(200)]
        manifest = crate("hello", "[features]", f"default = {json.dumps(names)}", *(f"{name} = []" for name in names))
        self.refused("more than 2023: shorten the values (most often the features), or build without a stamp", **{"Cargo.toml": manifest})
        self.assertEqual(stamp.read_all(self.built("stamp = false;", **{"Cargo.toml": manifest})), [])

    def test_instrumented_release_is_refused(self):
        main = '#[unsafe(link_section = "__llvm_prf_cnts")]\nstatic COUNTERS: [u64; 2] = [1, 2];\nfn main() {\n    std::hint::black_box(&COUNTERS);\n}\n'
        self.refused("is instrumented for coverage, profiles or a sanitizer, which no release is; sections: __llvm_prf_cnts", **{"src/main.rs": main})

    def test_release_with_a_debug_feature_is_refused(self):
        manifest = crate("hello", "[features]", 'default = ["trace"]', "trace = []")
        arguments = 'services.hello.debugFeatures = [ "trace" ];'
        self.refused("'hello' was compiled with the feature 'trace', which no release has", arguments, **{"Cargo.toml": manifest})
        arguments = 'services.hello = { debugFeatures = [ "trace" ]; defaultFeatures = false; };'
        (found,) = stamp.read_all(self.built(arguments, **{"Cargo.toml": manifest}))
        self.assertEqual(found["features"], [])


class CommitTest(FolderTest):
    """The executables of two commits with the same code, in every format."""

    PARTS = {
        "server-aarch64-darwin": {"__DATA,.bldinfo", "LC_UUID", "code signature"},
        "server-aarch64-linux": {".bldinfo"},
        "server-x86_64-windows": {".bldinfo", "COFF header"},
        "sysinfo-wasm32-wasi": {".bldinfo", "data section"},
        "sysinfo-x86_64-linux-gnu": {".bldinfo"},
    }
    """Where they may differ: the stamp, the time that PE's header has, and what Mach-O computes from all bytes."""

    def test_nothing_differs_but_the_stamp_and_what_is_computed_from_it(self):
        checkout = self.folder / "checkout"
        run("git", "clone", "--quiet", ROOT, checkout)
        later = {"GIT_COMMITTER_DATE": "2040-01-01T00:00:00Z"}
        run("git", *IDENTITY, "commit", "--quiet", "--allow-empty", "--message", "later", folder=checkout, **later)
        result = self.folder / "result"
        run("nix", "build", *(f".#{package}" for package in self.PARTS), "--out-link", result, folder=checkout, seconds=3600)
        for number, (package, parts) in enumerate(self.PARTS.items()):
            with self.subTest(package):
                before, after = flake.built(package) / "bin", Path(f"{result}-{number}" if number else result) / "bin"
                report = self.folder / f"{package}.json"
                run(flake.built("rebuild-verifier") / "bin/rebuild-verifier", "compare", "--json", report, before, after, status=1)
                compared = json.loads(report.read_text())
                self.assertEqual([difference["kind"] for difference in compared["differences"]], ["content"])
                self.assertEqual({it["part"] for it in compared["explanations"]}, parts)
