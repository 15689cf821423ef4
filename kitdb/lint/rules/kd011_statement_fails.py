from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script, Unread
from kitdb.sql.operations import Operation


@rule("KD011", help="Correct the statement, or the order of the files.", on=(Unread,))
def statement_fails(_operation: Operation, _script: Script) -> Iterator[Problem]:
    """A statement fails when it is run.

    Only --trace says this: it runs the files in a throwaway Postgres, after those that come before them. What the
    sandbox lacks and the platform has is not counted.
    """
    return iter(())
