"""A sandbox on a server that is given by its URL: scratch databases in it, and nothing else of it touched."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import errors, sql

from kitdb import database as databases
from kitdb.database import Connection
from kitdb.errors import KitdbError
from kitdb.sandbox.baseline import DATABASE, SUPERUSER, Exposure, baseline_sql, load_baseline
from kitdb.sandbox.folder import HeldFolder, make_folder
from kitdb.sandbox.host import Guard, make_url, write_passfile
from kitdb.sandbox.process import runtime_folder
from kitdb.sandbox.servers import OLDEST_MAJOR

if TYPE_CHECKING:
    from kitdb.sandbox import Sandbox

PREFIX = "kitdb_scratch_"
_NAME = re.compile(PREFIX + r"(?P<token>[0-9a-f]{12})(_\d+)?")
_COMMENT = "kitdb sandbox"  # of every database that we make

# One sandbox at a time makes the roles that are missing, or two would make the same one. The number is ours alone.
_ROLES_LOCK = 5_041_730_016_155_204_673

# A sandbox that is in use holds the advisory lock of this number and its own.
_IN_USE = 1_263_093_316


class UnfitServer(KitdbError):
    """The server may not be used for a sandbox."""

    hint = "Name a server of your own, as its superuser, or leave --sandbox out to have one started."


@dataclass(frozen=True, slots=True)
class GivenServer:
    """Somebody's server: its version, and where it is, without secrets."""

    version: str
    place: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))

    @property
    def source(self) -> str:
        return self.place

    @property
    def bin(self) -> None:
        return None


@dataclass(slots=True)
class Remote:
    """A scratch database, called `postgres` towards us, on a server that is not ours."""

    server: GivenServer
    parameters: Mapping[str, str]
    prefix: str
    settings: Mapping[str, tuple[str, ...]]
    held: HeldFolder
    guard: Guard
    holder: Connection

    @property
    def control(self) -> str:
        return self.parameters["dbname"]

    def url(self, user: str, database: str) -> str:
        return make_url({**self.parameters, "dbname": self.real_name(database), "options": self._options(user)})

    def connect(self, user: str, database: str, *, autocommit: bool) -> Connection:
        own = make_url(
            {**self.parameters, "dbname": self.real_name(database), "options": self._options(user, role=False)}
        )
        connection = databases.connect(own, application_name="kitdb sandbox", autocommit=True)
        # As a login of that role would be: a URL can only set the current role, not the session's.
        if user != SUPERUSER:
            connection.execute(sql.SQL("set session authorization {}").format(sql.Identifier(user)))
        connection.autocommit = autocommit
        return connection

    def clone(self, source: str, name: str) -> None:
        _create(self.parameters, name, self.real_name(source))

    def real_name(self, database: str) -> str:
        # Their database of that name is never ours to use.
        return self.prefix if database == DATABASE else database

    def close(self) -> None:
        self.guard.release()
        self.holder.close()
        self.held.remove()

    def _options(self, user: str, *, role: bool = True) -> str:
        settings = [*self.settings.get(user, ()), *((f"role={user}",) if role and user != SUPERUSER else ())]
        escaped = (setting.replace("\\", "\\\\").replace(" ", "\\ ") for setting in settings)
        return " ".join((self.parameters.get("options", ""), *(f"-c {setting}" for setting in escaped))).strip()


def open_remote(url: str, exposure: Exposure) -> Sandbox:
    """A sandbox in a new database on the server. Raises `CannotConnect`, `UnfitServer`, `CannotBuildBaseline`."""
    from kitdb.sandbox import Sandbox  # noqa: PLC0415  # it imports us

    given = databases.connection_parameters(url)
    with databases.connect(url, application_name="kitdb sandbox") as connection:
        server = GivenServer(
            str(connection.info.parameter_status("server_version")).split(" ")[0], databases.describe(given)
        )
        _check(connection, server)
        # What libpq worked out from the environment stands in the URLs too, but for the password.
        named = {"host": connection.info.host, "port": str(connection.info.port), "user": connection.info.user}
        parameters = {**named, "dbname": connection.info.dbname, **given}
    held = make_folder(runtime_folder(), "kitdb-remote-")
    if password := parameters.pop("password", None):
        write_passfile(held.path / "passfile", password)
        parameters["passfile"] = str(held.path / "passfile")
    token = secrets.token_hex(6)
    prefix = PREFIX + token
    guard = Guard({"kind": "databases", "url": make_url(parameters), "prefix": prefix}, held)
    holder = None
    try:
        holder = _hold(parameters, token)
        _create(parameters, prefix, "template0")
        made, settings = _prepare(parameters, prefix, exposure)
        host = Remote(server, parameters, prefix, settings, held, guard, holder)
        return Sandbox(host, exposure, tuple(_notes(host, made)))
    except BaseException:
        guard.release()
        if holder:
            holder.close()
        held.remove()
        raise


@dataclass(frozen=True, slots=True)
class Scratch:
    """A scratch database on a given server; `in_use` while its sandbox's process, on whatever machine, lives."""

    name: str
    in_use: bool
    size: int


