"""The SQL of the probes: what an actor tries, and what is looked at afterwards past all policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from psycopg import sql

from kitdb.catalog.model import Relation
from kitdb.rls.actors import Principal
from kitdb.rls.rows import (
    Row,
    Subject,
    Values,
    condition,
    identifier,
    insertion,
    key_of,
    literal,
    truths_of,
    type_of,
)

Verb = str


def names(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in columns)


# ---------------------------------------------------------------- rights alone, no rows


def may_select(relation: Relation, columns: Sequence[str]) -> str:
    return _text(sql.SQL("select {} from {} where false").format(names(columns), identifier(relation.name)))


def may_insert(relation: Relation, columns: Sequence[str]) -> str:
    nothing = sql.SQL(", ").join(sql.SQL("null::{}").format(sql.SQL(type_of(relation, c).text)) for c in columns)
    return _text(
        sql.SQL("insert into {} ({}) select {} where false").format(identifier(relation.name), names(columns), nothing)
    )


def may_update(relation: Relation, columns: Sequence[str]) -> str:
    changes = sql.SQL(", ").join(sql.SQL("{} = default").format(sql.Identifier(c)) for c in columns)
    return _text(sql.SQL("update {} set {} where false").format(identifier(relation.name), changes))


def may_delete(relation: Relation) -> str:
    return _text(sql.SQL("delete from {} where false").format(identifier(relation.name)))


# ---------------------------------------------------------------- rows


def read(subject: Subject, columns: Sequence[str]) -> str:
    """All that the caller sees, as one JSON array of arrays of texts."""
    texts = sql.SQL(", ").join(sql.SQL("{}.{}::text").format(subject.alias, sql.Identifier(c)) for c in columns)
    return _text(
        sql.SQL("select coalesce(jsonb_agg(jsonb_build_array({})), '[]') from {} where {}").format(
            texts, subject.table, subject.within()
        )
    )


def shown_read(subject: Subject, columns: Sequence[str]) -> str:
    where = subject.within()
    return _text(sql.SQL("select {} from {} where {}").format(names(columns), subject.table, where))


def update(subject: Subject, row: Row, changes: Mapping[str, str | None], returning: Sequence[str] = ()) -> str:
    relation = subject.relation
    settings = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), literal(value, type_of(relation, name)))
        for name, value in changes.items()
    )
    return _text(
        sql.SQL("update {} set {} where {}{}").format(
            subject.table, settings, sql.SQL(row.condition), _returning(returning)
        )
    )


def delete(subject: Subject, row: Row) -> str:
    return _text(sql.SQL("delete from {} where {}").format(subject.table, sql.SQL(row.condition)))


def insert(subject: Subject, values: Values, returning: Sequence[str] = ()) -> str:
    return _text(insertion(subject.relation, values) + _returning(returning))


def upsert(subject: Subject, values: Values, key: Sequence[str], columns: Sequence[str]) -> str:
    """As PostgREST resolves duplicates: every column of the payload is set."""
    settings = sql.SQL(", ").join(
        sql.SQL("{} = excluded.{}").format(sql.Identifier(c), sql.Identifier(c)) for c in columns
    )
    return _text(
        insertion(subject.relation, values) + sql.SQL(" on conflict ({}) do update set {}").format(names(key), settings)
    )


def make_room(subject: Subject, values: Values) -> str | None:
    """What removes the rows whose unique values the new row has; run with triggers and foreign keys off."""
    relation = subject.relation
    clashes = []
    for index in relation.indexes:
        columns = [name for name in index.columns if name]
        if index.unique and columns and len(columns) == len(index.columns) and set(columns) <= values.keys():
            clashes.append(condition(relation, values, columns))
    if not clashes:
        return None
    where = sql.SQL(" or ").join(sql.SQL("({})").format(clash) for clash in clashes)
    return _text(sql.SQL("delete from {} where {}").format(subject.table, where))


def _returning(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(" returning {}").format(names(columns)) if columns else sql.Composed([])


# ---------------------------------------------------------------- what was done


def inspection(
    subject: Subject, principals: Sequence[Principal], since: int, row: Row | None, changes: Mapping[str, str | None]
) -> str | None:
    """The rows written since transaction `since`: whether each is `row`, is as asked, and of which classes."""
    relation = subject.relation
    if relation.kind not in ("table", "partitioned table"):
        return None
    key = key_of(relation)
    same = condition(relation, row.values, key) if row and key else sql.SQL("true")
    return _text(
        sql.SQL(
            "select jsonb_agg(jsonb_build_object('same', {}, 'inside', {}, 'kept', {}, 'changed', {}, 'truths', {}))"
            " from {} where {}.xmin::text::bigint > {}"
        ).format(
            same,
            subject.within(),
            _as_asked(subject, changes),
            _changed(subject, row, changes),
            truths_of(subject, principals),
            subject.table,
            subject.alias,
            sql.Literal(since),
        )
    )


def _as_asked(subject: Subject, changes: Mapping[str, str | None]) -> sql.Composable:
    return _all(
        sql.SQL("{}::text is not distinct from {}::text").format(
            _column(subject, name), literal(value, type_of(subject.relation, name))
        )
        for name, value in changes.items()
    )


def _changed(subject: Subject, row: Row | None, changes: Mapping[str, str | None]) -> sql.Composable:
    if row is None:
        return sql.SQL("true")
    return _all(
        sql.SQL("{}::text is distinct from {}").format(_column(subject, name), sql.Literal(row.values[name]))
        for name in changes
    )


def _all(conditions: Iterable[sql.Composable]) -> sql.Composable:
    return sql.SQL(" and ").join((sql.SQL("true"), *conditions))


def _column(subject: Subject, name: str) -> sql.Composed:
    return sql.SQL("{}.{}").format(subject.alias, sql.Identifier(name))


def _text(statement: sql.Composable) -> str:
    return statement.as_string()
