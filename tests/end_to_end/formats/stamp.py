"""Reads the build stamp of an executable, as the documentation of crates/build-info describes it to other readers."""

from __future__ import annotations

import json
import re

STAMP = re.compile(rb"\0samebits-build-info-v1\0([\x20-\x7e]{1,4096})\0")
MENTION = b"samebits-build-info-v1"


def read_all(content: bytes) -> list[dict]:
    """Returns every stamp; raises `ValueError` if one is damaged."""
    stamps = [json.loads(match[1]) for match in STAMP.finditer(content)]
    mentions = content.count(MENTION)
    if mentions != len(stamps):
        raise ValueError(f"{mentions} stamps begin, {len(stamps)} of them can be read")
    return stamps
