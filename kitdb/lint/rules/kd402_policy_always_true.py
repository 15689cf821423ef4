from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.policies import changed_policy, is_always_true
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AlterPolicy, CreatePolicy, Operation

# Roles that clients cannot take; the service role passes by every policy anyhow.
_TRUSTED = {"postgres", "service_role", "supabase_admin", "supabase_auth_admin", "supabase_storage_admin"}


@rule(
    "KD402",
    help="Say in the policy whose rows may be written, or have the service role do it.",
    on=(CreatePolicy, AlterPolicy),
    final=True,
)
def policy_always_true(operation: Operation, script: Script) -> Iterator[Problem]:
    """A policy lets everybody it is for write any row, or read any while it seems to ask for something.

    Its expression holds for every row and every caller, so that the policy is as good as none. For reads a plain
    `true` can be meant; for writes it hardly is. What is true in a roundabout way is meant to say something else.

    Bad:

        create policy "update" on task for update to authenticated using (true);

    Bad:

        create policy "insert" on task for insert to anon with check (1 = 1);

    Bad:

        create policy "all" on task to authenticated using (owner_id = (select auth.uid())) with check (true);

    Bad:

        create policy "read" on task for select to authenticated using (owner_id = owner_id);

    Good:

        create policy "read" on task for select to anon using (true);

    Good:

        create policy "update" on task for update to authenticated using (owner_id = (select auth.uid()));

    Good:

        create policy "all" on task to service_role using (true);
    """
    policy = changed_policy(operation, script)
    if policy is None:
        return
    definition = policy.definition
    if not definition.permissive or (definition.roles and set(definition.roles) <= _TRUSTED):
        return
    changes = definition.command in ("update", "delete", "all") and policy.using_from is operation
    writes = definition.command in ("insert", "update", "all") and policy.with_check_from is operation
    name, table = quote_identifier(definition.name), definition.table
    everybody = ", ".join(definition.roles) or "everybody"
    if changes and is_always_true(definition.using):
        word = "delete" if definition.command == "delete" else "change"
        yield Problem(f"policy {name} lets {everybody} {word} every row of {table}", str(table))
    elif writes and is_always_true(definition.with_check):
        yield Problem(f"policy {name} lets {everybody} write any row into {table}", str(table))
    elif definition.command == "select" and policy.using_from is operation and _is_true_by_mistake(definition.using):
        yield Problem(
            f"policy {name} lets {everybody} read every row of {table}: its condition is always true", str(table)
        )


def _is_true_by_mistake(condition: str | None) -> bool:
    return is_always_true(condition) and str(condition).strip("( )").lower() != "true"
