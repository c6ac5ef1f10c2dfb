"""Reads the stamp of an executable and the list of its crates, as the documentation of crates/build-info describes them."""

from __future__ import annotations

import json
import re
import zlib

STAMP = re.compile(rb"\0samebits-build-info-v1\0([\x20-\x7e]{1,4096})\0")
MENTION = b"samebits-build-info-v1"


def read_all(content: bytes) -> list[dict]:
    """Returns every stamp; raises `ValueError` if one is damaged."""
    stamps = [json.loads(match[1]) for match in STAMP.finditer(content)]
    mentions = content.count(MENTION)
    if mentions != len(stamps):
        raise ValueError(f"{mentions} stamps begin, {len(stamps)} of them can be read")
    return stamps


def read_crates(content: bytes) -> list[list[dict]]:
    """Returns every list of crates in cargo-auditable's format: zlib-compressed JSON."""
    lists = []
    for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content):
        try:
            found = json.loads(zlib.decompressobj().decompress(content[match.start():]))
        except (ValueError, zlib.error):
            continue
        if isinstance(found, dict) and "packages" in found:
            lists.append(found["packages"])
    return lists


def without(content: bytes) -> bytes:
    """Returns the content with zeros in place of each stamp's text."""
    return STAMP.sub(lambda match: bytes(len(match[0])), content)
