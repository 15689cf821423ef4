"""What runs a sandbox's server: a process of ours, a container, or somebody else's server."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from psycopg import sql

from kitdb import database as databases
from kitdb.database import Connection
from kitdb.sandbox.baseline import DATABASE, SUPERUSER
from kitdb.sandbox.folder import HeldFolder
from kitdb.sandbox.golden import Golden
from kitdb.sandbox.process import PORT, ServerProcess
from kitdb.sandbox.servers import Server

GUARD_SECONDS = 40
RELEASED = "released"  # the parent lives, and has nothing in the making


class Described(Protocol):
    """A server in words: which Postgres, and where it comes from."""

    @property
    def version(self) -> str: ...
    @property
    def major(self) -> int: ...
    @property
    def source(self) -> str: ...
    @property
    def bin(self) -> Path | None:
        """The folder of its programs (pg_dump), None where they are not on this machine."""


class Host(Protocol):
    """A running server that a sandbox works in. URLs hold no password: where one is needed they name a file."""

    @property
    def server(self) -> Described: ...
    @property
    def control(self) -> str:
        """The database from which others are made."""

    @property
    def prefix(self) -> str:
        """How the names of the databases begin that are made."""

    def url(self, user: str, database: str) -> str: ...
    def connect(self, user: str, database: str, *, autocommit: bool) -> Connection: ...
    def clone(self, source: str, name: str) -> None: ...
    def real_name(self, database: str) -> str:
        """What the server calls the database that is called so here."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Private:
    """A server process of our own on a private socket. Any role logs in without a password."""

    server: Server
    process: ServerProcess
    golden: Golden
    control: str = DATABASE
    prefix: str = "kitdb"

    def url(self, user: str, database: str) -> str:
        return make_url({"user": user, "dbname": database, "host": str(self.process.socket_folder), "port": str(PORT)})

    def connect(self, user: str, database: str, *, autocommit: bool) -> Connection:
        return connect(self.url(user, database), autocommit=autocommit)

    def clone(self, source: str, name: str) -> None:
        create_database(self, source, name)

    def real_name(self, database: str) -> str:
        return database

    def close(self) -> None:
        self.process.close()
        self.golden.release()


def create_database(host: Host, source: str, name: str) -> None:
    """A database that is a copy of the source and belongs to postgres."""
    with host.connect(SUPERUSER, host.control, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {} owner postgres").format(
                sql.Identifier(name), sql.Identifier(source)
            )
        )


def connect(url: str, *, autocommit: bool) -> Connection:
    return databases.connect(url, application_name="kitdb sandbox", autocommit=autocommit)


def make_url(parameters: Mapping[str, str]) -> str:
    """A URL with these libpq parameters; the host goes into the query, where a socket's folder may stand too."""
    rest = {key: value for key, value in parameters.items() if key not in ("user", "dbname")}
    user, database = (quote(parameters[key], safe="") for key in ("user", "dbname"))
    query = "&".join(f"{key}={quote(value, safe='')}" for key, value in rest.items())
    return f"postgresql://{user}@/{database}?{query}"


def write_passfile(path: Path, password: str) -> None:
    """A file for libpq's `passfile`, readable by us alone."""
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"*:*:*:*:{escaped}\n")


class Guard:
    """A process that outlives us and takes away what we made elsewhere: a container, databases on another server.

    It reads its orders and then waits for the pipe's end, which comes when we close it or die in whatever way.
    """

    def __init__(self, orders: Mapping[str, str], held: HeldFolder) -> None:
        package = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kitdb.sandbox.guard"],
            stdin=subprocess.PIPE,
            stdout=held.lock,  # held open, not written to: the folder stays held as long as the guard lives
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        # Through the pipe: what stands in arguments and environments can be read by others.
        self._write(json.dumps({**orders, "folder": str(held.path)}))

    def release(self) -> None:
        """Have it do its work now, and wait for that; safe to call twice."""
        if self.process.stdin and not self.process.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self._write(RELEASED)
                self.process.stdin.close()
        try:
            self.process.wait(GUARD_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _write(self, line: str) -> None:
        assert self.process.stdin is not None  # noqa: S101  # it is a pipe
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
