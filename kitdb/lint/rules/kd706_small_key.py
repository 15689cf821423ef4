from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import CreateTable, Operation


@rule("KD706", help="Use bigint.", severity="info", on=(CreateTable,), final=True, profiles=("strict",))
def small_key(operation: Operation, script: Script) -> Iterator[Problem]:
    """The primary key is an integer that can run out.

    After some two thousand million numbers inserts fail, and to make the column a bigint then writes the table and
    those that refer to it anew. A bigint takes four bytes more, often none for its place in the row.

    Bad:

        create table private.task (id int generated always as identity primary key);

    Good:

        create table private.task (id bigint generated always as identity primary key);

    Good:

        create table private.grade (id int primary key);
    """
    table = script.final.lookup.table_from.get(id(operation))
    if table is None or not isinstance(operation, CreateTable):
        return
    numbered = {column.name for column in operation.columns if column.identity or column.type in _SERIALS}
    for name in table.primary_key():
        column = table.columns.get(name)
        if name in numbered and column is not None and column.type in (*_SERIALS, "integer", "smallint"):
            yield Problem(f"{quote_identifier(name)} of {table.name} runs out of numbers", str(table.name))


_SERIALS = ("serial", "serial4", "smallserial", "serial2")
