"""Data directories made once, with the Supabase baseline in them, that every sandbox starts as a copy of."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kitdb import database
from kitdb.sandbox.baseline import (
    DATABASE,
    SUPERUSER,
    CannotBuildBaseline,
    Exposure,
    baseline_sql,
    load_baseline,
)
from kitdb.sandbox.folder import cache_folder
from kitdb.sandbox.pack import pack, unpack
from kitdb.sandbox.process import (
    PORT,
    Identity,
    ServerProcess,
    give_to_nobody,
    runtime_folder,
    server_command,
    start_guarded,
)
from kitdb.sandbox.servers import Server
from kitdb.sandbox.stand_ins import PREFIX, digest, write_prefix

KEPT = 16  # golden directories, each about 12 MB
KEPT_DAYS = 30.0
STALE_SECONDS = 3600  # no builder takes that long

_ROOM = "Free some space there, or set TMPDIR (and KITDB_CACHE) to a larger folder."

# Raise it when the way a golden directory is made changes.
_RECIPE = "9"
_DATA = "data.pack"
_STAGING = re.compile(r"staging-(golden-.+)-[a-z0-9_]+")

# initdb and the server in one command, so that one guard watches over both.
_INITDB_AND_SERVE = """
initdb=$1; data=$2; shift 2
"$initdb" -D "$data" -U supabase_admin -A trust -N -E UTF8 --locale=C.UTF-8 --wal-segsize=1 --no-instructions &&
exec "$@"
"""


@dataclass(slots=True)
class Golden:
    """A complete golden directory: the data that sandboxes start from, and the prefix with the stand-ins, if any.

    It is kept from eviction until it is released.
    """

    path: Path
    lock: contextlib.ExitStack

    @property
    def prefix(self) -> Path | None:
        return self.path / PREFIX if (self.path / PREFIX).is_dir() else None

    def copy_data(self, target: Path, identity: Identity) -> None:
        """A data directory of one's own to start a server in."""
        try:
            unpack(self.path / _DATA, target)
        except OSError as error:
            raise CannotBuildBaseline(
                f"cannot copy a data directory to {target.parent}: {error.strerror or error}", hint=_ROOM
            ) from error
        if identity == "nobody":
            give_to_nobody(target)

    def release(self) -> None:
        self.lock.close()


def golden_directory(server: Server, exposure: Exposure, identity: Identity, *, stand_ins: bool = True) -> Golden:
    """A data directory with the baseline, from the cache or made now.

    Many processes may ask at once: one makes it, the others wait.
    """
    sql = baseline_sql(exposure)
    cache = _writable_cache()
    golden = cache / f"golden-{server.major}-{exposure}-{_key(server, sql, identity, stand_ins=stand_ins)}"
    while True:
        with contextlib.ExitStack() as lock:
            lock.enter_context(_locked(cache, golden.name, fcntl.LOCK_SH))
            if _is_complete(golden):
                with contextlib.suppress(OSError):
                    os.utime(golden)  # its last use, for eviction
                return Golden(golden, lock.pop_all())
        with _locked(cache, golden.name, fcntl.LOCK_EX):
            if not _is_complete(golden):
                _build(server, sql, identity, golden, stand_ins=stand_ins)
        evict(cache)


def _is_complete(golden: Path) -> bool:
    return (golden / _DATA).exists()


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
            if _is_abandoned(cache, staging):
                shutil.rmtree(staging, ignore_errors=True)
                removed.append(staging)
    return removed


def _is_abandoned(cache: Path, staging: Path) -> bool:
    """Is the builder gone? It holds the lock of what it makes, for as long as it lives."""
    if named := _STAGING.fullmatch(staging.name):
        try:
            with _locked(cache, named[1], fcntl.LOCK_EX | fcntl.LOCK_NB):
                return True
        except CannotBuildBaseline:
            return False
    return time.time() - staging.stat().st_mtime > STALE_SECONDS


def _removed(cache: Path, golden: Path) -> bool:
    try:
        with _locked(cache, golden.name, fcntl.LOCK_EX | fcntl.LOCK_NB) as lock:
            # Renamed first: a directory with its data and without the rest must never be seen.
            doomed = cache / f"staging-evicted-{golden.name}"
            golden.rename(doomed)
            shutil.rmtree(doomed, ignore_errors=True)
            lock.unlink()
    except (OSError, CannotBuildBaseline):
        return False
    return True


