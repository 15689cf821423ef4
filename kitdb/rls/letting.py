"""Which policy lets a request through, where several are asked: each is tried alone."""

from __future__ import annotations

from collections.abc import Sequence

from kitdb.catalog.model import Policy, Relation
from kitdb.names import quote_identifier
from kitdb.rls.access import subject_of
from kitdb.rls.judge import Decision
from kitdb.rls.matrix import Command
from kitdb.rls.run import Attempt, Runner
from kitdb.rls.statements import Row, Statement, Writer, statement


def letting_policy(
    runner: Runner, writer: Writer, roles: frozenset[str], decision: Decision, readable: frozenset[str]
) -> Policy | None:
    """The one policy by which the statement has its effect; None where there is no choice, or more than one does."""
    asked = asked_policies(writer.relation, decision.command, roles)
    attempt = _attempt(writer, decision, readable) if len(asked) > 1 else None
    letting = [policy for policy in asked if _lets(runner, policy, asked, attempt)] if attempt else []
    return letting[0] if len(letting) == 1 else None


def asked_policies(relation: Relation, command: Command, roles: frozenset[str]) -> list[Policy]:
    """The permissive policies that one of the roles is held to when it sends the command."""
    return [
        policy
        for policy in relation.policies
        if policy.permissive and policy.command in (command, "all") and roles & {*policy.roles}
    ]


def named(policy: Policy) -> str:
    return f"policy {policy.name} on {subject_of(policy.table)}"


def _attempt(writer: Writer, decision: Decision, readable: frozenset[str]) -> Attempt | None:
    """The statement about the one row, where the decision has one."""
    if decision.row is None:
        return None
    caller, row = decision.principal.caller, Row(decision.row, {})
    if decision.command == "delete":
        return Attempt(writer.delete(row, readable), caller, once=True)
    if decision.command == "select":
        query = statement("select 1 from {} where {}", writer.table, writer.find(decision.row, readable))
        return Attempt(query, caller, once=True)
    # a statement on all rows says nothing about the one
    alone = decision.command == "insert" or decision.after is not None or decision.verdict == "leak"
    if alone and isinstance(decision.statement, Statement):
        room = writer.make_room({**decision.row}) if decision.command == "insert" else None
        return Attempt(decision.statement, caller, prepare=room, once=True)
    return None


def _lets(runner: Runner, policy: Policy, asked: Sequence[Policy], attempt: Attempt) -> bool:
    """Whether the policy alone of those that are asked lets the statement have its effect."""
    connection = runner.connection
    with connection.transaction(force_rollback=True):
        for other in asked:
            if other is not policy:
                check = "" if other.command in ("select", "delete") else " with check (false)"
                using = "" if other.command == "insert" else " using (false)"
                connection.execute(
                    f"alter policy {quote_identifier(other.name)} on {other.table}{using}{check}".encode()
                )
        return runner.run([attempt])[0].effective
