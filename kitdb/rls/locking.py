"""SELECT ... FOR UPDATE: rows that a caller may lock, and so keep others from writing, and may not write itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kitdb.catalog.model import Catalog
from kitdb.rls.actors import Actor, Principal
from kitdb.rls.deciding import roles_above
from kitdb.rls.evidence import Witness
from kitdb.rls.judge import Decision, Expected, label, row_decision
from kitdb.rls.kinds import ROW_LOCK
from kitdb.rls.letting import asked_policies, letting_policy, named
from kitdb.rls.predicate import holds
from kitdb.rls.rights import Rights
from kitdb.rls.run import Attempt, Runner
from kitdb.rls.statements import Row, names_caller
from kitdb.rls.subject import Subject
from kitdb.rls.verdicts import Draft, finding, some

if TYPE_CHECKING:
    from kitdb.rls.check import Seen

_CHANGES = ("update", "delete", "upsert")
_REACHED = ("allowed", "undecided")  # what a constraint stops, policies have let through


def lockable(
    runner: Runner,
    subject: Subject,
    actor: Actor,
    principal: Principal,
    rights: Rights,
    rows: Sequence[Row],
    decisions: Sequence[Decision],
) -> list[Decision]:
    """The rows that the caller can lock, of whose kind none could be changed or deleted in any way that was tried.

    A lock of whatever strength takes UPDATE on some column, and asks the SELECT policies and the USING of the UPDATE
    policies; WITH CHECK is not asked, which stops the change alone. PostgREST sends no such statement, a function with
    the caller's rights may.
    """
    key = subject.writer.key
    guarded = subject.relation.row_level_security and not subject.relation.managed
    if not (guarded and rows and key and rights.update and set(key) <= rights.select):
        return []
    found = runner.run([Attempt(subject.writer.lock_all(), principal.caller, answers=True, once=True)])[0]
    locked = {tuple(values) for values in json.loads(found.answer or "[]")} if found.done else set()
    mine = [d for d in decisions if d.command in _CHANGES and d.principal == principal and d.row is not None]
    tried = {(d.rows, names_caller(d.row or {}, principal)) for d in mine}
    changed = {(d.rows, names_caller(d.row or {}, principal)) for d in mine if d.actual in _REACHED}
    return [
        _decision(subject, actor, principal, row)
        for row in rows
        if tuple(row.values[name] for name in key) in locked and _kind(row, principal) in tried - changed
    ]


def _kind(row: Row, principal: Principal) -> tuple[str, bool]:
    return label(row.truths[principal.name]), names_caller(row.values, principal)


def _decision(subject: Subject, actor: Actor, principal: Principal, row: Row) -> Decision:
    """Whoever may change or delete the row by some line may lock it."""
    rules = (*subject.rules_for(actor, "update"), *subject.rules_for(actor, "delete"))
    reached = any(holds(rule.before, row.truths[principal.name]) is True for rule in rules)
    expected = Expected("either" if reached else "denied")
    return row_decision("select", principal, row, expected, "allowed", subject.writer.lock(row))


def lock_findings(runner: Runner, catalog: Catalog, witness: Witness | None, part: Seen) -> Iterator[Draft]:
    """Beside a specification: rows that no line lets the actor change or delete."""
    leaks = [decision for decision in part.locked if decision.verdict == "leak"]
    if not leaks:
        return
    actor, subject = part.actor, part.subject
    rows = some(leak.rows for leak in leaks)
    message = f"{actor.name} can {lock_of(runner, catalog, part, leaks[0])}" + (f", rows: {rows}" if rows else "")
    evidence = witness.transcript(subject, leaks[0]) if witness else None
    place = subject.access.place if subject.access else None
    yield Draft(actor, ("lock",), finding(ROW_LOCK, message, subject.name, place, evidence))


def lock_of(runner: Runner, catalog: Catalog, part: Seen, decision: Decision) -> str:
    """What the lock is, and which policy is to blame."""
    writer, roles = part.subject.writer, frozenset(("public", part.actor.role)) | roles_above(catalog, part.actor.role)
    asked = asked_policies(writer.relation, "update", roles)
    update = replace(decision, command="update", verdict="leak")
    one = asked[0] if len(asked) == 1 else letting_policy(runner, writer, roles, update, part.held.select)
    told = f" ({named(one)} lets it)" if one else ""
    return f"lock rows of {part.subject.name} that it can neither change nor delete, by select for update{told}"
