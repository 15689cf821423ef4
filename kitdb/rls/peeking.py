"""Filters that reach past a view: an operator that fails for some texts tells of rows that the view does not show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kitdb.catalog.model import Catalog, Column, Relation
from kitdb.findings import Finding
from kitdb.rls.actors import Principal
from kitdb.rls.evidence import Values, Witness
from kitdb.rls.hints import names_in
from kitdb.rls.judge import Expected, row_decision
from kitdb.rls.kinds import NO_BARRIER
from kitdb.rls.run import Attempt, Runner
from kitdb.rls.statements import Row, Statement, Value, Writer, statement
from kitdb.rls.subject import Subject
from kitdb.rls.surface import bypasses
from kitdb.rls.verdicts import finding

if TYPE_CHECKING:
    from kitdb.rls.check import Seen

_TEXTS = ("text", "varchar", "bpchar", "name")
_MOST_COLUMNS = 2
_MOST_ROWS = 4
_TEXT = "Kitdbq"  # short, and no other row's
_PATTERN = _TEXT[:-1] + "\\"  # LIKE fails at its end where the text goes on
_FAILS = "22025"


@dataclass(frozen=True, slots=True)
class _Peek:
    """A column of a view, and a row of a table below whose column is given the text."""

    column: str
    below: Relation
    source: str
    row: Values

    def prepare(self) -> Statement:
        return Writer(self.below).update(Row(self.row, {}), {self.source: _TEXT})

    def shown(self) -> Statement:
        """What the caller reads of the row where it is, if anything."""
        writer = Writer(self.below)
        return statement("select 1 from {} where {}", writer.table, writer.where({self.source: _TEXT}, (self.source,)))


def peeks(
    runner: Runner, catalog: Catalog, witness: Witness, parts: Sequence[Seen], principals: Sequence[Principal]
) -> Iterator[Finding]:
    """Whether filters on a view tell of rows that neither it shows to the caller, nor the table below it.

    Policies come before any filter whose operator may tell, conditions of a view only where it is a security barrier.
    """
    view = parts[0].subject.relation if parts else None
    if view is None or view.kind != "view" or view.security_invoker or view.security_barrier:
        return
    told: dict[str, tuple[_Peek, Principal]] = {}
    asked: set[str] = set()
    for part in parts:
        if part.actor.role not in asked and not bypasses(catalog, part.actor.role):
            asked.add(part.actor.role)
            caller = next(p for p in principals if p.actor == part.actor.name)
            tries = _tries(catalog, witness, part, caller)
            if found := next((peek for few in tries for peek in _telling(runner, part, few, caller)), None):
                told[part.actor.name] = (found, caller)
    if told:
        peek, caller = next(iter(told.values()))
        learn = "learns" if len(told) == 1 else "learn"
        message = f"{' and '.join(told)} {learn} by filters on {parts[0].subject.name}.{peek.column}"
        message += " what rows hold that the view does not show"
        yield finding(NO_BARRIER, message, parts[0].subject.name, None, _evidence(witness, parts[0], peek, caller))


def _tries(catalog: Catalog, witness: Witness, part: Seen, caller: Principal) -> Iterator[list[_Peek]]:
    """For each column of texts a few rows below, most of which do not name the caller."""
    view = part.subject.relation
    columns = [c.name for c in view.columns if _is_text(c) and c.name in part.held.select][:_MOST_COLUMNS]
    for column in columns:
        for below, source in _sources(catalog, view, column):
            rows = sorted(witness.of(below), key=lambda row: bool(caller.marks & set(row.values())))
            few = rows[:: max(len(rows) // _MOST_ROWS, 1)][:_MOST_ROWS]
            yield [_Peek(column, below, source, row) for row in few]


def _is_text(column: Column) -> bool:
    return column.type.name.name in _TEXTS and not column.type.array and not column.generated


def _sources(catalog: Catalog, view: Relation, column: str) -> list[tuple[Relation, str]]:
    """Where the texts may come from: columns of the same name in the tables below, else all with texts."""
    tables = list(_below(catalog, view, {view.name.name}))
    every = [(t, c.name) for t in tables for c in t.columns if _is_text(c)]
    return [source for source in every if source[1] == column] or every


def _below(catalog: Catalog, view: Relation, known: set[str]) -> Iterator[Relation]:
    """The tables that the view reads, those below other views too."""
    names = names_in(view.definition or "")
    for relation in catalog.relations:
        if relation.name.name not in names - known or relation.managed:
            continue
        if relation.kind == "view":
            yield from _below(catalog, relation, known | {relation.name.name})
        elif relation.kind in ("table", "partitioned table"):
            yield relation


def _filter(part: Seen, peek: _Peek, *, failing: bool = True) -> Statement:
    """The rows of the view with the text; `failing`, where such a row is looked at."""
    writer, name = part.subject.writer, part.subject.writer.names[peek.column]
    equal = writer.where({peek.column: _TEXT}, (peek.column,))
    like = (f" and {name} like ", Value(_PATTERN)) if failing else ()
    return statement("select {} from {} where {}{}", name, writer.table, equal, like)


def _telling(runner: Runner, part: Seen, tries: Sequence[_Peek], caller: Principal) -> Iterator[_Peek]:
    """Those that fail with the row there, which is not to be seen, and not without it."""
    for peek in tries:
        asked = (_filter(part, peek), _filter(part, peek, failing=False), peek.shown())
        attempts = [Attempt(s, caller.caller, prepare=peek.prepare(), read_only=True, once=True) for s in asked]
        without = Attempt(asked[0], caller.caller, read_only=True, once=True)
        failing, in_view, in_table, calm = runner.run([*attempts, without])
        if failing.state == _FAILS and calm.done and not in_view.effective and not in_table.effective:
            yield peek


def _evidence(witness: Witness, part: Seen, peek: _Peek, caller: Principal) -> str:
    row = Row({**peek.row, peek.source: _TEXT}, {caller.name: {}})
    decision = row_decision("select", caller, row, Expected("denied"), "allowed", _filter(part, peek))
    return witness.transcript(Subject(peek.below), decision)
