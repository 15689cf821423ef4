from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.columns import written_columns
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AddColumn, CreateTable, Operation


@rule(
    "KD708",
    help="Use text, with a CHECK on its length where there has to be one.",
    severity="info",
    on=(AddColumn, CreateTable),
    final=True,
    profiles=("strict",),
)
def length_in_type(operation: Operation, script: Script) -> Iterator[Problem]:
    """A length is part of a type.

    To make a varchar shorter writes the table anew. A CHECK can be added and dropped without that, and says what the
    limit is for. In text, varchar and varchar(n) the rows are the same.

    Bad:

        create table private.task (id bigint primary key, title varchar(80));

    Good:

        create table private.task (id bigint primary key, title text check (char_length(title) <= 80));
    """
    for table, column in written_columns(operation, script):
        if column.type.startswith("character varying("):
            yield Problem(f"{quote_identifier(column.name)} of {table} has its greatest length in its type", str(table))
