"""From one state to another: which objects go, which change, which are made, and every statement in its order."""

# ruff: noqa: S608  # SQL is what this module makes, of quoted names and Postgres's own definitions
from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from kitdb.catalog.model import (
    Bucket,
    Column,
    Constraint,
    EventTrigger,
    Extension,
    Index,
    Policy,
    Publication,
    Relation,
    Routine,
    Rule,
    Schema,
    Sequence,
    Statistics,
    Trigger,
    Type,
)
from kitdb.catalog.structure import ObjectId
from kitdb.diff import render
from kitdb.diff.alter import (
    Alteration,
    alterations,
    aside,
    base_type,
    enabled,
    owned_by,
    retype,
    retype_composite,
    same_family,
)
from kitdb.diff.privileges import default_privilege_changes, grant_changes
from kitdb.diff.render import literal, q
from kitdb.diff.sources import concurrently, or_replace
from kitdb.diff.state import (
    ColumnOf,
    DefaultOf,
    PublicationTable,
    State,
    Thing,
    member_id,
    owned_sequence,
    relation_id,
    serial_type,
    table_id,
)
from kitdb.diff.steps import SEGMENTS, Hazard, Segment, Step, in_order
from kitdb.names import QualifiedName

Online = Literal["auto", "always", "never"]

# New ones are granted to somebody as soon as they are there.
_GRANTED = frozenset(
    {"schema", "type", "sequence", "table", "column", "function", "procedure", "view", "materialized view"}
)

# What cannot stay while the type of a column that it reads changes. Indexes, constraints and statistics can: Postgres
# makes them anew by itself.
_IN_THE_WAY = frozenset(
    {"view", "materialized view", "policy", "trigger", "function", "procedure", "rule", "publication table"}
)

# What Postgres drops by itself with a column that it is about.
_FOLLOWERS = frozenset({"index", "constraint", "default", "statistics"})

_CREATE_WEIGHT = {
    "schema": 100, "extension": 110, "type": 120, "sequence": 130, "table": 200, "column": 210, "default": 220,
    "constraint": 230, "index": 240, "statistics": 250, "function": 300, "procedure": 310, "view": 320,
    "materialized view": 330, "rule": 340, "trigger": 350, "policy": 360, "publication": 370,
    "publication table": 380, "event trigger": 390, "bucket": 395,
}  # fmt: skip
_DROP_WEIGHT = {
    "event trigger": 1, "publication table": 2, "publication": 3, "policy": 4, "trigger": 5, "rule": 6, "view": 7,
    "materialized view": 8, "function": 500, "procedure": 500, "statistics": 10, "index": 11, "constraint": 12,
    "default": 13, "column": 510, "sequence": 520, "table": 530, "type": 540, "extension": 550, "schema": 560,
    "bucket": 505,
}  # fmt: skip
_OWN_COMMENT, _COMMENT, _OWNER, _GRANT, _DEFAULTS = 399, 400, 405, 410, 105


@dataclass(frozen=True, slots=True)
class Options:
    """How a plan is made.

    `online` says whether tables that exist get the forms that do not lock them for long; `sources` are the words in
    which new objects are written, where Postgres's own are not wanted.
    """

    online: Online = "auto"
    sources: Mapping[ObjectId, str] = field(default_factory=dict)


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
    return _Planner(old, new, options or Options(), granted).plan()


