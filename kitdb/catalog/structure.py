"""A catalog as a flat set of objects, each with what counts as its structure: what fingerprints and comparisons see.

Left out on purpose:

- roles, extension versions and the privileges on the database itself, which belong to the server or to one copy;
- who granted a privilege, whether a materialized view has been filled, and an array's declared dimensions, which
  Postgres neither enforces nor dumps;
- the order of a table's columns, which differs between a table that grew and one that was made at once. It counts
  where it cannot be changed without replacing the object: in views, materialized views and composite types;
- of the platform's relations, all but policies and triggers;
- what Postgres computes from the rest (whether a view can be written to, the columns of a constraint).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, TypeVar

from kitdb.catalog.model import Catalog, Column, Relation, Type, TypeRef
from kitdb.names import QualifiedName, quote_identifier

Facts = Mapping[str, Any]
Thing = TypeVar("Thing")
Kept = TypeVar("Kept")

# Known by the object's identity, by its children, or from another field.
_NOT_FACTS: Mapping[str, frozenset[str]] = {
    "Relation": frozenset(
        "name columns constraints indexes policies triggers rules populated insertable updatable managed".split()
    ),
    "Column": frozenset("name position updatable".split()),
    "Constraint": frozenset(
        "name on columns expression references referenced_columns on_update on_delete deferrable deferred index".split()
    ),
    "Index": frozenset("name table columns included unique primary nulls_not_distinct method predicate".split()),
    "Policy": frozenset("name table".split()),
    "Trigger": frozenset("name table function constraint".split()),
    "Rule": frozenset("name table".split()),
    "Type": frozenset("name attributes constraints".split()),
    "Routine": frozenset("name signature arguments".split()),
    "Extension": frozenset("name version".split()),
    "Statistics": frozenset("name definition".split()),
    "Bucket": frozenset({"id"}),
}
_ORDERED = frozenset({"view", "materialized view"})


class ObjectId(NamedTuple):
    """What tells one object from another: `policy`, `public.kits."own rows"`."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def structure(catalog: Catalog) -> dict[ObjectId, Facts]:
    """Every object that can be named, with its facts; ordered by kind and name. Worked out once a catalog."""
    return kept_with(catalog, _ordered_objects)


def kept_with(thing: Thing, work_out: Callable[[Thing], Kept]) -> Kept:
    """What is worked out from a catalog or a relation, once: two catalogs have most of their relations in common."""
    known = vars(thing)
    if work_out.__qualname__ not in known:
        known[work_out.__qualname__] = work_out(thing)
    found: Kept = known[work_out.__qualname__]
    return found


def _ordered_objects(catalog: Catalog) -> dict[ObjectId, Facts]:
    return dict(sorted(_objects(catalog), key=itemgetter(0)))


def _objects(catalog: Catalog) -> Iterator[tuple[ObjectId, Facts]]:
    for schema in catalog.schemas:
        yield ObjectId("schema", quote_identifier(schema.name)), _facts(schema)
    for relation in catalog.relations:
        yield from kept_with(relation, _of_relation)
    for sequence in catalog.sequences:
        yield ObjectId("sequence", str(sequence.name)), _facts(sequence)
    for type_ in catalog.types:
        yield from _type(type_)
    for routine in catalog.routines:
        yield ObjectId("procedure" if routine.kind == "procedure" else "function", routine.signature), _facts(routine)
    for extension in catalog.extensions:
        yield ObjectId("extension", quote_identifier(extension.name)), _facts(extension)
    for event_trigger in catalog.event_triggers:
        yield ObjectId("event trigger", quote_identifier(event_trigger.name)), _facts(event_trigger)
    for publication in catalog.publications:
        yield ObjectId("publication", quote_identifier(publication.name)), _facts(publication)
    for statistics in catalog.statistics:
        yield ObjectId("statistics", str(statistics.name)), _facts(statistics)
    for bucket in catalog.buckets:
        yield ObjectId("bucket", bucket.id), _facts(bucket)
    for what in catalog.not_covered:
        yield ObjectId("not covered:", what), {}
    yield from _privileges(catalog)


