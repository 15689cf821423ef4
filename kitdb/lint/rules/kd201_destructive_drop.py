from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import DropColumn, DropSchema, DropTable, Operation


@rule(
    "KD201",
    help="Allow it with a comment once nothing reads it any more and its rows are not needed.",
    on=(DropTable, DropColumn, DropSchema),
)
def destructive_drop(operation: Operation, script: Script) -> Iterator[Problem]:
    """A table, column or schema goes, and its contents with it.

    A migration cannot bring them back, and a client that still asks for them gets errors from then on.

    Bad:

        drop table task;

    Bad:

        alter table task drop column title;

    Bad:

        drop schema old cascade;

    Good:

        create table private.draft (id bigint primary key, title text);
        alter table private.draft drop column title;
        drop table private.draft;
    """
    match operation:
        case DropTable(table, if_exists=True) if table in script.before.dropped:
            return
        case DropTable(table) if not script.is_new(table):
            yield Problem(f"{table} and its rows are lost", str(table))
        case DropColumn(table, name) if not script.is_new(table):
            column = script.before.known(table).columns.get(name)
            if column is None or column.origin != script.file.origin:
                yield Problem(f"what is in column {quote_identifier(name)} of {table} is lost", str(table))
        case DropSchema(schema) if script.before.schemas.get(schema) != script.file.origin:
            yield Problem(f"schema {quote_identifier(schema)} and all that is in it are lost", schema)
