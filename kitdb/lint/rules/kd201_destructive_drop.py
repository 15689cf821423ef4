from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.lint.state import Table
from kitdb.names import QualifiedName, quote_identifier
from kitdb.sql.operations import DropColumn, DropSchema, DropTable, DropType, Operation


@rule(
    "KD201",
    help="Allow it with a comment once nothing reads it any more and its rows are not needed.",
    on=(DropTable, DropColumn, DropSchema, DropType),
)
def destructive_drop(operation: Operation, script: Script) -> Iterator[Problem]:
    """A table, column or schema goes, and its contents with it.

    A migration cannot bring them back, and a client that still asks for them gets errors from then on. A table that is
    dropped if it exists, and that none of the files before makes, is an info.

    Bad:

        drop table task;

    Bad:

        alter table task drop column title;

    Bad:

        drop schema old cascade;

    Bad:

        drop type task_state cascade;

    Good:

        create table private.draft (id bigint primary key, title text);
        alter table private.draft drop column title;
        drop table private.draft;
    """
    match operation:
        case DropTable(table, if_exists=True) if table in script.before.dropped:
            return
        case DropColumn(table, name, if_exists=True) if _is_without(script.before.known(table), name):
            return
        case DropTable(table, if_exists=True) if table not in script.before.tables and script.before.has_history:
            message = f"{table} and its rows are lost, if it is there: no file before this one makes it"
            yield Problem(message, str(table), severity="info", confidence="possible")
        case DropTable(table) if not script.is_new(table):
            yield Problem(f"{table} and its rows are lost", str(table))
        case DropColumn(table, name) if not script.is_new(table):
            column = script.before.known(table).columns.get(name)
            if column is None or column.origin != script.file.origin:
                yield Problem(f"what is in column {quote_identifier(name)} of {table} is lost", str(table))
        case DropType(type_name, cascade=True):
            yield from _columns_lost(type_name, script)
        case DropSchema(schema) if script.before.schemas.get(schema) != script.file.origin:
            yield Problem(f"schema {quote_identifier(schema)} and all that is in it are lost", schema)


def _is_without(table: Table, column: str) -> bool:
    return table.complete and column not in table.columns


def _columns_lost(dropped: QualifiedName, script: Script) -> Iterator[Problem]:
    """CASCADE takes the columns of the type, from tables that have rows."""
    lost = [
        f"{quote_identifier(column)} of {table.name}"
        for table, column in script.before.columns_of_type(dropped)
        if not script.is_new(table.name)
    ]
    if lost:
        yield Problem(f"what is in column {', '.join(lost)} is lost", str(dropped))
    elif dropped not in script.before.enums and dropped not in script.before.domains:
        yield Problem(f"every column of type {dropped} is lost", str(dropped), confidence="possible")
