from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import InvalidIndex, Script
from kitdb.sql.operations import Operation


@rule("KD705", help="Drop it concurrently, and create it again.", severity="warning", on=(InvalidIndex,), final=True)
def invalid_index(operation: Operation, _script: Script) -> Iterator[Problem]:
    """An index was never finished.

    CREATE INDEX CONCURRENTLY that fails leaves it behind: every write keeps it up, no query uses it, and where it is
    unique nothing is. Only --live says this.
    """
    match operation:
        case InvalidIndex(index, table):
            yield Problem(f"index {index} of {table} is invalid: it costs every write and serves no query", str(table))
