from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.columns import written_columns
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AddColumn, CreateTable, Operation


@rule("KD709", help="Use text.", severity="info", on=(AddColumn, CreateTable), final=True, profiles=("strict",))
def padded_text(operation: Operation, script: Script) -> Iterator[Problem]:
    """A text is padded with spaces.

    character(n) fills each value up with spaces, which take room, and which some operators see and others do not.

    Bad:

        create table private.task (id bigint primary key, country char(2));

    Good:

        create table private.task (id bigint primary key, country text check (char_length(country) = 2));
    """
    for table, column in written_columns(operation, script):
        if column.type.startswith("character(") or column.type in ("bpchar", "character"):
            yield Problem(f"{quote_identifier(column.name)} of {table} is padded with spaces", str(table))
