from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.policies import changed_policy, is_always_true
from kitdb.lint.rule import Edit, Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.condition import outcomes
from kitdb.sql.operations import AlterPolicy, CreatePolicy, Operation
from kitdb.sql.scan import tokens


@rule(
    "KD403",
    help="Say who it is for: TO authenticated, or TO anon, authenticated.",
    severity="warning",
    on=(CreatePolicy, AlterPolicy),
    final=True,
)
def policy_to_public(operation: Operation, script: Script) -> Iterator[Problem]:
    """A policy does not say which roles it is for.

    Without TO it is for all of them, anon included: an expression that is true without a user opens the rows to the
    world, and Postgres computes it even for callers it is not meant for. Where it is never true without a user, this
    is an info.

    Bad:

        create policy "read" on task for select using (not archived);

    Good:

        create policy "read" on task for select to authenticated using (owner_id = (select auth.uid()));

    Good:

        create policy "read" on task for select using (true);
        alter policy "read" on task to anon, authenticated;
    """
    policy = changed_policy(operation, script)
    if policy is not None and policy.roles_from is operation and not policy.definition.roles:
        name, table = quote_identifier(policy.definition.name), policy.definition.table
        clauses = [one for one in (policy.definition.using, policy.definition.with_check) if one is not None]
        asks = bool(clauses) and all(True not in outcomes(clause, "nobody") for clause in clauses)
        roles = "anon, authenticated" if any(map(is_always_true, clauses)) else "authenticated"
        yield Problem(
            f"policy {name} of {table} is for every role, anon included",
            str(table),
            severity="info" if asks else None,
            fix=_to(roles, script),
        )


def _to(roles: str, script: Script) -> Fix | None:
    """TO … before USING or WITH CHECK. Whoever is not signed in may be let through no longer then."""
    for token in tokens(script.statement.text):
        if token.depth == 0 and token.word in ("using", "with"):
            return Fix((Edit(token.start, token.start, f"to {roles} "),), safe=False)
    return None
