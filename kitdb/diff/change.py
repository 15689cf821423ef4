"""What becomes of each object on the way from one state to the other, and what can be asked about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from kitdb.catalog.model import Constraint, Index, Policy, Routine, Rule, Sequence, Statistics, Trigger, Type, TypeRef
from kitdb.catalog.structure import ObjectId
from kitdb.diff.alter import Alteration
from kitdb.diff.state import (
    ColumnOf,
    DefaultOf,
    PublicationTable,
    State,
    Thing,
    member_id,
    relation_id,
    serial_type,
    table_id,
)
from kitdb.names import QualifiedName

Online = Literal["auto", "always", "never"]

# What Postgres drops by itself with a column that it is about.
FOLLOWERS = frozenset({"index", "constraint", "default", "statistics"})


@dataclass(frozen=True, slots=True)
class Options:
    """How a plan is made.

    `online` says whether tables that exist get the forms that do not lock them for long; `sources` are the words in
    which new objects are written, where Postgres's own are not wanted.
    """

    online: Online = "auto"
    sources: Mapping[ObjectId, str] = field(default_factory=dict)


@dataclass
class Change:
    """Which objects change, go, are altered in place, or are made anew.

    `gone` says whether a statement of its own drops the object; if not, `follows` tells what it goes with. `swapped`
    are types that are put aside until nobody uses them, `converted` tables whose rows move into the table that takes
    their place, `aside` the partitions of such; `retyped` are columns of a swapped type.
    """

    old: State
    new: State
    options: Options
    changed: dict[ObjectId, frozenset[str]] = field(default_factory=dict)
    altered: dict[ObjectId, tuple[Alteration, ...]] = field(default_factory=dict)
    gone: dict[ObjectId, bool] = field(default_factory=dict)
    follows: dict[ObjectId, ObjectId] = field(default_factory=dict)
    swapped: set[ObjectId] = field(default_factory=set)
    converted: set[ObjectId] = field(default_factory=set)
    aside: set[ObjectId] = field(default_factory=set)
    retyped: dict[ObjectId, ObjectId | None] = field(default_factory=dict)

    def stays(self, identity: ObjectId) -> bool:
        return identity in self.old.objects and identity in self.new.objects and identity not in self.gone

    def is_created(self, identity: ObjectId) -> bool:
        return identity in self.new.objects and not self.stays(identity)

    def home(self, identity: ObjectId) -> ObjectId | None:
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

    def inside(self, identity: ObjectId) -> ObjectId | None:
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

    def is_implied(self, state: State, identity: ObjectId, thing: Thing) -> bool:
        """Whether the object comes and goes with another, without a statement of its own."""
        match thing:
            case ColumnOf(table=table, column=column):
                return column.inherited and self._has_lasting_parent(state, table.name)
            case Constraint():
                return thing.inherited and (
                    self._has_lasting_parent(state, thing.on) or self._goes_with_a_parents(thing)
                )
            case Trigger():
                return thing.inherited
            case Index():
                return thing.parent is not None
            case Sequence(identity=True):
                return True
            case Sequence():
                return any(True for _ in self.implying(state, identity))
            case _:
                return False

    def _has_lasting_parent(self, state: State, name: QualifiedName) -> bool:
        """Whether what the table has from a parent comes or goes with that parent's, or with the table itself."""
        other = self.new if state is self.old else self.old
        here, there = state.relation(name), other.relation(name)
        if here is None or there is None or table_id(name) in self.gone:
            return True
        return bool(set(here.parents) & set(there.parents))

    def _goes_with_a_parents(self, constraint: Constraint) -> bool:
        """Whether a constraint that a table has from a parent that it leaves is dropped there, before it leaves."""
        relation = self.old.relation(constraint.on)
        parents = relation.parents if relation else ()
        return any(
            table_id(parent) not in self.gone and member_id("constraint", parent, constraint.name) in self.gone
            for parent in parents
        )

    def implying(self, state: State, identity: ObjectId) -> Iterator[ObjectId]:
        """The column that makes a sequence: an identity's, or a serial's."""
        thing = state.objects.get(identity)
        if isinstance(thing, Sequence) and thing.owned_by:
            column = state.objects.get(member_id("column", *thing.owned_by))
            if isinstance(column, ColumnOf):
                made = thing.identity or self.made_as_serial(column, state)
                if made:
                    yield member_id("column", *thing.owned_by)

    def made_as_serial(self, column: ColumnOf, state: State) -> bool:
        """Whether a column with a usual sequence comes or goes whole, so that `serial` says it all."""
        identity = member_id("column", column.table.name, column.column.name)
        if serial_type(state.catalog, column.table.name, column.column) is None:
            return False
        if state is self.old:
            return identity in self.gone
        return identity not in self.old.objects or identity in self.gone

    def was_partition(self, table: QualifiedName) -> bool:
        relation = self.old.relation(table)
        return relation is not None and relation.partition_bound is not None

    def needs(self, state: State, identity: ObjectId, needed: ObjectId) -> bool:
        return any(dependency.needs == needed for dependency in state.needs.get(identity, ()))

    def is_range(self, identity: ObjectId) -> bool:
        """A range's constructors keep its name whatever it is called: it cannot be put aside, and has to go first."""
        thing = self.old.objects[identity]
        return isinstance(thing, Type) and thing.kind == "range"

    @property
    def anew(self) -> frozenset[QualifiedName]:
        """The types that are put aside for new ones."""
        things = (self.old.objects[identity] for identity in self.swapped)
        return frozenset(thing.name for thing in things if isinstance(thing, Type))

    def passed_through(self, type_: TypeRef) -> str:
        """The type that a value passes on its way from a type that is put aside to the new one of its name."""
        before = self.old.catalog.type_by_name.get(type_.name)
        base = before.base if before else None
        return base.text if base is not None and base.name.schema == "pg_catalog" else "text"

    def has_new_overload(self, thing: Thing | None) -> bool:
        return isinstance(thing, Routine) and bool(self.new_overloads(thing))

    def new_overloads(self, gone: Routine) -> list[ObjectId]:
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
