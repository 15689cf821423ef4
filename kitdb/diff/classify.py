"""Which objects go, change in place or stay: what cannot be altered, and what hangs on that."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kitdb.catalog.model import Constraint, Index, Relation, Sequence, Type
from kitdb.catalog.structure import ObjectId
from kitdb.diff.alter import Alteration, alterations, owned_by
from kitdb.diff.change import FOLLOWERS, Change, Options
from kitdb.diff.conversion import same_family
from kitdb.diff.convert import within
from kitdb.diff.state import ColumnOf, State, Thing, member_id, parts_of, serial_type, table_id

# What cannot stay while the type of a column that it reads changes. Indexes, constraints and statistics can: Postgres
# makes them anew by itself.
_IN_THE_WAY = frozenset(
    {"view", "materialized view", "policy", "trigger", "function", "procedure", "rule", "publication table"}
)


def classify(old: State, new: State, options: Options) -> Change:
    """What becomes of each object of `old` on the way to `new`."""
    change = Change(old, new, options)
    _Classifier(change).run()
    return change


@dataclass
class _Classifier:
    change: Change

    def run(self) -> None:
        queue: list[ObjectId] = []
        for identity, thing in self.change.old.objects.items():
            after = self.change.new.objects.get(identity)
            if after is None:
                self._go(identity, queue)
                continue
            if thing is after:  # of a relation that both catalogs have
                continue
            one, two = self.change.old.facts(identity), self.change.new.facts(identity)
            if one == two:
                continue
            self.change.changed[identity] = frozenset(name for name in {*one, *two} if one.get(name) != two.get(name))
            found = alterations(thing, after, self.change.changed[identity], self.change.old, self.change.new)
            if found is not None:
                self.change.altered[identity] = found
            elif isinstance(thing, Type) and isinstance(after, Type) and not self._is_unused_range(identity, thing):
                self._swap(identity, queue)
            elif isinstance(thing, Relation) and _convertible(thing, after):
                self.change.converted.add(identity)
                self._go(identity, queue)
            else:
                self._go(identity, queue)
        for identity, thing in self.change.old.objects.items():
            if isinstance(thing, Type) and self._is_tightened_inside_others(identity, thing):
                self._swap(identity, queue)
        for identity, found in list(self.change.altered.items()):
            if any(alteration.disturbs for alteration in found) and not self._convert_if_key(identity, queue):
                self._disturb(identity, queue)
        while queue:
            self._spread(queue.pop(), queue)
        self.change.aside = {identity for identity in self.change.gone if self._moves_with_its_root(identity)}
        for identity in self.change.gone:
            for dependency in self.change.old.needs.get(identity, ()):
                if dependency.follows and dependency.needs in self.change.gone and identity.kind in FOLLOWERS:
                    self.change.gone[identity] = False
                    self.change.follows[identity] = dependency.needs

    def _moves_with_its_root(self, identity: ObjectId) -> bool:
        """Whether it is a partition of a table that is made anew: its rows move with that table's."""
        thing = self.change.old.objects[identity]
        if identity in self.change.converted:
            return False
        while isinstance(thing, Relation) and thing.partition_bound is not None and thing.parents:
            root = table_id(thing.parents[0])
            if root in self.change.converted:
                return True
            thing = self.change.old.objects[root]
        return False

    def _go(self, identity: ObjectId, queue: list[ObjectId], *, explicit: bool = True) -> None:
        if identity in self.change.gone:
            self.change.gone[identity] = self.change.gone[identity] or explicit
            return
        self.change.gone[identity] = explicit
        self.change.altered.pop(identity, None)
        queue.append(identity)

    def _is_tightened_inside_others(self, identity: ObjectId, domain: Type) -> bool:
        """Whether a domain wants more than before of values in arrays or composites: Postgres does not look there."""
        after = self.change.new.objects.get(identity)
        if domain.kind != "domain" or not isinstance(after, Type) or after == domain:
            return False
        known = {constraint.definition for constraint in domain.constraints}
        if not (after.not_null and not domain.not_null) and all(c.definition in known for c in after.constraints):
            return False
        return any(
            isinstance(thing, ColumnOf)
            and (thing.column.type.array or thing.column.type.name != domain.name)
            and any(type_.name == domain.name for type_ in within(self.change.old.catalog, thing.column.type.name))
            for thing in self.change.old.objects.values()
        )

    def _is_unused_range(self, identity: ObjectId, thing: Type) -> bool:
        users = (
            self.change.old.objects.get(dependency.object) for dependency in self.change.old.needed_by.get(identity, ())
        )
        return thing.kind == "range" and not any(isinstance(user, ColumnOf) for user in users)

    def _swap(self, identity: ObjectId, queue: list[ObjectId]) -> None:
        """A type that cannot be changed is put aside, made anew, and dropped once nobody uses it."""
        if identity in self.change.swapped:
            return
        self.change.swapped.add(identity)
        self.change.altered.pop(identity, None)
        for dependency in self.change.old.needed_by.get(identity, ()):
            user = dependency.object
            thing, after = self.change.old.objects.get(user), self.change.new.objects.get(user)
            if thing is None:
                continue
            if isinstance(thing, ColumnOf) and isinstance(after, ColumnOf):
                if not self.change.needs(self.change.new, user, identity):
                    continue  # its type changes to another one anyway
                if thing.column.generated is not None or (thing.column.inherited and after.column.inherited):
                    if thing.column.generated is not None:
                        self._go(user, queue)
                    continue
                if self._convert_if_key(user, queue):
                    continue
                self.change.retyped[user] = identity
                self._disturb(user, queue)
                self._release_default(user, queue)
            elif isinstance(thing, Type):
                self._swap(user, queue)
            else:
                self._go(user, queue, explicit=not dependency.follows)
                if dependency.follows:
                    self.change.follows[user] = identity

    def _convert_if_key(self, identity: ObjectId, queue: list[ObjectId]) -> bool:
        """Whether rows go by the column to their partition, so that its type stays: their table is made anew then."""
        thing = self.change.old.objects[identity]
        if not isinstance(thing, ColumnOf):
            return False
        root = self.change.old.root_of(thing.table)
        if root.partition_key is None or table_id(root.name) not in self.change.new.objects:
            return False
        tree = [one for one in self.change.old.catalog.relations if self.change.old.root_of(one) is root]
        if not any(thing.column.name in names_in_key(one.partition_key or "") for one in tree):
            return False
        self.change.converted.add(table_id(root.name))
        self._go(table_id(root.name), queue)
        return True

    def _release_default(self, column: ObjectId, queue: list[ObjectId]) -> None:
        default = ObjectId("default", column.name)
        if default in self.change.old.objects:
            self._go(default, queue)

    def _disturb(self, identity: ObjectId, queue: list[ObjectId]) -> None:
        """The type of a column changes: what reads it makes room, and comes back."""
        thing = self.change.old.objects[identity]
        if isinstance(thing, ColumnOf):
            self._disturb_column(identity, thing, queue)
        for dependency in self.change.old.needed_by.get(identity, ()):
            reader = dependency.object
            reading = self.change.old.objects.get(reader)
            generated = isinstance(reading, ColumnOf) and reading.column.generated is not None
            if reading is not None and (reader.kind in _IN_THE_WAY or generated):
                self._go(reader, queue)

    def _disturb_column(self, identity: ObjectId, thing: ColumnOf, queue: list[ObjectId]) -> None:
        after = self.change.new.objects.get(identity)
        if not isinstance(after, ColumnOf):
            return
        one, two = thing.column.type.text, after.column.type.text
        default = ObjectId("default", identity.name)
        if one != two and (default in self.change.changed or not same_family(one, two)):
            self._release_default(identity, queue)
        for dependency in self.change.old.needed_by.get(identity, ()):
            constraint = self.change.old.objects.get(dependency.object)
            is_key = isinstance(constraint, Constraint) and constraint.kind == "foreign key"
            if is_key and (identity in self.change.retyped or not same_family(one, two)):
                self._go(dependency.object, queue)
            if isinstance(constraint, Constraint | Index) and self._reads_type(dependency.object, identity):
                self._go(dependency.object, queue)
        for child in self.change.old.catalog.relations:
            if thing.table.name in child.parents:
                column = member_id("column", child.name, thing.column.name)
                if column in self.change.old.objects:
                    self._disturb(column, queue)

    def _reads_type(self, reader: ObjectId, column: ObjectId) -> bool:
        """Whether an index or constraint speaks of the type of a column that is put aside, or that turns to text."""
        type_ = self.change.retyped.get(column)
        return type_ is not None and (self.change.needs(self.change.old, reader, type_) or self.change.is_range(type_))

    def _spread(self, identity: ObjectId, queue: list[ObjectId]) -> None:
        """What hangs on an object that goes, goes with it, unless it is changed so that it hangs there no more."""
        thing = self.change.old.objects.get(identity)
        if isinstance(thing, Relation):
            for part in parts_of(thing):
                if part in self.change.old.objects:
                    self._go(part, queue, explicit=False)
                    self.change.follows.setdefault(part, identity)
        for dependency in self.change.old.needed_by.get(identity, ()):
            user = dependency.object
            if user not in self.change.old.objects or (user in self.change.gone and not self.change.gone[user]):
                continue
            leaves = user in self.change.altered and not self.change.needs(self.change.new, user, identity)
            if leaves and not self.change.has_new_overload(thing):
                continue
            if (
                isinstance(thing, Type)
                and isinstance(self.change.old.objects[user], ColumnOf)
                and user in self.change.altered
            ):
                continue
            if self._changes_hands(user):
                continue
            self._go(user, queue, explicit=not dependency.follows)
            if dependency.follows:
                self.change.follows[user] = identity

    def _changes_hands(self, identity: ObjectId) -> bool:
        """Whether it is a sequence with a declaration of its own: the table that takes its table's place gets it."""
        before, after = self.change.old.objects[identity], self.change.new.objects.get(identity)
        if not (isinstance(before, Sequence) and isinstance(after, Sequence) and before.owned_by == after.owned_by):
            return False
        if before.owned_by is None or table_id(before.owned_by[0]) not in self.change.converted:
            return False
        for state, sequence in ((self.change.old, before), (self.change.new, after)):
            column = state.objects.get(member_id("column", *before.owned_by))
            if sequence.identity or not isinstance(column, ColumnOf):
                return False
            if serial_type(state.catalog, column.table.name, column.column) is not None:
                return False
        self.change.altered[identity] = (*self.change.altered.get(identity, ()), Alteration((owned_by(after),)))
        return True


def names_in_key(key: str) -> set[str]:
    """The names in `RANGE (at, lower("a name"))`, those of functions among them."""
    found = re.findall(r'"((?:[^"]|"")+)"|(\w+)', re.sub(r"'(?:[^']|'')*'", "", key))
    return {quoted.replace('""', '"') or plain for quoted, plain in found}


def _convertible(before: Relation, after: Thing) -> bool:
    """Whether the rows of a table can move into the table that takes its place."""
    tables = ("table", "partitioned table")
    return isinstance(after, Relation) and before.kind in tables and after.kind in tables
