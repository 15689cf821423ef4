"""Forms that let others work on a table that exists."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kitdb.catalog.model import Column, Constraint, Index, Relation
from kitdb.catalog.structure import ObjectId
from kitdb.diff.alter import Alteration
from kitdb.diff.change import Change
from kitdb.diff.render import cut, q
from kitdb.diff.state import ColumnOf, Thing, member_id, names_taken_by, table_id
from kitdb.diff.steps import Step
from kitdb.names import QualifiedName


@dataclass
class OnlineForms:
    """Which constraints, indexes and columns of a change get one."""

    change: Change

    def is_online(self, table: QualifiedName) -> bool:
        if self.change.options.online == "never":
            return False
        relation = self.change.old.relation(table)
        return (
            relation is not None
            and relation.kind == "table"
            and not relation.managed
            and self.change.stays(table_id(table))
        )

    def online_constraint(self, constraint: Constraint) -> bool:
        return (
            constraint.kind in ("check", "foreign key")
            and constraint.validated
            and constraint.enforced
            and self.is_online(constraint.on)
            and not self.is_new_column_only(constraint)
        )

    def is_new_column_only(self, constraint: Constraint) -> bool:
        """Whether all its columns come with this migration: then rows hold one value only, or none."""
        columns = [member_id("column", constraint.on, name) for name in constraint.columns]
        return bool(columns) and all(self.change.is_created(column) for column in columns)

    def online_key(self, constraint: Constraint) -> bool:
        """Whether a key can be made of an index that is built while the table is in use."""
        identity = member_id("constraint", constraint.on, constraint.name)
        return (
            constraint.kind in ("unique", "primary key")
            and "WITHOUT OVERLAPS" not in constraint.definition
            and self.is_online(constraint.on)
            and identity not in self.change.gone
            and not self.change.new.needed_by.get(identity)
            and not self.is_new_column_only(constraint)
            and not self._is_marked(constraint.on, constraint.name)
        )

    def index_of(self, constraint: Constraint) -> Index | None:
        relation = self.change.new.catalog.by_name[constraint.on]
        return next((index for index in relation.indexes if index.constraint == constraint.name), None)

    def index_to_take(self, constraint: Constraint) -> ObjectId | None:
        """The index that is there already, and is just what the key needs."""
        if constraint.kind not in ("unique", "primary key") or not self.change.stays(table_id(constraint.on)):
            return None
        identity = ObjectId("index", str(QualifiedName(constraint.on.schema, constraint.name)))
        before, after, table = (
            self.change.old.objects.get(identity),
            self.index_of(constraint),
            self.change.old.relation(constraint.on),
        )
        if not isinstance(before, Index) or after is None or before.definition != after.definition or not before.valid:
            return None
        plain = table is not None and table.kind == "table"
        return identity if plain and self._has_quiet_columns(identity) else None

    @cached_property
    def taken(self) -> set[ObjectId]:
        """Indexes that become keys."""
        constraints = (thing for thing in self.change.new.objects.values() if isinstance(thing, Constraint))
        on_tables = (one for one in constraints if one.on in self.change.new.catalog.by_name)
        return {found for one in on_tables if (found := self.index_to_take(one))}

    def is_replaced_online(self, identity: ObjectId) -> bool:
        """Whether a changed index can be built beside the one whose place it takes."""
        before, after = self.change.old.objects.get(identity), self.change.new.objects.get(identity)
        return (
            isinstance(before, Index) and isinstance(after, Index)
            and identity in self.change.changed and before.table == after.table
            and before.parent is None and after.parent is None
            and not self.change.was_partition(after.table)
            and self.is_online(after.table)
            and not self.is_leaned_on(identity, after, replaced=True)
            and self._has_quiet_columns(identity)
        )  # fmt: skip

    def is_dropped_online(self, identity: ObjectId, thing: Thing) -> bool:
        """Whether an index can go last, without a lock that others feel."""
        return (
            isinstance(thing, Index)
            and identity not in self.change.new.objects
            and thing.parent is None
            and not self.change.was_partition(thing.table)  # a new index of the whole may take it in
            and self.is_online(thing.table)
            and self._has_quiet_columns(identity)
            and QualifiedName(thing.table.schema, thing.name) not in self._new_names
        )

    @cached_property
    def _new_names(self) -> set[QualifiedName]:
        return {
            QualifiedName(*name)
            for identity, thing in self.change.new.objects.items() if identity not in self.change.old.objects
            for name in names_taken_by(thing)
        }  # fmt: skip

    def _has_quiet_columns(self, identity: ObjectId) -> bool:
        """Whether nothing that the index needs goes, or gets another type."""
        needed = {d.needs for d in (*self.change.old.needs.get(identity, ()), *self.change.new.needs.get(identity, ()))}
        moving = (self.change.gone, self.change.retyped, self.change.swapped)
        return not any(
            any(one in things for things in moving) or {"type", "collation"} & set(self.change.changed.get(one, ()))
            for one in needed
        )

    def is_leaned_on(self, identity: ObjectId, index: Index, *, replaced: bool = False) -> bool:
        """Whether something of the same migration needs the index, or it makes room for one of its name."""
        if self._is_marked(index.table, index.name):
            return True
        gone = identity in self.change.gone and not replaced
        return gone or any(self.change.new.needed_by.get(identity, ())) or bool(index.comment)

    def _is_marked(self, table: QualifiedName, index: str) -> bool:
        """Whether the table's replica identity or its clustering names the index."""
        relation = self.change.new.relation(table)
        return relation is not None and index in (relation.replica_identity_index, relation.clustered_on)

    def online_not_null(self, identity: ObjectId, alteration: Alteration) -> list[Step]:
        """SET NOT NULL by way of a CHECK that is validated without a lock."""
        thing = self.change.new.objects.get(identity)
        if not (
            isinstance(thing, ColumnOf) and len(alteration.sql) == 1 and alteration.sql[0].endswith("set not null")
        ):
            return []
        table, column = thing.table, thing.column
        before = self.change.old.relation(table.name)
        joins = before is not None and before.parents != table.parents  # a parent wants it NOT NULL at once
        if not self.is_online(table.name) or column.identity or self._is_keyed(table, column) or joins:
            return []
        alter = f"alter table {table.name}"
        name = q(f"{cut(table.name.name, 24)}_{cut(column.name, 24)}_not_null")
        check = f"{alter} add constraint {name} check ({q(column.name)} is not null) not valid"
        rest = [f"{alter} validate constraint {name}", *alteration.sql, f"{alter} drop constraint {name}"]
        home = table_id(table.name)
        return [
            Step("alter", identity, [check], 215, home, hazards=alteration.hazards),
            Step("alter", identity, rest, 215, home, "validate"),
        ]

    def _is_keyed(self, table: Relation, column: Column) -> bool:
        return column.name in table.primary_key or table.replica_identity == "index"
