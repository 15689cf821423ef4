"""One database as the differ sees it: objects with their facts, what hangs on each, and who needs whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from kitdb.catalog.dependencies import Cast, Dependency, read_casts, read_dependencies
from kitdb.catalog.model import (
    Bucket,
    Catalog,
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
from kitdb.catalog.read import read_catalog
from kitdb.catalog.structure import Facts, ObjectId, kept_with, structure
from kitdb.database import Connection
from kitdb.names import QualifiedName, quote_identifier


@dataclass(frozen=True, slots=True)
class ColumnOf:
    table: Relation
    column: Column


@dataclass(frozen=True, slots=True)
class DefaultOf:
    """The default of a column, an object of its own because it needs more than its column does."""

    table: Relation
    column: Column


@dataclass(frozen=True, slots=True)
class PublicationTable:
    publication: str
    table: QualifiedName
    columns: tuple[str, ...]
    condition: str | None


Thing = (
    Schema
    | Relation
    | ColumnOf
    | DefaultOf
    | Constraint
    | Index
    | Policy
    | Trigger
    | Rule
    | Sequence
    | Type
    | Routine
    | Extension
    | EventTrigger
    | Publication
    | PublicationTable
    | Statistics
    | Bucket
)

# Facts that are objects or satellites of their own.
_APART = frozenset({"comment", "owner", "default", "tables"})


def table_id(name: QualifiedName) -> ObjectId:
    return ObjectId("table", str(name))


def member_id(kind: str, of: QualifiedName, name: str) -> ObjectId:
    return ObjectId(kind, f"{of}.{quote_identifier(name)}")


def relation_id(relation: Relation) -> ObjectId:
    return ObjectId("table" if "table" in relation.kind else relation.kind, str(relation.name))


def names_taken_by(thing: Thing) -> Iterator[tuple[str, str]]:
    """The names, each with its schema, that nothing else can have while the object is there."""
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


def parts_of(relation: Relation) -> Iterator[ObjectId]:
    """What a table or view has of its own, and what goes with it."""
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


@dataclass(frozen=True)
class State:
    """A catalog with the dependencies between its objects."""

    catalog: Catalog
    dependencies: tuple[Dependency, ...] = ()
    casts: frozenset[Cast] = frozenset()

    @cached_property
    def objects(self) -> dict[ObjectId, Thing]:
        return dict(_objects(self.catalog))

    def facts(self, identity: ObjectId) -> Facts:
        """What counts as an object's structure, without its comment and its owner."""
        return _facts(identity, self.objects[identity], structure(self.catalog))

    @cached_property
    def comments(self) -> dict[ObjectId, str]:
        return {
            identity: facts["comment"] for identity, facts in structure(self.catalog).items() if facts.get("comment")
        }

    @cached_property
    def owners(self) -> dict[ObjectId, str]:
        return {identity: facts["owner"] for identity, facts in structure(self.catalog).items() if facts.get("owner")}

    @cached_property
    def needs(self) -> Mapping[ObjectId, tuple[Dependency, ...]]:
        return _grouped(self.dependencies, by_needed=False)

    @cached_property
    def needed_by(self) -> Mapping[ObjectId, tuple[Dependency, ...]]:
        return _grouped(self.dependencies, by_needed=True)

    def root_of(self, relation: Relation) -> Relation:
        """The partitioned table that a partition belongs to at last; of any other, the table itself."""
        while relation.partition_bound is not None and relation.parents:
            relation = self.catalog.by_name[relation.parents[0]]
        return relation

    def relation(self, name: QualifiedName) -> Relation | None:
        return self.catalog.by_name.get(name)


def read_state(connection: Connection) -> State:
    return State(read_catalog(connection), read_dependencies(connection), read_casts(connection))


def _grouped(dependencies: tuple[Dependency, ...], *, by_needed: bool) -> Mapping[ObjectId, tuple[Dependency, ...]]:
    found: defaultdict[ObjectId, list[Dependency]] = defaultdict(list)
    for dependency in dependencies:
        found[dependency.needs if by_needed else dependency.object].append(dependency)
    return {identity: tuple(group) for identity, group in found.items()}


