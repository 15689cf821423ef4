from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.policies import changed_clauses
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.condition import columns_of_caller
from kitdb.sql.operations import AlterPolicy, CreatePolicy, Operation


@rule(
    "KD418",
    help="Create an index that begins with the column.",
    severity="warning",
    on=(CreatePolicy, AlterPolicy),
    final=True,
)
def policy_column_without_index(operation: Operation, script: Script) -> Iterator[Problem]:
    """A policy looks for the caller in a column that has no index.

    Every query of every user then reads the whole table to find the few rows that are theirs.

    Bad:

        create table private.task (id bigint primary key, owner_id uuid);
        create policy "read" on private.task for select to authenticated using (owner_id = (select auth.uid()));

    Good:

        create table private.task (id bigint primary key, owner_id uuid);
        create index task_owner_id_idx on private.task (owner_id);
        create policy "read" on private.task for select to authenticated using (owner_id = (select auth.uid()));
    """
    said = set()
    for definition, clause, condition in changed_clauses(operation, script):
        known = script.final.tables.get(definition.table)
        if clause != "USING" or known is None or not known.complete:
            continue
        for column in (reference[-1] for reference in columns_of_caller(condition)):
            if column in known.columns and column not in said and not script.has_index(known.name, (column,)):
                said.add(column)
                yield Problem(
                    f"policy {quote_identifier(definition.name)} searches {quote_identifier(column)} of "
                    f"{known.name} without an index",
                    str(known.name),
                )
