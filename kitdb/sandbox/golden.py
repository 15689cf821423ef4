"""Data directories made once, with the Supabase baseline in them, that every sandbox starts as a copy of."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from kitdb import database
from kitdb.sandbox.baseline import (
    CONTROL_DATABASE,
    DATABASE,
    SUPERUSER,
    CannotBuildBaseline,
    Exposure,
    baseline_sql,
    load_baseline,
)
from kitdb.sandbox.process import (
    PORT,
    Identity,
    ServerProcess,
    runtime_folder,
    server_command,
    start_guarded,
)
from kitdb.sandbox.servers import Server

KEPT = 16  # golden directories, each about 40 MB
KEPT_DAYS = 30.0
STALE_SECONDS = 3600  # no builder takes that long

_ROOM = "Free some space there, or set TMPDIR (and KITDB_CACHE) to a larger folder."

# Raise it when the way a golden directory is made changes.
_RECIPE = "2"

# initdb and the server in one command, so that one guard watches over both.
_INITDB_AND_SERVE = """
initdb=$1; data=$2; shift 2
"$initdb" -D "$data" -U supabase_admin -A trust -N -E UTF8 --locale=C.UTF-8 --wal-segsize=1 --no-instructions &&
exec "$@"
"""


def cache_folder() -> Path:
    """Where golden directories are kept: KITDB_CACHE, else the user's cache folder, else a temporary one."""
    if named := os.environ.get("KITDB_CACHE"):
        return Path(named)
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base) / "kitdb"
    home = Path.home()
    return (home / "Library/Caches" if sys.platform == "darwin" else home / ".cache") / "kitdb"


@contextlib.contextmanager
def golden_directory(server: Server, exposure: Exposure, identity: Identity) -> Iterator[Path]:
    """A data directory with the baseline, from the cache or made now, and kept from eviction while it is used.

    Many processes may ask at once: one makes it, the others wait.
    """
    sql = baseline_sql(exposure)
    cache = _writable_cache()
    golden = cache / f"golden-{server.major}-{exposure}-{_key(server, sql, identity)}"
    while True:
        with _locked(cache, golden.name, fcntl.LOCK_SH):
            if _is_complete(golden):
                with contextlib.suppress(OSError):
                    os.utime(golden)  # its last use, for eviction
                yield golden
                return
        with _locked(cache, golden.name, fcntl.LOCK_EX):
            if not _is_complete(golden):
                _build(server, sql, identity, golden)
        evict(cache)


def _is_complete(golden: Path) -> bool:
    return (golden / "PG_VERSION").exists()


def golden_directories(cache: Path) -> list[tuple[Path, float]]:
    """The cache's golden directories with the time of their last use, latest first."""
    found = []
    for path in cache.glob("golden-*"):
        with contextlib.suppress(OSError):
            if path.is_dir():
                found.append((path, path.stat().st_mtime))
    return sorted(found, key=lambda item: -item[1])


def evict(cache: Path, *, keep: int = KEPT, days: float = KEPT_DAYS) -> list[Path]:
    """Remove what was used least recently, and what builders that were killed have left; never what is in use."""
    oldest = time.time() - days * 86400
    gone = [path for number, (path, used) in enumerate(golden_directories(cache)) if number >= keep or used < oldest]
    removed = [path for path in gone if _removed(cache, path)]
    for staging in cache.glob("staging-*"):
        with contextlib.suppress(OSError):
            if time.time() - staging.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(staging, ignore_errors=True)
                removed.append(staging)
    return removed


def _removed(cache: Path, golden: Path) -> bool:
    try:
        with _locked(cache, golden.name, fcntl.LOCK_EX | fcntl.LOCK_NB) as lock:
            # Renamed first: a directory with PG_VERSION and half of the rest must never be seen.
            doomed = cache / f"staging-evicted-{golden.name}"
            golden.rename(doomed)
            shutil.rmtree(doomed, ignore_errors=True)
            lock.unlink()
    except (OSError, CannotBuildBaseline):
        return False
    return True


