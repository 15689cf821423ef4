"""The steps as they are collected: which of them makes, alters and drops what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from kitdb.catalog.model import Constraint, Index, Sequence, Trigger
from kitdb.catalog.structure import ObjectId
from kitdb.diff.change import Change
from kitdb.diff.state import ColumnOf, DefaultOf, member_id, table_id
from kitdb.diff.steps import Step

CREATE_WEIGHT = {
    "schema": 100, "extension": 110, "type": 120, "sequence": 130, "table": 200, "column": 210, "default": 220,
    "constraint": 230, "index": 240, "statistics": 250, "function": 300, "procedure": 310, "view": 320,
    "materialized view": 330, "rule": 340, "trigger": 350, "policy": 360, "publication": 370,
    "publication table": 380, "event trigger": 390, "bucket": 395,
}  # fmt: skip
DROP_WEIGHT = {
    "event trigger": 1, "publication table": 2, "publication": 3, "policy": 4, "trigger": 5, "rule": 6, "view": 7,
    "materialized view": 8, "function": 500, "procedure": 500, "statistics": 10, "index": 11, "constraint": 12,
    "default": 13, "column": 510, "sequence": 520, "table": 530, "type": 540, "extension": 550, "schema": 560,
    "bucket": 505,
}  # fmt: skip
OWN_COMMENT, COMMENT, OWNER, GRANT, DEFAULTS = 399, 400, 405, 410, 105


@dataclass
class Work:
    """Steps, known by their numbers.

    `loosened` are the steps in which columns turn to text meanwhile, `copies` those in which rows move, `late` those
    that want columns and constraints in their last shape, `foldable` those that may be said within CREATE TABLE.
    """

    change: Change
    steps: list[Step] = field(default_factory=list)
    makers: dict[ObjectId, int] = field(default_factory=dict)
    alters: defaultdict[ObjectId, list[int]] = field(default_factory=lambda: defaultdict(list))
    droppers: dict[ObjectId, int] = field(default_factory=dict)
    loosened: dict[ObjectId, int] = field(default_factory=dict)
    copies: dict[ObjectId, int] = field(default_factory=dict)
    late: list[int] = field(default_factory=list)
    foldable: set[int] = field(default_factory=set)

    def add(self, step: Step) -> int:
        self.steps.append(step)
        return len(self.steps) - 1

    def making(self, identity: ObjectId) -> list[int]:
        found = list(self.alters.get(identity, ()))
        if identity in self.makers:
            found.append(self.makers[identity])
        return found

    def maker(self, identity: ObjectId) -> int | None:
        """The step after which a new object is as it should be."""
        if identity in self.makers:
            return self.makers[identity]
        thing = self.change.new.objects.get(identity)
        found: int | None = None
        match thing:
            case ColumnOf(table=table):
                found = self.makers.get(table_id(table.name)) if self.change.is_created(table_id(table.name)) else None
            case DefaultOf(table=table, column=column):
                found = self.maker(member_id("column", table.name, column.name))
            case Sequence():
                for column_id in self.change.implying(self.change.new, identity):
                    found = self.maker(column_id)
            case Constraint(inherited=True) | Trigger(inherited=True) if thing is not None:
                on = thing.on if isinstance(thing, Constraint) else thing.table
                found = self.makers.get(table_id(on))
            case Index(parent=parent) if parent is not None:
                found = self.maker(ObjectId("index", str(parent))) or self.makers.get(table_id(thing.table))
            case _:
                found = None
        if found is not None:
            self.makers[identity] = found
        return found
