from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.policies import changed_policy
from kitdb.lint.rule import Edit, Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import CreatePolicy, Operation


@rule(
    "KD406",
    help="Add ALTER TABLE … ENABLE ROW LEVEL SECURITY.",
    on=(CreatePolicy,),
    final=True,
)
def policies_without_rls(operation: Operation, script: Script) -> Iterator[Problem]:
    """A table has policies, and row level security is not enabled.

    Until it is, the policies do nothing at all.

    Bad:

        create table private.task (id bigint primary key, owner_id uuid);
        create policy "read" on private.task for select to authenticated using (owner_id = (select auth.uid()));

    Good:

        create table private.task (id bigint primary key, owner_id uuid);
        alter table private.task enable row level security;
        create policy "read" on private.task for select to authenticated using (owner_id = (select auth.uid()));

    Good:

        create policy "read" on storage.objects for select to authenticated using (bucket_id = 'covers');
    """
    policy = changed_policy(operation, script)
    if policy is None or policy.roles_from is not operation:
        return
    policies = script.final.lookup.policies[policy.definition.table]
    if policy is not policies[0]:
        return
    table = script.final.tables.get(policy.definition.table)
    if table is None or table.created is None or table.row_level_security or script.may_enable_rls(table):
        return
    names = ", ".join(quote_identifier(one.definition.name) for one in policies)
    subject = f"policies {names} do nothing" if len(policies) > 1 else f"policy {names} does nothing"
    named_here = getattr(operation, "table", table.name)
    # Whoever has no policy is let through no longer then.
    fix = Fix((Edit(0, 0, f"alter table {named_here} enable row level security;\n"),), safe=False)
    yield Problem(f"{subject}: row level security of {table.name} is off", str(table.name), fix=fix)
