"""Throwaway Postgres servers with the Supabase baseline: private, fast, and gone whatever happens to us."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from psycopg import sql

from kitdb.database import Connection
from kitdb.sandbox.baseline import DATABASE, SUPERUSER, Exposure
from kitdb.sandbox.golden import Golden, golden_directory, usable_prefix
from kitdb.sandbox.host import Described, Host, Private
from kitdb.sandbox.process import (
    CannotStartServer,
    Identity,
    ServerProcess,
    is_usable,
    runtime_folder,
    server_command,
    server_identity,
    start_guarded,
)
from kitdb.sandbox.servers import NoServer, Server, choose_server
from kitdb.sandbox.stand_ins import created

__all__ = ["DATABASE", "SUPERUSER", "Exposure", "Sandbox", "open_sandbox", "start_sandbox"]


@dataclass(slots=True)
class Sandbox:
    """One server to throw away, or one scratch database where the server is given. `postgres` is no superuser.

    The database "postgres" holds the baseline and what is done to it; `clone` makes further ones. Closing it, or the
    end of this process in whatever way, takes all of it away.
    """

    host: Host
    exposure: Exposure
    notes: tuple[str, ...] = ()
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1), repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.host.close()

    @property
    def server(self) -> Described:
        return self.host.server

    @property
    def process(self) -> ServerProcess:
        """The server's process, where it is ours."""
        if not isinstance(self.host, Private):
            raise AttributeError("this sandbox's server is no process of ours")
        return self.host.process

    def url(self, user: str = "postgres", database: str = DATABASE) -> str:
        """Where to connect. It never holds a password: where one is needed, it names the file that does."""
        return self.host.url(user, database)

    def psql(self, user: str = "postgres", database: str = DATABASE) -> str:
        """The shell line that opens psql in it."""
        return f'psql "{self.url(user, database)}"'

    def connect(self, user: str = "postgres", database: str = DATABASE, *, autocommit: bool = True) -> Connection:
        return self.host.connect(user, database, autocommit=autocommit)

    def clone(self, source: str = DATABASE) -> str:
        """A new database with what the source holds now, by its name. Nobody may be connected to the source."""
        name = f"{self.host.prefix}_{next(self._numbers)}"
        # One at a time: two that clone the same source from within it would wait for each other to leave.
        with self._lock:
            self.host.clone(source, name)
        return name

    def drop(self, name: str) -> None:
        """Remove a database, with its connections."""
        with self._lock, self.connect(SUPERUSER, self.host.control) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    def put_in_place(self, name: str) -> None:
        """Make this database the one called "postgres", in the place of the one that is; its connections end."""
        real = sql.Identifier(self.host.real_name(DATABASE))
        aside = self.clone(name)  # where to connect meanwhile
        with self._lock, self.connect(SUPERUSER, aside) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(real))
            connection.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(name), real))
        self.drop(aside)

    def note_stand_ins(self, database: str = DATABASE) -> tuple[str, ...]:
        """The stand-ins that a project made use of in the database, put into `notes` too."""
        with self.connect(database=database) as connection:
            names = created(connection)
        if names:
            note = f"stand-ins took the place of {', '.join(names)}: the same names, without what lies behind them"
            self.notes = (*(each for each in self.notes if each != note), note)
        return names

    def __str__(self) -> str:
        return f"Postgres {self.server.version} ({self.server.source}), {self.exposure} exposure"


def open_sandbox(
    provider: str = "auto",
    *,
    major: int | None = None,
    exposure: Exposure = "explicit",
    image: str | None = None,
    stand_ins: bool = True,
) -> Sandbox:
    """A running sandbox, to be used in a `with` statement.

    `provider` is "auto", "local", "embedded", "docker", or the URL of a server in which a scratch database is made;
    `major` the project's major version of Postgres, None for any; `image` the container's, None for the official one;
    `stand_ins` whether ours take the place of extensions that the server lacks.
    Raises `NoServer`, `CannotStartServer`, `CannotBuildBaseline`, `CannotConnect`, `UnfitServer`.
    """
    if is_url(provider):
        from kitdb.sandbox.remote import open_remote  # noqa: PLC0415  # only where it is asked for

        return open_remote(provider, exposure)
    if provider == "docker":
        return _open_container(image, major, exposure, stand_ins=stand_ins)
    try:
        server = choose_server(provider, major, _may_run)
    except NoServer:
        if provider == "auto" and _engine_answers():
            return _open_container(image, major, exposure, stand_ins=stand_ins)
        raise
    return start_sandbox(server, exposure, notes=tuple(_notes(server, major)), stand_ins=stand_ins)


def is_url(provider: str) -> bool:
    """Does the provider name a server rather than a way to get one?"""
    return provider.startswith(("postgresql://", "postgres://"))


def start_sandbox(
    server: Server, exposure: Exposure = "explicit", *, notes: tuple[str, ...] = (), stand_ins: bool = True
) -> Sandbox:
    """A running sandbox of this very server. Raises `CannotStartServer`, `CannotBuildBaseline`."""
    identity = server_identity()
    if not is_usable(server.bin / "postgres", identity):
        raise CannotStartServer(
            f"{server.bin} is closed to the account nobody, as which root has to run a server on this machine",
            hint="Install PostgreSQL from the system's packages, or move the virtual environment out of root's home.",
        )
    golden = golden_directory(server, exposure, identity, stand_ins=stand_ins)
    try:
        process = start_guarded(
            lambda folder: _copy_and_serve(server, golden, folder, identity), identity, runtime_folder(), "kitdb-"
        )
        try:
            process.wait_until_ready()
        except BaseException:
            process.close()
            raise
    except BaseException:
        golden.release()
        raise
    return Sandbox(Private(server, process, golden), exposure, notes)


def _open_container(image: str | None, major: int | None, exposure: Exposure, *, stand_ins: bool) -> Sandbox:
    # testcontainers takes a third of a second to import, so only who asks for a container waits for it.
    from kitdb.sandbox.docker import default_image, start_container  # noqa: PLC0415

    host, notes = start_container(image or default_image(major), exposure, stand_ins=stand_ins)
    return Sandbox(host, exposure, (*notes, *_notes(host.server, major)))


def _engine_answers() -> bool:
    from kitdb.sandbox.docker import engine_problem  # noqa: PLC0415  # as above

    return engine_problem() is None


def _may_run(server: Server) -> bool:
    return is_usable(server.bin / "postgres", server_identity())


def _copy_and_serve(server: Server, golden: Golden, folder: Path, identity: Identity) -> list[str | Path]:
    golden.copy_data(folder / "data", identity)
    prefix = usable_prefix(golden.prefix, folder, identity) if golden.prefix else None
    return server_command(server, folder, prefix)


def _notes(server: Described, major: int | None) -> list[str]:
    if major is not None and server.major != major:
        return [f"Postgres {server.major} stands in for {major}, which the project names"]
    return []
