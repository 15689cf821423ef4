from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.policies import changed_policy
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import Command, CreatePolicy, Operation

_COMMANDS: tuple[Command, ...] = ("select", "insert", "update", "delete")


@rule(
    "KD417",
    help="Join them into one with OR.",
    severity="warning",
    on=(CreatePolicy,),
    final=True,
)
def several_permissive_policies(operation: Operation, script: Script) -> Iterator[Problem]:
    """Two permissive policies are for the same command and role.

    Either is enough, so both are worked out for every row, and what is allowed has to be put together from two places.

    Bad:

        create policy "own" on task for select to authenticated using (owner_id = (select auth.uid()));
        create policy "public" on task for select to authenticated using (published);

    Good:

        create policy "read" on task for select to authenticated
          using (published or owner_id = (select auth.uid()));

    Good:

        create policy "read" on task for select to authenticated using (published);
        create policy "read as anon" on task for select to anon using (published);
    """
    policy = changed_policy(operation, script)
    if policy is None or policy.roles_from is not operation or not policy.definition.permissive:
        return
    mine = policy.definition
    for other in script.final.lookup.policies[mine.table]:
        if other is policy:
            return  # those that come later say it themselves
        theirs = other.definition
        shared = [command for command in _COMMANDS if _covers(mine, command) and _covers(theirs, command)]
        roles = _shared_roles(mine.roles, theirs.roles)
        if theirs.permissive and shared and roles:
            names = f"{quote_identifier(theirs.name)} and {quote_identifier(mine.name)}"
            yield Problem(
                f"policies {names} of {mine.table} are both for {', '.join(shared)} of {roles}", str(mine.table)
            )
            return


def _covers(policy: CreatePolicy, command: Command) -> bool:
    return policy.command in (command, "all")


def _shared_roles(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    everybody = ((), ("public",))
    if one in everybody:
        return ", ".join(other) or "everybody"
    if other in everybody:
        return ", ".join(one)
    return ", ".join(role for role in one if role in other)
