"""What a comparison can be about: the migrations, the declared schema, files of SQL, a live database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kitdb.errors import KitdbError

if TYPE_CHECKING:
    from kitdb.diff.state import State
    from kitdb.migrate.files import MigrationFolder
    from kitdb.report.progress import Progress
    from kitdb.sandbox import Sandbox
    from kitdb.settings import Settings


class OtherMajor(KitdbError):
    """Catalogs of two major versions of Postgres cannot be compared."""

    hint = "Name the server for the sandbox: KITDB_PG_BIN, or --sandbox docker."

    def __init__(self, live: int, sandbox: int) -> None:
        super().__init__(f"the database is Postgres {live}, the sandbox Postgres {sandbox}")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its state, and the database of the sandbox that holds it (a live one is elsewhere).

    `folder` are the migrations that made it.
    """

    name: str
    state: State
    database: str | None = None
    folder: MigrationFolder | None = None


def is_url(text: str) -> bool:
    return re.match(r"postgres(ql)?://|\w+=", text) is not None


def live_major(url: str) -> int:
    from kitdb import database

    with database.connect(url, application_name="kitdb diff") as connection:
        return database.server_major(connection)


def live_side(url: str, sandbox: Sandbox) -> Side:
    """The state of a live database, read in one snapshot. Raises `OtherMajor`."""
    from kitdb import database
    from kitdb.diff.state import read_state

    with database.connect(url, application_name="kitdb diff") as connection:
        if database.server_major(connection) != sandbox.server.major:
            raise OtherMajor(database.server_major(connection), sandbox.server.major)
        connection.execute("set default_transaction_read_only = on")
        return Side("the database", read_state(connection))


@contextmanager
def live_beside(
    settings: Settings, folder: MigrationFolder, url: str, progress: Progress
) -> Iterator[tuple[Sandbox, Side, Side]]:
    """What the migrations give, in a sandbox of the live database's major version, and the live database."""
    from kitdb.cli.project import project_sandbox, replay
    from kitdb.diff.state import read_state
    from kitdb.diff.verify import scratch

    with project_sandbox(replace(settings, pg_major=live_major(url)), progress) as box:
        live = live_side(url, box)
        with scratch(box) as (name, connection):
            replay(box, folder, progress, name)
            state = read_state(connection)
            connection.close()
            yield box, Side("migrations", state, name, folder), live


@contextmanager
def sides(settings: Settings, sandbox: Sandbox, names: list[str], progress: Progress) -> Iterator[list[Side]]:
    """The sides that the names stand for: "migrations", "declared", a URL, or files and folders of SQL."""
    with ExitStack() as stack:
        yield [_side(settings, sandbox, name, progress, stack) for name in names]


def _side(settings: Settings, sandbox: Sandbox, name: str, progress: Progress, stack: ExitStack) -> Side:
    from kitdb.cli.project import replay
    from kitdb.diff.declared import declared_files, load, read_declared
    from kitdb.diff.state import read_state
    from kitdb.diff.verify import scratch
    from kitdb.migrate.files import MigrationFolder, read_migrations

    if is_url(name):
        return live_side(name, sandbox)
    database, connection = stack.enter_context(scratch(sandbox))
    path = Path(name)
    folder = None
    if name == "migrations" or (path.is_dir() and _is_migrations(path)):
        path = settings.migrations if name == "migrations" else path
        folder = read_migrations(path) if path.is_dir() else MigrationFolder(path, ())
        replay(sandbox, folder, progress, database)
    else:
        policies = [settings.policies] if settings.policies.is_dir() else []
        paths = [*settings.schemas, *policies] if name == "declared" else [path]
        load(connection, read_declared(declared_files(paths)))
    state = read_state(connection)
    connection.close()
    return Side(name, state, database, folder)


def _is_migrations(path: Path) -> bool:
    names = [file.name for file in path.glob("*.sql")]
    return bool(names) and all(re.match(r"\d{4,}_", name) for name in names)
