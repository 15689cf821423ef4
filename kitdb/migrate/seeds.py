"""Seed files: rows of one's own for a database to work with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from glob import glob
from pathlib import Path

import psycopg

from kitdb.database import Connection
from kitdb.errors import KitdbError, Place
from kitdb.sql.files import read_sql
from kitdb.sql.split import Statement, position, split


class SeedFailed(KitdbError):
    """A statement of a seed file failed."""

    hint = "Nothing of this file was kept. Correct it and try again."


def seed_files(patterns: Sequence[Path]) -> tuple[Path, ...]:
    """The files that the patterns match, each once: by pattern as given, by name within one."""
    # Path.glob takes no absolute pattern.
    found = (Path(name) for pattern in patterns for name in sorted(glob(str(pattern), recursive=True)))  # noqa: PTH207
    return tuple(dict.fromkeys(path for path in found if path.is_file()))


def run_seeds(connection: Connection, paths: Sequence[Path]) -> Iterator[Path]:
    """Run each file in a transaction of its own; yields a file when it is done. Raises `SeedFailed`, `CannotRead`."""
    for path in paths:
        text = read_sql(path)
        statements = split(text, str(path))
        with connection.transaction():
            for statement in statements:
                _run(connection, path, text, statement)
        # A seed made by pg_dump empties the search path for the session.
        connection.execute("reset all")
        yield path


def _run(connection: Connection, path: Path, text: str, statement: Statement) -> None:
    if statement.kind == "meta":
        return  # \restrict of pg_dump, which a server does not know
    try:
        if statement.data is None:
            connection.execute(statement.text.encode())
            return
        with connection.cursor().copy(statement.text.encode()) as rows:
            rows.write(text[slice(*statement.data)])
    except psycopg.Error as error:
        offset = int(error.diag.statement_position or 1) - 1
        line, column = position(text, statement.start + offset)
        message = error.diag.message_primary or str(error).splitlines()[0]
        raise SeedFailed(f"{message} (SQLSTATE {error.sqlstate})", place=Place(str(path), line, column)) from error
