"""Foreign keys as PostgREST embeds them, through views too (pure)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kitdb.catalog.model import Constraint, Relation
from kitdb.modelgen.catalog_views import CatalogViews
from kitdb.modelgen.collation import english
from kitdb.names import QualifiedName


@dataclass(frozen=True, slots=True)
class Relationship:
    """`one_to_one` is PostgREST's answer: the key is the columns of a primary key or unique constraint.

    It compares them with the constraint's columns in the order of the table; unique indexes do not count.
    """

    name: str
    relation: QualifiedName
    columns: tuple[str, ...]
    referenced: QualifiedName
    referenced_columns: tuple[str, ...]
    one_to_one: bool


def relationships(relations: Sequence[Relation], views: CatalogViews) -> dict[QualifiedName, list[Relationship]]:
    """Those of each relation within its schema, in the order of `supabase gen types`."""
    exposed = [relation for relation in relations if relation.definition is not None]
    names = _ColumnsOfViews(exposed, views)
    found: dict[QualifiedName, list[Relationship]] = {relation.name: [] for relation in relations}
    for table in relations:
        for key in table.constraints:
            if key.kind != "foreign key" or key.references is None or key.inherited:
                continue
            for relationship in _of_key(table, key, names):
                near, far = relationship.relation, relationship.referenced
                if near in found and far in found and near.schema == far.schema:
                    found[near].append(relationship)
    return {name: sorted(items, key=_order) for name, items in found.items()}


def _order(relationship: Relationship) -> tuple[object, ...]:
    referenced = json.dumps(relationship.referenced_columns, separators=(",", ":"), ensure_ascii=False)
    own = json.dumps(relationship.columns, separators=(",", ":"), ensure_ascii=False)
    return tuple(map(english, (relationship.name, relationship.referenced.name, referenced, own)))


class _ColumnsOfViews:
    """By table, the views that show it, with their names for each of its columns."""

    def __init__(self, exposed: Iterable[Relation], views: CatalogViews) -> None:
        self.found: dict[QualifiedName, dict[QualifiedName, dict[str, list[str]]]] = {}
        for view in exposed:
            for column in sorted(view.columns, key=lambda column: column.position):
                if base := views.base(view, column.name):
                    table, base_column = base
                    shown = self.found.setdefault(table.name, {}).setdefault(view.name, {})
                    shown.setdefault(base_column.name, []).append(column.name)

    def of(self, table: QualifiedName, columns: Sequence[str]) -> Iterator[tuple[QualifiedName, tuple[str, ...]]]:
        """Every way in which a view shows all the columns."""
        for view, shown in self.found.get(table, {}).items():
            if all(column in shown for column in columns):
                for names in itertools.product(*(shown[column] for column in columns)):
                    yield view, names


def _of_key(table: Relation, key: Constraint, names: _ColumnsOfViews) -> Iterator[Relationship]:
    assert key.references is not None  # noqa: S101
    one_to_one = key.columns in _unique(table)
    near = [(table.name, key.columns), *names.of(table.name, key.columns)]
    far = [(key.references, key.referenced_columns), *names.of(key.references, key.referenced_columns)]
    for (relation, columns), (referenced, referenced_columns) in itertools.product(near, far):
        yield Relationship(key.name, relation, columns, referenced, referenced_columns, one_to_one)


def _unique(table: Relation) -> list[tuple[str, ...]]:
    places = {column.name: column.position for column in table.columns}
    return [
        tuple(sorted(c.columns, key=places.__getitem__))
        for c in table.constraints
        if c.kind in ("primary key", "unique")
    ]
