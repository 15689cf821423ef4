"""Whether users can raise themselves: tried with rows put back to what makes nobody special first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kitdb.catalog.model import Catalog, Column
from kitdb.rls.check import Seen
from kitdb.rls.hints import literals_in
from kitdb.rls.judge import Decision
from kitdb.rls.offices import Office
from kitdb.rls.rows import checks_of
from kitdb.rls.run import Attempt, Runner
from kitdb.rls.statements import Row, Statement, statement

_MOST_VALUES = 4
_MOST_ROWS = 3


def raised(runner: Runner, catalog: Catalog, part: Seen, office: Office, own: Sequence[Decision]) -> Iterator[Decision]:
    """Updates of the column that give one of the caller's own rows what policies ask for, and what it had not.

    `own` are the reads of such rows. All rows of the caller are lowered first, so that nothing else lets it through.
    """
    column = part.subject.relation.column(office.column)
    if column is None or office.column not in part.held.update or not part.subject.writer.key:
        return
    tries = [
        _lowered(part, office, decision, low, high)
        for decision in own[:_MOST_ROWS]
        for low, high in _steps(catalog, part, column, office)
    ]
    found = runner.run([attempt for _, attempt in tries])
    for (decision, _), seen in zip(tries, found, strict=True):
        if isinstance(decision.statement, Statement) and seen.effective and seen.seen == decision.statement.values[0]:
            yield decision


def _steps(catalog: Catalog, part: Seen, column: Column, office: Office) -> list[tuple[str, str]]:
    """Values of the column, from one that nobody asks for to one that policies do."""
    asked = sorted(frozenset().union(*office.wanted))
    values = [*sorted(office.default), *_values(catalog, part, column), *asked]
    steps = [(low, high) for high in asked for low in dict.fromkeys(values) if office.gained(low, high)]
    return list({high: (low, high) for low, high in reversed(steps)}.values())[:_MOST_VALUES]


def _values(catalog: Catalog, part: Seen, column: Column) -> Iterator[str]:
    """What the column may hold: labels of an enum, what checks list, what other rows have."""
    if column.type.name.name == "bool":
        yield from ("false", "true")
    known = catalog.type_by_name.get(column.type.name)
    yield from getattr(known, "labels", ())
    for check in checks_of(part.subject.relation, column):
        yield from literals_in(check.expression or "")
    yield from (value for d in part.decisions if d.row and (value := d.row.get(column.name)) is not None)


def _lowered(part: Seen, office: Office, decision: Decision, low: str, high: str) -> tuple[Decision, Attempt]:
    """The update from the one value to the other, of a row that has been given the first."""
    writer, old = part.subject.writer, dict(decision.row or {})
    holder = next(name for name in sorted(office.holders) if old.get(name) == decision.principal.uid)
    lower = statement(
        "update {} set {} where {}",
        writer.table,
        writer.settings({office.column: low}),
        writer.where(old, (holder,)),
    )
    row = {**old, office.column: low}
    update = writer.update(Row(row, {}), {office.column: high}, readable=part.held.select)
    held = statement(
        "select {}::text from {} where {}", writer.columns[office.column], writer.table, writer.where(old, writer.key)
    )
    attempt = Attempt(update, decision.principal.caller, inspect=held, prepare=lower, once=True)
    shown = replace(
        decision, command="update", columns=(office.column,), statement=update, row=row, after=decision.rows
    )
    return shown, attempt
