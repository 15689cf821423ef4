from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.lint.volatile import volatile_calls
from kitdb.names import quote_identifier
from kitdb.sql.operations import AddColumn, Column, Operation

_SERIAL = ("serial", "serial2", "serial4", "serial8", "smallserial", "bigserial")


@rule(
    "KD110",
    help="Add the column without it, fill it in batches, and set the default afterwards.",
    on=(AddColumn,),
)
def add_column_rewrites(operation: Operation, script: Script) -> Iterator[Problem]:
    """A new column has another value in every row, so the whole table is written anew.

    Reads and writes wait meanwhile, under ACCESS EXCLUSIVE, and the table takes its space twice. A constant default,
    or one that is the same for the whole statement (now()), is kept once and costs nothing.

    Bad:

        alter table task add column token uuid default gen_random_uuid();

    Bad:

        alter table task add column number bigserial;

    Bad:

        alter table task add column number bigint generated always as identity;

    Bad:

        alter table task add column title_length int generated always as (length(title)) stored;

    Good:

        alter table task add column created_at timestamptz default now();

    Good:

        alter table task add column token uuid;
        alter table task alter column token set default gen_random_uuid();

    Good:

        create table private.task (id bigint primary key);
        alter table private.task add column token uuid default gen_random_uuid();
    """
    match operation:
        case AddColumn(table, column) if not script.is_new(table):
            why = _why(column, script)
            if why:
                yield Problem(
                    f"{table} is written anew while reads and writes wait: "
                    f"column {quote_identifier(column.name)} {why}",
                    str(table),
                )


def _why(column: Column, script: Script) -> str | None:
    if column.type in _SERIAL or column.identity:
        return "takes a number of its own for each row"
    if column.generated:
        return "is computed for each row" if column.generated.stored else None
    if column.default is not None and (calls := volatile_calls(column.default, script.before)):
        return f"has a default that each row works out for itself ({', '.join(calls)})"
    domain = script.before.domain(column.type)
    if domain is not None and (domain.not_null or domain.constraints):
        return f"is of the domain {domain.domain}, which checks each row"
    if domain is not None and domain.default is not None and volatile_calls(domain.default, script.before):
        return f"is of the domain {domain.domain}, whose default each row works out for itself"
    return None
