from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import DeadRows, Script
from kitdb.sql.operations import Operation


@rule(
    "KD718",
    help="See what holds autovacuum back (a long transaction, a slot, its settings), then VACUUM the table.",
    severity="info",
    on=(DeadRows,),
    final=True,
    profiles=("strict",),
)
def dead_rows_left(operation: Operation, _script: Script) -> Iterator[Problem]:
    """A large part of a table is rows that are gone.

    They take space in the table and its indexes, and every scan reads them, until VACUUM has made room. It takes more
    than 10,000 such rows, and a fifth of the table. Only --live says this.
    """
    match operation:
        case DeadRows(table, dead, alive):
            yield Problem(f"{table} has {dead} rows that are gone beside {alive} that are there", str(table))
