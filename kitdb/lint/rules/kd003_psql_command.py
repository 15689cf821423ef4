from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import Operation, PsqlCommand

# pg_dump writes these around a dump, and they only concern psql.
_HARMLESS = (r"\restrict", r"\unrestrict")


@rule("KD003", help="Write what it does in SQL, or take the line out.", on=(PsqlCommand,))
def psql_command(operation: Operation, _script: Script) -> Iterator[Problem]:
    r"""A line is a command for psql, which a server does not understand.

    Bad:

        \set owner 'someone'

    Good:

        \restrict abc
        create table private.task (id bigint primary key);
        \unrestrict abc
    """
    match operation:
        case PsqlCommand(text) if (command := text.split(maxsplit=1)[0]) not in _HARMLESS:
            yield Problem(f"{command} is a command of psql, not SQL")
