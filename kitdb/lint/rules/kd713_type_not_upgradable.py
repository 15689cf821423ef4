from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.columns import written_columns
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AddColumn, CreateTable, Operation

# https://www.postgresql.org/docs/18/pgupgrade.html
_REFUSED = frozenset(
    "regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure".split()
)


@rule(
    "KD713",
    help="Keep the name as text, and cast it where it is used.",
    severity="warning",
    on=(AddColumn, CreateTable),
    final=True,
)
def type_not_upgradable(operation: Operation, script: Script) -> Iterator[Problem]:
    """A column has a type that pg_upgrade refuses.

    Such a column holds the number of an object, which is another one in the new cluster, so the project cannot be
    upgraded as long as it is there. regclass, regrole and regtype are no obstacle.

    Bad:

        create table private.job (id bigint primary key, handler regprocedure);

    Good:

        create table private.job (id bigint primary key, handler text, source regclass);
    """
    for table, column in written_columns(operation, script):
        if column.type.removesuffix("[]").removeprefix("pg_catalog.") in _REFUSED:
            yield Problem(
                f"{quote_identifier(column.name)} of {table} is {column.type}: pg_upgrade refuses it", str(table)
            )
