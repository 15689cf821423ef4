"""The SQL of the probes: what an actor tries, and what is looked at afterwards past all policies."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from psycopg import sql

from kitdb.catalog.model import Relation, TypeRef
from kitdb.names import QualifiedName, quote_literal
from kitdb.rls.actors import Principal
from kitdb.rls.predicate import RowClass, Truth, bind

Key = tuple[str | None, ...]
"""The values by which one row is found."""

Values = dict[str, str | None]
"""Columns and their values as Postgres writes them; a column that is not there takes its default."""


@dataclass(frozen=True, slots=True)
class Value:
    """A literal that differs between statements of one shape."""

    text: str | None

    def written(self) -> str:
        return "NULL" if self.text is None else quote_literal(self.text)


Parts = tuple[str | Value, ...]
"""A piece of SQL: text that psycopg has quoted where it had to, and values."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: `shape` has `$1[n]` where the values go, so that many of one shape are planned once."""

    shape: str
    values: tuple[str | None, ...]
    parts: Parts

    @property
    def text(self) -> str:
        """The statement with its values written out; made when asked for, since most are never shown."""
        return as_text(self.parts)

    def __str__(self) -> str:
        return self.text


def written(template: str, *pieces: str | Parts) -> Parts:
    """The template with the pieces in the place of its `{}`."""
    texts = template.split("{}")
    parts: list[str | Value] = [texts[0]]
    for piece, text in zip(pieces, texts[1:], strict=True):
        parts += (piece,) if isinstance(piece, str) else piece
        parts.append(text)
    return tuple(parts)


def statement(template: str, *pieces: str | Parts) -> Statement:
    """The statement that template and pieces make."""
    parts = written(template, *pieces)
    shape: list[str] = []
    values: list[str | None] = []
    for part in parts:
        if isinstance(part, str):
            shape.append(part)
        else:
            values.append(part.text)
            shape.append(f"$1[{len(values)}]")
    return Statement("".join(shape), tuple(values), parts)


def as_text(parts: Parts) -> str:
    """The parts as one piece of SQL, their values written out."""
    return "".join(part if isinstance(part, str) else part.written() for part in parts)


def joined(separator: str, pieces: Iterable[Parts]) -> Parts:
    parts: list[str | Value] = []
    for piece in pieces:
        if parts:
            parts.append(separator)
        parts += piece
    return tuple(parts)


def _listed(rows: Sequence[Sequence[str | None]]) -> Parts:
    """Rows of values as one JSON value, so that the text is the same whatever their number."""
    return ("jsonb_array_elements(", Value(json.dumps(rows)), "::jsonb) as kitdb_given(it)")


def identifier(name: QualifiedName) -> sql.Composed:
    return sql.SQL("{}.{}").format(sql.Identifier(name.schema), sql.Identifier(name.name))


def key_of(relation: Relation) -> tuple[str, ...]:
    """The columns that tell a row from every other: the primary key, else a unique constraint without nulls."""
    if relation.primary_key:
        return relation.primary_key
    for constraint in relation.constraints:
        if constraint.kind == "unique" and all(is_required(relation, name) for name in constraint.columns):
            return constraint.columns
    return ()


def is_required(relation: Relation, name: str) -> bool:
    column = relation.column(name)
    return column is not None and column.not_null


