"""What is being done, on stderr: one line that changes on a terminal, one line a finished step in a log."""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO


class Progress:
    """Steps of a command as they begin and end. Quiet when asked to be; a log gets finished steps only."""

    def __init__(self, *, quiet: bool = False, out: TextIO | None = None) -> None:
        self.out = out or sys.stderr
        self.quiet = quiet
        self.live = not quiet and self.out.isatty()
        self.started = time.monotonic()
        self.current = ""

    def step(self, text: str) -> None:
        """Something begins that may take a moment."""
        self.current, self.started = text, time.monotonic()
        self.update(text)

    def update(self, text: str) -> None:
        """The step has come further; shown on a terminal only."""
        if self.live:
            # a line that wraps could not be taken away again
            self.out.write(f"\r\033[K… {text[: self._room()]}")
            self.out.flush()

    def _room(self) -> int:
        """How much of a text fits behind the mark."""
        try:
            columns = os.get_terminal_size(self.out.fileno()).columns
        except OSError:
            columns = 0
        return max((columns or 80) - 3, 0)

    def done(self, text: str, *notes: str) -> None:
        """The step has ended well."""
        seconds = time.monotonic() - self.started
        self.line(f"✓ {text}  ({seconds:.2f} s)")
        for note in notes:
            self.line(f"  note: {note}")

    def line(self, text: str) -> None:
        """A line that stays."""
        if self.quiet:
            return
        self.clear()
        self.out.write(f"{text}\n")
        self.out.flush()

    def clear(self) -> None:
        """Take the changing line away, so that something else can be written."""
        if self.live:
            self.out.write("\r\033[K")
            self.out.flush()
