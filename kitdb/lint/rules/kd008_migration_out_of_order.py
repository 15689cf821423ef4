from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Opened, Script
from kitdb.sql.operations import Operation


@rule("KD008", help="Give the file a name of the form <version>_<name>.sql, newer than all others.", on=(Opened,))
def migration_out_of_order(operation: Operation, _script: Script) -> Iterator[Problem]:
    """A migration has a name under which it is skipped, refused or applied at another time than meant.

    Two files with one version are one migration to the history, and the second is never applied. A file that is
    older than an applied one is refused. A file whose name is not `<version>_<name>.sql` is passed over. With --since
    the files that are there already count as applied.
    """
    match operation:
        case Opened(problem=str(problem)):
            yield Problem(problem)
