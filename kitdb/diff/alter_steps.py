"""The steps that change what stays: alterations, and types that are put aside for new ones."""

# SQL is what this module makes, of quoted names and Postgres's own definitions
from __future__ import annotations

from dataclasses import dataclass, replace

from kitdb.catalog.model import Type
from kitdb.catalog.structure import ObjectId
from kitdb.diff import render
from kitdb.diff.alter import Alteration, retype, retype_with_attributes, risk_of_new_type
from kitdb.diff.change import Change
from kitdb.diff.convert import has_attributes
from kitdb.diff.online import OnlineForms
from kitdb.diff.render import aside, q
from kitdb.diff.sources import or_replace
from kitdb.diff.state import ColumnOf
from kitdb.diff.steps import Step
from kitdb.diff.work import CREATE_WEIGHT, Work


@dataclass
class AlterSteps:
    change: Change
    online: OnlineForms
    work: Work

    def add(self) -> None:
        for identity, type_ in self.change.retyped.items():
            if identity in self.change.gone:
                continue
            thing, after = self.change.old.objects[identity], self.change.new.objects[identity]
            if isinstance(thing, ColumnOf) and isinstance(after, ColumnOf):
                self._retype_step(identity, thing, after, type_)
        for identity, found in self.change.altered.items():
            if identity in self.change.gone or identity in self.change.swapped:
                continue
            for alteration in found:
                if identity in self.change.retyped and alteration.disturbs:
                    continue
                self._alteration_step(identity, alteration)
        for identity in self.change.swapped:
            self._swap_steps(identity)

    def _retype_step(self, identity: ObjectId, thing: ColumnOf, after: ColumnOf, type_: ObjectId | None) -> None:
        if type_ is not None and self.change.is_range(type_):
            text = f"text{'[]' if thing.column.type.array else ''}"
            column = f"alter table {thing.table.name} alter column {q(thing.column.name)}"
            step = Step("alter", identity, [f"{column} type {text}"], 16)
            self.work.loosened[identity] = self.work.add(step)
        made = self.change.new.objects.get(type_) if type_ else None
        is_same = (
            after.column.type.name == thing.column.type.name and after.column.type.array == thing.column.type.array
        )
        if is_same and isinstance(made, Type) and has_attributes(self.change.new.catalog, made):
            self._alteration_step(identity, retype_with_attributes(
                after.table, thing.column, after.column,
                self.change.old.catalog, self.change.new.catalog, self.change.anew,
            ))  # fmt: skip
            return
        through = self.change.passed_through(thing.column.type) + ("[]" if after.column.type.array else "")
        alteration = retype(after.table, thing.column, after.column, self.change.new, through=through)
        self._alteration_step(identity, replace(alteration, hazards=(risk_of_new_type(after.table, after.column),)))

    def _alteration_step(self, identity: ObjectId, alteration: Alteration) -> None:
        if not alteration.sql:
            return
        source = self.change.options.sources.get(identity)
        if source and alteration.sql[0].lower().startswith("create or replace"):
            alteration = replace(alteration, sql=(or_replace(source), *alteration.sql[1:]))
        weight = CREATE_WEIGHT[identity.kind] + 5
        weight = 15 if alteration.early else 395 if alteration.late else weight
        home = self.change.home(identity)
        online = self.online.online_not_null(identity, alteration)
        if online:
            for step in online:
                self.work.alters[identity].append(self.work.add(step))
            return
        number = self.work.add(Step("alter", identity, list(alteration.sql), weight, home, hazards=alteration.hazards))
        if self.work.alters[identity]:
            self.work.steps[number].after.add(self.work.alters[identity][-1])
        self.work.alters[identity].append(number)
        if alteration.late:
            self.work.late.append(number)

    def _swap_steps(self, identity: ObjectId) -> None:
        before, after = self.change.old.objects[identity], self.change.new.objects[identity]
        if not (isinstance(before, Type) and isinstance(after, Type)):
            return
        if self.change.is_range(identity):
            sql = [f"drop type {before.name}", render.create_type(after)]
            self.work.makers[identity] = self.work.add(Step("create", identity, sql, CREATE_WEIGHT["type"], identity))
            return
        moved = aside(before.name)
        word = "domain" if before.kind == "domain" else "type"
        made = self.change.options.sources.get(identity) or render.create_type(after)
        sql = [f"alter {word} {before.name} rename to {q(moved.name)}", made]
        self.work.makers[identity] = self.work.add(Step("create", identity, sql, CREATE_WEIGHT["type"], identity))
        self.work.droppers[identity] = self.work.add(Step("drop", identity, [f"drop {word} {moved}"], 545))
        self.work.steps[self.work.droppers[identity]].after.add(self.work.makers[identity])
