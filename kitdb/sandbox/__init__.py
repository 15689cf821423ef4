"""Throwaway Postgres servers with the Supabase baseline: private, fast, and gone whatever happens to us."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from kitdb import database
from kitdb.sandbox.golden import CONTROL_DATABASE, DATABASE, SUPERUSER, Exposure, copy_directory, golden_directory
from kitdb.sandbox.process import (
    PORT,
    ServerProcess,
    runtime_folder,
    server_command,
    server_identity,
    start_guarded,
)
from kitdb.sandbox.servers import Server, choose_server

__all__ = ["DATABASE", "SUPERUSER", "Exposure", "Sandbox", "open_sandbox", "start_sandbox"]


@dataclass(slots=True)
class Sandbox:
    """One private server on a unix socket. Any role logs in without a password; `postgres` is no superuser.

    The database "postgres" holds the baseline and what is done to it; `clone` makes further ones. Closing it, or the
    end of this process in whatever way, ends the server and removes its folder.
    """

    server: Server
    exposure: Exposure
    notes: tuple[str, ...]
    process: ServerProcess
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.process.close()

    def url(self, user: str = "postgres", database: str = DATABASE) -> str:
        folder = quote(str(self.process.socket_folder), safe="")
        return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={folder}&port={PORT}"

    def psql(self, user: str = "postgres", database: str = DATABASE) -> str:
        """The shell line that opens psql in it."""
        return f'psql "{self.url(user, database)}"'

    def connect(
        self, user: str = "postgres", database: str = DATABASE, *, autocommit: bool = True
    ) -> database.Connection:
        return _connect(self.url(user, database), autocommit)

    def clone(self, source: str = DATABASE) -> str:
        """A new database with what the source holds now, by its name. Nobody may be connected to the source."""
        name = f"kitdb_{next(self._numbers)}"
        with self.connect(SUPERUSER, CONTROL_DATABASE) as connection:
            connection.execute(
                sql.SQL("create database {} template {} owner postgres").format(
                    sql.Identifier(name), sql.Identifier(source)
                )
            )
        return name

    def drop(self, name: str) -> None:
        """Remove a database, with its connections."""
        with self.connect(SUPERUSER, CONTROL_DATABASE) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    def __str__(self) -> str:
        return f"Postgres {self.server.version} ({self.server.source}), {self.exposure} exposure"


def _connect(url: str, autocommit: bool) -> psycopg.Connection[tuple[object, ...]]:
    return database.connect(url, application_name="kitdb sandbox", autocommit=autocommit)


def open_sandbox(provider: str = "auto", *, major: int | None = None, exposure: Exposure = "explicit") -> Sandbox:
    """A running sandbox, to be used in a `with` statement.

    `provider` is "auto", "local" or "embedded"; `major` the project's major version of Postgres, None for any.
    Raises `NoServer`, `CannotStartServer`, `CannotBuildBaseline`.
    """
    server = choose_server(provider, major)
    return start_sandbox(server, exposure, notes=tuple(_notes(server, major)))


def start_sandbox(server: Server, exposure: Exposure = "explicit", *, notes: tuple[str, ...] = ()) -> Sandbox:
    """A running sandbox of this very server. Raises `CannotStartServer`, `CannotBuildBaseline`."""
    identity = server_identity()
    golden = golden_directory(server, exposure, identity)
    process = start_guarded(
        lambda folder: _copy_and_serve(server, golden, folder), identity, runtime_folder(), "kitdb-"
    )
    try:
        process.wait_until_ready()
    except BaseException:
        process.close()
        raise
    return Sandbox(server, exposure, notes, process)


def _copy_and_serve(server: Server, golden: Path, folder: Path) -> list[str | Path]:
    copy_directory(golden, folder / "data")
    return server_command(server.bin, folder)


def _notes(server: Server, major: int | None) -> list[str]:
    if major is not None and server.major != major:
        return [f"Postgres {server.major} stands in for {major}, which the project names and this machine lacks"]
    return []
