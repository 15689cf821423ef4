"""From one state to another: every statement in its order, and what they amount to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from kitdb.catalog.model import Constraint, Index, Sequence
from kitdb.catalog.structure import ObjectId
from kitdb.diff.alter_steps import AlterSteps
from kitdb.diff.change import FOLLOWERS, Change, Options
from kitdb.diff.classify import classify
from kitdb.diff.create_steps import CreateSteps
from kitdb.diff.drop_steps import DropSteps
from kitdb.diff.fold import foldable_in, render_tables
from kitdb.diff.online import OnlineForms
from kitdb.diff.satellite_steps import SatelliteSteps
from kitdb.diff.state import ColumnOf, DefaultOf, State, Thing, table_id
from kitdb.diff.steps import SEGMENTS, Hazard, Segment, Step, in_order
from kitdb.diff.waits import Waits
from kitdb.diff.work import GRANT, Work

# New ones are granted to somebody as soon as they are there.
_GRANTED = frozenset(
    {"schema", "type", "sequence", "table", "column", "function", "procedure", "view", "materialized view"}
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Statements in order, each with its segment, and what they amount to.

    `replaced` are objects that are on both sides and made anew; `counts` how many of a kind come ("+"), go ("-") and
    change ("~"); `grants` says whether new objects may need privileges that only the server knows; `placed` is each
    statement with the object that it is about and the one that it is read with.
    """

    statements: tuple[tuple[Segment, str], ...] = ()
    hazards: tuple[Hazard, ...] = ()
    replaced: frozenset[ObjectId] = frozenset()
    counts: tuple[tuple[str, str, int], ...] = ()
    grants: bool = False
    placed: tuple[tuple[ObjectId, ObjectId | None, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.statements)


def make_plan(old: State, new: State, options: Options | None = None, granted: State | None = None) -> Plan:
    """What makes `old` into `new`.

    `granted` is the state that the plan without privileges gives: what new objects are granted by default depends on
    the server's settings, so it is read there and not worked out. Without it, no privilege is changed.
    """
    change = classify(old, new, options or Options())
    online, work = OnlineForms(change), Work(change)
    DropSteps(change, online, work).add()
    AlterSteps(change, online, work).add()
    CreateSteps(change, online, work).add()
    SatelliteSteps(change, work, granted).add()
    Waits(change, work).add()
    return _plan(change, work)


def _plan(change: Change, work: Work) -> Plan:
    order = in_order(work.steps)
    folded = foldable_in(change, work, order)
    render_tables(change, work, folded)
    hazards = {hazard for number in order for hazard in work.steps[number].hazards}
    steps = [work.steps[number] for number in order if number not in folded]
    return Plan(
        tuple(_statements(steps)),
        tuple(sorted(hazards)),
        frozenset(identity for identity in change.gone if identity in change.new.objects),
        tuple(_counts(change, work)),
        any(step.verb == "create" and step.object.kind in _GRANTED for step in work.steps)
        or any(change.old.owners.get(i) != owner for i, owner in change.new.owners.items()),
        tuple((step.object, step.home, sql) for step in steps for sql in step.sql if sql),
    )


def _counts(change: Change, work: Work) -> Iterator[tuple[str, str, int]]:
    """How many of a kind come, go and change; parts of new and dropped tables are not told apart."""
    made = [i for i, thing in change.new.objects.items() if i not in change.old.objects and not _is_part(change, thing)]
    gone = [i for i in change.gone if i not in change.new.objects and not _goes_with_another(change, i)]
    kept = [i for i in change.old.objects if i in change.new.objects]
    changed = [i for i in kept if i in change.changed or i in change.retyped]
    for sign, identities in (("+", made), ("-", gone), ("~", changed)):
        for kind, number in Counter(identity.kind for identity in identities).items():
            yield sign, kind, number
    for sign, word in (("+", "grant "), ("-", "revoke ")):
        number = sum(
            step.weight == GRANT and step.sql[0].startswith(word) and not change.is_created(step.object)
            for step in work.steps
        )
        if number:
            yield sign, "grant", number


def _is_part(change: Change, thing: Thing) -> bool:
    match thing:
        case ColumnOf() | DefaultOf():
            return change.is_created(table_id(thing.table.name)) or isinstance(thing, DefaultOf)
        case Constraint():
            return change.is_created(table_id(thing.on)) or thing.inherited
        case Index():
            return change.is_created(table_id(thing.table)) or thing.parent is not None
        case Sequence():
            return thing.owned_by is not None
        case _:
            return False


def _goes_with_another(change: Change, identity: ObjectId) -> bool:
    parts = FOLLOWERS | {"sequence", "column"}
    return identity.kind in parts and (not change.gone[identity] or change.inside(identity) is not None)


def _statements(steps: list[Step]) -> Iterator[tuple[Segment, str]]:
    _labels_apart(steps)
    for segment in SEGMENTS:
        for step in steps:
            if step.segment == segment:
                yield from ((segment, sql) for sql in step.sql if sql)


def _labels_apart(steps: list[Step]) -> None:
    """A new enum value can be used only once it is committed."""
    for step in steps:
        if step.object.kind == "type" and step.verb == "alter" and "add value" in step.sql[0]:
            values = [value for sql in step.sql for value in re.findall(r"add value ('(?:[^']|'')*')", sql)]
            others = "\n".join(sql for other in steps if other is not step for sql in other.sql)
            if any(value in others for value in values):
                step.segment = "labels"


__all__ = ["Options", "Plan", "make_plan"]
