from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Misused, Script
from kitdb.sql.operations import Operation


@rule("KD004", help="Write -- kitdb: allow RULE: reason, with the name of a rule.", on=(Misused,))
def unknown_allowance(operation: Operation, _script: Script) -> Iterator[Problem]:
    """A comment means to allow something, and kitdb cannot tell what or why.

    It must name a rule by its name or code, and say why the finding is right here.

    Bad:

        -- kitdb: allow destructive-dorp: nobody uses it
        drop table private.task;

    Bad:

        -- kitdb: allow destructive-drop
        drop table private.task;

    Bad:

        -- kitdb: ignore destructive-drop: nobody uses it
        drop table private.task;

    Good:

        -- kitdb: allow destructive-drop: nobody uses it
        drop table private.task;
    """
    match operation:
        case Misused(allowance, stale=False):
            yield Problem(allowance.problem or f"there is no rule {allowance.rule!r}", allowance.rule or None)
