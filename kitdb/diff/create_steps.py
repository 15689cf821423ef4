"""The steps that make what is new, or comes back."""

# ruff: noqa: S608  # SQL is what this module makes, of quoted names and Postgres's own definitions
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

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
from kitdb.diff.alter import column_settings, enabled, owned_by, risk_of_new_type, risks_of
from kitdb.diff.change import Change
from kitdb.diff.conversion import Conversion, conversion
from kitdb.diff.convert import Conversions, has_attributes
from kitdb.diff.online import OnlineForms
from kitdb.diff.render import aside, literal, q
from kitdb.diff.sources import concurrently
from kitdb.diff.state import ColumnOf, DefaultOf, PublicationTable, State, Thing, member_id, owned_sequence, table_id
from kitdb.diff.steps import Hazard, Segment, Step
from kitdb.diff.work import CREATE_WEIGHT, Work


@dataclass
class CreateSteps:
    change: Change
    online: OnlineForms
    work: Work

    def add(self) -> None:
        for identity, thing in self.change.new.objects.items():
            if identity in self.change.old.objects and identity not in self.change.gone:
                changes = self.work.alters.get(identity, [])
                if isinstance(thing, Sequence):  # whom it belongs to does not matter to those who use it
                    changes = [n for n in changes if " owned by " not in self.work.steps[n].sql[0]]
                if changes and identity not in self.work.makers:
                    self.work.makers[identity] = changes[-1]
                continue
            if self.change.is_implied(self.change.new, identity, thing) and not self._made_alone(thing):
                continue
            if isinstance(thing, ColumnOf) and self.change.is_created(table_id(thing.table.name)):
                continue
            if isinstance(thing, DefaultOf) and self._default_is_inside(thing):
                continue
            self._create_step(identity, thing)
        for identity in self.change.new.objects:
            self.work.maker(identity)

    def _made_alone(self, thing: Thing) -> bool:
        """An index of a partition that no statement for the parent brings: both tables and the parent were there."""
        if isinstance(thing, Index) and thing.parent is not None:
            parent = ObjectId("index", str(thing.parent))
            there = not self.change.is_created(parent) and parent in self.change.new.objects
            return there and self.change.stays(table_id(thing.table)) and self.change.was_partition(thing.table)
        return False

    def _default_is_inside(self, thing: DefaultOf) -> bool:
        """Whether the default is said with its column: a serial's, or a column that is added."""
        column = member_id("column", thing.table.name, thing.column.name)
        if self.change.made_as_serial(ColumnOf(thing.table, thing.column), self.change.new):
            return True
        return "table" in thing.table.kind and self.change.is_created(column) and not self.change.is_created(
            table_id(thing.table.name)
        )  # fmt: skip

    def _create_step(self, identity: ObjectId, thing: Thing) -> None:
        home = self.change.home(identity)
        sql, hazards, segment = self._create(identity, thing)
        source = self.change.options.sources.get(identity)
        if source and not isinstance(thing, Relation) and not self.online.is_replaced_online(identity):
            sql = [concurrently(source) if segment == "indexes" else source, *sql[1:]]
        elif source and isinstance(thing, Relation) and "view" in thing.kind:
            sql = [source, *sql[1:]]
        weight = CREATE_WEIGHT[identity.kind]
        rank = thing.column.position if isinstance(thing, ColumnOf) else 0
        number = self.work.add(Step("create", identity, sql, weight, home, segment, hazards, rank))
        self.work.makers[identity] = number
        within = home and home.kind == "table" and self.change.is_created(home)
        if within and (isinstance(thing, DefaultOf) or (isinstance(thing, Constraint) and thing.validated)):
            self.work.foldable.add(number)
        if isinstance(thing, Relation) and identity in self.change.converted:
            copy, risks = self._copy_rows(thing)
            step = Step("alter", identity, copy, 205, home, hazards=risks, after={number})
            self.work.copies[identity] = self.work.add(step)
        if isinstance(thing, Sequence) and thing.owned_by and not thing.identity:
            owned = self.work.add(Step("alter", identity, [owned_by(thing)], 225, home))
            self.work.steps[owned].after.add(number)
            column = self.work.maker(member_id("column", *thing.owned_by))
            if column is not None:
                self.work.steps[owned].after.add(column)
            self.work.alters[identity].append(owned)
        if isinstance(thing, Index) and self.online.is_replaced_online(identity):
            self.work.makers[identity] = self.work.add(
                Step("alter", identity, [render.rename_replacement(thing)], weight, home, "validate", after={number})
            )
        if isinstance(thing, Constraint) and segment == "indexes":
            key = Step("alter", identity, [render.key_of_index(thing)], weight, home, "validate", after={number})
            self.work.makers[identity] = self.work.add(key)
        if isinstance(thing, Constraint) and segment == "main" and self.online.online_constraint(thing):
            validate = f"alter table {thing.on} validate constraint {q(thing.name)}"
            self.work.alters[identity].append(
                self.work.add(Step("alter", identity, [validate], weight, home, "validate", after={number}))
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
            case Relation(kind="view"):
                return [render.create_view(thing)], (), "main"
            case Relation(kind="materialized view"):
                return [render.create_view(thing), *self._settings(thing)], (), "main"
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

    def _settings(self, relation: Relation) -> list[str]:
        """What neither CREATE TABLE nor CREATE MATERIALIZED VIEW can say of columns."""
        return [sql for column in relation.columns for sql in self._settings_of(relation, column)]

    def _settings_of(self, relation: Relation, column: Column) -> Iterator[str]:
        plain = replace(column, storage=None, statistics=None, options=column.options if relation.server else ())
        if relation.kind == "materialized view":
            plain = replace(plain, compression=None)
        word = relation.kind.removeprefix("partitioned ")
        alter = f"alter {word} {relation.name} alter column {q(column.name)}"
        return column_settings(plain, column, alter, self.change.new.catalog.major)

    def _table_extras(self, table: Relation) -> list[str]:
        """CREATE TABLE (filled in once it is known what folds into it) and what it cannot say."""
        alter = f"alter table {table.name}"
        found = ["", *self._settings(table)]
        found += [f"{alter} enable row level security"] if table.row_level_security else []
        found += [f"{alter} force row level security"] if table.force_row_level_security else []
        if table.replica_identity in ("nothing", "full") and table.server is None:
            found.append(f"{alter} replica identity {table.replica_identity}")
        return found

    def _copy_rows(self, table: Relation) -> tuple[list[str], tuple[Hazard, ...]]:
        before = self.change.old.relation(table.name)
        if before is None:
            return [], ()
        moving = [(before.column(c.name), c) for c in table.columns if c.generated is None]
        conversions = Conversions(self.change.old.catalog, self.change.new.catalog, self.change.anew)
        values = {two.name: self._moved(one, two, conversions) for one, two in moving if one is not None}
        listed, moved = render.names(list(values)), aside(table.name)
        overriding = " overriding system value" if any(column.identity for column in table.columns) else ""
        chosen = ", ".join(value.using or q(name) for name, value in values.items())
        made = [*conversions.functions.values(), *(sql for value in values.values() for sql in value.before)]
        gone = [f"drop function {signature}" for signature in reversed(conversions.functions)]
        gone += [sql for value in values.values() for sql in value.after]
        copy = f"insert into {table.name} ({listed}){overriding}\nselect {chosen} from {moved}"
        found = [*made, copy, *gone] if values else []
        for column in table.columns:
            one = owned_sequence(self.change.old.catalog, table.name, column.name)
            two = owned_sequence(self.change.new.catalog, table.name, column.name)
            if one and two and self._is_implied(self.change.old, one) and self._is_implied(self.change.new, two):
                position = f"select setval({literal(str(two.name))}, last_value, is_called) from {aside(one.name)}"
                found.append(position)
        risks = [
            risk for one, two in moving if one is not None
            for risk in ([risk_of_new_type(table, two)] if two.type.name in self.change.anew
                         else risks_of(values[two.name], table, one, two))
        ]  # fmt: skip
        return [*found, f"drop table {moved}"], tuple(risks)

    def _is_implied(self, state: State, sequence: Sequence) -> bool:
        return self.change.is_implied(state, ObjectId("sequence", str(sequence.name)), sequence)

    def _moved(self, one: Column, two: Column, conversions: Conversions) -> Conversion:
        """The value of a column in the table that takes the place of the one it was in."""
        if two.type.name in self.change.anew:
            type_ = self.change.new.catalog.type_by_name[two.type.name]
            if one.type.name == two.type.name and has_attributes(self.change.new.catalog, type_):
                return Conversion(conversions.value(q(two.name), one.type, two.type))
            through = self.change.passed_through(one.type) + ("[]" if two.type.array else "")
            return Conversion(f"{q(two.name)}::{through}::{two.type.text}")
        return conversion(one, two, self.change.new.casts, self.change.new.catalog) or Conversion()

    def _add_column(self, identity: ObjectId, thing: ColumnOf) -> tuple[list[str], tuple[Hazard, ...], Segment]:
        table, column = thing.table, thing.column
        word = "foreign table" if table.kind == "foreign table" else "table"
        definition = render.column_definition(self.change.new.catalog, table, column, default=True)
        sql = [f"alter {word} {table.name} add column {definition}"]
        hazards: list[Hazard] = []
        before = self.change.old.objects.get(identity)
        if isinstance(before, ColumnOf) and before.column.generated is not None and column.generated is None:
            # Its values were computed: they are computed once more, and stay.
            sql = self._keep_generated_values(word, table, before.column, column)
        elif column.not_null and column.default is None and column.generated is None and not column.identity:
            hazards.append(Hazard("may-fail-on-data", f"{table.name}.{q(column.name)} is NOT NULL without a default"))
        sql += self._settings_of(table, column)
        return sql, tuple(hazards), "main"

    def _keep_generated_values(self, word: str, table: Relation, before: Column, after: Column) -> list[str]:
        definition = render.column_definition(self.change.new.catalog, table, after, default=True, not_null=False)
        found = [
            f"alter {word} {table.name} add column {definition}",
            f"update {table.name} set {q(after.name)} = {before.generated}",
        ]
        if after.not_null:
            found.append(f"alter {word} {table.name} alter column {q(after.name)} set not null")
        return found

    def _add_constraint(self, constraint: Constraint) -> tuple[list[str], tuple[Hazard, ...], Segment]:
        domain = constraint.on in self.change.new.catalog.type_by_name
        if not domain and self.online.index_to_take(constraint) is not None:
            return [render.key_of_index(constraint)], (), "main"
        index = self.online.index_of(constraint) if not domain and self.online.online_key(constraint) else None
        if index is not None:
            hazard = Hazard(
                "may-fail-on-data", f"constraint {constraint.name} is unique: duplicates stop the migration"
            )
            return [render.create_index(index, concurrently=True)], (hazard,), "indexes"
        online = not domain and self.online.online_constraint(constraint)
        hazards: tuple[Hazard, ...] = ()
        if not domain and self.change.stays(table_id(constraint.on)) and not self.online.is_new_column_only(constraint):
            message = f"constraint {q(constraint.name)} of {constraint.on}: rows that break it stop the migration"
            hazards = (Hazard("may-fail-on-data", message),)
        return [render.add_constraint(constraint, domain=domain, not_valid=online)], hazards, "main"

    def _create_index(self, identity: ObjectId, index: Index) -> tuple[list[str], tuple[Hazard, ...], Segment]:
        relation = self.change.new.relation(index.table)
        partitioned = relation is not None and relation.kind == "partitioned table"
        online = (
            self.online.is_online(index.table) and not partitioned and not self.online.is_leaned_on(identity, index)
        )
        swap = self.online.is_replaced_online(identity)
        hazards: tuple[Hazard, ...] = ()
        if index.unique and self.change.stays(table_id(index.table)):
            hazards = (Hazard("may-fail-on-data", f"index {index.name} is unique: duplicates stop the migration"),)
        if swap:
            return render.replace_index(index), hazards, "indexes"
        sql = [render.create_index(index, concurrently=online, partitioned=partitioned)]
        if index.parent is not None:
            sql.append(f"alter index {index.parent} attach partition {identity.name}")
        return sql, hazards, "indexes" if online else "main"