def _of_relation(relation: Relation) -> tuple[tuple[ObjectId, Facts], ...]:
    return (*_policies_and_triggers(relation), *(() if relation.managed else _relation(relation)))


def _policies_and_triggers(relation: Relation) -> Iterator[tuple[ObjectId, Facts]]:
    for policy in relation.policies:
        yield _member("policy", relation.name, policy.name), _facts(policy)
    for trigger in relation.triggers:
        yield _member("trigger", relation.name, trigger.name), _facts(trigger)


def _relation(relation: Relation) -> Iterator[tuple[ObjectId, Facts]]:
    yield ObjectId("table" if "table" in relation.kind else relation.kind, str(relation.name)), _facts(relation)
    for column in relation.columns:
        yield _member("column", relation.name, column.name), _column(column, relation.kind in _ORDERED)
    for constraint in relation.constraints:
        yield _member("constraint", relation.name, constraint.name), _facts(constraint)
    for index in relation.indexes:
        yield ObjectId("index", str(QualifiedName(relation.name.schema, index.name))), _facts(index)
    for rule in relation.rules:
        yield _member("rule", relation.name, rule.name), _facts(rule)


def _type(type_: Type) -> Iterator[tuple[ObjectId, Facts]]:
    yield ObjectId("type", str(type_.name)), _facts(type_)
    for attribute in type_.attributes:
        yield _member("attribute", type_.name, attribute.name), _column(attribute, ordered=True)
    for constraint in type_.constraints:
        yield _member("constraint", type_.name, constraint.name), _facts(constraint)


def _privileges(catalog: Catalog) -> Iterator[tuple[ObjectId, Facts]]:
    managed = {str(relation.name) for relation in catalog.relations if relation.managed}
    grantable: dict[ObjectId, bool] = {}
    for grant in catalog.grants:
        if grant.kind != "database" and not (grant.kind in ("table", "column") and grant.object in managed):
            identity = _granted(grant.privilege, grant.column, grant.kind, grant.object, grant.grantee)
            grantable[identity] = grant.grantable or grantable.get(identity, False)
    for identity, is_grantable in grantable.items():
        yield identity, {"grantable": is_grantable}
    for default in catalog.default_privileges:
        where = f"in schema {quote_identifier(default.schema)}" if default.schema else "everywhere"
        yield (
            ObjectId(
                "default privilege",
                f"{'without ' if default.revoked else ''}{default.privilege} on {default.kind} of "
                f"{quote_identifier(default.role)} {where} to {quote_identifier(default.grantee)}",
            ),
            {"grantable": default.grantable},
        )


@lru_cache(maxsize=50_000)
def _granted(privilege: str, column: str | None, kind: str, on: str, grantee: str) -> ObjectId:
    """What a grant is called; two databases that are compared have most of them in common."""
    inside = f" ({quote_identifier(column)})" if column is not None else ""
    kind = "table" if kind == "column" else kind
    return ObjectId("grant", f"{privilege}{inside} on {kind} {on} to {quote_identifier(grantee)}")


def _member(kind: str, of: QualifiedName, name: str) -> ObjectId:
    return ObjectId(kind, f"{of}.{quote_identifier(name)}")


def _column(column: Column, ordered: bool) -> Facts:
    return {**_facts(column), **({"position": column.position} if ordered else {})}


def _facts(thing: Any) -> Facts:
    kind = type(thing)
    if kind not in _readers:
        left_out = _NOT_FACTS.get(kind.__name__, frozenset({"name"}))
        names = tuple(field.name for field in fields(thing) if field.name not in left_out)
        _readers[kind] = names, attrgetter(*names, names[0])  # of one name alone it would give no tuple
    names, read = _readers[kind]
    facts = dict(zip(names, read(thing), strict=False))
    for name, value in facts.items():
        if value.__class__ not in _PLAIN:
            facts[name] = _plain(value)
    return facts


# by class: a catalog has thousands of things, of a dozen classes
_readers: dict[type, tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]] = {}
_PLAIN = frozenset((str, int, bool, type(None)))


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is TypeRef:
        return value.text
    if kind is QualifiedName:
        return str(value)
    return tuple(_plain(item) for item in value) if kind is tuple else value
