from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.policies import changed_clauses, is_always_true
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.condition import outcomes
from kitdb.sql.operations import AlterPolicy, CreatePolicy, Operation


@rule(
    "KD413",
    help="Turn the condition round, and name the roles that it is for.",
    on=(CreatePolicy, AlterPolicy),
    final=True,
)
def policy_open_to_nobody_in_particular(operation: Operation, script: Script) -> Iterator[Problem]:
    """A policy lets through whoever is not signed in, or everybody but the owner.

    Without a user auth.uid() is null: `is null` is then true for every row. And `<>` lets through exactly those whose
    row it is not.

    Bad:

        create policy "read" on task for select using (auth.uid() is null or owner_id = auth.uid());

    Bad:

        create policy "update" on task for update to authenticated using (owner_id <> (select auth.uid()));

    Good:

        create policy "read" on task for select using (owner_id = (select auth.uid()));

    Good:

        create policy "read" on task for select using (published or owner_id = (select auth.uid()));

    Good:

        create policy "not oneself" on follow for insert to authenticated
          with check (follower_id = (select auth.uid()) and followed_id <> (select auth.uid()));
    """
    for definition, clause, condition in changed_clauses(operation, script):
        if not definition.permissive or is_always_true(condition):
            continue
        policy = f"{clause} of policy {quote_identifier(definition.name)} of {definition.table}"
        open_to_anon = not definition.roles or {"anon", "public"} & set(definition.roles)
        if open_to_anon and outcomes(condition, "nobody") == {True} and outcomes(condition, "stranger") != {True}:
            yield Problem(f"{policy} is true for whoever is not signed in", str(definition.table))
        elif outcomes(condition, "stranger") == {True} and outcomes(condition, "owner") == {False}:
            yield Problem(f"{policy} is true for everybody but the owner of the row", str(definition.table))
