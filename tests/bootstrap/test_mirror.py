"""The real apt with a real mirror: downloads one small package that this repository pins."""

import os
from pathlib import Path

from support import ROOT, FolderTest

from bootstrap import apt, archives, folders, seed


class Mirror(FolderTest):
    """Needs the network."""

    def test_pinned_busybox_is_downloaded_and_unpacks_to_the_pinned_seed(self):
        pins = archives.load(ROOT / "nix/toolchain/archives.json")
        place = folders.Folders(self.folder / ".bootstrap")
        place.make()
        [package] = apt.debs([pins.archive(pins.seed.deb)], place)
        tree = seed.verified(package, place.scratch, pins.seed)
        program = tree / seed.INNER
        self.assertEqual(os.stat(program).st_mode & 0o777, 0o555)
        self.assertEqual(Path(program).read_bytes()[:4], b"\x7fELF")
        self.assertEqual(list(place.arriving.iterdir()), [])
