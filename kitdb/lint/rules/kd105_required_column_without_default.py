from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AddColumn, Operation, PrimaryKey

_SERIAL = ("serial", "serial2", "serial4", "serial8", "smallserial", "bigserial")


@rule("KD105", help="Give it a default, or add it without NOT NULL, fill it, and require it later.", on=(AddColumn,))
def required_column_without_default(operation: Operation, script: Script) -> Iterator[Problem]:
    """A column is added that no row may leave empty, and nothing fills it.

    The statement fails on any table that has a row, though it works on the empty one of a developer.

    Bad:

        alter table task add column org_id bigint not null;

    Good:

        alter table task add column position integer not null default 0;

    Good:

        alter table task add column number bigint not null generated always as identity;

    Good:

        create table private.task (id bigint primary key);
        alter table private.task add column org_id bigint not null;
    """
    match operation:
        case AddColumn(table, column, constraints) if not script.is_new(table):
            required = column.not_null or any(isinstance(constraint, PrimaryKey) for constraint in constraints)
            filled = column.default is not None or column.identity or column.generated or column.type in _SERIAL
            if required and not filled:
                yield Problem(
                    f"column {quote_identifier(column.name)} cannot be null and has no default: "
                    f"this fails if {table} has a row",
                    str(table),
                )
