"""Defaults and constraints that are said within CREATE TABLE."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from kitdb.catalog.model import Constraint, Relation
from kitdb.catalog.structure import ObjectId
from kitdb.diff import render
from kitdb.diff.change import Change
from kitdb.diff.state import ColumnOf, DefaultOf, Thing
from kitdb.diff.work import Work

_CONSTRAINT_ORDER: Mapping[str, int] = {
    "primary key": 0, "unique": 1, "exclude": 2, "check": 3, "not null": 3, "foreign key": 4,
}  # fmt: skip


def foldable_in(change: Change, work: Work, order: list[int]) -> set[int]:
    """The defaults and constraints that go into CREATE TABLE: all that they need is there before it."""
    place = {number: position for position, number in enumerate(order)}
    folded: set[int] = set()
    for number in sorted(work.foldable, key=lambda n: place[n]):
        home = work.steps[number].home
        table = work.makers.get(home) if home else None
        if table is None:
            continue
        needs = {n for n in work.steps[number].after if n != table and n not in folded}
        within = {n for n in work.steps[number].after if n in folded}
        fits = all(place[n] < place[table] for n in needs)
        for other in within:
            owner = work.steps[other].home
            other_table = work.makers.get(owner) if owner else None
            fits = fits and other_table is not None and place[other_table] <= place[table]
        if fits or home in change.options.sources:
            folded.add(number)
    return folded


def render_tables(change: Change, work: Work, folded: set[int]) -> None:
    inside: defaultdict[ObjectId, list[Thing]] = defaultdict(list)
    for number in folded:
        home = work.steps[number].home
        if home is not None:
            inside[home].append(change.new.objects[work.steps[number].object])
    for identity, number in work.makers.items():
        thing = change.new.objects[identity]
        if isinstance(thing, Relation) and "table" in thing.kind and work.steps[number].verb == "create":
            defaults = {d.column.name for d in inside[identity] if isinstance(d, DefaultOf)}
            defaults |= {
                column.name for column in thing.columns
                if column.default is not None and change.made_as_serial(ColumnOf(thing, column), change.new)
            }  # fmt: skip
            constraints = [c for c in inside[identity] if isinstance(c, Constraint)]
            constraints.sort(key=lambda c: (_CONSTRAINT_ORDER[c.kind], c.name))
            work.steps[number].sql[0] = change.options.sources.get(identity) or render.create_table(
                change.new.catalog, thing, frozenset(defaults), constraints
            )