def scratch_databases(url: str) -> list[Scratch]:
    """The scratch databases that kitdb has made on the server. Raises `CannotConnect`, `UnfitServer`."""
    with _open(url) as connection:
        return _scratch(connection)


def prune_databases(url: str) -> Iterator[str]:
    """Drop the scratch databases that nobody uses any more; their names. Raises as `scratch_databases` does."""
    with _open(url) as connection:
        for scratch in _scratch(connection):
            if not scratch.in_use:
                try:
                    connection.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(scratch.name)))
                except errors.ObjectInUse:
                    continue  # somebody has entered it meanwhile
                yield scratch.name


def _open(url: str) -> Connection:
    connection = databases.connect(url, application_name="kitdb sandbox", autocommit=True)
    try:
        version = str(connection.info.parameter_status("server_version")).split(" ")[0]
        _check(connection, GivenServer(version, databases.describe(databases.connection_parameters(url))))
    except BaseException:
        connection.close()
        raise
    return connection


def _scratch(connection: Connection) -> list[Scratch]:
    rows = connection.execute(
        "select d.datname, pg_catalog.pg_database_size(d.oid), exists (select from pg_catalog.pg_stat_activity a"
        " where a.datid = d.oid) from pg_catalog.pg_database d"
        " where pg_catalog.shobj_description(d.oid, 'pg_database') = %s order by d.datname",
        (_COMMENT,),
    ).fetchall()
    # Looked at after the databases: the lock is taken before the first of them is made.
    held = {
        key
        for (key,) in connection.execute(
            "select objid from pg_catalog.pg_locks where locktype = 'advisory' and classid = %s and granted",
            (_IN_USE,),
        )
    }
    return [
        Scratch(name, entered or _key(named["token"]) in held, size)
        for name, size, entered in rows
        if (named := _NAME.fullmatch(name))
    ]


def _hold(parameters: Mapping[str, str], token: str) -> Connection:
    """A connection that says, for as long as this process lives, that the sandbox is in use."""
    connection = databases.connect(make_url(parameters), application_name="kitdb sandbox (in use)", autocommit=True)
    connection.execute("set idle_session_timeout = 0")
    connection.execute("select pg_catalog.pg_advisory_lock(%s, %s)", (_IN_USE, _key(token)))
    return connection


def _key(token: str) -> int:
    return int(token[:7], 16)  # 28 bits: a positive number of type int


def clean_up(orders: Mapping[str, str]) -> None:
    """What the guard does when its parent is gone: the scratch databases go."""
    with databases.connect(orders["url"], application_name="kitdb sandbox") as connection:
        found = connection.execute(
            "select datname from pg_catalog.pg_database where datname = %s or pg_catalog.starts_with(datname, %s)",
            (orders["prefix"], orders["prefix"] + "_"),
        ).fetchall()
        for (name,) in found:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _check(connection: Connection, server: GivenServer) -> None:
    if server.major < OLDEST_MAJOR:
        raise UnfitServer(
            f"{server.place} is Postgres {server.version}, and {OLDEST_MAJOR} is the oldest that kitdb knows"
        )
    row = connection.execute("select current_user, current_setting('is_superuser') = 'on'").fetchone()
    if row and not row[1]:
        raise UnfitServer(
            f"{row[0]} is no superuser on {server.place}, so it cannot make the roles of a Supabase project"
        )


def _create(parameters: Mapping[str, str], name: str, source: str) -> None:
    with databases.connect(make_url(parameters), application_name="kitdb sandbox") as connection:
        connection.execute(
            sql.SQL("create database {} template {} encoding 'UTF8'").format(
                sql.Identifier(name), sql.Identifier(source)
            )
        )
        connection.execute(sql.SQL("comment on database {} is {}").format(sql.Identifier(name), sql.Literal(_COMMENT)))


def _prepare(
    parameters: Mapping[str, str], name: str, exposure: Exposure
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The baseline in the new database: the roles that were made for it, and each role's own settings."""
    with (
        # Advisory locks belong to one database: the one that all sandboxes on this server are made from.
        databases.connect(make_url(parameters), application_name="kitdb sandbox") as locking,
        databases.connect(make_url({**parameters, "dbname": name}), application_name="kitdb sandbox") as connection,
    ):
        locking.execute("select pg_catalog.pg_advisory_lock(%s)", (_ROLES_LOCK,))
        made = load_baseline(connection, baseline_sql(exposure))
        rows = connection.execute(
            "select rolname, rolconfig from pg_catalog.pg_roles where rolconfig is not null"
        ).fetchall()
    return made, {role: tuple(settings) for role, settings in rows}


def _notes(host: Remote, made: tuple[str, ...]) -> list[str]:
    notes = [f"made on {host.server.place}, and left there: the roles {', '.join(made)}"] if made else []
    with host.connect(SUPERUSER, DATABASE, autocommit=True) as connection:
        row = connection.execute("select rolsuper from pg_catalog.pg_roles where rolname = 'postgres'").fetchone()
    if row and row[0]:
        notes.append("postgres is a superuser there: what hosted Supabase forbids it is not forbidden here")
    return notes
