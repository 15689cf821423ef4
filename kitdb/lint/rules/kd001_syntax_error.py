from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script, Unread
from kitdb.sql.operations import Operation


@rule("KD001", help="Correct the SQL; nothing after this point of the statement was checked.", on=(Unread,))
def syntax_error(operation: Operation, _script: Script) -> Iterator[Problem]:
    """Postgres cannot parse a statement.

    The parser is Postgres's own, so a server would reject the statement with the same words. A template
    (`{{ … }}`) is no SQL either: lint what it makes.

    Bad:

        create table task (id bigint primary key, title text,);

    Bad:

        insert into task (title) values ('unfinished);

    Good:

        create table private.task (id bigint primary key, title text);
    """
    match operation:
        case Unread(message=message, whole_file=False):
            yield Problem(message)
