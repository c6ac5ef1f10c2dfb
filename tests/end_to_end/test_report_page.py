"""The HTML page of `rebuild-verifier report` in a browser: light and dark, wide and narrow. It loads and runs nothing."""

from __future__ import annotations

import html.parser
import json
import shutil
import struct
import zlib
from pathlib import Path

from . import flake
from .support import ROOT, Done, FolderTest, run
from .tools import path_of

HOSTILE = '<img src="x:x.png" onerror="document.title=1">'
"""A file name that would load an image and run a script if it were not escaped."""
LOADING = {"src", "srcset", "action", "background", "cite", "data", "formaction", "ping", "poster"}
"""Attributes that make a browser load something."""
SCHEMES = {"dark": 0, "light": 1}
"""Blink's values for the preferred colour scheme."""


class Page(html.parser.HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


class ReportPageTest(FolderTest):
    """A report about three results: identical, different, and unreadable."""

    outputs = ("rebuild-verifier",)

    def setUp(self):
        super().setUp()
        self.verifier = flake.built("rebuild-verifier") / "bin/rebuild-verifier"
        golden = ROOT / "crates/sample-files/golden/definition.json"
        self.definition = json.loads(golden.read_text())
        self.result("same", "aarch64-linux", differs=False)
        self.result("other", "x86_64-windows", differs=True)
        (self.folder / "results/none").mkdir()
        self.page = self.folder / "report.html"
        run(self.verifier, "report", "results", "--html", self.page, folder=self.folder, status=2)

    def result(self, name: str, platform: str, *, differs: bool) -> None:
        """Makes two builds for a platform, and the result of comparing them."""
        attribute = f"server-{platform}"
        definition = self.folder / "definition.json"
        definition.write_text(json.dumps({**self.definition, "flakeAttribute": attribute, "platform": platform}))
        for tree in ("one", "two"):
            shutil.rmtree(self.folder / tree, ignore_errors=True)
            program = self.folder / tree / "bin" / "server"
            program.parent.mkdir(parents=True)
            program.write_bytes(b"built 2026-11-2%d 10:00:00" % (differs and tree == "two"))
        out = self.folder / "results" / name
        if not differs:
            run(
                self.verifier, "attest", "one", "two", "--definition", definition, "--builder-id", "https://example.org/1",
                "--out", out, folder=self.folder,
            )
            return
        (self.folder / "two" / HOSTILE).write_bytes(b"")
        out.mkdir(parents=True)
        run(self.verifier, "compare", "one", "two", "--json", out / "comparison.json", folder=self.folder, status=1)
        shutil.copyfile(definition, out / "definition.json")

    def browse(self, *arguments: str, scheme: str = "light") -> Done:
        """Opens the page in a browser without network."""
        return run(
            path_of("chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
            "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={self.folder / 'profile'}",
            f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}", "--enable-logging=stderr", "--v=0", *arguments,
            self.page.as_uri(),
        )

    def picture(self, width: int, scheme: str) -> Picture:
        """Takes a screenshot of the page."""
        path = self.folder / f"{width}-{scheme}.png"
        done = self.browse(f"--screenshot={path}", f"--window-size={width},1000", scheme=scheme)
        self.assertNotIn("CONSOLE", done.err)
        return Picture(path)

    def test_page_has_verdicts_digests_and_reasons_and_takes_no_name_for_markup(self):
        page = Page(self.browse("--dump-dom").out)
        text = " ".join(page.text)
        for expected in ("Could not decide", "identical", "different", "could not be read", "https://example.org/1", HOSTILE):
            self.assertIn(expected, text)
        comparison = json.loads((self.folder / "results/other/comparison.json").read_text())
        for entry in comparison["entries"]:
            for side in ("original", "rebuilt"):
                if (entry[side] or {}).get("type") == "file":
                    self.assertIn(entry[side]["sha256"], text)
        self.assertIn("SOURCE_DATE_EPOCH", text)

    def test_page_refers_to_nothing_outside_of_itself_and_runs_nothing(self):
        page = Page(self.browse("--dump-dom").out)
        names = {tag for tag, _ in page.tags}
        self.assertTrue(names.isdisjoint({"script", "img", "link", "iframe", "object", "embed", "base", "form"}), names)
        for tag, attributes in page.tags:
            self.assertTrue(LOADING.isdisjoint(attributes), (tag, attributes))
            self.assertFalse([name for name in attributes if name.startswith("on")], (tag, attributes))
            self.assertTrue((attributes.get("href") or "#").startswith("#"), (tag, attributes))

    def test_page_is_shown_light_and_dark_wide_and_narrow(self):
        for width in (1280, 500):
            light, dark = self.picture(width, "light"), self.picture(width, "dark")
            for picture in (light, dark):
                self.assertEqual(picture.width, width)
                # Text, lines and coloured verdicts have many colours. A page that did not render has one.
                self.assertGreater(len(picture.colours()), 200)
            # The corner shows the page's background: the style was applied and follows the colour scheme.
            self.assertGreater(min(light.pixel(0, 0)), 220)
            self.assertLess(max(dark.pixel(0, 0)), 60)

    def test_tables_have_captions_or_names_and_headings_with_scopes(self):
        page = Page(self.page.read_text())
        count = {name: sum(tag == name for tag, _ in page.tags) for name in ("table", "thead", "h1", "main", "title")}
        self.assertGreater(count["table"], 2)
        self.assertEqual((count["thead"], count["h1"], count["main"], count["title"]), (count["table"], 1, 1, 1))
        for tag, attributes in page.tags:
            if tag == "th":
                self.assertIn(attributes.get("scope"), ("col", "row"))
            if attributes.get("role") == "region":
                self.assertTrue(attributes.get("aria-label") or attributes.get("aria-labelledby"))


class Picture:
    """A PNG with 8 bits per channel, as browsers write it (PNG specification, third edition, sections 5, 7 and 9)."""

    def __init__(self, path: Path):
        content = path.read_bytes()
        assert content.startswith(b"\x89PNG\r\n\x1a\n"), path
        packed, at = b"", 8
        while at < len(content):
            (length,), kind = struct.unpack(">I", content[at : at + 4]), content[at + 4 : at + 8]
            data = content[at + 8 : at + 8 + length]
            if kind == b"IHDR":
                self.width, self.height, depth, colour, *_ = struct.unpack(">IIBBBBB", data)
                assert depth == 8 and colour in (2, 6), (depth, colour)
                self.channels = 3 if colour == 2 else 4
            elif kind == b"IDAT":
                packed += data
            at += length + 12
        self.rows = self._unfilter(zlib.decompress(packed))

    def _unfilter(self, filtered: bytes) -> list[bytearray]:
        step, line = self.channels, self.width * self.channels
        rows, above = [], bytearray(line)
        for start in range(0, len(filtered), line + 1):
            kind, row = filtered[start], bytearray(filtered[start + 1 : start + 1 + line])
            for at in range(line):
                left = row[at - step] if at >= step else 0
                corner = above[at - step] if at >= step else 0
                row[at] = (row[at] + self._predict(kind, left, above[at], corner)) & 255
            rows.append(row)
            above = row
        return rows

    @staticmethod
    def _predict(kind: int, left: int, up: int, corner: int) -> int:
        if kind == 4:
            guess = left + up - corner
            return min((left, up, corner), key=lambda value: abs(guess - value))
        return (0, left, up, (left + up) // 2)[kind]

    def pixel(self, x: int, y: int) -> tuple[int, ...]:
        """Returns red, green and blue."""
        at = x * self.channels
        return tuple(self.rows[y][at : at + 3])

    def colours(self) -> set[tuple[int, ...]]:
        """Returns every colour in the picture."""
        return {self.pixel(x, y) for y in range(self.height) for x in range(self.width)}
