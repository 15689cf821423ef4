from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kitdb.lint.policies import changed_clauses
from kitdb.lint.rule import Edit, Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName, quote_identifier
from kitdb.sql.condition import Captured, captured
from kitdb.sql.operations import AlterPolicy, CreatePolicy, Operation
from kitdb.sql.scan import tokens


@rule(
    "KD410",
    help="Write the name of the policy's table before the column.",
    on=(CreatePolicy, AlterPolicy),
    final=True,
)
def column_captured(operation: Operation, script: Script) -> Iterator[Problem]:
    """A column in a subquery means the inner table's, where the policy's own was meant.

    Inside a subquery an unqualified name belongs to the nearest table that has it. The comparison is then about one
    row of that table alone, and says nothing about the row that the policy guards: often it is always true.

    Bad:

        create table private.kit (id bigint primary key, owner_id uuid);
        create table private.item (id bigint primary key, kit_id bigint, owner_id uuid);
        create policy "read" on private.item for select to authenticated
          using (exists (select 1 from private.kit k where k.owner_id = owner_id));

    Good:

        create table private.kit (id bigint primary key, owner_id uuid);
        create table private.item (id bigint primary key, kit_id bigint, owner_id uuid);
        create policy "read" on private.item for select to authenticated
          using (exists (select 1 from private.kit k where k.id = kit_id and owner_id = (select auth.uid())));
    """
    for definition, clause, condition in changed_clauses(operation, script):
        table = definition.table
        own = script.final.columns_of(table) or _OBJECTS.get(str(table), frozenset())

        def columns(schema: str, name: str, script: Script = script) -> frozenset[str]:
            return script.final.columns_of(QualifiedName(schema or "public", name))

        for found in captured(condition, own, columns):
            column = quote_identifier(found.column)
            yield Problem(
                f"{clause} of policy {quote_identifier(definition.name)} of {table}: {column} is that of "
                f"{found.relation} here, not that of {table}",
                str(table),
                fix=_with_table(found, table, script),
            )


def _with_table(found: Captured, table: QualifiedName, script: Script) -> Fix | None:
    """The policy's table before the column, where it stands in one place alone."""
    text = script.statement.text
    if found.relation == table.name:
        return None
    around = pairwise((None, *tokens(text)))
    places = [
        token.start
        for before, token in around
        if token and text[token.start : token.end].strip('"') == found.column and (before is None or before.word != ".")
    ]
    if len(places) != 1:
        return None
    return Fix((Edit(places[0], places[0], f"{quote_identifier(table.name)}."),), safe=False)


# The tables of the platform that projects write policies for.
_OBJECTS = {
    "storage.objects": frozenset("id bucket_id name owner owner_id created_at updated_at metadata version".split()),
    "storage.buckets": frozenset("id name owner owner_id public created_at updated_at".split()),
}
