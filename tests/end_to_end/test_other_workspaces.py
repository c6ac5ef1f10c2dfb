"""Path dependencies that are no members: cargo reads them as parts of their own workspaces, and so do the builds."""

from __future__ import annotations

from .project import HELLO, Project, crate, lock
from .support import run
from .test_workspace_shapes import ShapeTest, workspace

SHARED = '[workspace.package]\nversion = "1.0.0"\nedition = "2021"\nauthors = ["nobody"]\n'
INHERITED = ("version", "edition", "authors")


def inheriting(name: str, *lines: str) -> str:
    """Returns a manifest that inherits all that it can."""
    return "\n".join(("[package]", f'name = "{name}"', *(f"{key}.workspace = true" for key in INHERITED), *lines, ""))


# `hello` depends on `v`, which belongs to another workspace and inherits `w` from it. The workspace in the root has other values.
OUTER = '[workspace]\nexclude = ["vendor"]\n[workspace.package]\nversion = "7.0.0"\n[workspace.dependencies]\nw = { path = "../outside" }\n'
NESTED = {
    "Cargo.toml": crate("hello", "[dependencies]", 'v = { path = "vendor/x/v" }') + OUTER,
    "Cargo.lock": lock(("hello", "v"), ("v", "w"), ("w",)),
    "src/main.rs": 'fn main() { println!("{}", v::f()); }\n',
    "vendor/x/Cargo.toml": workspace("v", "w", "not-here", more=SHARED + '[workspace.dependencies]\nw = { path = "w" }\n'),
    "vendor/x/v/Cargo.toml": inheriting("v", "[dependencies]", "w.workspace = true"),
    "vendor/x/v/src/lib.rs": 'pub fn f() -> String { format!("{} {} {}", w::F, env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_AUTHORS")) }\n',
    "vendor/x/w/Cargo.toml": inheriting("w"),
    "vendor/x/w/src/lib.rs": 'pub const F: &str = concat!("w ", env!("CARGO_PKG_VERSION"));\n',
}


class OtherWorkspaceTest(ShapeTest):
    """A path dependency that is excluded, and belongs to another workspace of the source."""

    def output(self, project: Project) -> str:
        """Builds `hello`; returns what it prints."""
        return run(project.build("hello-x86_64-linux") / "bin/hello").out

    def test_it_inherits_from_its_own_root(self):
        self.assertEqual(self.output(self.project(NESTED)), "w 1.0.0 1.0.0 nobody\n")

    def test_its_root_may_be_a_package(self):
        # `x` itself is no dependency of anything, and has a program of its own.
        root = crate("x", "[[bin]]", 'name = "x"', 'path = "x.rs"') + NESTED["vendor/x/Cargo.toml"]
        self.assertEqual(self.output(self.project({**NESTED, "vendor/x/Cargo.toml": root, "vendor/x/x.rs": "fn main() {}\n"})), "w 1.0.0 1.0.0 nobody\n")

    def test_it_may_be_the_root_itself(self):
        single = {**HELLO, "src/main.rs": NESTED["src/main.rs"]}
        single["Cargo.toml"] = crate("hello", "[dependencies]", 'v = { path = "v" }') + '[workspace]\nexclude = ["v"]\n'
        single["Cargo.lock"] = lock(("hello", "v"), ("v",))
        single["v/Cargo.toml"] = inheriting("v") + "[workspace]\n" + SHARED
        single["v/src/lib.rs"] = 'pub fn f() -> &\'static str { env!("CARGO_PKG_VERSION") }\n'
        self.assertEqual(self.output(self.project(single)), "1.0.0\n")

    def test_service_that_does_not_use_it_is_built_without_it(self):
        files = {
            "Cargo.toml": workspace("hello", "other", more='exclude = ["vendor"]\n'),
            "Cargo.lock": lock(("hello",), ("other", "v"), ("v", "w"), ("w",)),
            "hello/Cargo.toml": crate("hello"), "hello/src/main.rs": HELLO["src/main.rs"],
            "other/Cargo.toml": crate("other", "[dependencies]", 'v = { path = "../vendor/x/v" }'), "other/src/main.rs": NESTED["src/main.rs"],
            **{name: text for name, text in NESTED.items() if name.startswith("vendor/")},
        }
        project = self.project(files)
        self.assertEqual(self.output(project), "hello\n")
        before = project.evaluate("lib.identities")
        project.write({"vendor/x/w/src/lib.rs": files["vendor/x/w/src/lib.rs"] + "// changed\n"})
        after = project.evaluate("lib.identities")
        self.assertEqual({name for name in before if before[name] != after[name]}, {"other-x86_64-linux"})
        # What lies beside the packages of the other workspace is in no build.
        project.write({"vendor/x/README.md": "", "vendor/x/not-here/Cargo.toml": crate("not-here")})
        self.assertEqual(project.evaluate("lib.identities"), after)

    def test_member_with_a_workspace_of_its_own_is_refused(self):
        manifest = NESTED["Cargo.toml"].replace('exclude = ["vendor"]\n', "").replace("x/v", "x")
        files = {**NESTED, "Cargo.toml": manifest, "vendor/x/Cargo.toml": crate("v") + "[workspace]\n", "vendor/x/src/lib.rs": ""}
        reason = "'vendor/x/Cargo.toml' has a [workspace] of its own, so it cannot belong to that of 'Cargo.toml'; exclude it there: exclude = [\"vendor/x\"]"
        self.assertIn(reason, self.project(files).refused("lib.services"))

    def test_package_that_inherits_from_nowhere_is_refused(self):
        files = {name: text for name, text in NESTED.items() if name != "vendor/x/Cargo.toml"}
        self.assertIn("'vendor/x/v/Cargo.toml' inherits from a workspace, and belongs to none", self.project(files).refused("lib.services"))
