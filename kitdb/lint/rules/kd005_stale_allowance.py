from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.ignore import Allowance
from kitdb.lint.rule import Edit, Fix, Problem, rule
from kitdb.lint.script import Misused, Script
from kitdb.sql.operations import Operation


@rule("KD005", help="Take the comment out.", severity="warning", on=(Misused,))
def stale_allowance(operation: Operation, script: Script) -> Iterator[Problem]:
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
            yield Problem(
                f"the statement has no finding of {allowance.rule} to allow",
                allowance.rule,
                fix=_without(allowance, script),
            )


def _without(allowance: Allowance, script: Script) -> Fix | None:
    """The comment goes, with its line if there is nothing else in it; one that names other rules too stays."""
    text = script.file.text
    comment = text[allowance.start : allowance.end]
    if "," in comment.partition(":")[2].partition(":")[0]:
        return None
    start = text.rfind("\n", 0, allowance.start) + 1
    alone = not text[start : allowance.start].strip()
    stop = allowance.end + text.startswith("\n", allowance.end) if alone else allowance.end
    return Fix((Edit(start if alone else allowance.start, stop, ""),))
