"""Seeds: SQL with rows of one's own, run before a check makes its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from kitdb.database import Connection, run_statement
from kitdb.errors import KitdbError, Place
from kitdb.rls import run
from kitdb.sql.split import Statement, position, split

_WHOLE = ("begin", "start", "commit", "end")  # a seed is one transaction anyway
_BACK = ("rollback", "abort")


class BadSeed(KitdbError):
    """A seed that was to be run before the check fails."""

    hint = "Seeds run after the migrations, in one transaction with the check."


@dataclass(frozen=True, slots=True)
class Seed:
    """The text of a seed, and the file that it is from."""

    text: str
    path: str = "seed"


def run_seeds(connection: Connection, seeds: Sequence[Seed]) -> None:
    """Run them in the transaction of the check. Raises `BadSeed` at the statement that fails."""
    for seed in seeds:
        with connection.transaction():
            for statement in split(seed.text, seed.path):
                _run(connection, seed, statement)
        # one made by pg_dump empties the search path and switches row security off
        connection.execute("reset all")
        run.settings(connection)
    if seeds:
        _due(connection, seeds)


def _run(connection: Connection, seed: Seed, statement: Statement) -> None:
    if statement.word in _BACK and " to " not in statement.text.lower():
        place = Place(seed.path, *position(seed.text, statement.start))
        raise BadSeed(f"a seed cannot end with {statement.text.lower()}", place=place, hint="Take the statement out.")
    if statement.word not in _WHOLE:
        run_statement(connection, statement, seed.text, seed.path, BadSeed)


def _due(connection: Connection, seeds: Sequence[Seed]) -> None:
    """What a seed leaves to the end of its transaction is due now."""
    try:
        with connection.transaction():
            connection.execute("set constraints all immediate")
    except psycopg.Error as error:
        place = Place(", ".join(seed.path for seed in seeds))
        raise BadSeed(f"{error.diag.message_primary} (SQLSTATE {error.sqlstate})", place=place) from error