UNCOMPARABLE = ("json", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle")
"""Types without `=`, or with one that does not mean equal."""


class _Anything(Container[str]):
    def __contains__(self, _: object) -> bool:
        return True


ANYTHING = _Anything()
"""All names there are: what a superuser may read."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values, and for each caller what the row classes say about it."""

    values: Mapping[str, str | None]
    truths: Mapping[str, Mapping[str, Truth]]

    def signature(self, principal: Principal) -> tuple[Truth, ...]:
        """What tells rows apart for the caller: the row classes, and whether the caller is in the row at all."""
        return (*self.truths[principal.name].values(), names_caller(self.values, principal))


def _bound_text(row_class: RowClass, principal: Principal) -> str:
    text = bind(row_class.predicate, principal.claims)
    if not row_class.as_caller:
        return text
    claims = sql.Literal(principal.caller.claims_json()).as_string()
    # CASE keeps the order: first the claims are those of the caller, then the predicate is looked at
    return f"case when set_config('request.jwt.claims', {claims}, true) is not null then ({text}\n) end"


def names_caller(values: Mapping[str, str | None], principal: Principal) -> bool:
    return principal.uid is not None and principal.uid in values.values()


@dataclass(slots=True, eq=False)
class Writer:
    """Writes the statements about one relation, or about the objects of one bucket in it."""

    relation: Relation
    classes: tuple[RowClass, ...] = ()
    bucket: str | None = None
    table: str = field(init=False)
    alias: str = field(init=False)
    key: tuple[str, ...] = field(init=False)
    types: dict[str, TypeRef] = field(init=False)
    names: dict[str, str] = field(init=False)
    columns: dict[str, str] = field(init=False)
    _texts: str = field(init=False)
    _truths: dict[tuple[str, ...], tuple[str, tuple[int, ...]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        relation = self.relation
        self.table = identifier(relation.name).as_string()
        self.alias = sql.Identifier(relation.name.name).as_string()
        self.key = key_of(relation)
        self.types = {c.name: c.type for c in relation.columns}
        self.names = {c.name: sql.Identifier(c.name).as_string() for c in relation.columns}
        self.columns = {c.name: sql.Identifier(relation.name.name, c.name).as_string() for c in relation.columns}
        self._texts = self._as_texts(self.columns)

    # -------- parts

    def list_of(self, columns: Iterable[str]) -> str:
        return ", ".join(self.names[name] for name in columns)

    def _as_texts(self, columns: Iterable[str]) -> str:
        return ", ".join(self.columns[name] + "::text" for name in columns)

    def value(self, name: str, value: str | None) -> Parts:
        return ("null",) if value is None else (Value(value), "::" + self.types[name].text)

    def within(self) -> str:
        """The condition that keeps to the subject's own rows."""
        if self.bucket is None:
            return "true"
        return as_text(written("{}.bucket_id = {}", self.alias, (Value(self.bucket),)))

    def where(self, values: Mapping[str, str | None], columns: Iterable[str]) -> Parts:
        return joined(" and ", (self._equals(name, values[name]) for name in columns))

    def _equals(self, name: str, value: str | None) -> Parts:
        if value is None:
            return (self.columns[name], " is null")
        return (self.columns[name], " = ", *self.value(name, value))

    def find(self, values: Mapping[str, str | None], readable: Container[str]) -> Parts:
        """The condition that finds one row: by its key, or by all its values, as far as the caller may read them."""
        if self.key and all(name in readable for name in self.key):
            return self.where(values, self.key)
        names = [c.name for c in self.relation.columns if c.name in readable]
        comparable = [name for name in names if self.types[name].name.name not in UNCOMPARABLE]
        return self.where(values, comparable) if comparable else ("true",)

    def truths(self, principals: Sequence[Principal]) -> str:
        """One array: each row class for each caller; what is the same for several callers is in it once."""
        return self._bound(principals)[0]

    def _bound(self, principals: Sequence[Principal]) -> tuple[str, tuple[int, ...]]:
        wanted = tuple(p.name for p in principals)
        if wanted not in self._truths:
            texts = [_bound_text(row_class, p) for p in principals for row_class in self.classes]
            once = list(dict.fromkeys(texts))
            # the line break ends a comment that the predicate may end with
            array = ", ".join("(" + text + "\n)" for text in once)
            self._truths[wanted] = ("array[" + array + "]::boolean[]", tuple(once.index(text) for text in texts))
        return self._truths[wanted]

    def named_truths(self, principals: Sequence[Principal], found: Sequence[Truth]) -> dict[str, dict[str, Truth]]:
        """What `truths` gave, by caller and row class."""
        places = iter(self._bound(principals)[1])
        return {p.name: {c.name: found[next(places)] for c in self.classes} for p in principals}

    # -------- rights alone, no rows

    def may_select(self, columns: Sequence[str]) -> Statement:
        return statement("select {} from {} where false", self.list_of(columns), self.table)

    def may_insert(self, columns: Sequence[str]) -> Statement:
        nothing = ", ".join("null::" + self.types[name].text for name in columns)
        return statement("insert into {} ({}) select {} where false", self.table, self.list_of(columns), nothing)

    def may_update(self, columns: Sequence[str]) -> Statement:
        changes = ", ".join(self.names[name] + " = default" for name in columns)
        return statement("update {} set {} where false", self.table, changes)

    def may_delete(self) -> Statement:
        return statement("delete from {} where false", self.table)

    # -------- rows

    def everything(self, principals: Sequence[Principal]) -> Statement:
        """Every row: its values and its truths."""
        query = "select array[{}]::text[], {} from {} where {} order by 1"
        return statement(query, self._texts, self.truths(principals), self.table, self.within())

    def read(self, columns: Sequence[str]) -> Statement:
        """All that the caller sees, as one JSON array of arrays of texts."""
        query = "select coalesce(jsonb_agg(jsonb_build_array({})), '[]')::text from {} where {}"
        return statement(query, self._as_texts(columns), self.table, self.within())

    def shown_read(self, columns: Sequence[str]) -> Statement:
        """The same as a person would write it."""
        return statement("select {} from {} where {}", self.list_of(columns), self.table, self.within())

    def lock_all(self) -> Statement:
        """A lock on every row that the caller may lock: their keys, as one JSON array of arrays of texts."""
        query = (
            "select coalesce(jsonb_agg(kitdb_locked.it), '[]')::text"
            " from (select jsonb_build_array({}) from {} where {} for update) as kitdb_locked (it)"
        )
        return statement(query, self._as_texts(self.key), self.table, self.within())

    def lock(self, row: Row) -> Statement:
        """The same for the one row."""
        return statement("select 1 from {} where {} for update", self.table, self.where(row.values, self.key))

    def update(
        self,
        row: Row,
        changes: Mapping[str, str | None],
        returning: Sequence[str] = (),
        readable: Container[str] = ANYTHING,
    ) -> Statement:
        where = self.find(row.values, readable)
        query = "update {} set {} where {}{}"
        return statement(query, self.table, self.settings(changes), where, self._returning(returning))

    def settings(self, changes: Mapping[str, str | None]) -> Parts:
        return joined(", ", ((self.names[n], " = ", *self.value(n, value)) for n, value in changes.items()))

    def update_each(self, changes: Sequence[tuple[Mapping[str, str | None], Values]]) -> Statement:
        """A change of each of several rows, told apart by their key; of the same columns, whose values may differ."""
        keys, columns = self.key, tuple(changes[0][1])
        new = joined(", ", ((self.names[c], " = ", *self._given(c, n)) for n, c in enumerate(columns, len(keys))))
        given = _listed([[*(row[k] for k in keys), *(values[c] for c in columns)] for row, values in changes])
        return statement("update {} set {} from {} where {}", self.table, new, given, self._given_key())

    def delete_each(self, rows: Sequence[Mapping[str, str | None]]) -> Statement:
        """Several rows, told apart by their key."""
        given = _listed([[row[name] for name in self.key] for row in rows])
        return statement("delete from {} using {} where {}", self.table, given, self._given_key())

    def insert_each(self, rows: Sequence[Values]) -> Statement:
        """Several rows, with values of the same columns."""
        columns = tuple(rows[0])
        values = joined(", ", (self._given(name, n) for n, name in enumerate(columns)))
        given = _listed([[row[name] for name in columns] for row in rows])
        query = "insert into {} ({}) select {} from {}"
        return statement(query, self.table, self.list_of(columns), values, given)

    def _given_key(self) -> Parts:
        each = ((self.columns[name], " = ", *self._given(name, n)) for n, name in enumerate(self.key))
        return joined(" and ", each)

    def _given(self, name: str, place: int) -> Parts:
        return (f"(kitdb_given.it ->> {place})::{self.types[name].text}",)

    def delete(self, row: Row, readable: Container[str] = ANYTHING) -> Statement:
        return statement("delete from {} where {}", self.table, self.find(row.values, readable))

    def update_all(
        self, changes: Mapping[str, str | None], *, blind: bool = False, but: Sequence[Row] = ()
    ) -> Statement:
        """The change of every row: by a statement that reads the key, as the API's do, or by one that reads nothing.

        Those in `but` are left out.
        """
        if blind:
            return statement("update {} set {}", self.table, self.settings(changes))
        return statement("update {} set {} where {}", self.table, self.settings(changes), self._any_key(but))

    def delete_all(self, *, blind: bool = False, but: Sequence[Row] = ()) -> Statement:
        if blind:
            return statement("delete from {}", self.table)
        return statement("delete from {} where {}", self.table, self._any_key(but))

    def _any_key(self, but: Sequence[Row]) -> Parts:
        everything = " and ".join((self.within(), *(self.columns[name] + " is not null" for name in self.key)))
        others = (written(" and not ({})", self.where(row.values, self.key)) for row in but)
        return (everything, *(part for other in others for part in other))

    def keys(self, since: int | None) -> Statement:
        """The keys of the rows that are there, or of those written since transaction `since`."""
        fresh = "true" if since is None else self._written_since(since)
        query = "select jsonb_agg(jsonb_build_array({}))::text from {} where {} and {}"
        return statement(query, self._as_texts(self.key), self.table, fresh, self.within())

    def _written_since(self, since: int) -> str:
        return self.alias + ".xmin::text::bigint > " + str(since)

    def insertion(self, values: Values) -> Parts:
        """The INSERT of these values, the other columns left to their defaults."""
        if not values:
            return ("insert into ", self.table, " default values")
        given = joined(", ", (self.value(name, value) for name, value in values.items()))
        return written("insert into {} ({}) values ({})", self.table, self.list_of(values), given)

    def insert(self, values: Values, returning: Sequence[str] = ()) -> Statement:
        return statement("{}{}", self.insertion(values), self._returning(returning))

    def upsert(self, values: Values, key: Sequence[str], columns: Sequence[str]) -> Statement:
        """As PostgREST resolves duplicates: every column of the payload is set."""
        settings = ", ".join(self.names[name] + " = excluded." + self.names[name] for name in columns)
        query = "{} on conflict ({}) do update set {}"
        return statement(query, self.insertion(values), self.list_of(key), settings)

    def make_room(self, values: Values) -> Statement | None:
        """What removes the rows whose unique values the new row has; run with triggers and foreign keys off."""
        clashes: list[Parts] = []
        for index in self.relation.indexes:
            columns = [name for name in index.columns if name]
            if index.unique and columns and len(columns) == len(index.columns) and set(columns) <= values.keys():
                clashes.append(written("({})", self.where(values, columns)))
        return statement("delete from {} where {}", self.table, joined(" or ", clashes)) if clashes else None

    def _returning(self, columns: Sequence[str]) -> str:
        return " returning " + self.list_of(columns) if columns else ""

    # -------- what was done

    def inspection(self, principals: Sequence[Principal], since: int, row: Row | None) -> Statement | None:
        """The rows written since transaction `since`: whether each is `row`, its values, and of which classes it is.

        Without `principals` the classes are left out.
        """
        if self.relation.kind not in ("table", "partitioned table"):
            return None
        return statement(
            "select jsonb_agg(jsonb_build_object('same', {}, 'inside', {}, 'values', array[{}]::text[], 'truths', {}))"
            "::text from {} where {}",
            self.where(row.values, self.key) if row and self.key else "true",
            self.within(),
            self._texts,
            self.truths(principals) if principals else "null",
            self.table,
            self._written_since(since),
        )
