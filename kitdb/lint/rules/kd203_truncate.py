from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import Operation, Truncate


@rule("KD203", help="Allow it with a comment if the rows are really not needed.", on=(Truncate,))
def truncate(operation: Operation, script: Script) -> Iterator[Problem]:
    """All rows of a table are thrown away.

    No row-level security or trigger for each row is asked, nothing can be brought back, and with CASCADE every table
    that refers to it is emptied too. Reads and writes wait until the commit.

    Bad:

        truncate task;

    Bad:

        truncate task cascade;

    Good:

        create table private.task (id bigint primary key);
        truncate private.task;
    """
    match operation:
        case Truncate(table, cascade=cascade) if not script.is_new(table):
            more = ", and of every table that refers to it," if cascade else ""
            yield Problem(f"all rows of {table}{more} are lost", str(table))
