from __future__ import annotations

from collections.abc import Iterable, Iterator

from kitdb.lint.policies import changed_policy, relations_of
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.lint.state import State
from kitdb.names import QualifiedName, quote_identifier
from kitdb.sql.operations import AlterPolicy, CreatePolicy, Operation


@rule(
    "KD411",
    help="Ask through a SECURITY DEFINER function, which row level security does not hold.",
    on=(CreatePolicy, AlterPolicy),
    final=True,
)
def policy_recursion(operation: Operation, script: Script) -> Iterator[Problem]:
    """To know who may read a table, the table has to be read.

    A policy for reading that selects from its own table, by itself or by way of others, makes Postgres refuse every
    query that it is for (42P17, infinite recursion detected in policy).

    Bad:

        create table private.member (org_id bigint, user_id uuid);
        alter table private.member enable row level security;
        create policy "read" on private.member for select to authenticated
          using (org_id in (select m.org_id from private.member m where m.user_id = (select auth.uid())));

    Good:

        create table private.member (org_id bigint, user_id uuid);
        alter table private.member enable row level security;
        create policy "read" on private.member for select to authenticated
          using (org_id in (select private.orgs_of_caller()));

    Good:

        create table private.member (org_id bigint, user_id uuid);
        alter table private.member enable row level security;
        create policy "read" on private.member for select to authenticated using (user_id = (select auth.uid()));
        create policy "leave" on private.member for delete to authenticated
          using (exists (select 1 from private.member m where m.org_id = member.org_id));
    """
    policy = changed_policy(operation, script)
    if policy is None or policy.using_from is not operation or not _reads(policy.definition.command):
        return
    table = policy.definition.table
    way = _way_back(table, relations_of(policy.definition), script.final)
    if way is not None:
        through = f" by way of {', '.join(str(name) for name in way)}" if way else ""
        name = quote_identifier(policy.definition.name)
        yield Problem(f"policy {name} reads {table}, which it guards{through}: every query fails", str(table))


def _reads(command: str) -> bool:
    return command in ("select", "all")


def _way_back(table: QualifiedName, reached: Iterable[QualifiedName], state: State) -> tuple[QualifiedName, ...] | None:
    """The tables on the way from a policy back to its own table."""
    if not _guards(table, state):
        return None
    waiting: list[tuple[QualifiedName, tuple[QualifiedName, ...]]] = [(name, ()) for name in reached]
    seen: set[QualifiedName] = set()
    while waiting:
        name, way = waiting.pop(0)
        if name == table:
            return way
        if name in seen or not _guards(name, state):
            continue
        seen.add(name)
        for policy in state.lookup.policies.get(name, ()):
            if _reads(policy.definition.command):
                waiting.extend((found, (*way, name)) for found in relations_of(policy.definition))
    return None


def _guards(table: QualifiedName, state: State) -> bool:
    known = state.tables.get(table)
    return known is None or known.row_level_security or known.created is None
