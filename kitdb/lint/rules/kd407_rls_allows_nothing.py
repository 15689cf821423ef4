from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import EnableRowLevelSecurity, Operation


@rule(
    "KD407",
    help="Add a permissive policy for what should be allowed, or revoke the grants that promise it.",
    severity="warning",
    on=(EnableRowLevelSecurity,),
    final=True,
)
def rls_allows_nothing(operation: Operation, script: Script) -> Iterator[Problem]:
    """Row level security is enabled, and no permissive policy lets anybody through.

    Every read comes back empty and every write is refused, without an error that says why. A restrictive policy only
    takes away from what a permissive one gives. Tables in schemas that the API does not show are left alone, and so
    are those that no client has a privilege on.

    Bad:

        create table public.task (id bigint primary key);
        alter table public.task enable row level security;

    Bad:

        create table public.task (id bigint primary key, org_id bigint);
        alter table public.task enable row level security;
        create policy "own" on public.task as restrictive to authenticated using (org_id = 1);

    Good:

        create table public.task (id bigint primary key);
        alter table public.task enable row level security;
        create policy "read" on public.task for select to authenticated using (true);

    Good:

        create table public.task (id bigint primary key);
        alter table public.task enable row level security;
        revoke all on public.task from anon, authenticated;
    """
    match operation:
        case EnableRowLevelSecurity(name):
            table = script.final.lookup.table_secured_by.get(id(operation))
        case _:
            return
    if table is None or table.created is None or not script.is_exposed(table.name) or script.may_create_policies:
        return
    policies = [policy.definition for policy in script.final.lookup.policies.get(table.name, ())]
    if any(policy.permissive for policy in policies) or not script.final.privileges.readers(table.name):
        return
    why = "has only restrictive policies" if policies else "has no policy"
    yield Problem(f"{name} {why}: nobody reads or writes a row of it", str(table.name))
