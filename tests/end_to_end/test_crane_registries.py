"""crane's functions for registries: Nix fetches the crates that its store lacks from where they say."""

from __future__ import annotations

import hashlib
import json

from .project import crate
from .registry import Registry
from .strangers_crane import CraneTest, shows
from .support import IDENTITY, run

LIBRARY = 'pub fn word() -> &\'static str {\n    "private"\n}\n'
MAIN = 'fn main() {\n    println!("{}", greeting::word());\n}\n'
PACKAGE = '{ name = "Greeting"; version = "1.2.3"; checksum = "%s"; source = "%s"; }'


class CraneRegistriesTest(CraneTest):
    """A project with a crate from a registry of its own, which no bootstrap has put into the store."""

    def setUp(self) -> None:
        super().setUp()
        self.registry = Registry("greeting", "1.2.3", LIBRARY)
        self.addCleanup(self.registry.close)
        (checksum,) = (json.loads(body)["cksum"] for path, body in self.registry.files.items() if path.endswith("/greeting"))
        entry = f'[[package]]\nname = "greeting"\nversion = "1.2.3"\nsource = "{self.registry.index}"\nchecksum = "{checksum}"\n'
        self.files = {
            "Cargo.toml": crate("hello", "[dependencies]", 'greeting = { version = "1", registry = "mine" }'),
            "Cargo.lock": f'version = 4\n\n{entry}\n[[package]]\nname = "hello"\nversion = "1.0.0"\ndependencies = [\n "greeting",\n]\n',
            ".cargo/config.toml": f'[registries.mine]\nindex = "{self.registry.index}"\n',
            "src/main.rs": MAIN, "src/lib.rs": "", "tests/integration.rs": None, "tools/other.rs": None,
        }

    def with_registry(self, registry: str) -> str:
        """Returns an expression: crane's functions with one more registry."""
        return f"(crane.appendCrateRegistries [ ({registry}) ])"

    @shows("indexUrl", "configSha256", "registries")
    def test_crate_is_fetched_from_a_sparse_registry(self):
        lacking = self.fails("crane.buildPackage quick", self.files)
        self.assertIn("the crate greeting 1.2.3 is not in the Nix store; to put it there, run: nix run .#bootstrap", lacking)
        self.assertEqual(self.registry.asked, [])
        self.setUp()
        config = hashlib.sha256(self.registry.files["/index/config.json"]).hexdigest()
        url = self.registry.index.removeprefix("sparse+")
        more = self.with_registry(f'crane.registryFromSparse {{ indexUrl = "{url}"; configSha256 = "{config}"; }}')
        result = self.built(f'{more}.buildPackage (quick // {{ registries.mine = "{self.registry.index}"; }})', self.files)
        self.assertEqual(run(result / "bin/hello").out, "private\n")
        self.assertEqual(self.registry.asked, ["/index/config.json", "/dl/greeting-1.2.3"])
        self.assertEqual(self.evaluated(self.made, f"builtins.attrNames {more}.outputs"), ["apps", "legacyPackages"])

    @shows("dl")
    def test_download_url_has_cargos_placeholders(self):
        project = self.project()
        source = "registry+https://git.example/index"
        package = PACKAGE % ("0a" * 32, source)
        for url, expected in (
            ("https://dl.example/crates", "https://dl.example/crates/Greeting/1.2.3/download"),
            ("https://dl.example/{lowerprefix}/{prefix}/{crate}-{version}", "https://dl.example/gr/ee/Gr/ee/Greeting-1.2.3"),
            ("https://dl.example/{sha256-checksum}", f"https://dl.example/{'0a' * 32}"),
        ):
            for index in ("https://git.example/index", source):
                more = self.with_registry(f'crane.registryFromDownloadUrl {{ dl = "{url}"; indexUrl = "{index}"; }}')
                self.assertEqual(self.evaluated(project, f"{more}.urlForCargoPackage {package}"), {"fetchurlExtraArgs": {}, "url": expected})
        said = self.throws(project, f"crane.urlForCargoPackage {package}")
        self.assertIn(f"no registry is known whose crates have the source '{source}'; add it with appendCrateRegistries", said)

    @shows("rev")
    def test_download_url_is_in_an_index_of_git(self):
        index = self.folder / "index"
        index.mkdir()
        for name, text in (("config.json", '{ "dl": "https://dl.example" }'), ("README", "")):
            (index / name).write_text(text)
        for command in (("init", "--quiet"), ("add", "config.json"), (*IDENTITY, "commit", "--quiet", "--message", "index")):
            run("git", *command, folder=index)
        rev = run("git", "rev-parse", "HEAD", folder=index).out.strip()
        url = f"file://{index}"
        registry = f'crane.registryFromGitIndex {{ indexUrl = "{url}"; rev = "{rev}"; }}'
        expected = {f"registry+{url}": {"downloadUrl": "https://dl.example/{crate}/{version}/download", "fetchurlExtraArgs": {}}}
        self.assertEqual(self.evaluated(self.project(), f"{self.with_registry(registry)}.crateRegistries"), expected)

    def test_settings_of_downloads_and_passwords_are_refused(self):
        project = self.project()
        registry = 'crane.registryFromDownloadUrl { indexUrl = "https://git.example/index"; dl = "%s"; %s }'
        url = "(builtins.head (builtins.attrValues (%s))).downloadUrl"
        said = self.throws(project, url % registry % ("https://dl.example", 'fetchurlExtraArgs.curlOptsList = [ "--insecure" ];'))
        self.assertIn("crane's argument 'fetchurlExtraArgs' has no effect here", said)
        said = self.throws(project, url % registry % ("https://me:secret@dl.example", "fetchurlExtraArgs = { };"))
        self.assertIn("the download URL of the registry https://git.example/index holds a password", said)
        self.assertNotIn("secret", said)
