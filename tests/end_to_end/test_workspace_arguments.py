"""Arguments of `lib.mkWorkspace` that are of another type than documented, or that clash: refused, by the name of the argument."""

from __future__ import annotations

import base64
import json
import re

from . import flake
from .project import EXECUTABLE, HELLO, Project, flake_file
from .support import ROOT, FolderTest, run

CHANGED_CONDITIONS = """\
conditions = {
  clock.rebuilt = "+30d";
  environment.rebuilt = "EDITOR=ed LESS=-R";
  user = { original = "ci"; rebuilt = "release"; };
};
"""


class RefusedTest(FolderTest):
    """A project with arguments that are wrong."""

    def refused(self, arguments: str, reason: str, attribute: str = EXECUTABLE) -> None:
        """Asserts the reason for which a project with these arguments is refused."""
        project = Project(self.folder / "project")
        project.write({**HELLO, "flake.nix": flake_file(arguments)})
        self.assertIn(reason, " ".join(project.refused(attribute).split()))


class TypesTest(RefusedTest):
    """A value of another type is refused by the name of its argument, not where something fails because of it."""

    def test_text_in_place_of_a_list(self):
        self.refused('platforms = "x86_64-linux";', 'platforms is the text "x86_64-linux", and it should be a list of texts')
        self.refused('extraSources = "src";', 'extraSources is the text "src", and it should be a list of texts')
        for field in ("bins", "features", "needs", "platforms", "smokeTest"):
            self.refused(f'services.hello.{field} = "x";', f'services.hello.{field} is the text "x", and it should be a list of ')

    def test_other_values_than_texts(self):
        self.refused("services.hello.package = 1;", "services.hello.package is the number 1, and it should be a text")
        self.refused("services.hello.profile = null;", "services.hello.profile is null, and it should be a text")
        self.refused("extraSources = [ ./src ];", "extraSources is a list with other values than texts")
        self.refused("archives.mirrors.crate = 3;", "archives.mirrors.crate is the number 3, and it should be a text")

    def test_text_in_place_of_true_or_false(self):
        reason = 'services.hello.defaultFeatures is the text "false", and it should be true or false'
        self.refused('services.hello.defaultFeatures = "false";', reason)

    def test_services_that_are_no_set(self):
        self.refused('services = [ "hello" ];', 'services is a list of texts, and it should be "auto", or a set of sets')
        self.refused('services.hello = "hello";', 'services is a set with other values than sets, and it should be "auto", or a set of sets')

    def test_flake_and_source_of_another_type(self):
        self.refused('src = "./rust";', 'src is the text "./rust", and it should be a path, as in ./rust')
        project = Project(self.folder / "project")
        text = flake_file("")
        project.write({"flake.nix": text.replace("inherit self;", "")})
        self.assertIn("mkWorkspace lacks an argument: add `inherit self;`", project.refused(EXECUTABLE))
        project.write({"flake.nix": text.replace("inherit self;", "self = ./.;")})
        self.assertIn("self is a path, and it should be the flake", project.refused(EXECUTABLE))

    def test_arguments_may_depend_on_the_flake(self):
        project = Project(self.folder / "project")
        arguments = "platforms = builtins.fromJSON (builtins.readFile (self + \"/platforms.json\"));"
        project.write({**HELLO, "platforms.json": '["aarch64-linux"]', "flake.nix": flake_file(arguments)})
        self.assertEqual(project.evaluate("lib.executables"), ["hello-aarch64-linux"])

    def test_entry_of_a_platform(self):
        self.refused('platforms.x86_64-linux.linkag = "static";', "no field of platforms.x86_64-linux is called 'linkag': did you mean linkage? ")
        self.refused('platforms.x86_64-linux.lacks = "sockets";', 'platforms.x86_64-linux.lacks is the text "sockets"')

    def test_fields_of_a_smoke_test(self):
        self.refused("services.hello.smokeTest.print = 1;", "no field of services.hello.smokeTest is called 'print': did you mean prints? ")
        self.refused('services.hello.smokeTest.prints = "";', 'services.hello.smokeTest.prints is the text "", and it should be a text that is not empty')
        self.refused('services.hello.smokeTest.arguments = "x";', 'services.hello.smokeTest.arguments is the text "x", and it should be a list of texts')

    def test_platforms_of_a_service_are_names(self):
        platform = "services.hello.platforms.mine = samebits.lib.platforms.x86_64-linux;"
        self.refused(platform, "services.hello.platforms is a set of sets, and it should be a list of names of the workspace's platforms")


