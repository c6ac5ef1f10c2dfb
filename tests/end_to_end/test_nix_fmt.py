"""`nix fmt`, and the check that holds its format."""

from __future__ import annotations

from . import flake
from .support import Done, FolderTest, run

FORMATTER = f"formatter.{flake.SYSTEM}"
CHECK = f"checks.{flake.SYSTEM}.nix-fmt"
UNFORMATTED = "{a=1;}\n"
FORMATTED = "{ a = 1; }\n"


class NixFmtTest(FolderTest):
    """The program, on files in its own folder."""

    outputs = (FORMATTER,)

    def write(self, **files: str) -> None:
        """Writes each file to `<name>.nix`."""
        for name, text in files.items():
            (self.folder / f"{name}.nix").write_text(text)

    def text(self, name: str) -> str:
        """Returns the content of `<name>.nix`."""
        return (self.folder / f"{name}.nix").read_text()

    def format(self, *arguments: str, status: int = 0) -> Done:
        """Runs the program in the folder."""
        return run(flake.built(FORMATTER) / "bin/nix-fmt", *arguments, status=status, folder=self.folder)

    def test_without_a_path_it_formats_the_folder_that_it_is_in(self):
        self.write(file=UNFORMATTED)
        self.format()
        self.assertEqual(self.text("file"), FORMATTED)

    def test_named_files_are_formatted_and_others_are_not(self):
        self.write(named=UNFORMATTED, other=UNFORMATTED)
        self.format("named.nix")
        self.assertEqual((self.text("named"), self.text("other")), (FORMATTED, UNFORMATTED))

    def test_check_names_the_file_and_the_command_and_changes_nothing(self):
        self.write(good=FORMATTED, bad=UNFORMATTED)
        done = self.format("--check", status=1)
        self.assertEqual(done.err, "nix-fmt: `bad.nix` is not formatted: run `nix fmt`\n")
        self.assertEqual(self.text("bad"), UNFORMATTED)

    def test_check_of_formatted_files_says_nothing(self):
        self.write(good=FORMATTED)
        done = self.format("--check")
        self.assertEqual(done.out + done.err, "")

    def test_links_hidden_folders_and_caches_are_left_alone(self):
        skipped = [self.folder / name for name in (".git", "target", "elsewhere")]
        for folder in skipped:
            folder.mkdir()
            (folder / "file.nix").write_text(UNFORMATTED)
        (self.folder / "target/CACHEDIR.TAG").touch()
        (self.folder / "tree/below").mkdir(parents=True)
        (self.folder / "tree/result").symlink_to(self.folder / "elsewhere")
        (self.folder / "tree/below/file.nix").write_text(UNFORMATTED)
        for folder in (".git", "target"):
            (self.folder / folder).rename(self.folder / "tree" / folder)
        self.format("tree")
        self.assertEqual((self.folder / "tree/below/file.nix").read_text(), FORMATTED)
        for name in ("tree/.git", "tree/target", "elsewhere"):
            self.assertEqual((self.folder / name / "file.nix").read_text(), UNFORMATTED, name)

    def test_file_that_is_no_nix_is_named_and_no_file_is_changed(self):
        self.write(bad=UNFORMATTED, broken="{ a = ")
        self.assertIn("broken.nix:1:", self.format(status=2).err)
        self.assertEqual(self.text("bad"), UNFORMATTED)

    def test_folder_without_nix_files_and_absent_file_are_errors(self):
        self.assertIn("no .nix file in `.`", self.format("--check", status=2).err)
        self.assertIn("cannot read `absent.nix`", self.format("absent.nix", status=2).err)

    def test_unknown_option_is_an_error(self):
        self.write(file=UNFORMATTED)
        self.assertIn("usage: nix-fmt", self.format("--verify", status=2).err)
        self.assertEqual(self.text("file"), UNFORMATTED)


class NixFmtCheckTest(FolderTest):
    """The check, on a checkout with one more file."""

    outputs = (FORMATTER,)

    def test_unformatted_file_fails_the_check_until_nix_fmt_has_run(self):
        checkout = self.folder / "checkout"
        flake.copy_source(checkout)
        added = checkout / "nix/added.nix"
        added.write_text(UNFORMATTED)
        self.assertIn("`nix/added.nix` is not formatted: run `nix fmt`", flake.build_fails(CHECK, f"path:{checkout}").err)
        run("nix", "fmt", folder=checkout)
        self.assertEqual(added.read_text(), FORMATTED)
        run("nix", "build", "--no-link", f"path:{checkout}#{CHECK}")
