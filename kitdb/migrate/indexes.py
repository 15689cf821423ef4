"""Indexes that a concurrent build left INVALID: found, built again, never taken for done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import psycopg

from kitdb.database import Connection
from kitdb.errors import KitdbError, Place
from kitdb.migrate.events import IndexRebuilt
from kitdb.migrate.files import Migration
from kitdb.sql.split import Statement, words

# https://www.postgresql.org/docs/18/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
_INVALID = """
select i.indexrelid::pg_catalog.regclass::text, i.indrelid::pg_catalog.regclass::text
  from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
 where not i.indisvalid and c.relkind = 'i' order by 1
"""


class InvalidIndex(KitdbError):
    """An index that Postgres keeps up but will never read."""


@dataclass(frozen=True, slots=True)
class ConcurrentIndex:
    """What CREATE INDEX CONCURRENTLY makes: its name (None: Postgres chooses) and its table, as SQL writes them."""

    name: str | None
    table: str


def built_by(connection: Connection, statement: Statement) -> ConcurrentIndex | None:
    """The index that the statement builds without blocking writes, None for any other statement."""
    head = list(islice(words(statement.text), 4))
    if "concurrently" not in head or head[0] != "create":
        return None
    from kitdb.sql.operations import CreateIndex  # noqa: PLC0415  # the parser, only where such a statement is
    from kitdb.sql.read import read  # noqa: PLC0415

    row = connection.execute("select coalesce(pg_catalog.current_schema(), 'public')").fetchone()
    for operation in read(statement, schema=row[0] if row else "public"):
        if isinstance(operation, CreateIndex):
            return ConcurrentIndex(operation.name, str(operation.table))
    return None


def invalid(connection: Connection) -> dict[str, str]:
    """Every INVALID index and its table."""
    return dict(connection.execute(_INVALID.encode()).fetchall())


def _of_name(connection: Connection, index: ConcurrentIndex) -> tuple[str, bool] | None:
    """The index of that name on that table, and whether it is valid."""
    row = connection.execute(
        """
        select i.indexrelid::pg_catalog.regclass::text, i.indisvalid
          from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
         where i.indrelid = pg_catalog.to_regclass(%s) and c.relname = %s
        """,
        (index.table, index.name),
    ).fetchone()
    return (row[0], row[1]) if row else None


def is_complete(connection: Connection, index: ConcurrentIndex) -> bool:
    """Whether an interrupted build came to its end after all."""
    found = _of_name(connection, index) if index.name else None
    return found is not None and found[1]


def clear(
    connection: Connection,
    migration: Migration,
    statement: Statement,
    index: ConcurrentIndex | None,
    before: dict[str, str],
) -> Iterator[IndexRebuilt]:
    """Drop what an earlier try of this very index left behind. Raises `InvalidIndex` when that cannot be told."""
    if index is None:
        return
    if index.name is None:
        table = _table(connection, index)
        left = [name for name, owner in before.items() if owner == table]
        if left:
            raise InvalidIndex(
                f"{table} has the INVALID index {left[0]}, perhaps left by this statement, which names none",
                place=Place(str(migration.path), statement.line, statement.column),
                hint=f"Run drop index concurrently {left[0]}, name the index in the file, and run kitdb migrate again.",
            )
        return
    found = _of_name(connection, index)
    if found and not found[1]:
        _drop(connection, found[0])
        yield IndexRebuilt(migration, found[0])


def drop_new(connection: Connection, before: dict[str, str]) -> None:
    """After a failed build: remove what it left, as far as the server lets us."""
    try:
        for name in invalid(connection).keys() - before.keys():
            _drop(connection, name)
    except psycopg.Error:
        return  # the next run finds it and says so


def check(connection: Connection, migration: Migration, statement: Statement, before: dict[str, str]) -> None:
    """Raise `InvalidIndex` when a statement that reported success has left one (IF NOT EXISTS does)."""
    fresh = sorted(invalid(connection).keys() - before.keys())
    if fresh:
        raise InvalidIndex(
            f"index {fresh[0]} is INVALID although the statement succeeded",
            place=Place(str(migration.path), statement.line, statement.column),
            hint=f"Drop it (drop index concurrently {fresh[0]}) and run kitdb migrate again.",
        )


def _table(connection: Connection, index: ConcurrentIndex) -> str:
    row = connection.execute("select pg_catalog.to_regclass(%s)::text", (index.table,)).fetchone()
    return str(row[0]) if row and row[0] else index.table


def _drop(connection: Connection, name: str) -> None:
    # regclass::text has quoted the name where it needs it.
    connection.execute(f"drop index concurrently if exists {name}".encode())
