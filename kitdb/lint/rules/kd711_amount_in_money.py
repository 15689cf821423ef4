from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.columns import written_columns
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AddColumn, CreateTable, Operation


@rule(
    "KD711",
    help="Use numeric, or whole cents in a bigint.",
    severity="info",
    on=(AddColumn, CreateTable),
    final=True,
    profiles=("strict",),
)
def amount_in_money(operation: Operation, script: Script) -> Iterator[Problem]:
    """An amount is kept in the type money.

    What a money value means depends on the setting lc_monetary of whoever reads it, and it has no currency.

    Bad:

        create table private.task (id bigint primary key, price money);

    Good:

        create table private.task (id bigint primary key, price numeric(12, 2));
    """
    for table, column in written_columns(operation, script):
        if column.type in ("money", "money[]"):
            yield Problem(f"{quote_identifier(column.name)} of {table} is money", str(table))
