"""Which step has to wait for which."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from kitdb.catalog.model import Relation, Routine, Sequence, Type
from kitdb.catalog.structure import ObjectId
from kitdb.diff.change import Change
from kitdb.diff.state import ColumnOf, member_id, names_taken_by, table_id
from kitdb.diff.work import OWN_COMMENT, Work


@dataclass
class Waits:
    change: Change
    work: Work

    def add(self) -> None:
        for dependency in self.change.new.dependencies:
            self._after_what_it_needs(dependency.object, dependency.needs)
        for dependency in self.change.old.dependencies:
            self._before_what_it_needed_goes(dependency.object, dependency.needs)
        for identity in self.change.gone:
            self._room(identity)
        for identity in self.change.swapped:
            self._swap_edges(identity)
        self._names_are_free()
        self._texts()
        self._tables_after_their_parts()
        self._columns_before_gone_types()
        self._copies_into_partitions()
        self._children_after_columns()
        for number in self.work.late:
            # Attaching a partition wants columns and constraints of both tables in their last shape.
            self.work.steps[number].rather_after |= {
                other for other, step in enumerate(self.work.steps)
                if (other != number and step.object.kind in ("column", "constraint") and step.weight < OWN_COMMENT)
                or (step.verb == "drop" and step.object.kind in ("column", "constraint"))
            }  # fmt: skip

    def _copies_into_partitions(self) -> None:
        for identity, number in self.work.copies.items():
            tree = {identity}
            for child in self.change.new.catalog.relations:  # a partition may be partitioned itself, and sorts anywhere
                tree |= {table_id(child.name)} if self._is_within(child, identity) else set()
            for sequence in self.change.new.catalog.sequences:  # the old table must not take it with it
                if sequence.owned_by and table_id(sequence.owned_by[0]) == identity:
                    self.work.steps[number].after |= set(self.work.alters[ObjectId("sequence", str(sequence.name))])
            for part in tree - {identity}:
                self.work.steps[number].after |= {n for n in self.work.making(part) if n != number}

    def _children_after_columns(self) -> None:
        """A new partition's own indexes may need columns that its parent gets in the same migration."""
        for relation in self.change.new.catalog.relations:
            number = self.work.makers.get(table_id(relation.name))
            if number is None or not self.change.is_created(table_id(relation.name)):
                continue
            for parent in relation.parents if relation.partition_bound is not None else ():
                columns = (member_id("column", parent, column.name) for column in relation.columns)
                made = {self.work.makers[c] for c in columns if c in self.work.makers and self.change.is_created(c)}
                self.work.steps[number].rather_after |= made - {number}

    def _is_within(self, partition: Relation, root: ObjectId) -> bool:
        while partition.partition_bound is not None and partition.parents:
            if table_id(partition.parents[0]) == root:
                return True
            partition = self.change.new.catalog.by_name[partition.parents[0]]
        return False

    def _after_what_it_needs(self, identity: ObjectId, needed: ObjectId) -> None:
        maker = self.work.maker(needed)
        if maker is None:
            return
        thing = self.change.new.objects.get(identity)
        numbers = self.work.making(identity)
        if isinstance(thing, Sequence) and needed.kind == "column" and not thing.identity:
            numbers = [n for n in self.work.alters.get(identity, ()) if " owned by " in self.work.steps[n].sql[0]]
        for number in numbers:
            if number != maker:
                self.work.steps[number].after.add(maker)

    def _before_what_it_needed_goes(self, identity: ObjectId, needed: ObjectId) -> None:
        dropper = self.work.droppers.get(needed)
        ends = [self.work.droppers[identity]] if identity in self.work.droppers else []
        if identity not in self.change.gone:
            ends = list(self.work.alters.get(identity, ()))
        if (
            identity.kind == "sequence"
            and needed in self.change.gone
            and self.change.inside(needed) in self.change.converted
        ):
            return  # it stays with the table that takes the place
        # What a partition that moves with its root has from it is dropped there.
        moves = (
            identity in self.change.gone
            and not self.change.gone[identity]
            and self.change.inside(identity) in self.change.aside
        )
        if dropper is not None and needed not in self.change.swapped and not moves:
            for number in ends:
                if number != dropper:
                    self.work.steps[dropper].after.add(number)
        if identity in self.work.droppers and identity not in self.change.swapped:
            for number in self.work.alters.get(needed, ()):
                if number != self.work.droppers[identity]:
                    self.work.steps[number].after.add(self.work.droppers[identity])

    def _room(self, identity: ObjectId) -> None:
        """What comes back is made after it went."""
        dropper = self.work.droppers.get(identity)
        maker = self.work.makers.get(identity)
        if dropper is not None and maker is not None and dropper != maker:
            self.work.steps[maker].after.add(dropper)

    def _swap_edges(self, identity: ObjectId) -> None:
        maker, last = self.work.makers[identity], self.work.droppers.get(identity, self.work.makers[identity])
        for dependency in self.change.old.needed_by.get(identity, ()):
            user = dependency.object
            if user in self.change.swapped:
                self.work.steps[last].after.add(self.work.droppers[user])
                continue
            gone = self.work.droppers.get(user) if user in self.change.gone else None
            if gone is not None and gone != last:
                self.work.steps[maker].after.add(gone)
            copy = self._copy_of(user)
            if copy is not None:
                self.work.steps[copy].after.add(maker)
                if last != maker:
                    self.work.steps[last].after.add(copy)
            for number in self.work.alters.get(user, ()):
                self.work.steps[number].after.add(maker)
                if last != maker:
                    self.work.steps[last].after.add(number)
            if user in self.work.loosened:
                self.work.steps[maker].after.add(self.work.loosened[user])
        for column in (column for column, type_ in self.change.retyped.items() if type_ == identity):
            readers = [dependency.object for dependency in self.change.old.needed_by.get(column, ())]
            for reader in (*readers, ObjectId("default", column.name)):
                gone = self.work.droppers.get(reader)
                if gone is not None and gone != last:
                    for number in (*self.work.alters.get(column, ()), self.work.loosened.get(column, gone)):
                        self.work.steps[number].after |= {gone} - {number}

    def _copy_of(self, identity: ObjectId) -> int | None:
        """The step in which the rows of an old column move into a new table."""
        thing = self.change.old.objects.get(identity)
        root = self.change.old.root_of(thing.table) if isinstance(thing, ColumnOf) else None
        return self.work.copies.get(table_id(root.name)) if root else None

    def _names_are_free(self) -> None:
        """A name in use by what goes is free only once it has gone, and a function's means that one only."""
        for gone, dropper in self.work.droppers.items():
            thing = self.change.old.objects[gone]
            for other in self.change.new_overloads(thing) if isinstance(thing, Routine) else ():
                self.work.steps[self.work.makers[other]].after.add(dropper)
        taken: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for identity in self.change.gone:
            number = self.work.droppers.get(identity)
            if number is not None:
                for name in names_taken_by(self.change.old.objects[identity]):
                    taken[name].append(number)
        for identity, number in self.work.makers.items():
            if self.change.is_created(identity):
                for name in names_taken_by(self.change.new.objects[identity]):
                    self.work.steps[number].after |= {other for other in taken[name] if other != number}

    def _texts(self) -> None:
        """Bodies of functions name what they use, and Postgres does not note it."""
        words: defaultdict[str, set[int]] = defaultdict(set)
        for identity, number in self.work.makers.items():
            thing = self.change.new.objects[identity]
            match thing:
                case Relation() | Routine() | Type():
                    words[thing.name.name.lower()].add(number)
                case ColumnOf() if self.change.stays(table_id(thing.table.name)):
                    words[thing.column.name.lower()].add(number)
        for identity, number in self.work.makers.items():
            thing = self.change.new.objects[identity]
            if isinstance(thing, Routine) and identity not in self.change.swapped:
                for word in set(re.findall(r"\w+", thing.body.lower())) & words.keys():
                    self.work.steps[number].rather_after |= words[word] - {number}

    def _tables_after_their_parts(self) -> None:
        """What a new table's defaults and constraints need comes before it, so that they can be said within it."""
        for number in self.work.foldable:
            home = self.work.steps[number].home
            table = self.work.makers.get(home) if home else None
            if table is None:
                continue
            needs = {n for n in self.work.steps[number].after if n != table and self.work.steps[n].home != home}
            if home in self.change.options.sources:
                self.work.steps[table].after |= needs
            else:
                self.work.steps[table].rather_after |= needs
            self.work.steps[number].after.add(table)

    def _columns_before_gone_types(self) -> None:
        """A column's default is dropped before its type changes, and set after it."""
        for identity, numbers in list(self.work.alters.items()):
            if identity.kind != "column":
                continue
            default = ObjectId("default", identity.name)
            gone, made = self.work.droppers.get(default), self.work.makers.get(default)
            for number in numbers:
                if gone is not None and default in self.change.gone:
                    self.work.steps[number].after.add(gone)
                if made is not None and made != number and number not in self.work.steps[made].after:
                    self.work.steps[made].after.add(number)