@dataclass
class _Planner:
    old: State
    new: State
    options: Options
    granted: State | None
    changed: dict[ObjectId, frozenset[str]] = field(default_factory=dict)
    altered: dict[ObjectId, tuple[Alteration, ...]] = field(default_factory=dict)
    gone: dict[ObjectId, bool] = field(default_factory=dict)  # whether a statement of its own drops it
    follows: dict[ObjectId, ObjectId] = field(default_factory=dict)
    swapped: set[ObjectId] = field(default_factory=set)
    converted: set[ObjectId] = field(default_factory=set)
    aside: set[ObjectId] = field(default_factory=set)  # partitions of these, which are gone with them
    retyped: dict[ObjectId, ObjectId | None] = field(default_factory=dict)
    loosened: dict[ObjectId, int] = field(default_factory=dict)  # columns that are text meanwhile
    steps: list[Step] = field(default_factory=list)
    makers: dict[ObjectId, int] = field(default_factory=dict)
    alters: defaultdict[ObjectId, list[int]] = field(default_factory=lambda: defaultdict(list))
    droppers: dict[ObjectId, int] = field(default_factory=dict)
    foldable: set[int] = field(default_factory=set)
    copies: dict[ObjectId, int] = field(default_factory=dict)
    late: list[int] = field(default_factory=list)
    owners: dict[int, dict[str, ObjectId]] = field(default_factory=dict)

    def plan(self) -> Plan:
        self._classify()
        self._drop_steps()
        self._alter_steps()
        self._create_steps()
        self._satellite_steps()
        self._edges()
        order = in_order(self.steps)
        folded = self._fold(order)
        self._render_tables(folded)
        hazards = {hazard for number in order for hazard in self.steps[number].hazards}
        steps = [self.steps[number] for number in order if number not in folded]
        return Plan(
            tuple(self._statements([number for number in order if number not in folded])),
            tuple(sorted(hazards)),
            frozenset(identity for identity in self.gone if identity in self.new.objects),
            tuple(self._counts()),
            any(step.verb == "create" and step.object.kind in _GRANTED for step in self.steps)
            or any(self.old.owners.get(i) != owner for i, owner in self.new.owners.items()),
            tuple((step.object, step.home, sql) for step in steps for sql in step.sql if sql),
        )

    def _counts(self) -> Iterator[tuple[str, str, int]]:
        """How many of a kind come, go and change; parts of new and dropped tables are not told apart."""
        made = [i for i, thing in self.new.objects.items() if i not in self.old.objects and not self._is_part(thing)]
        gone = [i for i in self.gone if i not in self.new.objects and not self._goes_with_another(i)]
        kept = [i for i in self.old.objects if i in self.new.objects]
        changed = [i for i in kept if i in self.changed or i in self.retyped]
        for sign, identities in (("+", made), ("-", gone), ("~", changed)):
            for kind, number in Counter(identity.kind for identity in identities).items():
                yield sign, kind, number
        for sign, word in (("+", "grant "), ("-", "revoke ")):
            number = sum(
                step.weight == _GRANT and step.sql[0].startswith(word) and not self._is_created(step.object)
                for step in self.steps
            )
            if number:
                yield sign, "grant", number

    def _is_part(self, thing: Thing) -> bool:
        match thing:
            case ColumnOf() | DefaultOf():
                return self._is_created(table_id(thing.table.name)) or isinstance(thing, DefaultOf)
            case Constraint():
                return self._is_created(table_id(thing.on)) or thing.inherited
            case Index():
                return self._is_created(table_id(thing.table)) or thing.parent is not None
            case Sequence():
                return thing.owned_by is not None
            case _:
                return False

    def _goes_with_another(self, identity: ObjectId) -> bool:
        parts = _FOLLOWERS | {"sequence", "column"}
        return identity.kind in parts and (not self.gone[identity] or self._inside(identity) is not None)

    # Which objects go, change or stay

    def _classify(self) -> None:
        queue: list[ObjectId] = []
        for identity, thing in self.old.objects.items():
            after = self.new.objects.get(identity)
            if after is None:
                self._go(identity, queue)
                continue
            one, two = self.old.facts[identity], self.new.facts[identity]
            if one == two:
                continue
            self.changed[identity] = frozenset(name for name in {*one, *two} if one.get(name) != two.get(name))
            found = alterations(thing, after, self.changed[identity], self.old, self.new)
            if found is not None:
                self.altered[identity] = found
            elif isinstance(thing, Type) and isinstance(after, Type) and not self._is_unused_range(identity, thing):
                self._swap(identity, queue)
            elif isinstance(thing, Relation) and _convertible(thing, after):
                self.converted.add(identity)
                self._go(identity, queue)
            else:
                self._go(identity, queue)
        for identity, found in list(self.altered.items()):
            if any(alteration.disturbs for alteration in found):
                self._disturb(identity, queue)
        while queue:
            self._spread(queue.pop(), queue)
        self.aside = {identity for identity in self.gone if self._moves_with_its_root(identity)}
        for identity in self.gone:
            for dependency in self.old.needs.get(identity, ()):
                if dependency.follows and dependency.needs in self.gone and identity.kind in _FOLLOWERS:
                    self.gone[identity] = False
                    self.follows[identity] = dependency.needs

    def _moves_with_its_root(self, identity: ObjectId) -> bool:
        """Whether it is a partition of a table that is made anew: its rows move with that table's."""
        thing = self.old.objects[identity]
        if identity in self.converted:
            return False
        while isinstance(thing, Relation) and thing.partition_bound is not None and thing.parents:
            root = table_id(thing.parents[0])
            if root in self.converted:
                return True
            thing = self.old.objects[root]
        return False

    def _go(self, identity: ObjectId, queue: list[ObjectId], *, explicit: bool = True) -> None:
        if identity in self.gone:
            self.gone[identity] = self.gone[identity] or explicit
            return
        self.gone[identity] = explicit
        self.altered.pop(identity, None)
        queue.append(identity)

    def _is_unused_range(self, identity: ObjectId, thing: Type) -> bool:
        users = (self.old.objects.get(dependency.object) for dependency in self.old.needed_by.get(identity, ()))
        return thing.kind == "range" and not any(isinstance(user, ColumnOf) for user in users)

    def _swap(self, identity: ObjectId, queue: list[ObjectId]) -> None:
        """A type that cannot be changed is put aside, made anew, and dropped once nobody uses it."""
        if identity in self.swapped:
            return
        self.swapped.add(identity)
        self.altered.pop(identity, None)
        for dependency in self.old.needed_by.get(identity, ()):
            user = dependency.object
            thing, after = self.old.objects.get(user), self.new.objects.get(user)
            if thing is None:
                continue
            if isinstance(thing, ColumnOf) and isinstance(after, ColumnOf):
                if not self._needs(self.new, user, identity):
                    continue  # its type changes to another one anyway
                if thing.column.generated is not None or (thing.column.inherited and after.column.inherited):
                    if thing.column.generated is not None:
                        self._go(user, queue)
                    continue
                self.retyped[user] = identity
                self._disturb(user, queue)
                self._release_default(user, queue)
            elif isinstance(thing, Type):
                self._swap(user, queue)
            else:
                self._go(user, queue, explicit=not dependency.follows)
                if dependency.follows:
                    self.follows[user] = identity

    def _release_default(self, column: ObjectId, queue: list[ObjectId]) -> None:
        default = ObjectId("default", column.name)
        if default in self.old.objects:
            self._go(default, queue)

    def _disturb(self, identity: ObjectId, queue: list[ObjectId]) -> None:
        """The type of a column changes: what reads it makes room, and comes back."""
        thing = self.old.objects[identity]
        if isinstance(thing, ColumnOf):
            self._disturb_column(identity, thing, queue)
        for dependency in self.old.needed_by.get(identity, ()):
            reader = dependency.object
            reading = self.old.objects.get(reader)
            generated = isinstance(reading, ColumnOf) and reading.column.generated is not None
            if reading is not None and (reader.kind in _IN_THE_WAY or generated):
                self._go(reader, queue)

    def _disturb_column(self, identity: ObjectId, thing: ColumnOf, queue: list[ObjectId]) -> None:
        after = self.new.objects.get(identity)
        if not isinstance(after, ColumnOf):
            return
        one, two = thing.column.type.text, after.column.type.text
        default = ObjectId("default", identity.name)
        if one != two and (default in self.changed or not same_family(one, two)):
            self._release_default(identity, queue)
        for dependency in self.old.needed_by.get(identity, ()):
            constraint = self.old.objects.get(dependency.object)
            is_key = isinstance(constraint, Constraint) and constraint.kind == "foreign key"
            if is_key and (identity in self.retyped or not same_family(one, two)):
                self._go(dependency.object, queue)
            if isinstance(constraint, Constraint | Index) and self._reads_type(dependency.object, identity):
                self._go(dependency.object, queue)
        for child in self.old.catalog.relations:
            if thing.table.name in child.parents:
                column = member_id("column", child.name, thing.column.name)
                if column in self.old.objects:
                    self._disturb(column, queue)

    def _reads_type(self, reader: ObjectId, column: ObjectId) -> bool:
        """Whether an index or constraint speaks of the type of a column that is put aside, or that turns to text."""
        type_ = self.retyped.get(column)
        return type_ is not None and (self._needs(self.old, reader, type_) or self._is_range(type_))

    def _is_range(self, identity: ObjectId) -> bool:
        """A range's constructors keep its name whatever it is called: it cannot be put aside, and has to go first."""
        thing = self.old.objects[identity]
        return isinstance(thing, Type) and thing.kind == "range"

    def _needs(self, state: State, identity: ObjectId, needed: ObjectId) -> bool:
        return any(dependency.needs == needed for dependency in state.needs.get(identity, ()))

    def _spread(self, identity: ObjectId, queue: list[ObjectId]) -> None:
        """What hangs on an object that goes, goes with it, unless it is changed so that it hangs there no more."""
        thing = self.old.objects.get(identity)
        if isinstance(thing, Relation):
            for part in _parts_of(thing):
                if part in self.old.objects:
                    self._go(part, queue, explicit=False)
                    self.follows.setdefault(part, identity)
        for dependency in self.old.needed_by.get(identity, ()):
            user = dependency.object
            if user not in self.old.objects or (user in self.gone and not self.gone[user]):
                continue
            leaves = user in self.altered and not self._needs(self.new, user, identity)
            if leaves and not self._has_new_overload(thing):
                continue
            if isinstance(thing, Type) and isinstance(self.old.objects[user], ColumnOf) and user in self.altered:
                continue
            self._go(user, queue, explicit=not dependency.follows)
            if dependency.follows:
                self.follows[user] = identity

    def _has_new_overload(self, thing: Thing | None) -> bool:
        return isinstance(thing, Routine) and bool(self._new_overloads(thing))

    def _new_overloads(self, gone: Routine) -> list[ObjectId]:
        """New functions of the name of one that goes, where a call may fit both."""
        others = self._new_routines.get(gone.name, [])
        things = [gone, *(self.new.objects[other] for other in others)]
        loose = any(
            argument.default is not None or argument.mode == "variadic"
            for thing in things if isinstance(thing, Routine)
            for argument in thing.arguments
        )  # fmt: skip
        return others if loose else []

    @cached_property
    def _new_routines(self) -> dict[QualifiedName, list[ObjectId]]:
        found: defaultdict[QualifiedName, list[ObjectId]] = defaultdict(list)
        for identity, thing in self.new.objects.items():
            if isinstance(thing, Routine) and identity not in self.old.objects:
                found[thing.name].append(identity)
        return found

    # Steps

    def _step(self, step: Step) -> int:
        self.steps.append(step)
        return len(self.steps) - 1

    def _inside(self, identity: ObjectId) -> ObjectId | None:
        """The table that an old object is dropped with."""
        thing = self.old.objects[identity]
        owner: QualifiedName | None = None
        match thing:
            case ColumnOf() | DefaultOf():
                owner = thing.table.name
            case Constraint():
                owner = thing.on
            case Policy() | Trigger() | Rule() | Index() | PublicationTable():
                owner = thing.table
            case _:
                return None
        relation = self.old.relation(owner)
        container = relation_id(relation) if relation else ObjectId("type", str(owner))
        return container if container in self.gone and container != identity else None

    def _drop_steps(self) -> None:
        cycles = self._in_cycles()
        for identity, explicit in self.gone.items():
            thing = self.old.objects[identity]
            container = self._inside(identity)
            if identity in self.aside:
                explicit = isinstance(thing, Relation) and thing.name in self.new.catalog.by_name  # the name is wanted
            if identity in cycles or (container is not None and self._blocks_conversion(container, thing)):
                container, explicit = None, True
            if isinstance(thing, DefaultOf) and member_id("column", thing.table.name, thing.column.name) in self.gone:
                explicit = False
            if container is not None or not explicit or self._is_implied(self.old, identity, thing):
                continue
            if isinstance(thing, PublicationTable) and table_id(thing.table) in self.gone:
                continue
            if self._is_replaced_online(identity) or identity in self._taken:
                continue
            if self._is_dropped_online(identity, thing):
                sql = [f"drop index concurrently {identity.name}"]
                self.droppers[identity] = self._step(Step("drop", identity, sql, 241, segment="indexes"))
                continue
            sql, hazards = self._drop(identity, thing)
            weight = _DROP_WEIGHT[identity.kind]
            if weight >= 500 and (identity in self.new.objects or self._has_new_overload(thing)):
                weight = 20  # it comes back: that reads best early
            self.droppers[identity] = self._step(Step("drop", identity, sql, weight, home=None, hazards=hazards))
        for identity in self.gone:
            self._dropper(identity, set())

    def _dropper(self, identity: ObjectId, seen: set[ObjectId]) -> int | None:
        """The step with which an object goes, be it by another's."""
        if identity in self.droppers or identity in seen:
            return self.droppers.get(identity)
        seen.add(identity)
        for other in (self._inside(identity), self.follows.get(identity), *self._implying(self.old, identity)):
            if other is not None and other in self.gone and other != identity:
                found = self._dropper(other, seen)
                if found is not None:
                    self.droppers[identity] = found
                    return found
        if identity.kind == "default":
            column = ObjectId("column", identity.name)
            if column in self.gone and (found := self._dropper(column, seen)) is not None:
                self.droppers[identity] = found
                return found
        return None

    def _blocks_conversion(self, container: ObjectId, thing: Thing) -> bool:
        """A table that is put aside keeps its indexes, whose names are needed."""
        if container not in self.converted | self.aside:
            return False
        return isinstance(thing, Index) or (
            isinstance(thing, Constraint) and thing.kind in ("primary key", "unique", "exclude", "foreign key")
        )

    def _in_cycles(self) -> set[ObjectId]:
        """What goes before the tables that it is on: without it, dropped objects would need each other in a circle.

        Foreign keys where they alone make one, else policies, triggers and checks that ask another object.
        """
        keys = []
        for identity in self.gone:
            thing = self.old.objects[identity]
            if isinstance(thing, Constraint) and thing.references not in (None, thing.on) and thing.references:
                on, other = table_id(thing.on), table_id(thing.references)
                if on in self.gone and other in self.gone:
                    keys.append((identity, on, other))
        cut = {part for part in _circular(keys) if not self._is_inherited(part)}
        needs = [
            (dependency.object, self._inside(dependency.object) or dependency.object,
             self._inside(dependency.needs) or dependency.needs)
            for dependency in self.old.dependencies
            if dependency.object in self.gone and dependency.needs in self.gone and dependency.object not in cut
        ]  # fmt: skip
        parts = {part for part in _circular(needs) if part.kind in ("policy", "trigger", "constraint")}
        taken = {identity for identity, *_ in keys}
        return cut | {part for part in parts - taken if not self._is_inherited(part)}

    def _is_inherited(self, identity: ObjectId) -> bool:
        return getattr(self.old.objects[identity], "inherited", False) is True

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
                word = "domain" if thing.on in self.old.catalog.type_by_name else "table"
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
                    f"delete from storage.buckets where id = {literal(thing.id)}",
                ], hazards
            case Type(kind="domain"):
                return [f"drop domain {thing.name}"], ()
            case Sequence():
                return [f"drop sequence {thing.name}"], (
                    () if identity in self.new.objects else (Hazard("breaks-clients", f"{identity} is dropped"),)
                )
            case _:
                return [f"drop {identity.kind} {identity.name}"], ()

    def _breaks(self, identity: ObjectId) -> tuple[Hazard, ...]:
        return () if identity in self.new.objects else (Hazard("breaks-clients", f"{identity} is dropped"),)

    def _drop_relation(self, identity: ObjectId, relation: Relation) -> tuple[list[str], tuple[Hazard, ...]]:
        if relation.kind in ("view", "materialized view"):
            return [f"drop {relation.kind} {relation.name}"], self._breaks(identity)
        if identity in self.aside:
            return [f"alter table {relation.name} rename to {q(aside(relation.name).name)}"], ()
        if identity in self.converted:
            moved = aside(relation.name)
            return [f"alter table {relation.name} rename to {q(moved.name)}"], (
                Hazard("copies-data", f"the rows of {relation.name} are copied into a new table"),
            )
        word = "foreign table" if relation.kind == "foreign table" else "table"
        hazards = () if word == "foreign table" else (
            Hazard("deletes-data", f"table {relation.name}, with its rows"),
        )  # fmt: skip
        return [f"drop {word} {relation.name}"], hazards

    def _is_implied(self, state: State, identity: ObjectId, thing: Thing) -> bool:
        """Whether the object comes and goes with another, without a statement of its own."""
        match thing:
            case ColumnOf(table=table, column=column):
                return column.inherited and self._has_lasting_parent(state, table.name)
            case Constraint():
                return thing.inherited and self._has_lasting_parent(state, thing.on)
            case Trigger():
                return thing.inherited
            case Index():
                return thing.parent is not None
            case Sequence(identity=True):
                return True
            case Sequence():
                return any(True for _ in self._implying(state, identity))
            case _:
                return False

    def _has_lasting_parent(self, state: State, name: QualifiedName) -> bool:
        """Whether what the table has from a parent comes or goes with that parent's, or with the table itself."""
        other = self.new if state is self.old else self.old
        here, there = state.relation(name), other.relation(name)
        if here is None or there is None or table_id(name) in self.gone:
            return True
        return bool(set(here.parents) & set(there.parents))

    def _implying(self, state: State, identity: ObjectId) -> Iterator[ObjectId]:
        """The column that makes a sequence: an identity's, or a serial's."""
        thing = state.objects.get(identity)
        if isinstance(thing, Sequence) and thing.owned_by:
            column = state.objects.get(member_id("column", *thing.owned_by))
            if isinstance(column, ColumnOf):
                made = thing.identity or self._made_as_serial(column, state)
                if made:
                    yield member_id("column", *thing.owned_by)

    def _made_as_serial(self, column: ColumnOf, state: State) -> bool:
        """Whether a column with a usual sequence comes or goes whole, so that `serial` says it all."""
        identity = member_id("column", column.table.name, column.column.name)
        if serial_type(state.catalog, column.table.name, column.column) is None:
            return False
        if state is self.old:
            return identity in self.gone
        return identity not in self.old.objects or identity in self.gone

    def _alter_steps(self) -> None:
        for identity, type_ in self.retyped.items():
            if identity in self.gone:
                continue
            thing, after = self.old.objects[identity], self.new.objects[identity]
            if isinstance(thing, ColumnOf) and isinstance(after, ColumnOf):
                self._retype_step(identity, thing, after, type_)
        for identity, found in self.altered.items():
            if identity in self.gone or identity in self.swapped:
                continue
            for alteration in found:
                if identity in self.retyped and alteration.disturbs:
                    continue
                self._alteration_step(identity, alteration)
        for identity in self.swapped:
            self._swap_steps(identity)

    def _retype_step(self, identity: ObjectId, thing: ColumnOf, after: ColumnOf, type_: ObjectId | None) -> None:
        if type_ is not None and self._is_range(type_):
            text = f"text{'[]' if thing.column.type.array else ''}"
            column = f"alter table {thing.table.name} alter column {q(thing.column.name)}"
            step = Step("alter", identity, [f"{column} type {text}"], 16)
            self.loosened[identity] = self._step(step)
        before = self.old.objects[type_] if type_ else None
        made = self.new.objects.get(type_) if type_ else None
        composite = isinstance(made, Type) and made.kind == "composite" and not after.column.type.array
        if composite and isinstance(before, Type) and isinstance(made, Type) and after.column.type.name == made.name:
            anew = frozenset(self.new.catalog.type_by_name.keys() & {self._type_name(i) for i in self.swapped})
            self._alteration_step(identity, retype_composite(after.table, after.column, before, made, anew))
            return
        through = "text"
        if isinstance(before, Type) and before.base is not None and before.base.name.schema == "pg_catalog":
            through = before.base.text
        if after.column.type.array:
            through += "[]"
        alteration = retype(after.table, thing.column, after.column, self.new, through=through)
        hazards = (
            Hazard(
                "may-fail-on-data",
                f"{after.table.name}.{q(after.column.name)}: values that the new {after.column.type.name} lacks "
                "stop the migration",
            ),
        )
        self._alteration_step(identity, replace(alteration, hazards=hazards))

    def _type_name(self, identity: ObjectId) -> QualifiedName | None:
        thing = self.old.objects[identity]
        return thing.name if isinstance(thing, Type) else None

    def _alteration_step(self, identity: ObjectId, alteration: Alteration) -> None:
        if not alteration.sql:
            return
        source = self.options.sources.get(identity)
        if source and alteration.sql[0].lower().startswith("create or replace"):
            alteration = replace(alteration, sql=(or_replace(source), *alteration.sql[1:]))
        weight = _CREATE_WEIGHT[identity.kind] + 5
        weight = 15 if alteration.early else 395 if alteration.late else weight
        home = self._home(identity)
        online = self._online_not_null(identity, alteration)
        if online:
            for step in online:
                self.alters[identity].append(self._step(step))
            return
        number = self._step(Step("alter", identity, list(alteration.sql), weight, home, hazards=alteration.hazards))
        if self.alters[identity]:
            self.steps[number].after.add(self.alters[identity][-1])
        self.alters[identity].append(number)
        if alteration.late:
            self.late.append(number)

    def _swap_steps(self, identity: ObjectId) -> None:
        before, after = self.old.objects[identity], self.new.objects[identity]
        if not (isinstance(before, Type) and isinstance(after, Type)):
            return
        if self._is_range(identity):
            sql = [f"drop type {before.name}", render.create_type(after)]
            self.makers[identity] = self._step(Step("create", identity, sql, _CREATE_WEIGHT["type"], identity))
            return
        moved = aside(before.name)
        word = "domain" if before.kind == "domain" else "type"
        made = self.options.sources.get(identity) or render.create_type(after)
        sql = [f"alter {word} {before.name} rename to {q(moved.name)}", made]
        self.makers[identity] = self._step(Step("create", identity, sql, _CREATE_WEIGHT["type"], identity))
        self.droppers[identity] = self._step(Step("drop", identity, [f"drop {word} {moved}"], 545))
        self.steps[self.droppers[identity]].after.add(self.makers[identity])

    def _home(self, identity: ObjectId) -> ObjectId | None:
        """The new table or type that the object is read with."""
        thing = self.new.objects.get(identity)
        match thing:
            case ColumnOf() | DefaultOf():
                return table_id(thing.table.name)
            case Constraint():
                return ObjectId("type" if thing.on in self.new.catalog.type_by_name else "table", str(thing.on))
            case Policy() | Trigger() | Rule() | Index() | Statistics() | PublicationTable():
                return table_id(thing.table)
            case Sequence(owned_by=(table, _)):
                return table_id(table)
            case _:
                return identity

    def _create_steps(self) -> None:
        for identity, thing in self.new.objects.items():
            if identity in self.old.objects and identity not in self.gone:
                changes = self.alters.get(identity, [])
                if isinstance(thing, Sequence):  # whom it belongs to does not matter to those who use it
                    changes = [n for n in changes if " owned by " not in self.steps[n].sql[0]]
                if changes and identity not in self.makers:
                    self.makers[identity] = changes[-1]
                continue
            if self._is_implied(self.new, identity, thing) and not self._made_alone(thing):
                continue
            if isinstance(thing, ColumnOf) and self._is_created(table_id(thing.table.name)):
                continue
            if isinstance(thing, DefaultOf) and self._default_is_inside(thing):
                continue
            self._create_step(identity, thing)
        for identity in self.new.objects:
            self._maker(identity)

    def _made_alone(self, thing: Thing) -> bool:
        """An index of a partition that no statement for the parent brings: both tables and the parent were there."""
        if isinstance(thing, Index) and thing.parent is not None:
            parent = ObjectId("index", str(thing.parent))
            return not self._is_created(parent) and parent in self.new.objects and self._stays(table_id(thing.table)) \
                and self._was_partition(thing.table)  # fmt: skip
        return False

    def _was_partition(self, table: QualifiedName) -> bool:
        relation = self.old.relation(table)
        return relation is not None and relation.partition_bound is not None

    def _stays(self, identity: ObjectId) -> bool:
        return identity in self.old.objects and identity in self.new.objects and identity not in self.gone

    def _is_created(self, identity: ObjectId) -> bool:
        return identity in self.new.objects and not self._stays(identity)

    def _default_is_inside(self, thing: DefaultOf) -> bool:
        """Whether the default is said with its column: a serial's, or a column that is added."""
        column = member_id("column", thing.table.name, thing.column.name)
        if self._made_as_serial(ColumnOf(thing.table, thing.column), self.new):
            return True
        return "table" in thing.table.kind and self._is_created(column) and not self._is_created(
            table_id(thing.table.name)
        )  # fmt: skip

    def _maker(self, identity: ObjectId) -> int | None:
        """The step after which a new object is as it should be."""
        if identity in self.makers:
            return self.makers[identity]
        thing = self.new.objects.get(identity)
        found: int | None = None
        match thing:
            case ColumnOf(table=table):
                found = self.makers.get(table_id(table.name)) if self._is_created(table_id(table.name)) else None
            case DefaultOf(table=table, column=column):
                found = self._maker(member_id("column", table.name, column.name))
            case Sequence():
                for column_id in self._implying(self.new, identity):
                    found = self._maker(column_id)
            case Constraint(inherited=True) | Trigger(inherited=True) if thing is not None:
                on = thing.on if isinstance(thing, Constraint) else thing.table
                found = self.makers.get(table_id(on))
            case Index(parent=parent) if parent is not None:
                found = self._maker(ObjectId("index", str(parent))) or self.makers.get(table_id(thing.table))
            case _:
                found = None
        if found is not None:
            self.makers[identity] = found
        return found

    def _create_step(self, identity: ObjectId, thing: Thing) -> None:
        home = self._home(identity)
        sql, hazards, segment = self._create(identity, thing)
        source = self.options.sources.get(identity)
        if source and not isinstance(thing, Relation) and not self._is_replaced_online(identity):
            sql = [concurrently(source) if segment == "indexes" else source, *sql[1:]]
        elif source and isinstance(thing, Relation) and "view" in thing.kind:
            sql = [source]
        weight = _CREATE_WEIGHT[identity.kind]
        rank = thing.column.position if isinstance(thing, ColumnOf) else 0
        number = self._step(Step("create", identity, sql, weight, home, segment, hazards, rank))
        self.makers[identity] = number
        within = home and home.kind == "table" and self._is_created(home)
        if within and (isinstance(thing, DefaultOf) or (isinstance(thing, Constraint) and thing.validated)):
            self.foldable.add(number)
        if isinstance(thing, Relation) and identity in self.converted:
            copy = self._copy_rows(thing)
            self.copies[identity] = self._step(Step("alter", identity, copy, 205, home, after={number}))
        if isinstance(thing, Sequence) and thing.owned_by and not thing.identity:
            owned = self._step(Step("alter", identity, [owned_by(thing)], 225, home))
            self.steps[owned].after.add(number)
            column = self._maker(member_id("column", *thing.owned_by))
            if column is not None:
                self.steps[owned].after.add(column)
            self.alters[identity].append(owned)
        if isinstance(thing, Index) and self._is_replaced_online(identity):
            self.makers[identity] = self._step(
                Step("alter", identity, [render.rename_replacement(thing)], weight, home, "validate", after={number})
            )
        if isinstance(thing, Constraint) and segment == "indexes":
            key = Step("alter", identity, [render.key_of_index(thing)], weight, home, "validate", after={number})
            self.makers[identity] = self._step(key)
        if isinstance(thing, Constraint) and segment == "main" and self._online_constraint(thing):
            validate = f"alter table {thing.on} validate constraint {q(thing.name)}"
            self.alters[identity].append(
                self._step(Step("alter", identity, [validate], weight, home, "validate", after={number}))
            )

    def _create(self, identity: ObjectId, thing: Thing) -> tuple[list[str], tuple[Hazard, ...], Segment]:
        match thing:
            case Schema():
                return [render.create_schema(thing)], (), "main"
            case Extension():
                return [render.create_extension(thing)], (), "main"
            case Type():
                return [render.create_type(thing)], (), "main"
            case Sequence():
                return [render.create_sequence(thing)], (), "main"
            case Relation(kind="view" | "materialized view"):
                return [render.create_view(thing)], (), "main"
            case Relation():
                return self._table_extras(thing), (), "main"
            case ColumnOf():
                return self._add_column(identity, thing)
            case DefaultOf(table, column):
                word = "view" if table.kind == "view" else "table"
                sql = f"alter {word} {table.name} alter column {q(column.name)} set default {column.default}"
                return [sql], (), "main"
            case Constraint():
                return self._add_constraint(thing)
            case Index():
                return self._create_index(identity, thing)
            case Policy():
                return [render.create_policy(thing)], (), "main"
            case Trigger():
                extra = [enabled(thing)] if thing.enabled != "origin" else []
                return [render.create_trigger(thing), *extra], (), "main"
            case Rule():
                extra = [enabled(thing)] if thing.enabled != "origin" else []
                return [render.create_rule(thing), *extra], (), "main"
            case Routine():
                return [render.create_routine(thing)], (), "main"
            case Statistics():
                target = [f"alter statistics {thing.name} set statistics {thing.target}"] if thing.target else []
                return [render.create_statistics(thing), *target], (), "main"
            case EventTrigger():
                return [render.create_event_trigger(thing)], (), "main"
            case Publication():
                return [render.create_publication(thing)], (), "main"
            case PublicationTable():
                sql = f"alter publication {q(thing.publication)} add {render.publication_table(thing)}"
                return [sql], (), "main"
            case Bucket():
                return [render.insert_bucket(thing)], (), "main"

    def _table_extras(self, table: Relation) -> list[str]:
        """CREATE TABLE (filled in once it is known what folds into it) and what it cannot say."""
        alter = f"alter table {table.name}"
        found = [""]
        for column in table.columns:
            settings = []
            settings += [f"set storage {column.storage}"] if column.storage else []
            settings += [f"set statistics {column.statistics}"] if column.statistics is not None else []
            settings += [f"set ({render.options(column.options)})"] if column.options and table.server is None else []
            found += [f"{alter} alter column {q(column.name)} {setting}" for setting in settings]
        found += [f"{alter} enable row level security"] if table.row_level_security else []
        found += [f"{alter} force row level security"] if table.force_row_level_security else []
        if table.replica_identity in ("nothing", "full"):
            found.append(f"{alter} replica identity {table.replica_identity}")
        return found

    def _copy_rows(self, table: Relation) -> list[str]:
        before = self.old.relation(table.name)
        if before is None:
            return []
        names = [
            column.name for column in table.columns
            if column.generated is None and before.column(column.name) is not None
        ]  # fmt: skip
        listed, moved = render.names(names), aside(table.name)
        overriding = " overriding system value" if any(column.identity for column in table.columns) else ""
        found = [f"insert into {table.name} ({listed}){overriding}\nselect {listed} from {moved}"] if names else []
        for column in table.columns:
            one = owned_sequence(self.old.catalog, table.name, column.name)
            two = owned_sequence(self.new.catalog, table.name, column.name)
            if one and two and column.identity:
                sequence = literal(str(two.name))
                found.append(
                    f"select setval({sequence}, coalesce(max({q(column.name)}), {two.start}), "
                    f"max({q(column.name)}) is not null) from {table.name}"
                )
        return [*found, f"drop table {moved}"]

    def _add_column(self, identity: ObjectId, thing: ColumnOf) -> tuple[list[str], tuple[Hazard, ...], Segment]:
        table, column = thing.table, thing.column
        word = "foreign table" if table.kind == "foreign table" else "table"
        definition = render.column_definition(self.new.catalog, table, column, default=True)
        sql = [f"alter {word} {table.name} add column {definition}"]
        hazards: list[Hazard] = []
        before = self.old.objects.get(identity)
        if isinstance(before, ColumnOf) and before.column.generated is not None and column.generated is None:
            # Its values were computed: they are computed once more, and stay.
            sql = self._keep_generated_values(word, table, before.column, column)
        elif column.not_null and column.default is None and column.generated is None and not column.identity:
            hazards.append(Hazard("may-fail-on-data", f"{table.name}.{q(column.name)} is NOT NULL without a default"))
        sql += [f"alter {word} {table.name} alter column {q(column.name)} set storage {column.storage}"] * (
            column.storage is not None
        )
        if column.statistics is not None:
            sql.append(f"alter {word} {table.name} alter column {q(column.name)} set statistics {column.statistics}")
        return sql, tuple(hazards), "main"

    def _keep_generated_values(self, word: str, table: Relation, before: Column, after: Column) -> list[str]:
        definition = render.column_definition(self.new.catalog, table, after, default=True, not_null=False)
        found = [
            f"alter {word} {table.name} add column {definition}",
            f"update {table.name} set {q(after.name)} = {before.generated}",
        ]
        if after.not_null:
            found.append(f"alter {word} {table.name} alter column {q(after.name)} set not null")
        return found

    # Forms that let others work on a table that exists

    def _is_online(self, table: QualifiedName) -> bool:
        if self.options.online == "never":
            return False
        relation = self.old.relation(table)
        return (
            relation is not None and relation.kind == "table" and not relation.managed and self._stays(table_id(table))
        )

    def _online_constraint(self, constraint: Constraint) -> bool:
        return (
            constraint.kind in ("check", "foreign key")
            and constraint.validated
            and constraint.enforced
            and self._is_online(constraint.on)
            and not self._is_new_column_only(constraint)
        )

    def _is_new_column_only(self, constraint: Constraint) -> bool:
        """Whether all its columns come with this migration: then rows hold one value only, or none."""
        columns = [member_id("column", constraint.on, name) for name in constraint.columns]
        return bool(columns) and all(self._is_created(column) for column in columns)

    def _add_constraint(self, constraint: Constraint) -> tuple[list[str], tuple[Hazard, ...], Segment]:
        domain = constraint.on in self.new.catalog.type_by_name
        if not domain and self._index_to_take(constraint) is not None:
            return [render.key_of_index(constraint)], (), "main"
        index = self._index_of(constraint) if not domain and self._online_key(constraint) else None
        if index is not None:
            hazard = Hazard(
                "may-fail-on-data", f"constraint {constraint.name} is unique: duplicates stop the migration"
            )
            return [render.create_index(index, concurrently=True)], (hazard,), "indexes"
        online = not domain and self._online_constraint(constraint)
        hazards: tuple[Hazard, ...] = ()
        if not domain and self._stays(table_id(constraint.on)) and not self._is_new_column_only(constraint):
            message = f"constraint {q(constraint.name)} of {constraint.on}: rows that break it stop the migration"
            hazards = (Hazard("may-fail-on-data", message),)
        return [render.add_constraint(constraint, domain=domain, not_valid=online)], hazards, "main"

    def _online_key(self, constraint: Constraint) -> bool:
        """Whether a key can be made of an index that is built while the table is in use."""
        identity = member_id("constraint", constraint.on, constraint.name)
        return (
            constraint.kind in ("unique", "primary key")
            and "WITHOUT OVERLAPS" not in constraint.definition
            and self._is_online(constraint.on)
            and identity not in self.gone
            and not self.new.needed_by.get(identity)
            and not self._is_new_column_only(constraint)
        )

    def _index_of(self, constraint: Constraint) -> Index | None:
        relation = self.new.catalog.by_name[constraint.on]
        return next((index for index in relation.indexes if index.constraint == constraint.name), None)

    def _index_to_take(self, constraint: Constraint) -> ObjectId | None:
        """The index that is there already, and is just what the key needs."""
        if constraint.kind not in ("unique", "primary key") or not self._stays(table_id(constraint.on)):
            return None
        identity = ObjectId("index", str(QualifiedName(constraint.on.schema, constraint.name)))
        before, after, table = (
            self.old.objects.get(identity),
            self._index_of(constraint),
            self.old.relation(constraint.on),
        )
        if not isinstance(before, Index) or after is None or before.definition != after.definition or not before.valid:
            return None
        plain = table is not None and table.kind == "table"
        return identity if plain and self._has_quiet_columns(identity) else None

    @cached_property
    def _taken(self) -> set[ObjectId]:
        """Indexes that become keys."""
        constraints = (thing for thing in self.new.objects.values() if isinstance(thing, Constraint))
        return {
            found for one in constraints if one.on in self.new.catalog.by_name and (found := self._index_to_take(one))
        }  # fmt: skip

    def _is_replaced_online(self, identity: ObjectId) -> bool:
        """Whether a changed index can be built beside the one whose place it takes."""
        before, after = self.old.objects.get(identity), self.new.objects.get(identity)
        return (
            isinstance(before, Index) and isinstance(after, Index)
            and identity in self.changed and before.table == after.table
            and before.parent is None and after.parent is None
            and not self._was_partition(after.table)
            and self._is_online(after.table)
            and not self._is_leaned_on(identity, after, replaced=True)
            and self._has_quiet_columns(identity)
        )  # fmt: skip

    def _is_dropped_online(self, identity: ObjectId, thing: Thing) -> bool:
        """Whether an index can go last, without a lock that others feel."""
        return (
            isinstance(thing, Index)
            and identity not in self.new.objects
            and thing.parent is None
            and not self._was_partition(thing.table)  # a new index of the whole may take it in
            and self._is_online(thing.table)
            and self._has_quiet_columns(identity)
            and QualifiedName(thing.table.schema, thing.name) not in self._new_names
        )

    @cached_property
    def _new_names(self) -> set[QualifiedName]:
        return {
            QualifiedName(*name)
            for identity, thing in self.new.objects.items() if identity not in self.old.objects
            for name in _relation_names(thing)
        }  # fmt: skip

    def _has_quiet_columns(self, identity: ObjectId) -> bool:
        """Whether nothing that the index needs goes, or gets another type."""
        needed = {d.needs for d in (*self.old.needs.get(identity, ()), *self.new.needs.get(identity, ()))}
        return not any(
            one in self.gone or one in self.retyped or one in self.swapped or "type" in self.changed.get(one, ())
            or "collation" in self.changed.get(one, ())
            for one in needed
        )  # fmt: skip

    def _create_index(self, identity: ObjectId, index: Index) -> tuple[list[str], tuple[Hazard, ...], Segment]:
        relation = self.new.relation(index.table)
        partitioned = relation is not None and relation.kind == "partitioned table"
        online = self._is_online(index.table) and not partitioned and not self._is_leaned_on(identity, index)
        swap = self._is_replaced_online(identity)
        hazards: tuple[Hazard, ...] = ()
        if index.unique and self._stays(table_id(index.table)):
            hazards = (Hazard("may-fail-on-data", f"index {index.name} is unique: duplicates stop the migration"),)
        if swap:
            return render.replace_index(index), hazards, "indexes"
        sql = [render.create_index(index, concurrently=online, partitioned=partitioned)]
        if index.parent is not None:
            sql.append(f"alter index {index.parent} attach partition {identity.name}")
        return sql, hazards, "indexes" if online else "main"

    def _is_leaned_on(self, identity: ObjectId, index: Index, *, replaced: bool = False) -> bool:
        """Whether something of the same migration needs the index, or it makes room for one of its name."""
        relation = self.new.relation(index.table)
        if relation and relation.replica_identity_index == index.name:
            return True
        gone = identity in self.gone and not replaced
        return gone or any(self.new.needed_by.get(identity, ())) or bool(index.comment)

    def _online_not_null(self, identity: ObjectId, alteration: Alteration) -> list[Step]:
        """SET NOT NULL by way of a CHECK that is validated without a lock."""
        thing = self.new.objects.get(identity)
        if not (
            isinstance(thing, ColumnOf) and len(alteration.sql) == 1 and alteration.sql[0].endswith("set not null")
        ):
            return []
        table, column = thing.table, thing.column
        before = self.old.relation(table.name)
        joins = before is not None and before.parents != table.parents  # a parent wants it NOT NULL at once
        if not self._is_online(table.name) or column.identity or self._is_keyed(table, column) or joins:
            return []
        alter = f"alter table {table.name}"
        name = q(f"{table.name.name[:24]}_{column.name[:24]}_not_null")
        check = f"{alter} add constraint {name} check ({q(column.name)} is not null) not valid"
        rest = [f"{alter} validate constraint {name}", *alteration.sql, f"{alter} drop constraint {name}"]
        home = table_id(table.name)
        return [
            Step("alter", identity, [check], 215, home, hazards=alteration.hazards),
            Step("alter", identity, rest, 215, home, "validate"),
        ]

    def _is_keyed(self, table: Relation, column: Column) -> bool:
        return column.name in table.primary_key or table.replica_identity == "index"

    # Comments, owners, privileges

    def _satellite_steps(self) -> None:
        for identity, text in self.new.comments.items():
            if self._commented(identity) != text:
                self._comment(identity, text)
        for identity in self.old.comments:
            if identity not in self.new.comments and self._survives(identity):
                self._comment(identity, None)
        for identity, owner in self.new.owners.items():
            if identity not in self.new.objects or self._is_implied(self.new, identity, self.new.objects[identity]):
                continue
            known = self.granted.owners.get(identity) if self.granted else None
            if self._survives(identity):
                known = self.old.owners.get(identity)
            if known is not None and known != owner and not _owned_elsewhere(self.new.objects[identity]):
                what = render.described(identity, self.new.objects[identity])
                self._satellite(identity, f"alter {what} owner to {q(owner)}", _OWNER)
        # First, so that what is new is granted what the declared schema grants it.
        for schema, sql in default_privilege_changes(self.old.catalog, self.new.catalog):
            number = self._step(Step("alter", ObjectId("default privilege", sql), [sql], _DEFAULTS))
            maker = self.makers.get(ObjectId("schema", q(schema))) if schema else None
            self.steps[number].after |= {maker} if maker is not None else set()
        if self.granted is not None:
            for identity, sql in grant_changes(self.granted.catalog, self.new.catalog):
                self._satellite(identity, sql, _GRANT)

    def _comment(self, identity: ObjectId, text: str | None) -> None:
        thing = self._named(identity)
        domain = isinstance(thing, Constraint) and thing.on in self.new.catalog.type_by_name
        self._satellite(identity, render.comment_on(identity, thing, text, domain=domain), _COMMENT)

    def _commented(self, identity: ObjectId) -> str | None:
        """The comment that the object has before its own step."""
        if identity.kind == "extension" and identity not in self.old.objects:
            return self.new.comments[identity]
        return self.old.comments.get(identity) if self._survives(identity) else None

    def _survives(self, identity: ObjectId) -> bool:
        if identity in self.old.objects:
            return self._stays(identity) and identity not in self.swapped
        owner = self._owner_of_part(identity)
        return owner is None or (self._stays(owner) and owner not in self.swapped)

    def _owner_of_part(self, identity: ObjectId) -> ObjectId | None:
        """The view, type or table that a column without a step of its own belongs to."""
        owner = identity.name.rpartition(".")[0]
        return self._owners_in(self.old).get(owner)

    def _owners_in(self, state: State) -> dict[str, ObjectId]:
        """What has columns or attributes, by its name."""
        if id(state) not in self.owners:
            self.owners[id(state)] = {str(r.name): relation_id(r) for r in state.catalog.relations} | {
                str(type_.name): ObjectId("type", str(type_.name)) for type_ in state.catalog.types
            }
        return self.owners[id(state)]

    def _named(self, identity: ObjectId) -> object:
        thing = self.new.objects.get(identity) or self.old.objects.get(identity)
        if thing is None and identity.kind in ("index", "constraint"):
            return None
        return thing

    def _satellite(self, identity: ObjectId, sql: str, weight: int) -> None:
        home = self._home(identity) if identity in self.new.objects else identity
        if identity.kind == "column":
            home = self._owners_in(self.new).get(identity.name.rpartition(".")[0], home)
        shown = sql.replace(" on attribute ", " on column ", 1) if identity.kind == "attribute" else sql
        own = weight == _COMMENT and identity == home
        number = self._step(Step("alter", identity, [shown], _OWN_COMMENT if own else weight, home))
        for wanted in (identity, home):
            maker = self.makers.get(wanted) if wanted else None
            if maker is not None and maker != number:
                self.steps[number].after.add(maker)
                if self.steps[maker].segment != "main":
                    self.steps[number].segment = self.steps[maker].segment
        if identity.kind == "index":
            self._after_its_constraint(identity, number)

    def _after_its_constraint(self, identity: ObjectId, number: int) -> None:
        """A comment on the index of a key waits for the key."""
        for relation in self.new.catalog.relations:
            for index in relation.indexes:
                if index.constraint and identity.name == str(QualifiedName(relation.name.schema, index.name)):
                    maker = self.makers.get(member_id("constraint", relation.name, index.constraint))
                    self.steps[number].after |= {maker} if maker is not None else set()

    # Order

    def _edges(self) -> None:
        for dependency in self.new.dependencies:
            self._after_what_it_needs(dependency.object, dependency.needs)
        for dependency in self.old.dependencies:
            self._before_what_it_needed_goes(dependency.object, dependency.needs)
        for identity in self.gone:
            self._room(identity)
        for identity in self.swapped:
            self._swap_edges(identity)
        self._names_are_free()
        self._texts()
        self._tables_after_their_parts()
        self._columns_before_gone_types()
        self._copies_into_partitions()
        for number in self.late:
            # Attaching a partition wants columns and constraints of both tables in their last shape.
            self.steps[number].rather_after |= {
                other for other, step in enumerate(self.steps)
                if (other != number and step.object.kind in ("column", "constraint") and step.weight < _OWN_COMMENT)
                or (step.verb == "drop" and step.object.kind in ("column", "constraint"))
            }  # fmt: skip

    def _copies_into_partitions(self) -> None:
        for identity, number in self.copies.items():
            tree = {identity}
            for child in self.new.catalog.relations:  # a partition may be partitioned itself, and sorts anywhere
                tree |= {table_id(child.name)} if self._is_within(child, identity) else set()
            for part in tree - {identity}:
                self.steps[number].after |= {n for n in self._making(part) if n != number}

    def _is_within(self, partition: Relation, root: ObjectId) -> bool:
        while partition.partition_bound is not None and partition.parents:
            if table_id(partition.parents[0]) == root:
                return True
            partition = self.new.catalog.by_name[partition.parents[0]]
        return False

    def _after_what_it_needs(self, identity: ObjectId, needed: ObjectId) -> None:
        maker = self._maker(needed)
        if maker is None:
            return
        thing = self.new.objects.get(identity)
        numbers = self._making(identity)
        if isinstance(thing, Sequence) and needed.kind == "column" and not thing.identity:
            numbers = [n for n in self.alters.get(identity, ()) if " owned by " in self.steps[n].sql[0]]
        for number in numbers:
            if number != maker:
                self.steps[number].after.add(maker)

    def _making(self, identity: ObjectId) -> list[int]:
        found = list(self.alters.get(identity, ()))
        if identity in self.makers:
            found.append(self.makers[identity])
        return found

    def _before_what_it_needed_goes(self, identity: ObjectId, needed: ObjectId) -> None:
        dropper = self.droppers.get(needed)
        ends = [self.droppers[identity]] if identity in self.droppers else []
        if identity not in self.gone:
            ends = list(self.alters.get(identity, ()))
        # What a partition that moves with its root has from it is dropped there.
        moves = identity in self.gone and not self.gone[identity] and self._inside(identity) in self.aside
        if dropper is not None and needed not in self.swapped and not moves:
            for number in ends:
                if number != dropper:
                    self.steps[dropper].after.add(number)
        if identity in self.droppers and identity not in self.swapped:
            for number in self.alters.get(needed, ()):
                if number != self.droppers[identity]:
                    self.steps[number].after.add(self.droppers[identity])

    def _room(self, identity: ObjectId) -> None:
        """What comes back is made after it went."""
        dropper = self.droppers.get(identity)
        maker = self.makers.get(identity)
        if dropper is not None and maker is not None and dropper != maker:
            self.steps[maker].after.add(dropper)

    def _swap_edges(self, identity: ObjectId) -> None:
        maker, last = self.makers[identity], self.droppers.get(identity, self.makers[identity])
        for dependency in self.old.needed_by.get(identity, ()):
            user = dependency.object
            if user in self.swapped:
                self.steps[last].after.add(self.droppers[user])
                continue
            gone = self.droppers.get(user) if user in self.gone else None
            if gone is not None and gone != last:
                self.steps[maker].after.add(gone)
            for number in self.alters.get(user, ()):
                self.steps[number].after.add(maker)
                if last != maker:
                    self.steps[last].after.add(number)
            if user in self.loosened:
                self.steps[maker].after.add(self.loosened[user])
        for column in (column for column, type_ in self.retyped.items() if type_ == identity):
            readers = [dependency.object for dependency in self.old.needed_by.get(column, ())]
            for reader in (*readers, ObjectId("default", column.name)):
                gone = self.droppers.get(reader)
                if gone is not None and gone != last:
                    for number in (*self.alters.get(column, ()), self.loosened.get(column, gone)):
                        self.steps[number].after |= {gone} - {number}

    def _names_are_free(self) -> None:
        """A name in use by what goes is free only once it has gone, and a function's means that one only."""
        for gone, dropper in self.droppers.items():
            thing = self.old.objects[gone]
            for other in self._new_overloads(thing) if isinstance(thing, Routine) else ():
                self.steps[self.makers[other]].after.add(dropper)
        taken: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for identity in self.gone:
            number = self.droppers.get(identity)
            if number is not None:
                for name in _relation_names(self.old.objects[identity]):
                    taken[name].append(number)
        for identity, number in self.makers.items():
            if self._is_created(identity):
                for name in _relation_names(self.new.objects[identity]):
                    self.steps[number].after |= {other for other in taken[name] if other != number}

    def _texts(self) -> None:
        """Bodies of functions name what they use, and Postgres does not note it."""
        words: defaultdict[str, set[int]] = defaultdict(set)
        for identity, number in self.makers.items():
            thing = self.new.objects[identity]
            match thing:
                case Relation() | Routine() | Type():
                    words[thing.name.name.lower()].add(number)
                case ColumnOf() if self._stays(table_id(thing.table.name)):
                    words[thing.column.name.lower()].add(number)
        for identity, number in self.makers.items():
            thing = self.new.objects[identity]
            if isinstance(thing, Routine) and identity not in self.swapped:
                for word in set(re.findall(r"\w+", thing.body.lower())) & words.keys():
                    self.steps[number].rather_after |= words[word] - {number}

    def _tables_after_their_parts(self) -> None:
        """What a new table's defaults and constraints need comes before it, so that they can be said within it."""
        for number in self.foldable:
            home = self.steps[number].home
            table = self.makers.get(home) if home else None
            if table is None:
                continue
            needs = {n for n in self.steps[number].after if n != table and self.steps[n].home != home}
            if home in self.options.sources:
                self.steps[table].after |= needs
            else:
                self.steps[table].rather_after |= needs
            self.steps[number].after.add(table)

    def _columns_before_gone_types(self) -> None:
        """A column's default is dropped before its type changes, and set after it."""
        for identity, numbers in list(self.alters.items()):
            if identity.kind != "column":
                continue
            default = ObjectId("default", identity.name)
            gone, made = self.droppers.get(default), self.makers.get(default)
            for number in numbers:
                if gone is not None and default in self.gone:
                    self.steps[number].after.add(gone)
                if made is not None and made != number and number not in self.steps[made].after:
                    self.steps[made].after.add(number)

    # Text

    def _fold(self, order: list[int]) -> set[int]:
        """The defaults and constraints that go into CREATE TABLE: all that they need is there before it."""
        place = {number: position for position, number in enumerate(order)}
        folded: set[int] = set()
        for number in sorted(self.foldable, key=lambda n: place[n]):
            home = self.steps[number].home
            table = self.makers.get(home) if home else None
            if table is None:
                continue
            needs = {n for n in self.steps[number].after if n != table and n not in folded}
            within = {n for n in self.steps[number].after if n in folded}
            fits = all(place[n] < place[table] for n in needs)
            for other in within:
                owner = self.steps[other].home
                other_table = self.makers.get(owner) if owner else None
                fits = fits and other_table is not None and place[other_table] <= place[table]
            if fits or home in self.options.sources:
                folded.add(number)
        return folded

    def _render_tables(self, folded: set[int]) -> None:
        inside: defaultdict[ObjectId, list[Thing]] = defaultdict(list)
        for number in folded:
            home = self.steps[number].home
            if home is not None:
                inside[home].append(self.new.objects[self.steps[number].object])
        for identity, number in self.makers.items():
            thing = self.new.objects[identity]
            if isinstance(thing, Relation) and "table" in thing.kind and self.steps[number].verb == "create":
                defaults = {d.column.name for d in inside[identity] if isinstance(d, DefaultOf)}
                defaults |= {
                    column.name for column in thing.columns
                    if column.default is not None and self._made_as_serial(ColumnOf(thing, column), self.new)
                }  # fmt: skip
                constraints = [c for c in inside[identity] if isinstance(c, Constraint)]
                constraints.sort(key=lambda c: (_CONSTRAINT_ORDER[c.kind], c.name))
                self.steps[number].sql[0] = self.options.sources.get(identity) or render.create_table(
                    self.new.catalog, thing, frozenset(defaults), constraints
                )

    def _statements(self, order: Iterable[int]) -> Iterator[tuple[Segment, str]]:
        steps = [self.steps[number] for number in order]
        self._labels_apart(steps)
        for segment in SEGMENTS:
            for step in steps:
                if step.segment == segment:
                    yield from ((segment, sql) for sql in step.sql if sql)

    def _labels_apart(self, steps: list[Step]) -> None:
        """A new enum value can be used only once it is committed."""
        for step in steps:
            if step.object.kind == "type" and step.verb == "alter" and "add value" in step.sql[0]:
                values = [value for sql in step.sql for value in re.findall(r"add value ('(?:[^']|'')*')", sql)]
                others = "\n".join(sql for other in steps if other is not step for sql in other.sql)
                if any(value in others for value in values):
                    step.segment = "labels"


