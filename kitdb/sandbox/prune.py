"""What sandboxes there are, which of them nobody holds any more, and taking those away."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kitdb.errors import KitdbError
from kitdb.sandbox.folder import cache_folder, is_held, remove_leftover
from kitdb.sandbox.golden import KEPT, KEPT_DAYS, evict, fallback_cache, golden_directories

_NAME = re.compile(r"kitdb-(build-|docker-|remote-)?[a-z0-9_]{8}")

State = Literal["running", "left behind", "cached"]


@dataclass(frozen=True, slots=True)
class Found:
    """A sandbox, or a directory of the cache: what, where, since when (or last used), and its size in bytes."""

    kind: Literal["server", "container", "database", "golden"]
    name: str
    state: State
    seconds: float
    size: int


def find(*, containers: bool = True, url: str | None = None) -> Iterator[Found]:
    """All that sandboxes of this user keep on this machine, and all that sandboxes keep on the server at the URL."""
    if url:
        from kitdb.sandbox.remote import scratch_databases  # noqa: PLC0415  # it imports psycopg

        for each in scratch_databases(url):
            yield Found("database", each.name, "running" if each.in_use else "left behind", 0.0, each.size)
    for path in _folders():
        held = is_held(path)
        yield Found("server", str(path), "running" if held else "left behind", _age(path), _size(path))
    if containers:
        for name, held in _containers():
            yield Found("container", name, "running" if held else "left behind", 0.0, 0)
    for cache in _caches():
        for path, used in golden_directories(cache):
            yield Found("golden", str(path), "cached", time.time() - used, _size(path))


def prune(*, containers: bool = True, cache: bool = False, url: str | None = None) -> Iterator[str]:
    """Remove what nobody holds, also on the server at the URL; the names of what went.

    With `cache`, also what would only be made anew.
    """
    if url:
        from kitdb.sandbox.remote import prune_databases  # noqa: PLC0415  # it imports psycopg

        yield from (f"database {name}" for name in prune_databases(url))
    for path in _folders():
        if not is_held(path):
            remove_leftover(path)
            yield str(path)
    if containers:
        for name, held in _containers():
            if not held:
                from kitdb.sandbox.docker import remove_container  # noqa: PLC0415  # only where there are any

                remove_container(name)
                yield f"container {name}"
    for folder in _caches():
        for path in evict(folder, keep=0 if cache else KEPT, days=0 if cache else KEPT_DAYS):
            yield str(path)


def _folders() -> Iterator[Path]:
    places = dict.fromkeys((Path("/dev/shm"), Path(tempfile.gettempdir()), Path("/tmp")))  # noqa: S108
    for place in places:
        for path in sorted(place.glob("kitdb-*")):
            try:
                # A folder in a public place may be a trap: only a real one of ours is looked into.
                status = path.lstat()
                ours = status.st_uid in (os.geteuid(), *((65534,) if os.geteuid() == 0 else ()))
                if ours and _NAME.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
                    yield path
            except OSError:
                continue


def _containers() -> Iterator[tuple[str, bool]]:
    if not (os.environ.get("DOCKER_HOST") or Path("/var/run/docker.sock").exists()):
        return
    from kitdb.sandbox.docker import our_containers  # noqa: PLC0415  # testcontainers takes long to import

    try:
        yield from our_containers()
    except KitdbError:
        return


def _caches() -> Iterator[Path]:
    for cache in dict.fromkeys((cache_folder(), fallback_cache())):
        if cache.is_dir() and not cache.is_symlink() and cache.stat().st_uid == os.geteuid():
            yield cache


def _age(path: Path) -> float:
    try:
        return time.time() - (path / "lock").stat().st_mtime
    except OSError:
        return 0.0


def _size(path: Path) -> int:
    """Bytes on the disk, as du counts them."""
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                total += os.lstat(Path(folder) / name).st_blocks * 512
            except OSError:
                continue
    return total
