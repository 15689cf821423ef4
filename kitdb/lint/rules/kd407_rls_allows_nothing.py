from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.policies import changed_policy
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AlterPolicy, CreatePolicy, EnableRowLevelSecurity, Operation


@rule(
    "KD407",
    help="Say in a permissive policy what should be allowed, or revoke the grants that promise it.",
    severity="warning",
    on=(AlterPolicy, CreatePolicy, EnableRowLevelSecurity),
    final=True,
)
def rls_allows_nothing(operation: Operation, script: Script) -> Iterator[Problem]:
    """Row level security is enabled, and no permissive policy lets anybody through.

    Every read comes back empty and every write is refused, without an error that says why. A restrictive policy only
    takes away from what a permissive one gives. Tables in schemas that the API does not show are left alone, and so
    are those that no client has a privilege on.

    A permissive policy gives nothing either where it has no condition: FOR UPDATE with only WITH CHECK finds no row
    that it may change.

    Bad:

        create table public.task (id bigint primary key);
        alter table public.task enable row level security;

    Bad:

        create table public.task (id bigint primary key, org_id bigint);
        alter table public.task enable row level security;
        create policy "own" on public.task as restrictive to authenticated using (org_id = 1);

    Bad:

        create policy "own" on public.task for update to authenticated with check (owner_id = (select auth.uid()));

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
        case EnableRowLevelSecurity():
            table = script.final.lookup.table_secured_by.get(id(operation))
        case _:
            yield from _without_condition(operation, script)
            return
    if table is None or table.created is None or not script.is_exposed(table.name):
        return
    if script.may_create_policies(table):
        return
    policies = [policy.definition for policy in script.final.lookup.policies.get(table.name, ())]
    if any(policy.permissive for policy in policies) or not script.final.privileges.readers(table.name):
        return
    why = "has only restrictive policies" if policies else "has no policy"
    yield Problem(f"{table.name} {why}: nobody reads or writes a row of it", str(table.name))


_REACHES_NO_ROW = {
    "select": "reads no row",
    "update": "changes no row",
    "delete": "deletes no row",
    "all": "reads, changes and deletes no row",
}


def _without_condition(operation: Operation, script: Script) -> Iterator[Problem]:
    policy = changed_policy(operation, script)
    if policy is None or not policy.definition.permissive:
        return
    definition = policy.definition
    name = f"policy {quote_identifier(definition.name)} of {definition.table}"
    reached = _REACHES_NO_ROW.get(definition.command)
    if reached and definition.using is None and policy.using_from is operation:
        yield Problem(f"{name} has no USING: whoever has no other policy {reached}", str(definition.table))
    if definition.command == "insert" and definition.with_check is None and policy.with_check_from is operation:
        yield Problem(f"{name} has no WITH CHECK: whoever has no other policy inserts no row", str(definition.table))
