"""What a caller has to do with which rows: those that name it, what it is a member of, and what is below these."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kitdb.catalog.model import Catalog, Constraint, Relation
from kitdb.names import QualifiedName
from kitdb.rls.access import USERS
from kitdb.rls.actors import Principal
from kitdb.rls.owners import Owners
from kitdb.rls.statements import Values

Rows = Mapping[QualifiedName, Sequence[Values]]
Place = tuple[QualifiedName, tuple[str, ...], tuple[str | None, ...]]
"""A row as a foreign key finds it: the table, the columns, the values."""

_DEPTH = 4


@dataclass(slots=True)
class Ties:
    """The rows, as they are for one caller. `memberships` are the tables by which somebody is in something."""

    catalog: Catalog
    owners: Owners
    memberships: Collection[QualifiedName]
    rows: Rows
    caller: Principal
    found: dict[Place, Values] = field(init=False, default_factory=dict)
    joined: dict[Place, list[tuple[Relation, Values]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for name, rows in self.rows.items():
            relation = self.catalog.by_name[name]
            for row in rows:
                self._note(relation, row)

    def with_more(self, rows: Sequence[tuple[Relation, Values]]) -> Ties:
        """The same, once these are there as well."""
        more = {name: [*mine, *(row for r, row in rows if r.name == name)] for name, mine in self.rows.items()}
        return Ties(self.catalog, self.owners, self.memberships, more, self.caller)

    def _note(self, relation: Relation, row: Values) -> None:
        for columns in self._referred(relation):
            self.found[relation.name, columns, tuple(row[c] for c in columns)] = row
        if self.names(row) and self._makes_member(relation):
            for key in keys_up(relation):
                if key.references is not None:
                    self.joined.setdefault(_place(key, row), []).append((relation, row))

    def _referred(self, relation: Relation) -> set[tuple[str, ...]]:
        every = {
            c.referenced_columns for r in self.catalog.relations for c in keys_up(r) if c.references == relation.name
        }
        return {*every, relation.primary_key} - {()}

    def _makes_member(self, relation: Relation) -> bool:
        """Whether its rows say that somebody is in something."""
        if relation.name in self.memberships:
            return True
        users = set(self.owners.of(relation))
        keys = [
            set(c.columns) for c in relation.constraints if c.kind in ("primary key", "unique") and len(c.columns) > 1
        ]
        tied = {name for key in keys_up(relation) for name in key.columns}
        return any(key & users and key - users and key <= users | tied for key in keys)

    # -------- what a row is to the caller

    def names(self, row: Mapping[str, str | None]) -> bool:
        return not self.caller.marks.isdisjoint(value for value in row.values() if value)

    def tied(self, relation: Relation, row: Values) -> bool:
        """Whether the row is the caller's, or in something that is, or in something that it is a member of."""
        return any(self.names(each) or self.offices(r, each) for r, each in self.scene(relation, row))

    def offices(self, relation: Relation, row: Values) -> list[tuple[Relation, Values]]:
        """The rows that make the caller a member of this one."""
        return [
            member
            for columns in self._referred(relation)
            for member in self.joined.get((relation.name, columns, tuple(row[c] for c in columns)), ())
        ]

    def above(self, key: Constraint, row: Values) -> Values | None:
        """The row that it refers to."""
        return self.found.get(_place(key, row))

    def scene(self, relation: Relation, row: Values) -> Iterator[tuple[Relation, Values]]:
        """The row, and those that it refers to, and those that these refer to."""
        left, seen = [(relation, row, 0)], {relation.name}
        while left:
            one, values, depth = left.pop(0)
            yield one, values
            for key in keys_up(one) if depth < _DEPTH else ():
                parent = self.catalog.by_name.get(key.references) if key.references else None
                above = self.above(key, values)
                if parent is not None and above is not None and parent.name not in seen:
                    seen.add(parent.name)
                    left.append((parent, above, depth + 1))


def keys_up(relation: Relation) -> list[Constraint]:
    """The foreign keys to tables of the project."""
    return [c for c in relation.constraints if c.kind == "foreign key" and c.references not in (None, USERS)]


def _place(key: Constraint, row: Values) -> Place:
    assert key.references is not None  # noqa: S101  # it is a foreign key
    return key.references, key.referenced_columns, tuple(row[name] for name in key.columns)
