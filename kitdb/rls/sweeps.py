"""Update and delete of everything at once: which rows of all does a caller reach?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kitdb.rls.actors import Actor, Principal
from kitdb.rls.judge import Decision, expect, row_decision
from kitdb.rls.run import Attempt, Observation, Outcome
from kitdb.rls.statements import Key, Row, Statement
from kitdb.rls.subject import Subject


@dataclass(frozen=True, slots=True)
class Sweep:
    """One statement on every row. `carrier` is the column that an update writes, one that no predicate reads.

    A `blind` one reads no column, so that no SELECT policy stands in its way. The API never sends such a statement,
    a function may. The rows in `but` are left out.
    """

    subject: Subject
    principal: Principal
    command: Literal["update", "delete"]
    attempt: Attempt
    control: Attempt
    carrier: tuple[str, str] | None = None
    blind: bool = False
    but: tuple[Row, ...] = ()

    def decisions(
        self, actor: Actor, rows: Sequence[Row], found: Observation, control: Observation, detail: str = ""
    ) -> list[Decision] | None:
        """One decision a row; None where an error leaves it open and rows must be tried one by one."""
        if not found.done or not control.done:
            return None
        return list(self._each(actor, rows, self._reached(rows, found), self._reached(rows, control), detail))

    def leaks(self, actor: Actor, rows: Sequence[Row], found: Observation) -> list[Decision]:
        """The rows that it reached and should not have."""
        reached = self._reached(rows, found)
        return [d for d in self._each(actor, rows, reached, reached) if d.verdict == "leak"]

    def _each(
        self, actor: Actor, rows: Sequence[Row], reached: set[Key], possible: set[Key], detail: str = ""
    ) -> Iterator[Decision]:
        columns = (self.carrier[0],) if self.carrier and self.subject.bucket is None else ()
        left_out = {self._key(row) for row in self.but}
        for row in rows:
            key = self._key(row)
            # a row that holds the value already, or that nobody can change, decides nothing
            if (
                key in left_out
                or key not in possible
                or (self.carrier and row.values[self.carrier[0]] == self.carrier[1])
            ):
                continue
            truths = row.truths[self.principal.name]
            expected = expect(self.subject, actor, self.command, columns, truths, truths)
            outcome: Outcome = "allowed" if key in reached else "no rows"
            told = detail if key in reached else ""
            decision = row_decision(self.command, self.principal, row, expected, outcome, self.attempt.statement, told)
            # written for the one row only where somebody will want to read it
            yield decision if decision.verdict == "ok" else replace(decision, statement=self.of_one(row))

    def _reached(self, rows: Sequence[Row], found: Observation) -> set[Key]:
        if not found.effective:
            return set()
        keys = {tuple(values) for values in json.loads(found.seen or "[]")}
        return keys if self.command == "update" else {self._key(row) for row in rows} - keys

    def _key(self, row: Row) -> Key:
        return tuple(row.values[name] for name in self.subject.writer.key)

    def of_one(self, row: Row) -> Statement:
        """The same for the one row."""
        if self.blind:
            return self.attempt.statement
        writer = self.subject.writer
        return writer.update(row, dict([self.carrier])) if self.carrier else writer.delete(row)


def update_sweep(
    subject: Subject,
    principal: Principal,
    since: int,
    carrier: tuple[str, str],
    *,
    blind: bool = False,
    but: Sequence[Row] = (),
) -> Sweep:
    writer = subject.writer
    statement = writer.update_all(dict([carrier]), blind=blind, but=but)
    attempt = Attempt(statement, principal.caller, inspect=writer.keys(since))
    return Sweep(subject, principal, "update", attempt, replace(attempt, as_superuser=True), carrier, blind, tuple(but))


def delete_sweep(subject: Subject, principal: Principal, *, blind: bool = False, but: Sequence[Row] = ()) -> Sweep:
    writer = subject.writer
    attempt = Attempt(writer.delete_all(blind=blind, but=but), principal.caller, inspect=writer.keys(None))
    return Sweep(subject, principal, "delete", attempt, replace(attempt, as_superuser=True), None, blind, tuple(but))
