"""The line that changes while a command works."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from kitdb.report.progress import Progress

fcntl, pty, termios = (pytest.importorskip(name) for name in ("fcntl", "pty", "termios"))


def test_a_line_is_never_longer_than_the_terminal() -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 30, 0, 0))
    with os.fdopen(theirs, "w", encoding="utf-8") as out:
        progress = Progress(out=out)

        progress.update("a name as long as this does not fit into it")

        shown = os.read(ours, 1000).decode().removeprefix("\r\033[K")
    os.close(ours)
    assert shown == "… a name as long as this does "[:29]


def test_a_log_has_no_line_that_changes(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w+", encoding="utf-8") as out:
        progress = Progress(out=out)

        progress.step("working")
        progress.line("done")

        out.seek(0)
        assert out.read() == "done\n"
