from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.columns import written_columns
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AddColumn, CreateTable, Operation


@rule(
    "KD707",
    help="Use GENERATED ALWAYS AS IDENTITY.",
    severity="info",
    on=(AddColumn, CreateTable),
    final=True,
    profiles=("strict",),
)
def serial_column(operation: Operation, script: Script) -> Iterator[Problem]:
    """A column is a serial.

    serial makes a sequence that is nobody's: its rights are given apart, and an INSERT may overrule it without a word.
    An identity column owns its sequence.

    Bad:

        create table private.task (id bigserial primary key);

    Good:

        create table private.task (id bigint generated always as identity primary key);
    """
    for table, column in written_columns(operation, script):
        if column.type in _SERIALS:
            yield Problem(f"{quote_identifier(column.name)} of {table} is a serial", str(table))


_SERIALS = ("serial", "bigserial", "smallserial", "serial4", "serial8", "serial2")