def _key(server: Server, sql: str, identity: Identity) -> str:
    owner = f"{identity} {os.geteuid()}"
    text = "\0".join((_RECIPE, server.version, str(server.bin), sql, owner))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def fallback_cache() -> Path:
    return Path(tempfile.gettempdir()) / f"kitdb-cache-{os.geteuid()}"


def _writable_cache() -> Path:
    wanted = cache_folder()
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            return wanted
    except OSError:
        # A read-only home: one private folder a user, so that nobody else can plant a server in it.
        fallback = fallback_cache()
        fallback.mkdir(mode=0o700, exist_ok=True)
        status = fallback.lstat()
        if status.st_uid != os.geteuid() or fallback.is_symlink() or status.st_mode & 0o077:
            raise CannotBuildBaseline(
                f"{fallback} is not ours alone", hint="Set KITDB_CACHE to a private folder."
            ) from None
        return fallback


@contextlib.contextmanager
def _locked(cache: Path, name: str, operation: int) -> Iterator[Path]:
    # The lock goes with its holder's life, however that ends.
    path = cache / f"{name}.lock"
    with contextlib.ExitStack() as stack:
        try:
            while True:
                file = stack.enter_context(path.open("w"))
                fcntl.flock(file, operation)
                # An eviction may have removed the file between the two: then nobody else locks this one.
                if path.exists() and os.fstat(file.fileno()).st_ino == path.stat().st_ino:
                    break
        except OSError as error:
            raise CannotBuildBaseline(f"cannot lock {path}: {error.strerror or error}", hint=_ROOM) from error
        yield path


def _build(server: Server, sql: str, identity: Identity, golden: Path) -> None:
    process = start_guarded(lambda folder: _build_command(server, folder), identity, runtime_folder(), "kitdb-build-")
    try:
        process.wait_until_ready()
        _load(process, sql)
        process.stop_cleanly()
        _publish(process.data, golden)
    finally:
        process.close()


def _build_command(server: Server, folder: Path) -> list[str | Path]:
    return [
        "/bin/sh", "-c", _INITDB_AND_SERVE, "kitdb-build", server.bin / "initdb", folder / "data",
        *server_command(server.bin, folder),
    ]  # fmt: skip


def _load(process: ServerProcess, sql: str) -> None:
    url = f"host={process.socket_folder} port={PORT} user={SUPERUSER} dbname={DATABASE}"
    with database.connect(url, application_name="kitdb sandbox") as connection:
        load_baseline(connection, sql)
        for statement in (
            f"alter database template1 rename to {CONTROL_DATABASE}",
            f"alter database {CONTROL_DATABASE} is_template false",
            "alter database template0 is_template false",
            "drop database template0",
            "checkpoint",
        ):
            connection.execute(statement.encode())


def _publish(data: Path, golden: Path) -> None:
    try:
        staging = Path(tempfile.mkdtemp(prefix="staging-", dir=golden.parent))
    except OSError as error:
        raise CannotBuildBaseline(f"cannot write to {golden.parent}: {error.strerror}", hint=_ROOM) from error
    try:
        for leftover in ("postmaster.pid", "postmaster.opts"):
            (data / leftover).unlink(missing_ok=True)
        copy_directory(data, staging / "data")
        (staging / "data").rename(golden)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def copy_directory(source: Path, target: Path) -> None:
    """Copy a data directory with its owners and modes, sharing blocks where the file system can."""
    flags = ["-Rcp"] if sys.platform == "darwin" else ["-a", "--reflink=auto"]
    done = subprocess.run(["cp", *flags, source, target], capture_output=True, text=True, check=False)
    if done.returncode and sys.platform != "darwin":
        # A small system's cp (busybox) knows no --reflink.
        shutil.rmtree(target, ignore_errors=True)
        done = subprocess.run(["cp", "-a", source, target], capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["cp failed"])[-1]
        raise CannotBuildBaseline(
            f"cannot copy a data directory to {target.parent}: {reason}",
            hint=_ROOM,
        )
