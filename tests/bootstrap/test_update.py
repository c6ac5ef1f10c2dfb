"""--update: pins what is upstream now; without upstream changes, both files keep their bytes."""

from support import STD_LIST, MachineTest, deb, sha256

from bootstrap import archives

PINS = "nix/toolchain/archives.json"
LIBRARY = "usr/src/rustc-1.85.0/library/Cargo.lock"


class Update(MachineTest):
    """The mirror's suite: debs that are pinned, two that install Nix, and a minimal base."""

    def setUp(self) -> None:
        super().setUp()
        self.machine.pinned = [archive for archive in self.machine.pinned if archive.name != "installer"]
        self.machine.install = ["git", "nix-bin"]
        lock = (self.machine.checkout / STD_LIST).read_bytes()
        self.machine.add_deb("rust-web-src", deb((f"./{LIBRARY}", lock)), "rust", version="1.85.0+dfsg3-1")
        for name in ("git", "nix-bin"):
            self.machine.add_deb(name, deb((f"./usr/bin/{name}", name.encode())), "nix")
        self.machine.write_pins()
        self.index(self.machine.pinned)

    def index(self, offered: list[archives.Archive]) -> None:
        """Writes the mirror's package index: these packages on a minimal base."""
        blocks = [
            f"Package: {archive.name}\nVersion: {archive.version}\nArchitecture: amd64\nDepends: apt\n"
            f"SHA256: {archive.sha256}\nSize: {archive.size_bytes}\n"
            for archive in offered if archive.kind == "deb"
        ]
        blocks += [
            f"Package: {name}\nVersion: 1\nArchitecture: amd64\nPriority: required\nSHA256: {'0' * 64}\nSize: 1\n"
            for name in ("apt", "usr-is-merged")
        ]
        (self.machine.mirror / "Packages").write_text("\n".join(blocks))

    def files(self) -> tuple[bytes, bytes]:
        """Returns the content of both files that an update writes."""
        return tuple((self.machine.checkout / name).read_bytes() for name in (PINS, STD_LIST))

    def test_without_upstream_change_both_files_stay_byte_for_byte(self):
        before = self.files()
        done = self.bootstrap("--update")
        self.assertEqual(self.files(), before)
        self.assertIn(f"bootstrap: {PINS} unchanged\n", done.stdout)

    def test_newer_package_and_newer_lock_file_are_pinned_and_said(self):
        lock = b"version = 4\n# newer\n"
        kept = [archive for archive in self.machine.pinned if archive.name != "rust-web-src"]
        newer = self.machine.add_deb("rust-web-src", deb((f"./{LIBRARY}", lock)), "rust", version="1.85.0+dfsg3-2")
        self.index([*kept, newer])
        done = self.bootstrap("--update")
        self.assertIn("rust-web-src: 1.85.0+dfsg3-1 -> 1.85.0+dfsg3-2\n", done.stdout)
        pins = archives.load(self.machine.checkout / PINS)
        self.assertEqual(pins.archive("rust-web-src"), newer)
        self.assertEqual((self.machine.checkout / STD_LIST).read_bytes(), lock)

    def test_new_busybox_changes_the_seed(self):
        kept = [archive for archive in self.machine.pinned if archive.name != "busybox-static"]
        newer = self.machine.add_deb("busybox-static", deb(("./bin/busybox", b"a new seed")), "seed", version="1:2.0-1")
        self.index([*kept, newer])
        self.bootstrap("--update")
        seed = archives.load(self.machine.checkout / PINS).seed
        self.assertEqual(seed.file, "busybox-1-2.0-1")
        self.bootstrap()
        self.assertIn("busybox-static-1-2.0-1.deb", self.machine.stored())

    def test_file_that_is_not_what_the_index_states_is_refused_and_no_file_changes(self):
        before = self.files()
        wrong = self.machine.add_deb("small", b"from another mirror", "rust", version="1:1.0~rc1-1")
        self.assertEqual(wrong.sha256, sha256(b"from another mirror"))
        done = self.bootstrap("--update", code=2)
        self.assertIn("`small-1-1.0-rc1-1.deb` has the wrong hash", done.stderr)
        self.assertEqual(self.files(), before)

    def test_wheel_that_is_not_what_pips_index_states_is_refused_and_no_file_changes(self):
        before = self.files()
        done = self.bootstrap("--update", code=2, PIP="damaged")
        self.assertIn("`wheely-2.0-py3-none-manylinux1_x86_64.whl` has the wrong hash", done.stderr)
        self.assertEqual(self.files(), before)

    def test_package_that_left_the_suite_is_named_and_no_file_changes(self):
        before = self.files()
        self.index([archive for archive in self.machine.pinned if archive.name != "small"])
        self.assertIn("no longer has `small`: replace it in", self.bootstrap("--update", code=2).stderr)
        self.assertEqual(self.files(), before)

    def test_sources_without_the_lock_file_are_refused_and_no_file_changes(self):
        before = self.files()
        kept = [archive for archive in self.machine.pinned if archive.name != "rust-web-src"]
        self.index([*kept, self.machine.add_deb("rust-web-src", deb(("./x", b"x")), "rust", version="1.85.0+dfsg3-2")])
        self.assertIn("has no lock file of the standard library", self.bootstrap("--update", code=2).stderr)
        self.assertEqual(self.files(), before)
