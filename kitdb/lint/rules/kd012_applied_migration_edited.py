from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Opened, Script
from kitdb.sql.operations import Operation


@rule("KD012", help="Restore the file, and put the change into a new migration.", on=(Opened,))
def applied_migration_edited(operation: Operation, _script: Script) -> Iterator[Problem]:
    """A migration is not what was applied to the database that --live names.

    It is not applied again, so the database and a new one that the files make are different from now on. Comments and
    white space do not count.
    """
    match operation:
        case Opened(edited=str(edited)):
            yield Problem(edited)
