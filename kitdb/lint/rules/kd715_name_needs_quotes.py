from __future__ import annotations

import re
from collections.abc import Iterator

from kitdb.lint.columns import written_columns
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import RESERVED, quote_identifier
from kitdb.sql.operations import AddColumn, CreateTable, CreateView, Operation

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")


@rule(
    "KD715",
    help="Use small letters, digits and _, and no reserved word.",
    severity="info",
    on=(AddColumn, CreateTable, CreateView),
    profiles=("strict",),
)
def name_needs_quotes(operation: Operation, script: Script) -> Iterator[Problem]:
    """A name has capitals, spaces or other signs, or is a reserved word.

    It has to be quoted wherever it is used, and whoever forgets to gets another name, or an error.

    Bad:

        create table private."Task" (id bigint primary key);

    Bad:

        create table private.task (id bigint primary key, "user" uuid);

    Good:

        create table private.task (id bigint primary key, user_id uuid);
    """
    match operation:
        case CreateTable(name) | CreateView(name):
            names = [name.name]
        case _:
            names = []
    names += [column.name for _, column in written_columns(operation, script)]
    quoted = [quote_identifier(name) for name in names if name in RESERVED or not _PLAIN.fullmatch(name)]
    if quoted:
        yield Problem(f"{', '.join(quoted)} {'has' if len(quoted) == 1 else 'have'} to be quoted wherever used")
