"""The columns of a catalog's views, traced to the tables they come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from kitdb.catalog.model import Catalog, Column, Relation, TypeRef
from kitdb.modelgen.view import UNKNOWN, ViewColumn, view_columns
from kitdb.names import QualifiedName

NeverNull = Callable[[Relation, Column], bool]


class CatalogViews:
    """What each view's columns are; `never_null` judges the columns of tables beyond their NOT NULL."""

    def __init__(self, catalog: Catalog, never_null: NeverNull) -> None:
        self.catalog = catalog
        self.never_null = never_null
        self._found: dict[QualifiedName, Mapping[str, ViewColumn]] = {}

    def column(self, view: Relation, column: str) -> ViewColumn:
        """Where it comes from: the next relation, which may be a view again."""
        return self._columns(view).get(column, UNKNOWN)

    def base(self, relation: Relation, column: str) -> tuple[Relation, Column] | None:
        """The table's column that it is in the end; itself for a table's."""
        if relation.definition is None:
            found = relation.column(column)
            return (relation, found) if found else None
        origin = self.column(relation, column).origin
        below = self.catalog.by_name.get(origin[0]) if origin else None
        return self.base(below, origin[1]) if below and origin else None

    def _columns(self, view: Relation) -> Mapping[str, ViewColumn]:
        if view.name not in self._found:
            self._found[view.name] = {}  # a view never reads itself, but a wrong definition might
            found = view_columns(view.definition or "", self._relation)
            told = {column.name for column in view.columns if is_told_not_null(column)}
            self._found[view.name] = {
                name: replace(column, plain=True, never_null=True) if name in told else column
                for name, column in found.items()
            }
        return self._found[view.name]

    def _relation(self, name: QualifiedName) -> list[tuple[str, ViewColumn]]:
        relation = self.catalog.by_name.get(name)
        if relation is None:
            return []
        columns = sorted(relation.columns, key=lambda column: column.position)
        return [(column.name, self._as_read(relation, column)) for column in columns]

    def _as_read(self, relation: Relation, column: Column) -> ViewColumn:
        plain, never_null = column.not_null or self.is_not_null(column.type), self.never_null(relation, column)
        if relation.definition is not None:
            found = self.column(relation, column.name)
            plain, never_null = plain or found.plain, never_null or found.never_null
        return ViewColumn((relation.name, column.name), plain, never_null or plain)

    def is_not_null(self, reference: TypeRef) -> bool:
        """Whether the type is a domain that is itself declared NOT NULL."""
        found = None if reference.array else self.catalog.type_by_name.get(reference.name)
        return found is not None and found.kind == "domain" and found.not_null


def is_told_not_null(column: Column) -> bool:
    """The Supabase CLI's own mark in a view column's comment."""
    return any(line.strip() == "@notNull" for line in (column.comment or "").splitlines())
