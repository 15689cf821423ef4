"""Which migrations are applied? The history that the Supabase CLI keeps, and beside it what kitdb alone knows.

`supabase_migrations.schema_migrations` is the CLI's, in its form, so that both tools can work on one database.
`supabase_migrations.kitdb_migrations` holds checksums, times and the progress of files that run statement by statement;
a row there may be missing for any version, and the CLI's `repair` cannot harm it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from kitdb.database import Connection

_TABLES = """
select to_regclass('supabase_migrations.schema_migrations') is not null,
       to_regclass('supabase_migrations.kitdb_migrations') is not null,
       to_regnamespace('supabase_migrations') is not null,
       coalesce((select array_agg(attname::text) from pg_catalog.pg_attribute
                  where attrelid = to_regclass('supabase_migrations.schema_migrations')
                    and attnum > 0 and not attisdropped), '{}')
"""

_CREATE_SCHEMA = "create schema if not exists supabase_migrations"
# The CLI's own table, column by column as it makes it.
_CREATE_HISTORY = """
create table if not exists supabase_migrations.schema_migrations (
  version text not null primary key,
  statements text[],
  name text
)
"""
_CREATE_OWN = """
create table if not exists supabase_migrations.kitdb_migrations (
  version text primary key,
  checksum text not null,
  applied_at timestamptz,
  applied_by text not null default session_user,
  seconds double precision,
  statements_done int not null default 0,
  statements_total int not null default 0,
  statements_checksum text,
  running boolean not null default false
)
"""


@dataclass(frozen=True, slots=True)
class AppliedMigration:
    """One row of the history. `statements` is None where the row has none, or where nobody has to compare them."""

    version: str
    name: str | None = None
    statements: tuple[str, ...] | None = None
    checksum: str | None = None
    applied_at: datetime | None = None
    applied_by: str | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file that runs statement by statement has come; `running` says that one more had been begun."""

    version: str
    done: int
    total: int
    done_checksum: str | None
    running: bool = False


@dataclass(frozen=True, slots=True)
class Ledger:
    """The history as read: what is applied, by version, and what was begun and not finished."""

    applied: tuple[AppliedMigration, ...] = ()
    unfinished: tuple[Progress, ...] = ()

    def by_version(self) -> dict[str, AppliedMigration]:
        return {row.version: row for row in self.applied}

    def progress(self, version: str) -> Progress | None:
        return next((row for row in self.unfinished if row.version == version), None)


def read_ledger(connection: Connection, checksums: Mapping[str, str] | None = None) -> Ledger:
    """The history, empty where there is none. Reads only; SELECT on the tables is enough.

    `checksums` are those of today's files by version: where one is what was applied, the row's statements stay unread.
    """
    history, own, _, columns = _tables(connection)
    facts = _own_facts(connection) if own else {}
    same = [version for version, fact in facts.items() if fact[0] == (checksums or {}).get(version)]
    applied = _history(connection, columns, facts, same) if history else ()
    versions = {row.version for row in applied}
    unfinished = tuple(
        Progress(version, done, total, prefix, running)
        for version, (_, at, _, _, done, total, prefix, running) in sorted(facts.items())
        if version not in versions and at is None and (done or running)
    )
    return Ledger(applied, unfinished)


def create_ledger(connection: Connection) -> None:
    """Make the two tables where they are missing; needs no right that it does not use."""
    history, own, schema, columns = _tables(connection)
    if not schema:
        connection.execute(_CREATE_SCHEMA)
    if not history:
        connection.execute(_CREATE_HISTORY)
    elif "statements" not in columns or "name" not in columns:
        connection.execute(
            "alter table supabase_migrations.schema_migrations add column if not exists statements text[]"
        )
        connection.execute("alter table supabase_migrations.schema_migrations add column if not exists name text")
    if not own:
        connection.execute(_CREATE_OWN)


def _tables(connection: Connection) -> tuple[bool, bool, bool, list[str]]:
    row = connection.execute(_TABLES).fetchone()
    assert row is not None  # noqa: S101  # a select without from
    return row[0], row[1], row[2], row[3]


_Facts = tuple[str, datetime | None, str, float | None, int, int, str | None, bool]


def _own_facts(connection: Connection) -> dict[str, _Facts]:
    try:
        rows = connection.execute(
            "select version, checksum, applied_at, applied_by, seconds, statements_done, statements_total,"
            " statements_checksum, running from supabase_migrations.kitdb_migrations order by version"
        )
        return {row[0]: row[1:] for row in rows}
    except psycopg.errors.InsufficientPrivilege:
        # Rights on the CLI's table alone are enough to plan with.
        return {}


def _history(
    connection: Connection, columns: Sequence[str], facts: Mapping[str, _Facts], same: Sequence[str]
) -> tuple[AppliedMigration, ...]:
    name = "name" if "name" in columns else "null::text"
    # Statements are the bulk of the table: only those that a comparison needs are fetched.
    statements = "case when version <> all (%s) then statements end" if "statements" in columns else "null::text[]"
    parameters = (list(same),) if "statements" in columns else ()
    rows = connection.execute(
        f"select version, {name}, {statements} from supabase_migrations.schema_migrations"  # noqa: S608  # fixed texts
        ' order by version collate "C"'.encode(),
        parameters,
    )
    return tuple(_applied(row[0], row[1], row[2], facts.get(row[0])) for row in rows)


def _applied(version: str, name: str | None, statements: Iterable[str] | None, fact: _Facts | None) -> AppliedMigration:
    stored = tuple(statements) if statements is not None else None
    if fact is None:
        return AppliedMigration(version, name, stored)
    return AppliedMigration(version, name, stored, fact[0] if fact[1] else None, fact[1], fact[2], fact[3])