class NothingTest(RefusedTest):
    """What would build nothing is refused."""

    def test_no_platform(self):
        self.refused("platforms = { };", "'platforms' is empty, so nothing would be built")
        self.refused("services.hello.platforms = [ ];", "'services.hello.platforms' is empty, so nothing would be built")

    def test_needs_that_no_platform_meets(self):
        reason = "services.hello needs sockets, and each of its platforms lacks some of that: wasm32-wasi"
        self.refused('platforms = [ "wasm32-wasi" ]; services.hello.needs = [ "sockets" ];', reason, "lib.executables")


class NamesTest(RefusedTest):
    """Names that would hide each other, or that files cannot have."""

    def test_name_that_no_file_has(self):
        reason = "a service is called 'my service', and a part of a file's name has only letters, digits, _ . + -; name it otherwise, and state its package"
        self.refused('services."my service".package = "hello";', reason, "lib.executables")
        self.refused('platforms."a b" = samebits.lib.platforms.x86_64-linux;', "a platform is called 'a b'", "lib.platforms")

    def test_name_of_a_command(self):
        for name in ("bootstrap", "tables"):
            self.refused(f'services.{name}.package = "hello";', f"a service is called '{name}', and `nix run .#{name}` is a command of samebits", "lib.executables")

    def test_two_packages_of_one_name(self):
        arguments = (
            "platforms = { x86_64-linux = { }; b-x86_64-linux = samebits.lib.platforms.x86_64-linux; }; "
            'services = { a.package = "hello"; a-b.package = "hello"; };'
        )
        self.refused(arguments, "two packages would be called 'a-b-x86_64-linux'", "lib.executables")

    def test_service_that_starts_from_itself(self):
        self.refused('services.hello.startsFrom = "hello";', "services.hello.startsFrom: hello would start from itself")
        circle = 'services = { hello.startsFrom = "b"; b = { package = "hello"; startsFrom = "hello"; }; };'
        self.refused(circle, "would start from itself")

    def test_mirror_with_one_url_for_all(self):
        self.refused('archives.mirrors.crate = "https://mirror.example/{nam}";', "no placeholder in archives.mirrors (crate) is called 'nam': did you mean name? ")
        self.refused('archives.mirrors.crate = "https://mirror.example/";', "archives.mirrors (crate) is the same URL for all archives")

    def test_extra_source_that_is_the_whole_source(self):
        for path in ("", ".", "./", "../project", "/etc"):
            self.refused(f'extraSources = [ "{path}" ];', f"extraSources: '{path}' is no path of a file or folder in the source")