def _facts(identity: ObjectId, thing: Thing, known: Mapping[ObjectId, Facts]) -> dict[str, Any]:
    match thing:
        case DefaultOf(column=column):
            return {"default": column.default}
        case PublicationTable():
            return {"columns": thing.columns, "condition": thing.condition}
        case Relation(kind="materialized view"):
            settings = tuple((c.name, c.storage, c.compression, c.statistics, c.options) for c in thing.columns)
            return {**{k: v for k, v in known[identity].items() if k not in _APART}, "settings": settings}
        case Type(kind="domain"):
            return {key: value for key, value in known[identity].items() if key not in ("comment", "owner")}
        case Type():
            attributes = tuple((a.name, a.type.text, a.collation) for a in thing.attributes)
            return {**{k: v for k, v in known[identity].items() if k not in _APART}, "attributes": attributes}
        case _:
            return {key: value for key, value in known[identity].items() if key not in _APART}


def _objects(catalog: Catalog) -> Iterator[tuple[ObjectId, Thing]]:
    for schema in catalog.schemas:
        yield ObjectId("schema", quote_identifier(schema.name)), schema
    for extension in catalog.extensions:
        yield ObjectId("extension", quote_identifier(extension.name)), extension
    for type_ in catalog.types:
        yield ObjectId("type", str(type_.name)), type_
        for constraint in type_.constraints:
            yield member_id("constraint", type_.name, constraint.name), constraint
    for sequence in catalog.sequences:
        yield ObjectId("sequence", str(sequence.name)), sequence
    for relation in catalog.relations:
        yield from kept_with(relation, _things)
    for routine in catalog.routines:
        yield ObjectId("procedure" if routine.kind == "procedure" else "function", routine.signature), routine
    for event_trigger in catalog.event_triggers:
        yield ObjectId("event trigger", quote_identifier(event_trigger.name)), event_trigger
    for publication in catalog.publications:
        yield ObjectId("publication", quote_identifier(publication.name)), publication
        for table, columns, condition in publication.tables:
            name = f"{quote_identifier(publication.name)}: {table}"
            yield (
                ObjectId("publication table", name),
                PublicationTable(publication.name, table, columns, condition),
            )
    for statistics in catalog.statistics:
        yield ObjectId("statistics", str(statistics.name)), statistics
    for bucket in catalog.buckets:
        yield ObjectId("bucket", bucket.id), bucket


def _things(relation: Relation) -> tuple[tuple[ObjectId, Thing], ...]:
    return tuple(_parts(relation))


def _parts(relation: Relation) -> Iterator[tuple[ObjectId, Thing]]:
    for policy in relation.policies:
        yield member_id("policy", relation.name, policy.name), policy
    for trigger in relation.triggers:
        yield member_id("trigger", relation.name, trigger.name), trigger
    if relation.managed:
        return
    yield relation_id(relation), relation
    if "table" in relation.kind:
        for column in relation.columns:
            yield member_id("column", relation.name, column.name), ColumnOf(relation, column)
    for column in relation.columns:
        if column.default is not None:
            yield member_id("default", relation.name, column.name), DefaultOf(relation, column)
    for constraint in relation.constraints:
        yield member_id("constraint", relation.name, constraint.name), constraint
    for index in relation.indexes:
        if index.constraint is None:
            yield ObjectId("index", str(QualifiedName(relation.name.schema, index.name))), index
    for rule in relation.rules:
        yield member_id("rule", relation.name, rule.name), rule


def serial_type(catalog: Catalog, table: QualifiedName, column: Column) -> str | None:
    """`serial`, `bigserial` or `smallserial` where the column is just what these words make."""
    names = {"integer": "serial", "bigint": "bigserial", "smallint": "smallserial"}
    word = names.get(column.type.text)
    sequence = owned_sequence(catalog, table, column.name)
    if word is None or sequence is None or sequence.identity or not column.not_null:
        return None
    usual = Sequence(
        QualifiedName(table.schema, f"{table.name}_{column.name}_seq"), sequence.owner, column.type.text,
        1, 1, 1, {"integer": 2**31 - 1, "bigint": 2**63 - 1, "smallint": 2**15 - 1}[column.type.text], 1,
        cycle=False, owned_by=(table, column.name), unlogged=sequence.unlogged,
    )  # fmt: skip
    if replace(sequence, comment=None) != usual:
        return None
    return word if column.default == f"nextval('{sequence.name}'::regclass)".replace("''", "''") else None


def owned_sequence(catalog: Catalog, table: QualifiedName, column: str) -> Sequence | None:
    return next((s for s in catalog.sequences if s.owned_by == (table, column)), None)
