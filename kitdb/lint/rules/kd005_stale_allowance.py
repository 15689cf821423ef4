from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Misused, Script
from kitdb.sql.operations import Operation


@rule("KD005", help="Take the comment out.", severity="warning", on=(Misused,))
def stale_allowance(operation: Operation, _script: Script) -> Iterator[Problem]:
    """A comment allows what its statement does not do.

    Left behind, it would hide the next finding of the kind.

    Bad:

        -- kitdb: allow destructive-drop: nobody uses it
        alter table task alter column title drop default;

    Good:

        -- kitdb: allow destructive-drop: nobody uses it
        alter table task drop column title;
    """
    match operation:
        case Misused(allowance, stale=True):
            yield Problem(f"the statement has no finding of {allowance.rule} to allow", allowance.rule)
