"""The steps that drop what goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kitdb.catalog.model import Bucket, Constraint, Index, Policy, Relation, Routine, Rule, Sequence, Trigger, Type
from kitdb.catalog.structure import ObjectId
from kitdb.diff import render
from kitdb.diff.change import Change
from kitdb.diff.online import OnlineForms
from kitdb.diff.render import aside, literal, q
from kitdb.diff.state import ColumnOf, DefaultOf, PublicationTable, Thing, member_id, table_id
from kitdb.diff.steps import Hazard, Step
from kitdb.diff.work import DROP_WEIGHT, Work


@dataclass
class DropSteps:
    change: Change
    online: OnlineForms
    work: Work

    def add(self) -> None:
        cycles = self._in_cycles()
        for identity, explicit in self.change.gone.items():
            thing = self.change.old.objects[identity]
            container = self.change.inside(identity)
            if identity in self.change.aside:
                explicit = (
                    isinstance(thing, Relation) and thing.name in self.change.new.catalog.by_name
                )  # the name is wanted
            if identity in cycles or (container is not None and self._blocks_conversion(container, thing)):
                container, explicit = None, True
            if (
                isinstance(thing, DefaultOf)
                and member_id("column", thing.table.name, thing.column.name) in self.change.gone
            ):
                explicit = False
            if container is not None or not explicit or self.change.is_implied(self.change.old, identity, thing):
                continue
            if isinstance(thing, PublicationTable) and table_id(thing.table) in self.change.gone:
                continue
            if self.online.is_replaced_online(identity) or identity in self.online.taken:
                continue
            if self.online.is_dropped_online(identity, thing):
                sql = [f"drop index concurrently {identity.name}"]
                self.work.droppers[identity] = self.work.add(Step("drop", identity, sql, 241, segment="indexes"))
                continue
            sql, hazards = self._drop(identity, thing)
            weight = DROP_WEIGHT[identity.kind]
            if weight >= 500 and (identity in self.change.new.objects or self.change.has_new_overload(thing)):
                weight = 20  # it comes back: that reads best early
            self.work.droppers[identity] = self.work.add(
                Step("drop", identity, sql, weight, home=None, hazards=hazards)
            )
        for identity in self.change.gone:
            self._dropper(identity, set())

    def _dropper(self, identity: ObjectId, seen: set[ObjectId]) -> int | None:
        """The step with which an object goes, be it by another's."""
        if identity in self.work.droppers or identity in seen:
            return self.work.droppers.get(identity)
        seen.add(identity)
        for other in (
            self.change.inside(identity),
            self.change.follows.get(identity),
            *self.change.implying(self.change.old, identity),
        ):
            if other is not None and other in self.change.gone and other != identity:
                found = self._dropper(other, seen)
                if found is not None:
                    self.work.droppers[identity] = found
                    return found
        if identity.kind == "default":
            column = ObjectId("column", identity.name)
            if column in self.change.gone and (found := self._dropper(column, seen)) is not None:
                self.work.droppers[identity] = found
                return found
        return None

    def _blocks_conversion(self, container: ObjectId, thing: Thing) -> bool:
        """A table that is put aside keeps its indexes, whose names are needed."""
        if container not in self.change.converted | self.change.aside:
            return False
        return isinstance(thing, Index) or (
            isinstance(thing, Constraint) and thing.kind in ("primary key", "unique", "exclude", "foreign key")
        )

    def _in_cycles(self) -> set[ObjectId]:
        """What goes before the tables that it is on: without it, dropped objects would need each other in a circle.

        Foreign keys where they alone make one, else policies, triggers and checks that ask another object.
        """
        keys = []
        for identity in self.change.gone:
            thing = self.change.old.objects[identity]
            if isinstance(thing, Constraint) and thing.references not in (None, thing.on) and thing.references:
                on, other = table_id(thing.on), table_id(thing.references)
                if on in self.change.gone and other in self.change.gone:
                    keys.append((identity, on, other))
        cut = {part for part in _circular(keys) if not self._is_inherited(part)}
        needs = [
            (dependency.object, self.change.inside(dependency.object) or dependency.object,
             self.change.inside(dependency.needs) or dependency.needs)
            for dependency in self.change.old.dependencies
            if dependency.object in self.change.gone
            and dependency.needs in self.change.gone
            and dependency.object not in cut
        ]  # fmt: skip
        parts = {part for part in _circular(needs) if part.kind in ("policy", "trigger", "constraint")}
        taken = {identity for identity, *_ in keys}
        return cut | {part for part in parts - taken if not self._is_inherited(part)}

    def _is_inherited(self, identity: ObjectId) -> bool:
        return getattr(self.change.old.objects[identity], "inherited", False) is True

    def _drop(self, identity: ObjectId, thing: Thing) -> tuple[list[str], tuple[Hazard, ...]]:
        lost = Hazard("deletes-data", "")
        match thing:
            case ColumnOf(table, column):
                hazards = (replace(lost, message=f"column {table.name}.{q(column.name)}, with its values"),)
                derived = column.generated is not None
                word = "foreign table" if table.kind == "foreign table" else "table"
                sql = [f"alter {word} {table.name} drop column {q(column.name)}"]
                return sql, () if derived else hazards
            case DefaultOf(table, column):
                word = "view" if table.kind == "view" else "table"
                return [f"alter {word} {table.name} alter column {q(column.name)} drop default"], ()
            case Constraint():
                word = "domain" if thing.on in self.change.old.catalog.type_by_name else "table"
                return [f"alter {word} {thing.on} drop constraint {q(thing.name)}"], ()
            case Policy() | Trigger() | Rule():
                return [f"drop {identity.kind} {q(thing.name)} on {thing.table}"], ()
            case Routine():
                return [render.drop_routine(thing)], self._breaks(identity)
            case Relation():
                return self._drop_relation(identity, thing)
            case PublicationTable():
                return [f"alter publication {q(thing.publication)} drop table {thing.table}"], ()
            case Bucket():
                hazards = (replace(lost, message=f"bucket {thing.id} of Storage"),)
                return [
                    "set local storage.allow_delete_query = 'true'",
                    f"delete from storage.buckets where id = {literal(thing.id)}",  # noqa: S608  # quoted
                ], hazards
            case Type(kind="domain"):
                return [f"drop domain {thing.name}"], ()
            case Sequence():
                return [f"drop sequence {thing.name}"], (
                    () if identity in self.change.new.objects else (Hazard("breaks-clients", f"{identity} is dropped"),)
                )
            case _:
                return [f"drop {identity.kind} {identity.name}"], ()

    def _breaks(self, identity: ObjectId) -> tuple[Hazard, ...]:
        return () if identity in self.change.new.objects else (Hazard("breaks-clients", f"{identity} is dropped"),)

    def _drop_relation(self, identity: ObjectId, relation: Relation) -> tuple[list[str], tuple[Hazard, ...]]:
        if relation.kind in ("view", "materialized view"):
            return [f"drop {relation.kind} {relation.name}"], self._breaks(identity)
        if identity in self.change.aside:
            return [f"alter table {relation.name} rename to {q(aside(relation.name).name)}"], ()
        if identity in self.change.converted:
            moved = aside(relation.name)
            sequences = [
                f"alter sequence {one.name} rename to {q(aside(one.name).name)}"
                for one in self.change.old.catalog.sequences
                if one.owned_by and one.owned_by[0] == relation.name
                and self.change.is_implied(self.change.old, ObjectId("sequence", str(one.name)), one)
            ]  # fmt: skip
            return [f"alter table {relation.name} rename to {q(moved.name)}", *sequences], (
                Hazard("copies-data", f"the rows of {relation.name} are copied into a new table"),
            )
        word = "foreign table" if relation.kind == "foreign table" else "table"
        hazards = () if word == "foreign table" else (
            Hazard("deletes-data", f"table {relation.name}, with its rows"),
        )  # fmt: skip
        return [f"drop {word} {relation.name}"], hazards


def _circular(needs: Iterable[tuple[ObjectId, ObjectId, ObjectId]]) -> set[ObjectId]:
    """The parts (the first of each three) whose wholes need another whole that needs them in turn, at any distance."""
    every = [(part, whole, other) for part, whole, other in needs if whole != other]
    edges: defaultdict[ObjectId, set[ObjectId]] = defaultdict(set)
    for _, whole, other in every:
        edges[whole].add(other)
    reached: dict[ObjectId, set[ObjectId]] = {}

    def within(start: ObjectId) -> set[ObjectId]:
        if start not in reached:
            seen, stack = set[ObjectId](), [start]
            while stack:
                here = stack.pop()
                if here not in seen:
                    seen.add(here)
                    stack += edges.get(here, ())
            reached[start] = seen
        return reached[start]

    return {part for part, whole, other in every if whole in within(other)}
