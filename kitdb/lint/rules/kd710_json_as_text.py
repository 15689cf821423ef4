from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.columns import written_columns
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AddColumn, CreateTable, Operation


@rule("KD710", help="Use jsonb.", severity="info", on=(AddColumn, CreateTable), final=True, profiles=("strict",))
def json_as_text(operation: Operation, script: Script) -> Iterator[Problem]:
    """A document is kept as its text.

    json is parsed again at each access, can be neither compared nor indexed, and keeps keys that are there twice.

    Bad:

        create table private.task (id bigint primary key, details json);

    Good:

        create table private.task (id bigint primary key, details jsonb);
    """
    for table, column in written_columns(operation, script):
        if column.type in ("json", "json[]"):
            yield Problem(f"{quote_identifier(column.name)} of {table} is json, not jsonb", str(table))
