"""Select: one read of everything by each caller, compared row by row with what the specification says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from kitdb.rls.actors import Actor, Principal
from kitdb.rls.judge import Decision, Expected, expect, explain, row_decision
from kitdb.rls.rights import Rights
from kitdb.rls.run import Attempt, Observation, Outcome, Runner
from kitdb.rls.statements import Row
from kitdb.rls.subject import Subject


def read(
    runner: Runner,
    subject: Subject,
    actor: Actor,
    callers: Sequence[Principal],
    rights: Rights,
    rows: Sequence[Row],
) -> Iterator[Decision]:
    """Each row: seen or not; each column whose rule differs from its row's: readable or not; caller by caller."""
    shown = _shown(subject, rights)
    statement = subject.writer.read(shown)
    attempts = [Attempt(statement, p.caller, read_only=True, answers=True) for p in callers if shown]
    found: Sequence[Observation | None] = runner.run(attempts) or [None] * len(callers)
    for principal, seen in zip(callers, found, strict=True):
        yield from _decisions(subject, actor, principal, rights, rows, shown, seen)


def _decisions(
    subject: Subject,
    actor: Actor,
    principal: Principal,
    rights: Rights,
    rows: Sequence[Row],
    shown: tuple[str, ...],
    found: Observation | None,
) -> list[Decision]:
    wanted = [(row, _expected(subject, actor, principal, row)) for row in rows]
    # rows that look alike in the columns shown are told apart by number alone: those that should be seen come first
    wanted.sort(key=lambda pair: pair[1].what == "denied")
    outcomes, detail = _outcomes([row for row, _ in wanted], shown, found)
    statement = subject.writer.shown_read(shown or tuple(c.name for c in subject.relation.columns))
    decisions = [
        row_decision("select", principal, row, expected, outcome, statement, detail)
        for (row, expected), outcome in zip(wanted, outcomes, strict=True)
    ]
    if rights.select:
        decisions += _columns(subject, actor, principal, rights, wanted, outcomes)
    return decisions


def _expected(
    subject: Subject, actor: Actor, principal: Principal, row: Row, columns: tuple[str, ...] = ()
) -> Expected:
    return expect(subject, actor, "select", columns, row.truths[principal.name], None)


def _outcomes(rows: Sequence[Row], shown: tuple[str, ...], found: Observation | None) -> tuple[list[Outcome], str]:
    """What the caller got of each row, and the error if there was one."""
    if found is None:
        return ["refused"] * len(rows), ""
    if not found.done:
        return ["refused" if found.state == "42501" else "broken"] * len(rows), explain(found)
    left = _counted(json.loads(found.answer or "[]"))
    outcomes: list[Outcome] = []
    for row in rows:
        values = tuple(row.values[name] for name in shown)
        outcomes.append("allowed" if left.get(values, 0) > 0 else "no rows")
        left[values] = left.get(values, 0) - 1
    return outcomes, ""


def _shown(subject: Subject, rights: Rights) -> tuple[str, ...]:
    key = subject.writer.key
    if key and set(key) <= rights.select:
        return key
    return tuple(c.name for c in subject.relation.columns if c.name in rights.select)


def _columns(
    subject: Subject,
    actor: Actor,
    principal: Principal,
    rights: Rights,
    wanted: Sequence[tuple[Row, Expected]],
    outcomes: Sequence[Outcome],
) -> Iterator[Decision]:
    """A row's column is read where the row is seen and the role holds the column: policies know no columns."""
    kinds = [tuple(row.truths[principal.name].values()) for row, _ in wanted]
    alike = dict(zip(kinds, (row for row, _ in wanted), strict=True))
    for column in subject.relation.columns:
        name = (column.name,)
        held = column.name in rights.select
        statement = subject.writer.shown_read(name)
        told = {kind: _expected(subject, actor, principal, row, name) for kind, row in alike.items()}
        for (row, whole), outcome, kind in zip(wanted, outcomes, kinds, strict=True):
            expected = told[kind]
            if held and expected.what == whole.what:
                continue
            seen: Outcome = outcome if held else "refused"
            yield row_decision("select", principal, row, expected, seen, statement, columns=name)


def _counted(found: Iterable[Sequence[str | None]]) -> dict[tuple[str | None, ...], int]:
    counts: dict[tuple[str | None, ...], int] = {}
    for values in found:
        counts[tuple(values)] = counts.get(tuple(values), 0) + 1
    return counts
