"""What the specification expects of one probe, and whether what happened is that."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kitdb.errors import Place
from kitdb.rls.access import AccessRule
from kitdb.rls.actors import Actor, Principal
from kitdb.rls.line import Verb
from kitdb.rls.matrix import WORST_FIRST, Cell, Command, Expectation, Verdict
from kitdb.rls.predicate import EveryRow, Truth, holds
from kitdb.rls.run import Answer, Attempt, Observation, Outcome
from kitdb.rls.statements import Row, Statement
from kitdb.rls.subject import Subject

Truths = Mapping[str, Truth]


@dataclass(frozen=True, slots=True)
class Expected:
    """What one statement should meet, and the rule that says so; None is "depends on what the row becomes"."""

    what: Expectation | None
    rule: AccessRule | None = None

    @property
    def place(self) -> Place | None:
        return self.rule.place if self.rule else None


DENIED = Expected("denied")


def expect(
    subject: Subject,
    actor: Actor,
    verb: Verb,
    columns: tuple[str, ...],
    before: Truths | None,
    after: Truths | None,
) -> Expected:
    """Whether the actor may do this to these columns; `before` and `after` are None where there is no such row.

    For an update or insert, `after` is None also where the new row is not known.
    """
    key = (actor.name, verb, columns, _values(before), _values(after))
    if key not in subject.memo:
        subject.memo[key] = _expect(subject, actor, verb, columns, before, after)
    found: Expected = subject.memo[key]
    return found


def _values(truths: Truths | None) -> tuple[Truth, ...] | None:
    return None if truths is None else tuple(truths.values())


def _expect(
    subject: Subject,
    actor: Actor,
    verb: Verb,
    columns: tuple[str, ...],
    before: Truths | None,
    after: Truths | None,
) -> Expected:
    found = DENIED
    for rule in subject.rules_for(actor, verb):
        if not all(rule.covers(column) for column in columns):
            continue
        if before is not None and holds(rule.before, before) is not True:
            continue
        if after is None and rule.after not in (None, EveryRow()):
            found = Expected(None, rule)
        elif rule.after is None or after is None or holds(rule.after, after) is True:
            if rule.exact:
                return Expected("allowed", rule)
            found = Expected("either", rule)
    return found


@dataclass(frozen=True, slots=True)
class Probe:
    """One statement of one caller. `columns` is what the cell is about, `written` what the statement gives.

    `needs` are columns that must be readable in the new row; the inspection gives the truths for the one caller.
    `known` is what the new row is where a superuser has written it already, so that no control is needed; `old` the
    row before, `given` the row to insert, `changes` what it should hold; `stamps` is the time of the transaction as
    each type writes it, `elsewhere` what is expected of a row that leaves the subject. `at_once` writes other columns
    of the same row as well, none of which makes a difference to another.
    """

    subject: Subject
    principal: Principal
    command: Command
    columns: tuple[str, ...]
    written: tuple[str, ...]
    before: Truths | None
    attempt: Attempt
    needs: tuple[str, ...] = ()
    known: Truths | None = None
    old: Mapping[str, str | None] = field(default_factory=dict)
    given: Mapping[str, str | None] = field(default_factory=dict)
    changes: Mapping[str, str | None] = field(default_factory=dict)
    stamps: frozenset[str] = frozenset()
    elsewhere: Expectation = "denied"
    at_once: Attempt | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What one probe decides."""

    command: Command
    columns: tuple[str, ...]
    rows: str
    after: str | None
    expected: Expectation
    actual: Outcome
    verdict: Verdict
    principal: Principal
    detail: str = ""
    place: Place | None = None
    statement: Statement | str = ""
    row: Mapping[str, str | None] | None = None
    reached: bool = True  # but for the caller's rights it would have had its effect
    possible: bool = True  # a row that nobody could write, for a check forbids it, decides nothing


@dataclass(frozen=True, slots=True)
class Written:
    """The row as the statement left it."""

    truths: Truths
    inside: bool
    kept: bool
    changed: bool
    stamped: bool

    @property
    def as_wanted(self) -> bool:
        return self.kept or (self.changed and not self.stamped)


def written(probe: Probe, seen: str | None) -> Written | None:
    """The row that a statement wrote; of several (a trigger touched others too), the one that was meant."""
    rows: list[dict[str, Any]] = json.loads(seen) if seen else []
    if not rows:
        return None
    row = next((row for row in rows if row["same"]), rows[-1])
    if row["truths"] is None:  # not looked at, since they are those of the row before
        truths = probe.before or {}
    else:
        truths = probe.subject.writer.named_truths((probe.principal,), row["truths"])[probe.principal.name]
    names = [column.name for column in probe.subject.relation.columns]
    values = dict(zip(names, row["values"], strict=True))
    changes = probe.changes.items()
    return Written(
        truths,
        inside=bool(row["inside"]),
        kept=all(values[name] == value for name, value in changes),
        changed=not probe.old or all(values[name] != probe.old[name] for name in probe.changes),
        stamped=any(values[name] in probe.stamps for name in probe.changes),
    )


