"""Columns of two tables that predicates hold equal without a foreign key, so that rows of both can meet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from psycopg import sql

from kitdb.catalog.model import Catalog, Column, Relation
from kitdb.database import Connection
from kitdb.names import QualifiedName
from kitdb.rls.access import Access
from kitdb.rls.actors import Principal
from kitdb.rls.hints import bodies_behind, names_in
from kitdb.rls.statements import identifier

_NAME = r'(?:(?:\w+|"[^"]+")\.)?(\w+|"[^"]+")'
_EQUAL = re.compile(rf"(?<![\w.\"]){_NAME}(?:\)?::\w+)? = \(?{_NAME}(?![\w.(])")
_MOST = 4

Pair = tuple[str, str]


def equated(catalog: Catalog, access: Access) -> dict[tuple[QualifiedName, str], list[tuple[Relation, Column]]]:
    """By table and column, the columns of other tables that a policy, row class or function compares it with."""
    found: dict[tuple[QualifiedName, str], list[tuple[Relation, Column]]] = {}
    tables = [r for r in catalog.relations if r.kind in ("table", "partitioned table") and not r.managed]
    for text, on in _texts(catalog, access):
        names = names_in(text)
        known = [table for table in tables if table.name == on or table.name.name in names]
        for first, second in _pairs(text):
            for left in known:
                for right in known:
                    one, other = left.column(first), right.column(second)
                    if left is right or one is None or other is None or one.type.name != other.type.name:
                        continue
                    found.setdefault((left.name, first), []).append((right, other))
                    found.setdefault((right.name, second), []).append((left, one))
    return found


def _texts(catalog: Catalog, access: Access) -> Iterator[tuple[str, QualifiedName | None]]:
    own = [(text, p.table) for p in catalog.policies() for text in (p.using, p.with_check) if text]
    own += [(c.predicate, told.relation) for told in access.objects if told.relation for c in told.classes]
    yield from own
    behind = bodies_behind(catalog, frozenset().union(*(names_in(text) for text, _ in own)))
    yield from ((body, None) for body in dict.fromkeys(behind))


def _pairs(text: str) -> Iterator[Pair]:
    for first, second in _EQUAL.findall(text):
        yield first.strip('"'), second.strip('"')


def some_values(
    connection: Connection, relation: Relation, column: str, principals: Sequence[Principal], most: int = _MOST
) -> list[str]:
    """Values of the column: one in a row of each of two users, and others."""
    return [value for (value,) in some_rows(connection, relation, (column,), principals, most)]


def some_rows(
    connection: Connection,
    relation: Relation,
    columns: Sequence[str],
    principals: Sequence[Principal],
    most: int = _MOST,
    each: int = 1,
) -> list[tuple[str, ...]]:
    """Values of the columns, without NULL: `each` in rows of each of two users, and others."""
    names = [sql.Identifier(column) for column in columns]
    query = sql.SQL(
        "select array[{texts}], to_jsonb(t)::text from {table} t where ({columns}) is not null order by 1, 2 limit 200"
    ).format(
        texts=sql.SQL(", ").join(sql.SQL("{}::text").format(name) for name in names),
        columns=sql.SQL(", ").join(names), table=identifier(relation.name),
    )  # fmt: skip
    found = [(tuple(values), row) for values, row in connection.execute(query)]
    users = [p.uid for p in principals if p.uid and p.owns][:2]
    of_users = [v for uid in users for v in list(dict.fromkeys(v for v, row in found if uid in row))[:each]]
    return list(dict.fromkeys((*of_users, *(values for values, _ in found))))[:most]
