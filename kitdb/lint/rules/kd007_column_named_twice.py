from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import CreateTable, Insert, Operation, Update


@rule("KD007", help="Name the column once.", on=(CreateTable, Insert, Update))
def column_named_twice(operation: Operation, _script: Script) -> Iterator[Problem]:
    """A statement names a column twice where it may be named once.

    The parser lets it pass and the server refuses it, when the migration runs.

    Bad:

        update task set done = true, title = 'x', done = false where id = 1;

    Bad:

        insert into task (id, title, id) values (1, 'x', 2);

    Good:

        update task set tags[1] = 'a', tags[2] = 'b' where id = 1;
    """
    match operation:
        case CreateTable(table, columns):
            names = [column.name for column in columns]
        case Insert(table, names) | Update(table, _, names):
            pass
        case _:
            return
    for name, times in Counter(names).items():
        if times > 1:
            yield Problem(f"column {quote_identifier(name)} of {table} is named {times} times", str(table))
