"""A sandbox's own folder: private, and held by a lock for as long as somebody is there to remove it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from kitdb.errors import KitdbError

LOCK = "lock"
MAKING_SECONDS = 600  # how long a folder may be without its lock


class CannotMakeFolder(KitdbError):
    """There is no place for a sandbox's files."""

    hint = "Set TMPDIR to a folder that you may write to."


def cache_folder() -> Path:
    """What is worth keeping between runs: KITDB_CACHE, else the user's cache folder."""
    if named := os.environ.get("KITDB_CACHE"):
        return Path(named)
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base) / "kitdb"
    home = Path.home()
    return (home / "Library/Caches" if sys.platform == "darwin" else home / ".cache") / "kitdb"


@dataclass(slots=True)
class HeldFolder:
    """A folder with mode 0700 and the lock on it, which goes with the last process that has the descriptor open."""

    path: Path
    lock: int

    def release(self) -> None:
        if self.lock >= 0:
            os.close(self.lock)
            self.lock = -1

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        self.release()


def make_folder(parent: Path, prefix: str) -> HeldFolder:
    """A new folder that we hold. Raises `CannotMakeFolder`."""
    path = None
    try:
        path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        lock = os.open(path / f"new-{LOCK}", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        # By this name only once it is locked, so that nobody takes a folder in the making for a leftover.
        (path / f"new-{LOCK}").rename(path / LOCK)
    except OSError as error:
        if path:
            shutil.rmtree(path, ignore_errors=True)
        raise CannotMakeFolder(f"cannot make a folder in {parent}: {error.strerror}") from error
    return HeldFolder(path, lock)


def is_held(path: Path) -> bool:
    """Is there still somebody who will remove this folder? Also true of one that may just be being made."""
    try:
        with (path / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return path.exists() and (_has_server(path) or time.time() - path.stat().st_mtime < MAKING_SECONDS)
    except OSError:
        return True
    return False


def _has_server(path: Path) -> bool:
    try:
        os.kill(int((path / "data" / "postmaster.pid").read_text().splitlines()[0]), 0)
    except (OSError, ValueError, IndexError):
        return False
    return True


def remove_leftover(path: Path) -> None:
    """Take away a folder that nobody holds, and the server that may still run in it."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        server = int((path / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(server, signal.SIGQUIT)
        for _ in range(100):
            time.sleep(0.02)
            os.kill(server, 0)
        os.kill(server, signal.SIGKILL)
    shutil.rmtree(path, ignore_errors=True)