class SizesTest(RefusedTest):
    """Budgets for the size of executables."""

    def test_unknown_names(self):
        self.refused("sizes.helo = 1;", "no service (sizes) is called 'helo': did you mean hello? there are: hello")
        self.refused("sizes.hello.x86_64-linus = 1;", "no platform of hello (sizes.hello) is called 'x86_64-linus': did you mean x86_64-linux? ")

    def test_platform_for_which_the_service_is_not_built(self):
        other = 'services.hello.needs = [ "sockets" ]; sizes.hello.wasm32-wasi = 1;'
        self.refused(other, "no platform of hello (sizes.hello) is called 'wasm32-wasi': ")

    def test_values_that_are_no_number_of_bytes(self):
        kind = "and it should be a positive whole number of bytes"
        self.refused('sizes.hello = "2 MB";', f'sizes.hello is the text "2 MB", {kind}, or a set of such numbers by platform')
        self.refused("sizes.hello = 0;", f"sizes.hello is the number 0, {kind}")
        self.refused("sizes.hello.x86_64-linux = 2.5;", f"sizes.hello.x86_64-linux is a number, {kind}")
        self.refused("sizes = 1;", "sizes is the number 1, and it should be a set")
        self.refused("sizes.hello = { };", "sizes.hello is empty, so nothing would be checked")

    def test_budget_links_no_other_service_again_and_compiles_nothing(self):
        project = Project(self.folder / "project")
        arguments = 'services = { hello = { }; other.package = "hello"; }; '
        derivations = {}
        for sizes in ("", "sizes.hello = 5000000;", "sizes.hello.universal-darwin = 5000000;"):
            project.write({**HELLO, "flake.nix": flake_file(arguments + sizes)})
            names = ("hello-x86_64-linux", "hello-universal-darwin", "other-x86_64-linux")
            # NB: the stamp has the time of the last change.
            drvs = [project.evaluate(f"{name}.unstamped.drvPath") for name in names]
            derivations[sizes] = drvs, project.evaluate("hello-x86_64-linux.objects.drvPath")
        (none, objects), (all_platforms, same_objects), (one_platform, _) = derivations.values()
        self.assertEqual([before == after for before, after in zip(none, all_platforms, strict=True)], [False, False, True])
        self.assertEqual([before == after for before, after in zip(none, one_platform, strict=True)], [True, False, True])
        self.assertEqual(objects, same_objects)

    def test_executable_above_its_budget_fails_the_build(self):
        project = Project(self.folder / "project")
        for sizes, budget, argument in (
            ("sizes.hello = 100000;", 100000, "sizes.hello"),
            ("sizes.hello.x86_64-linux = 1;", 1, "sizes.hello.x86_64-linux"),
        ):
            project.write({**HELLO, "flake.nix": flake_file(sizes)})
            error = project.nix("build", "--no-link", ".#hello-x86_64-linux", status=1, seconds=1200).err
            (size,) = re.findall(rf"check-sizes: hello has (\d+) bytes, more than the {budget} of {re.escape(argument)}\n", error)
        project.write({"flake.nix": flake_file(f"sizes.hello = {size};")})
        executable = project.build("hello-x86_64-linux") / "bin/hello"
        self.assertEqual(str(executable.stat().st_size), size)
        project.write({"flake.nix": flake_file(f"sizes.hello = {int(size) - 1};")})
        project.nix("build", "--no-link", ".#hello-x86_64-linux", status=1, seconds=1200)

    def test_every_executable_and_also_a_universal_one_has_the_budget(self):
        binaries = self.folder / "bin"
        binaries.mkdir()
        for name, size in (("a", 11), ("b", 10), ("c d", 12)):
            (binaries / name).write_bytes(bytes(size))
        places = {"out": str(self.folder), "sizeBudget": "10", "sizeArgument": "sizes.x"}
        done = run("bash", "-euo", "pipefail", ROOT / "nix/build/checkSizes.sh", status=1, **places)
        expected = [f"check-sizes: {name} has {size} bytes, more than the 10 of sizes.x" for name, size in (("a", 11), ("c d", 12))]
        self.assertEqual(done.err.splitlines(), expected)
        project = Project(self.folder / "project")
        project.write({**HELLO, "flake.nix": flake_file("sizes.hello.universal-darwin = 7;")})
        universal = project.evaluate("hello-universal-darwin", "it: [ it.sizeBudget it.sizeArgument ]")
        self.assertEqual(universal, [7, "sizes.hello.universal-darwin"])
        self.assertIn('source "$checkSizes"', (ROOT / "nix/build/universal.sh").read_text())


