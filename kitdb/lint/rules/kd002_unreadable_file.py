from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script, Unread
from kitdb.sql.operations import Operation


@rule("KD002", help="Make it a file of UTF-8 text that can be read.", on=(Unread,))
def unreadable_file(operation: Operation, _script: Script) -> Iterator[Problem]:
    """A file is no UTF-8 text, so nothing in it was checked.

    Postgres takes a migration as UTF-8. Bytes in another encoding are refused, or stored as other letters than
    their author saw.
    """
    match operation:
        case Unread(message=message, whole_file=True):
            yield Problem(message)