def _key(server: Server, sql: str, identity: Identity, *, stand_ins: bool) -> str:
    owner = f"{identity} {os.geteuid()}"
    text = "\0".join((_RECIPE, server.version, str(server.bin), sql, owner, digest() if stand_ins else ""))
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


def _build(server: Server, sql: str, identity: Identity, golden: Path, *, stand_ins: bool) -> None:
    with _staging(golden) as staging:
        prefix = staging / PREFIX
        if not write_prefix(server, prefix, stand_ins=stand_ins):
            shutil.rmtree(prefix, ignore_errors=True)
        process = start_guarded(
            lambda folder: _build_command(server, folder, usable_prefix(prefix, folder, identity)),
            identity,
            runtime_folder(),
            "kitdb-build-",
        )
        try:
            process.wait_until_ready()
            last_segment = _load(process, sql)
            process.stop_cleanly()
            _leave_out(process.data, last_segment)
            pack(process.data, staging / _DATA)
            staging.rename(golden)
        finally:
            process.close()


@contextlib.contextmanager
def _staging(golden: Path) -> Iterator[Path]:
    cache = golden.parent
    try:
        staging = Path(tempfile.mkdtemp(prefix=f"staging-{golden.name}-", dir=cache))
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise CannotBuildBaseline(f"cannot write to {cache}: {error.strerror or error}", hint=_ROOM) from error


def usable_prefix(prefix: Path, folder: Path, identity: Identity) -> Path | None:
    """The prefix, where the server's identity can read it: nobody needs a copy in the sandbox's folder."""
    if not prefix.is_dir():
        return None
    if identity != "nobody":
        return prefix
    copy_directory(prefix, folder / PREFIX)
    give_to_nobody(folder / PREFIX)
    return folder / PREFIX


def _build_command(server: Server, folder: Path, prefix: Path | None) -> list[str | Path]:
    return [
        "/bin/sh", "-c", _INITDB_AND_SERVE, "kitdb-build", server.bin / "initdb", folder / "data",
        *server_command(server, folder, prefix),
    ]  # fmt: skip


def _load(process: ServerProcess, sql: str) -> str:
    """Load the baseline; the name of the log's segment that is written to."""
    url = f"host={process.socket_folder} port={PORT} user={SUPERUSER} dbname={DATABASE}"
    with database.connect(url, application_name="kitdb sandbox") as connection:
        load_baseline(connection, sql)
        # Every further database is 300 files to copy at each start; clones are made from this one itself.
        for statement in (
            "alter database template1 is_template false",
            "alter database template0 is_template false",
            "drop database template1",
            "drop database template0",
            "checkpoint",
        ):
            connection.execute(statement.encode())
        row = connection.execute("select pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn())").fetchone()
        return str(row[0]) if row else ""


def _leave_out(data: Path, last_segment: str) -> None:
    """Remove what a copy does not need of a server that was shut down."""
    for leftover in ("postmaster.pid", "postmaster.opts"):
        (data / leftover).unlink(missing_ok=True)
    # Segments kept for later use hold nothing. The shutdown itself may have begun one more.
    later = sorted(path for path in (data / "pg_wal").iterdir() if path.is_file() and path.name > last_segment)
    for path in later[1:]:
        path.unlink()


def copy_directory(source: Path, target: Path) -> None:
    """Copy a directory with its owners and modes, sharing blocks where the file system can."""
    # Times and extended attributes mean nothing to Postgres.
    flags = ["-Rcp"] if sys.platform == "darwin" else ["-dR", "--preserve=mode,ownership", "--reflink=auto"]
    done = subprocess.run(["cp", *flags, source, target], capture_output=True, text=True, check=False)
    if done.returncode and sys.platform != "darwin":
        # A small system's cp (busybox) knows neither.
        shutil.rmtree(target, ignore_errors=True)
        done = subprocess.run(["cp", "-a", source, target], capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["cp failed"])[-1]
        raise CannotBuildBaseline(
            f"cannot copy {source.name} to {target.parent}: {reason}",
            hint=_ROOM,
        )