class ConditionsTest(RefusedTest):
    """Other values of what differs between a build and its rebuild."""

    def test_unknown_names(self):
        self.refused('conditions.clok.rebuilt = "+3d";', "no condition (conditions) is called 'clok': did you mean clock? ")
        self.refused('conditions.clock.rebuild = "+3d";', "no field of conditions.clock is called 'rebuild': did you mean rebuilt? ")

    def test_value_that_would_not_vary(self):
        self.refused('conditions.clock.rebuilt = "now";', "conditions.clock is 'now' in both builds, so the rebuild would not vary it")
        self.refused('conditions.umask.original = "0077";', "conditions.umask is '0077' in both builds")

    def test_values_that_the_sandbox_cannot_have(self):
        for condition, value in (
            ("build-directory", "/tmp/x"), ("build-directory", "/build/source/"), ("build-directory", "/build/a/../source"), ("clock", ""),
            ("clock", "tomorrow"), ("clock", "+0d"), ("time-zone", "Europe/Berlin"), ("locale", "de DE"), ("umask", "22"),
            ("umask", "0777"), ("jobs", "3"), ("cores", "1"), ("user", "A B"), ("home", "/root"), ("host-name", "x" * 64),
            ("directory-order", "random"), ("environment", "EDITOR"), ("environment", "A=1 HOME=/build/home"), ("environment", "A=*"),
        ):
            with self.subTest(condition=condition, value=value):
                self.refused(
                    f'conditions.{condition}.rebuilt = "{value}";', f'conditions.{condition}.rebuilt is the text "{value}", and it should be ',
                )
        self.refused("conditions.clock.rebuilt = 3;", "conditions.clock.rebuilt is the number 3, and it should be now, or days from now")
        self.refused('conditions.clock = "+30d";', "conditions is a set with other values than sets")

    def test_values_of_the_table_are_valid_themselves(self):
        table = flake.evaluate("lib.conditions")
        stated = [
            f"{condition['name']}.{field} = {json.dumps(condition[field])};" for condition in table for field in ("original", "rebuilt")
        ]
        project = Project(self.folder / "project")
        project.write({**HELLO, "flake.nix": flake_file(f"conditions = {{ {' '.join(stated)} }};")})
        self.assertEqual(project.evaluate("lib.conditions"), table)

    def test_statement_and_both_builds_have_the_same_values(self):
        project = Project(self.folder / "project")
        project.write({**HELLO, "flake.nix": flake_file(CHANGED_CONDITIONS)})
        definition = project.evaluate("hello-x86_64-linux.definition.definition", "builtins.fromJSON")
        variations = {entry.pop("name"): entry for entry in definition["variations"]}
        self.assertEqual(variations["clock"], {"original": "now", "rebuilt": "+30d"})
        self.assertEqual(variations["user"], {"original": "ci", "rebuilt": "release"})
        self.assertEqual(variations["umask"], {"original": "0022", "rebuilt": "0077"})
        for condition in project.evaluate("lib.conditions"):
            read = f"it: {{ original = it.{condition['variable']}; rebuilt = it.rebuild.{condition['variable']}; }}"
            self.assertEqual(project.evaluate("hello-x86_64-linux", read), variations[condition["name"]])


class AttestedConditionsTest(FolderTest):
    """A build, and its rebuild under other values, which compiles everything again."""

    slow = True

    def test_attestation_states_the_values(self):
        project = Project(self.folder / "project")
        project.write({**HELLO, "flake.nix": flake_file(CHANGED_CONDITIONS)})
        statement = json.loads((project.build("hello-x86_64-linux-gnu.attestation") / "statement.json").read_text())
        _, variations, *_ = statement["predicate"]["runDetails"]["byproducts"]
        self.assertEqual(variations["name"], "variations.json")
        stated = json.loads(base64.b64decode(variations["content"]))
        self.assertIn({"name": "clock", "original": "now", "rebuilt": "+30d"}, stated)
        self.assertIn({"name": "user", "original": "ci", "rebuilt": "release"}, stated)
