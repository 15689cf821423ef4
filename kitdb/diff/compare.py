"""Where the structures of two databases differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kitdb.catalog.model import Catalog
from kitdb.catalog.structure import Facts, ObjectId, structure
from kitdb.diff.state import member_id, parts_of, relation_id

_OWNERS = ("table", "view", "materialized view", "type", "sequence", "function", "procedure", "schema", "foreign table")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One fact of an object that both databases have."""

    field: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.field}: {self.before!r} → {self.after!r}"


@dataclass(frozen=True, slots=True)
class Change:
    """An object that both databases have, and what differs in it."""

    object: ObjectId
    fields: tuple[FieldChange, ...]

    def __str__(self) -> str:
        return f"{self.object} ({', '.join(field.field for field in self.fields)})"


@dataclass(frozen=True, slots=True)
class Differences:
    """What must happen to `before` so that it is `after`; `not_covered` is what neither side was compared by."""

    only_before: tuple[ObjectId, ...] = ()
    only_after: tuple[ObjectId, ...] = ()
    changed: tuple[Change, ...] = ()
    not_covered: tuple[str, ...] = ()
    parts: frozenset[ObjectId] = frozenset()  # what comes or goes with its table, view or type as a matter of course

    def __bool__(self) -> bool:
        return bool(self.only_before or self.only_after or self.changed)

    def __iter__(self) -> Iterator[str]:
        """One line per object: `-` is only before, `+` only after, `~` in both and changed."""
        yield from (f"- {identity}" for identity in self.only_before)
        yield from (f"+ {identity}" for identity in self.only_after)
        yield from (f"~ {change}" for change in self.changed)

    def brief(self) -> Iterator[str]:
        """The same, without what comes or goes with another as a matter of course."""
        names = {identity.name for identity in (*self.only_before, *self.only_after) if identity.kind in _OWNERS}
        for line, identity in zip(self, (*self.only_before, *self.only_after, *(c.object for c in self.changed)),
                                  strict=True):  # fmt: skip
            if not (identity in self.parts or _is_granted(identity, names)):
                yield line


def differences(before: Catalog, after: Catalog) -> Differences:
    """What differs between two catalogs that were read from servers of the same major version."""
    if before == after:
        return Differences(not_covered=not_covered(before, after))
    old, new = structure(before), structure(after)
    return Differences(
        only_before=tuple(identity for identity in old if identity not in new),
        only_after=tuple(identity for identity in new if identity not in old),
        changed=tuple(
            Change(identity, _field_changes(old[identity], new[identity]))
            for identity in old
            if identity in new and old[identity] != new[identity]
        ),
        not_covered=not_covered(before, after),
        parts=frozenset((*_parts(before, new), *_parts(after, old))),
    )


def not_covered(before: Catalog, after: Catalog) -> tuple[str, ...]:
    """What neither of the two was compared by."""
    return tuple(sorted({*before.not_covered, *after.not_covered}))


def _field_changes(before: Facts, after: Facts) -> tuple[FieldChange, ...]:
    names = sorted({*before, *after})
    return tuple(
        FieldChange(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    )


def _parts(catalog: Catalog, other: Mapping[ObjectId, Facts]) -> Iterator[ObjectId]:
    """What belongs to the tables, views, types and columns of a catalog that the other one lacks."""
    for relation in catalog.relations:
        if not relation.managed and relation_id(relation) not in other:
            yield from parts_of(relation)
    for type_ in catalog.types:
        if ObjectId("type", str(type_.name)) not in other:
            yield from (member_id("attribute", type_.name, attribute.name) for attribute in type_.attributes)
            yield from (member_id("constraint", type_.name, constraint.name) for constraint in type_.constraints)
    for sequence in catalog.sequences:
        if sequence.owned_by is not None and member_id("column", *sequence.owned_by) not in other:
            yield ObjectId("sequence", str(sequence.name))


def _is_granted(identity: ObjectId, owners: set[str]) -> bool:
    return identity.kind == "grant" and any(f" {owner} to " in identity.name for owner in owners)
