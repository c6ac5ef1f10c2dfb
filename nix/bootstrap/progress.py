"""Output for people: one line per step, and during downloads a progress bar on a terminal or plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TextIO

BAR_CELLS = 24
REDRAW_SECS = 0.1
STEP_PERCENT = 25
"""Without a terminal, print a line each time this much more has arrived."""


def say(text: str) -> None:
    """Prints one step to standard output."""
    clear = "\r\x1b[K" if sys.stdout.isatty() else ""
    print(f"{clear}bootstrap: {text}", flush=True)


def complain(text: str) -> None:
    """Prints an error or a hint to standard error; the prefix is red on a terminal unless NO_COLOR is set."""
    coloured = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    prefix = "\x1b[31mbootstrap:\x1b[0m" if coloured else "bootstrap:"
    print(f"{prefix} {text}", file=sys.stderr, flush=True)


def megabytes(size_bytes: float) -> str:
    """Formats a size in MB (10^6 bytes) with one decimal."""
    return f"{size_bytes / 1e6:.1f} MB"


def percent(done_bytes: int, total_bytes: int) -> int:
    """Returns whole percents, rounded down: 100 means complete."""
    return 100 if total_bytes == 0 else min(done_bytes, total_bytes) * 100 // total_bytes


def line(done_bytes: int, total_bytes: int, rate_bytes: float) -> str:
    """Formats the bar at a rate in bytes per second, for example `[######      ]  50 %  1.0 of 2.0 MB  0.5 MB/s`."""
    share = percent(done_bytes, total_bytes)
    cells = share * BAR_CELLS // 100
    return (
        f"[{'#' * cells:{BAR_CELLS}}] {share:3} %  {done_bytes / 1e6:.1f} of {megabytes(total_bytes)}"
        f"  {megabytes(rate_bytes)}/s"
    )


class Meter:
    """Shows how much has arrived: often on a terminal, rarely in a log."""

    def __init__(self, total_bytes: int, arrived: Callable[[], int], stream: TextIO = sys.stdout):
        self.total_bytes = total_bytes
        self.arrived = arrived
        self.stream = stream
        self.bar = total_bytes > 0 and stream.isatty()
        self.start = time.monotonic()
        self.before = arrived()
        self.shown_percent = 0 if total_bytes else 100

    def tick(self) -> None:
        """Shows the progress if it has changed enough."""
        if self.shown_percent == 100:
            return
        done = min(self.arrived(), self.total_bytes)
        share = percent(done, self.total_bytes)
        if self.bar:
            # Downloads of an earlier, interrupted run count as progress, but not towards the rate.
            rate = (done - self.before) / max(time.monotonic() - self.start, REDRAW_SECS)
            self.stream.write(f"\r\x1b[Kbootstrap: {line(done, self.total_bytes, rate)}")
            self.stream.flush()
        elif share // STEP_PERCENT > self.shown_percent // STEP_PERCENT:
            print(f"bootstrap: {share} % of {megabytes(self.total_bytes)}", file=self.stream, flush=True)
        else:
            return
        self.shown_percent = share
        if self.bar and share == 100:
            self.close()

    def close(self) -> None:
        """Ends the bar's line, so that its last state stays visible."""
        if self.bar:
            self.stream.write("\n")
            self.stream.flush()
            self.bar = False
