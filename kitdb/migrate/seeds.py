"""Seed files: rows of one's own for a database to work with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from glob import glob
from pathlib import Path

from kitdb.database import Connection, run_statement
from kitdb.errors import KitdbError
from kitdb.sql.files import read_sql
from kitdb.sql.split import split


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
                run_statement(connection, statement, text, str(path), SeedFailed)
        # A seed made by pg_dump empties the search path for the session.
        connection.execute("reset all")
        yield path
