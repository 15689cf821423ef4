"""One look at the machine and the project, piece by piece, each with its remedy."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Literal

from kitdb import __version__
from kitdb.errors import KitdbError

if TYPE_CHECKING:
    from kitdb.sandbox.servers import Server

_LIBRARIES = ("psycopg", "pydantic", "postgast", "sqlglot", "testcontainers", "typer", "rich")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: "ok", "note" (works without it) or "missing" (something will not work)."""

    name: str
    state: Literal["ok", "note", "missing"]
    found: str
    remedy: str = ""


def diagnose() -> list[Check]:
    return [*_programs(), *_servers(), *_engine(), *_places(), *_project(), *_database()]


def _programs() -> Iterator[Check]:
    yield Check(
        "kitdb", "ok", f"{__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    )
    found, missing = [], []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    yield Check("libraries", "ok", ", ".join(found))
    for name in missing:
        yield Check(name, "missing", "not installed", f"pip install {name}")


def _servers() -> Iterator[Check]:
    from kitdb.sandbox.servers import embedded_bin, embedded_remedy, find_servers

    try:
        servers = find_servers()
    except KitdbError as error:
        yield Check("Postgres", "missing", str(error), error.hint)
        return
    if not servers:
        yield Check(
            "Postgres",
            "missing",
            "no server binaries: not in KITDB_PG_BIN, on PATH, in the usual folders, nor as a Python package",
            "install PostgreSQL 15 or newer, or name a server: --sandbox docker, --sandbox URL",
        )
    if embedded_bin() is None:
        yield Check("embedded Postgres", "note", "not installed", embedded_remedy())
    for server in servers:
        yield _try_server(server)


def _try_server(server: Server) -> Check:
    from kitdb.sandbox import start_sandbox

    try:
        started = time.perf_counter()
        with start_sandbox(server) as box, box.connect() as connection:
            connection.execute("select auth.uid()")
            return Check(str(server), "ok", f"a sandbox of it runs ({time.perf_counter() - started:.2f} s)")
    except KitdbError as error:
        return Check(str(server), "missing", str(error), error.hint)


def _engine() -> Iterator[Check]:
    from kitdb.sandbox.docker import engine_problem

    problem = engine_problem()
    if problem is None:
        yield Check("containers", "ok", "an engine answers")
    else:
        yield Check("containers", "note", f"no engine answers: {problem}", "only --sandbox docker needs one")


def _places() -> Iterator[Check]:
    import shutil

    from kitdb.sandbox.folder import cache_folder
    from kitdb.sandbox.process import ENOUGH_SHARED_MEMORY, runtime_folder, server_identity
    from kitdb.sandbox.prune import find

    identity = {"self": "you", "user namespace": "you, in a user namespace", "nobody": "the account nobody"}
    yield Check("servers run as", "ok", identity[server_identity()])
    folder = runtime_folder()
    free = shutil.disk_usage(folder).free
    found = f"{folder} ({free / 1024**3:.1f} GiB free)"
    if free >= ENOUGH_SHARED_MEMORY:
        yield Check("sandboxes live in", "ok", found)
    else:
        yield Check("sandboxes live in", "missing", found, "Free some space, or set TMPDIR to a larger folder.")
    yield Check("cache", "ok", str(cache_folder()))
    left = [found.name for found in find(containers=False) if found.state == "left behind"]
    if left:
        yield Check("leftovers", "note", ", ".join(left), "kitdb sandbox prune removes them")


def _project() -> Iterator[Check]:
    from kitdb.settings import load_settings

    try:
        settings = load_settings()
    except KitdbError as error:
        yield Check("settings", "missing", str(error), error.hint)
        return
    sources = (
        ", ".join(str(source) for source in settings.sources) or "defaults (no kitdb.toml, no supabase/config.toml)"
    )
    yield Check("settings", "ok", sources)
    if settings.migrations.is_dir():
        number = len(list(settings.migrations.glob("*.sql")))
        yield Check("migrations", "ok", f"{number} files in {settings.migrations}")
    else:
        yield Check("migrations", "note", f"no folder {settings.migrations}", "kitdb init makes one")


def _database() -> Iterator[Check]:
    from kitdb import database
    from kitdb.settings import optional_database_url

    url = optional_database_url(None)
    if url is None:
        yield Check("database", "note", "none named", "kitdb migrate needs --db-url or KITDB_DB_URL")
        return
    try:
        with database.connect(url, application_name="kitdb doctor") as connection:
            version = connection.info.parameter_status("server_version")
            yield Check(
                "database", "ok", f"{database.describe(database.connection_parameters(url))}, Postgres {version}"
            )
    except KitdbError as error:
        yield Check("database", "missing", str(error), error.hint)
