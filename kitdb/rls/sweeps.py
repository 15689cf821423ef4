"""Update and delete of everything at once: which rows of all does a caller reach?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kitdb.rls.actors import Actor, Principal
from kitdb.rls.judge import Decision, expect, row_decision
from kitdb.rls.run import Attempt, Observation, Outcome
from kitdb.rls.statements import Row, Statement, key_of
from kitdb.rls.subject import Subject

Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Sweep:
    """One statement on every row. `carrier` is the column that an update writes, one that no predicate reads."""

    subject: Subject
    principal: Principal
    command: Literal["update", "delete"]
    attempt: Attempt
    carrier: tuple[str, str] | None = None

    def decisions(
        self, actor: Actor, rows: Sequence[Row], found: Observation, control: Observation
    ) -> list[Decision] | None:
        """One decision a row; None where an error leaves it open and rows must be tried one by one."""
        if not found.done or not control.done:
            return None
        reached, possible = self._reached(rows, found), self._reached(rows, control)
        return list(self._each(actor, rows, reached, possible))

    def _each(self, actor: Actor, rows: Sequence[Row], reached: set[Key], possible: set[Key]) -> Iterator[Decision]:
        columns = (self.carrier[0],) if self.carrier and self.subject.bucket is None else ()
        for row in rows:
            key = self._key(row)
            truths = row.truths[self.principal.name]
            if key not in possible and self._would_change(row):
                continue
            expected = expect(self.subject, actor, self.command, columns, truths, truths)
            outcome: Outcome = "allowed" if key in reached else "no rows"
            if self._would_change(row):
                yield row_decision(self.command, self.principal, row, expected, outcome, self._statement(row))

    def _would_change(self, row: Row) -> bool:
        return self.carrier is None or row.values[self.carrier[0]] != self.carrier[1]

    def _reached(self, rows: Sequence[Row], found: Observation) -> set[Key]:
        if not found.effective:
            return set()
        keys = {tuple(values) for values in json.loads(found.seen or "[]")}
        if self.command == "update":
            return keys
        return {self._key(row) for row in rows} - keys

    def _key(self, row: Row) -> Key:
        return tuple(row.values[name] for name in key_of(self.subject.relation))

    def _statement(self, row: Row) -> str:
        writer = self.subject.writer
        made: Statement = writer.update(row, dict([self.carrier])) if self.carrier else writer.delete(row)
        return made.text


def update_sweep(subject: Subject, principal: Principal, since: int, carrier: tuple[str, str]) -> Sweep:
    writer = subject.writer
    attempt = Attempt(writer.update_all(dict([carrier])), principal.caller, inspect=writer.keys(since))
    return Sweep(subject, principal, "update", attempt, carrier)


def delete_sweep(subject: Subject, principal: Principal) -> Sweep:
    writer = subject.writer
    return Sweep(
        subject, principal, "delete", Attempt(writer.delete_all(), principal.caller, inspect=writer.keys(None))
    )