def decide(probe: Probe, answer: Answer, actor: Actor) -> Decision | None:
    """The verdict on one write; None where the question does not arise."""
    row = _row_after(probe, answer)
    after = row.truths if row else probe.known
    expected = Expected(probe.elsewhere) if row and not row.inside else expected_of(probe, actor, after)
    if probe.needs and expected.what == "allowed" and after is not None:
        readable = expect(probe.subject, actor, "select", probe.needs, after, None)
        if readable.what != "allowed":
            return None
    outcome, detail = _outcome(probe, answer, row, expected)
    verdict = judge(expected.what, outcome, answer)
    if verdict == "ok" and outcome == "undecided":
        outcome, detail = "refused", f"by a trigger: {answer.found.message}"
    moved = after is not None and probe.command in ("insert", "update", "upsert")
    return Decision(
        probe.command,
        probe.columns,
        label(probe.before),
        (label(after) if row is None or row.inside else "elsewhere") if moved else None,
        expected.what or "either",
        outcome,
        verdict,
        probe.principal,
        detail,
        expected.place,
        probe.attempt.statement,
        probe.old or probe.given or None,
        outcome == "allowed" or _reached(answer),
        answer.control is None or answer.control.state not in ("23502", "23514"),
    )


def _row_after(probe: Probe, answer: Answer) -> Written | None:
    for observation in (answer.found, answer.let_through, answer.control, answer.silent):
        if observation and observation.effective:
            return written(probe, observation.seen)
    return None


def expected_of(probe: Probe, actor: Actor, after: Truths | None) -> Expected:
    """What the probe should meet if the row becomes one of which these classes are true."""
    if probe.command != "upsert":
        verb: Verb = probe.command  # type: ignore[assignment]  # a write is an insert, an update or a delete
        return expect(probe.subject, actor, verb, probe.written, probe.before, after)
    inserted = expect(probe.subject, actor, "insert", probe.written, None, after)
    updated = expect(probe.subject, actor, "update", probe.written, probe.before, after)
    return inserted if inserted.what == "denied" else updated


def _outcome(probe: Probe, answer: Answer, row: Written | None, expected: Expected) -> tuple[Outcome, str]:
    """What happened; a column counts as written where the row holds the value, not where a trigger put another."""
    outcome = answer.outcome
    if answer.let_through is not None:
        return outcome, f"the policies let it through, a foreign key keeps the row: {answer.found.message}"
    if outcome == "allowed" and row is not None and probe.columns and not row.as_wanted:
        frozen = probe.command == "update" and not row.changed and not row.stamped
        if expected.what != "allowed" or frozen:
            return "no rows", "a trigger keeps the old value" if frozen else "a trigger puts another value in its place"
    return outcome, explain(answer.found)


def row_decision(
    command: Command,
    principal: Principal,
    row: Row,
    expected: Expected,
    outcome: Outcome,
    statement: Statement | str,
    detail: str = "",
    columns: tuple[str, ...] = (),
) -> Decision:
    """The decision on a row that would have been reached but for the caller's rights."""
    what = expected.what or "either"
    return Decision(
        command,
        columns,
        label(row.truths[principal.name]),
        None,
        what,
        outcome,
        plain_verdict(what, outcome),
        principal,
        detail,
        expected.place,
        statement,
        row.values,
    )


def plain_verdict(expected: Expectation, outcome: Outcome) -> Verdict:
    if outcome == "broken":
        return "broken"
    if expected == "either" or (expected == "allowed") == (outcome == "allowed"):
        return "ok"
    return "leak" if expected == "denied" else "denied"


def explain(found: Observation) -> str:
    return "" if found.done else f"{found.message} ({found.state})"


def judge(expected: Expectation | None, outcome: Outcome, answer: Answer) -> Verdict:
    """The verdict; a denial counts only where the same statement would have done something."""
    if outcome == "broken":
        return "broken"
    if outcome == "undecided" or expected is None:
        return "ok" if expected == "denied" and answer.stopped else "undecided"
    if expected == "either" or (expected == "allowed") == (outcome == "allowed"):
        return "ok" if expected != "denied" or _reached(answer) else "vacuous"
    if expected == "denied":
        return "leak"
    return "denied" if _reached(answer) else "undecided"


def _reached(answer: Answer) -> bool:
    """Whether the statement would have had its effect but for the caller's rights."""
    control = answer.control
    if control is None:
        return True
    return control.effective or control.state.startswith("23") or answer.stopped


def label(truths: Truths | None) -> str:
    """The classes a row is in, for a cell."""
    if truths is None:
        return ""
    names = [name for name, truth in truths.items() if truth]
    return ", ".join(names) or ("other" if truths else "any")


def cells(
    actor: Actor, subject: Subject, decisions: Iterable[Decision], show: Callable[[Subject, Decision], str]
) -> list[Cell]:
    """The decisions joined cell by cell, the worst of each first; `show` writes the SQL that shows one."""
    groups: dict[tuple[Command, tuple[str, ...], str, str | None], list[Decision]] = {}
    for decision in decisions:
        after = None if decision.after == decision.rows else decision.after
        key = (decision.command, decision.columns, decision.rows, after)
        groups.setdefault(key, []).append(decision)
    moved = {key[:3] for key in groups if key[3] is not None}
    return [
        _cell(actor, subject, group, show)
        for key, group in groups.items()
        if key[3] is not None or key[:3] not in moved or any(decision.possible for decision in group)
    ]


def _cell(actor: Actor, subject: Subject, group: Sequence[Decision], show: Callable[[Subject, Decision], str]) -> Cell:
    worst = min(group, key=lambda decision: WORST_FIRST.index(decision.verdict))
    bad = worst.verdict != "ok" and worst.statement
    return Cell(
        actor.name,
        subject.name,
        worst.command,
        worst.columns,
        worst.rows,
        worst.after if worst.after != worst.rows else None,
        worst.expected,
        worst.actual,
        worst.verdict,
        len(group),
        worst.principal.name,
        worst.detail,
        worst.place,
        show(subject, worst) if bad else None,
        str(worst.statement),
    )
