from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.policies import changed_clauses, is_always_true, is_for_clients
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName, quote_identifier
from kitdb.sql.condition import is_uncorrelated, outcomes
from kitdb.sql.operations import AlterPolicy, CreatePolicy, Operation

_VERBS = {"insert": "write any row into", "update": "change any row of", "delete": "delete any row of"}


@rule(
    "KD412",
    help="Say in the policy whose rows they are: owner_id = (select auth.uid()).",
    severity="warning",
    on=(CreatePolicy, AlterPolicy),
    final=True,
)
def policy_not_bound_to_caller(operation: Operation, script: Script) -> Iterator[Problem]:
    """A policy asks whether somebody is signed in, and not whose the row is.

    Everybody who signs up passes. The same goes for a subquery that finds something of the caller's and has nothing to
    do with the row: whoever has one membership has them all.

    Bad:

        create policy "update" on task for update to authenticated using ((select auth.uid()) is not null);

    Bad:

        create policy "delete" on task for delete using (auth.role() = 'authenticated');

    Bad:

        create table private.member (org_id bigint, user_id uuid);
        create policy "read" on task for select to authenticated
          using (exists (select 1 from private.member m where m.user_id = (select auth.uid())));

    Good:

        create policy "read" on task for select to authenticated using ((select auth.uid()) is not null);

    Good:

        create table private.member (org_id bigint, user_id uuid);
        create policy "read" on task for select to authenticated
          using (exists (
            select 1 from private.member m where m.user_id = (select auth.uid()) and m.org_id = task.org_id
          ));

    Good:

        create policy "admins" on task for update to authenticated
          using (exists (select 1 from member m where m.user_id = (select auth.uid()) and m.role = 'admin'));
    """
    for definition, clause, condition in changed_clauses(operation, script):
        if not definition.permissive or not is_for_clients(definition) or is_always_true(condition):
            continue
        name, table = quote_identifier(definition.name), definition.table
        if definition.command != "select" and outcomes(condition, "stranger") == {True}:
            if outcomes(condition, "owner") == {False}:
                continue  # the wrong way round, which another rule says
            verb = _VERBS.get(definition.command, "write any row of")
            yield Problem(f"{clause} of policy {name} lets everybody who signed up {verb} {table}", str(table))
            return

        def columns(schema: str, relation: str, script: Script = script) -> frozenset[str]:
            return script.final.columns_of(QualifiedName(schema or "public", relation))

        relation = is_uncorrelated(condition, script.final.columns_of(table), table.name, columns)
        if relation is not None:
            yield Problem(
                f"{clause} of policy {name}: whoever has a row in {relation} passes for every row of {table}",
                str(table),
            )
            return