_CONSTRAINT_ORDER: Mapping[str, int] = {
    "primary key": 0, "unique": 1, "exclude": 2, "check": 3, "not null": 3, "foreign key": 4,
}  # fmt: skip


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


def _convertible(before: Relation, after: Thing) -> bool:
    """Whether the rows of a table can move into the table that takes its place."""
    tables = ("table", "partitioned table")
    return isinstance(after, Relation) and before.kind in tables and after.kind in tables


def _parts_of(relation: Relation) -> Iterator[ObjectId]:
    name = relation.name
    for column in relation.columns:
        yield member_id("column", name, column.name)
        yield member_id("default", name, column.name)
    for constraint in relation.constraints:
        yield member_id("constraint", name, constraint.name)
    for index in relation.indexes:
        yield ObjectId("index", str(QualifiedName(name.schema, index.name)))
    for policy in relation.policies:
        yield member_id("policy", name, policy.name)
    for trigger in relation.triggers:
        yield member_id("trigger", name, trigger.name)
    for rule in relation.rules:
        yield member_id("rule", name, rule.name)


def _relation_names(thing: Thing) -> Iterator[tuple[str, str]]:
    match thing:
        case Relation() | Sequence() | Type():
            yield (thing.name.schema, thing.name.name)
        case Index():
            yield (thing.table.schema, thing.name)
        case Constraint(kind="primary key" | "unique" | "exclude"):
            yield (thing.on.schema, thing.name)
        case Routine():
            yield (thing.name.schema, thing.signature)  # functions, procedures and aggregates share their names
        case _:
            return


def _owned_elsewhere(thing: Thing) -> bool:
    """A sequence that belongs to a column follows its table."""
    return isinstance(thing, Sequence) and thing.owned_by is not None


__all__ = ["Options", "Plan", "base_type", "make_plan"]
