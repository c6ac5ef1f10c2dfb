"""docs/library.md: each argument and each field of a service is there with an example, and each example is accepted."""

from __future__ import annotations

import re

from .project import MAIN, Project, crate, flake_file, lock
from .support import ROOT, FolderTest

# A row of a table: what it documents, and what the last column says.
ROW = re.compile(r"^\| `([\w.]+)` \| .* \| (.*) \|$", re.MULTILINE)
# A package that all examples fit, in both folders that they name.
PACKAGE = {
    "Cargo.toml": crate(
        "api-server", "[[bin]]", 'name = "server"', 'path = "src/main.rs"', "[features]", "tls = []", "debug-endpoints = []", "[profile.dist]", 'inherits = "release"',
    ),
    "Cargo.lock": lock(("api-server",)), "src/main.rs": MAIN, "proto": "", "testdata": "",
}
FILES = {**PACKAGE, **{f"rust/{name}": text for name, text in PACKAGE.items()}}


class ExamplesTest(FolderTest):
    """The two tables of arguments."""

    def setUp(self) -> None:
        super().setUp()
        self.page = (ROOT / "docs/library.md").read_text()
        start, fields, end = (self.page.index(text) for text in ("\n## Arguments\n", "\nThe fields of a service:\n", "\n## Results\n"))
        self.arguments, self.fields = self.examples(self.page[start:fields]), self.examples(self.page[fields:end])
        self.project = Project(self.folder / "project")

    def examples(self, table: str) -> dict[str, list[str]]:
        """Returns the examples of each row by its name: those in the row, or in the section that it links to."""
        found = {}
        for name, text in ROW.findall(table):
            pattern = rf"`\n?((?:inherit )?{re.escape(name)}\b[^`]*;)\n?`"
            sections = [self.section(title) for title in re.findall(r"\(#([\w-]+)\)", text)]
            found[name] = re.findall(pattern, "\n".join((text, *sections)).replace("```nix", "`"))
        return found

    def section(self, link: str) -> str:
        """Returns the section of the page that a link names."""
        return next(text for text in self.page.split("\n## ") if text.splitlines()[0].lower().replace(" ", "-") == link)

    def known(self, arguments: str, what: str) -> set[str]:
        """Returns all names that the message about an unknown one lists."""
        self.project.write({**FILES, "flake.nix": flake_file(arguments)})
        reason = self.project.refused("lib.services")
        return set(re.search(rf"no {what} is called 'xyzzy': there are: (.*)", reason)[1].split())

    def files(self, example: str) -> dict[str, str]:
        """Returns the project for an example. A repository whose hash it states is among the dependencies."""
        if repository := re.search(r'"(git\+[^"]*)"', example):
            manifest = PACKAGE["Cargo.toml"] + '[dependencies]\nfar = { git = "https://git.example/far" }\n'
            locked = lock(("api-server", "far")) + f'\n[[package]]\nname = "far"\nversion = "1.0.0"\nsource = "{repository[1]}"\n'
            return {**FILES, "Cargo.toml": manifest, "Cargo.lock": locked}
        return FILES

    def test_every_argument_and_field_is_there_and_has_an_example(self):
        self.assertEqual({name.split(".")[0] for name in self.arguments}, self.known("xyzzy = 1;", "argument of mkWorkspace"))
        self.assertEqual(set(self.fields), self.known("services.x.xyzzy = 1;", r"field of services\.x"))
        self.assertEqual([name for name, examples in {**self.arguments, **self.fields}.items() if not examples], [])

    def test_every_example_of_an_argument_is_accepted(self):
        for name, examples in self.arguments.items():
            for example in examples:
                with self.subTest(example):
                    # NB: every flake of these tests has `self` already.
                    self.project.write({**self.files(example), "flake.nix": flake_file("" if name == "self" else example)})
                    derivation = self.project.evaluate("lib.identities", "identities: builtins.head (builtins.attrValues identities)")
                    self.assertRegex(derivation, r"\.drv$")

    def evaluated(self, base: str, fields: dict[str, str], starts_from: str) -> dict:
        """Returns two services with these fields."""
        text = " ".join(fields.values())
        services = f"services = {{ {base} = {{ {text} }}; other = {{ {text} {starts_from} }}; }};"
        self.project.write({**FILES, "flake.nix": flake_file(services)})
        return self.project.evaluate("lib.services")

    def test_every_example_of_a_field_is_accepted(self):
        starts_from = self.fields["startsFrom"][0]
        base = re.search(r'"(\w+)"', starts_from)[1]
        first = {name: examples[0] for name, examples in self.fields.items() if name != "startsFrom"}
        evaluated = self.evaluated(base, first, starts_from)
        self.assertEqual(evaluated["other"]["startsFrom"], base)
        self.assertEqual((evaluated[base]["bins"], evaluated[base]["features"], evaluated[base]["profile"]), (["server"], ["tls"], "dist"))
        for name, examples in self.fields.items():
            for example in examples[1:]:
                with self.subTest(example):
                    self.assertIn("other", self.evaluated(base, {**first, name: example}, starts_from))
