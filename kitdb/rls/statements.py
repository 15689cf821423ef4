"""The SQL of the probes: what an actor tries, and what is looked at afterwards past all policies."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from psycopg import sql

from kitdb.catalog.model import Relation, TypeRef
from kitdb.names import QualifiedName
from kitdb.rls.actors import Principal
from kitdb.rls.predicate import RowClass, Truth, bind

Values = dict[str, str | None]
"""Columns and their values as Postgres writes them; a column that is not there takes its default."""


class Value(sql.Literal):
    """A literal that differs between statements of one shape."""

    def __init__(self, text: str | None) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: `shape` has `$1[n]` where the values go, so that many of one shape are planned once."""

    shape: str
    values: tuple[str | None, ...]
    text: str

    def __str__(self) -> str:
        return self.text


def statement(parts: sql.Composable) -> Statement:
    """The statement that the parts make."""
    shape: list[str] = []
    text: list[str] = []
    values: list[str | None] = []
    for part in _leaves(parts):
        written = part.as_string()
        text.append(written)
        if isinstance(part, Value):
            values.append(part.text)
            shape.append(f"$1[{len(values)}]")
        else:
            shape.append(written)
    return Statement("".join(shape), tuple(values), "".join(text))


def _leaves(parts: sql.Composable) -> Iterable[sql.Composable]:
    waiting = [parts]
    while waiting:
        part = waiting.pop()
        if type(part) is sql.Composed:
            waiting += reversed(list(part))
        else:
            yield part


def identifier(name: QualifiedName) -> sql.Composed:
    return sql.SQL("{}.{}").format(sql.Identifier(name.schema), sql.Identifier(name.name))


def rendered(part: sql.Composable) -> sql.SQL:
    """The part as plain SQL text, so that it is written out once however often it is used."""
    return sql.SQL(part.as_string())


def literal(value: str | None, type_: TypeRef) -> sql.Composable:
    if value is None:
        return sql.SQL("null")
    return sql.Composed((Value(value), sql.SQL("::"), sql.SQL(type_.text)))


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


def comma(parts: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(parts)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values, and for each caller what the row classes say about it."""

    values: Mapping[str, str | None]
    truths: Mapping[str, Mapping[str, Truth]]

    def signature(self, principal: Principal) -> tuple[Truth, ...]:
        return tuple(self.truths[principal.name].values())


@dataclass(frozen=True, slots=True, eq=False)
class Writer:
    """Writes the statements about one relation, or about the objects of one bucket in it."""

    relation: Relation
    classes: tuple[RowClass, ...] = ()
    bucket: str | None = None
    table: sql.SQL = field(init=False)
    alias: sql.SQL = field(init=False)
    columns: dict[str, sql.SQL] = field(init=False)
    types: dict[str, TypeRef] = field(init=False)
    _truths: dict[tuple[str, ...], tuple[sql.SQL, tuple[int, ...]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        name = self.relation.name
        put = object.__setattr__
        put(self, "table", rendered(identifier(name)))
        put(self, "alias", rendered(sql.Identifier(name.name)))
        put(self, "columns", {c.name: rendered(sql.Identifier(c.name)) for c in self.relation.columns})
        put(self, "types", {c.name: c.type for c in self.relation.columns})

    # -------- parts

    def names(self, columns: Iterable[str]) -> sql.Composed:
        return comma(self.columns[name] for name in columns)

    def column(self, name: str) -> sql.Composed:
        return sql.Composed((self.alias, sql.SQL("."), self.columns[name]))

    def value(self, name: str, value: str | None) -> sql.Composable:
        return literal(value, self.types[name])

    def within(self) -> sql.Composable:
        """The condition that keeps to the subject's own rows."""
        if self.bucket is None:
            return sql.SQL("true")
        return sql.Composed((self.alias, sql.SQL(".bucket_id = "), sql.Literal(self.bucket)))

    def where(self, values: Mapping[str, str | None], columns: Iterable[str]) -> sql.Composed:
        return sql.SQL(" and ").join(self._equals(name, values[name]) for name in columns)

    def _equals(self, name: str, value: str | None) -> sql.Composed:
        if value is None:
            return sql.Composed((self.column(name), sql.SQL(" is null")))
        return sql.Composed((self.column(name), sql.SQL(" = "), self.value(name, value)))

    def find(self, values: Mapping[str, str | None], readable: Container[str]) -> sql.Composable:
        """The condition that finds one row: by its key, or by all its values, as far as the caller may read them."""
        key = key_of(self.relation)
        if key and all(name in readable for name in key):
            return self.where(values, key)
        names = [c.name for c in self.relation.columns if c.name in readable]
        comparable = [name for name in names if self.types[name].name.name not in UNCOMPARABLE]
        return self.where(values, comparable) if comparable else sql.SQL("true")

    def truths(self, principals: Sequence[Principal]) -> sql.SQL:
        """One array: each row class for each caller; what is the same for several callers is in it once."""
        return self._bound(principals)[0]

    def _bound(self, principals: Sequence[Principal]) -> tuple[sql.SQL, tuple[int, ...]]:
        wanted = tuple(p.name for p in principals)
        if wanted not in self._truths:
            texts = [bind(row_class.predicate, p.claims) for p in principals for row_class in self.classes]
            once = list(dict.fromkeys(texts))
            # the line break ends a comment that the predicate may end with
            array = comma(sql.SQL("({}\n)").format(sql.SQL(text)) for text in once)
            whole = rendered(sql.SQL("array[{}]::boolean[]").format(array))
            self._truths[wanted] = (whole, tuple(once.index(text) for text in texts))
        return self._truths[wanted]

    def named_truths(self, principals: Sequence[Principal], found: Sequence[Truth]) -> dict[str, dict[str, Truth]]:
        """What `truths` gave, by caller and row class."""
        places = iter(self._bound(principals)[1])
        return {p.name: {c.name: found[next(places)] for c in self.classes} for p in principals}

    # -------- rights alone, no rows

    def may_select(self, columns: Sequence[str]) -> Statement:
        return self._made("select ", self.names(columns), " from ", self.table, " where false")

    def may_insert(self, columns: Sequence[str]) -> Statement:
        nothing = comma(sql.Composed((sql.SQL("null::"), sql.SQL(self.types[c].text))) for c in columns)
        return self._made("insert into ", self.table, " (", self.names(columns), ") select ", nothing, " where false")

    def may_update(self, columns: Sequence[str]) -> Statement:
        changes = comma(sql.Composed((self.columns[c], sql.SQL(" = default"))) for c in columns)
        return self._made("update ", self.table, " set ", changes, " where false")

    def may_delete(self) -> Statement:
        return self._made("delete from ", self.table, " where false")

    # -------- rows

    def everything(self, principals: Sequence[Principal]) -> sql.Composed:
        """Every row: its values and its truths."""
        texts = comma(sql.Composed((self.column(c.name), sql.SQL("::text"))) for c in self.relation.columns)
        return sql.SQL("select array[{}]::text[], {} from {} where {} order by 1").format(
            texts, self.truths(principals), self.table, self.within()
        )

    def read(self, columns: Sequence[str]) -> Statement:
        """All that the caller sees, as one JSON array of arrays of texts."""
        texts = comma(sql.Composed((self.column(c), sql.SQL("::text"))) for c in columns)
        return self._made(
            "select coalesce(jsonb_agg(jsonb_build_array(", texts, ")), '[]')::text from ", self.table, " where ",
            self.within(),
        )  # fmt: skip

    def shown_read(self, columns: Sequence[str]) -> Statement:
        """The same as a person would write it."""
        return self._made("select ", self.names(columns), " from ", self.table, " where ", self.within())

    def update(
        self,
        row: Row,
        changes: Mapping[str, str | None],
        returning: Sequence[str] = (),
        readable: Container[str] = ANYTHING,
    ) -> Statement:
        where = self.find(row.values, readable)
        return self._made(
            "update ", self.table, " set ", self._settings(changes), " where ", where, self._returning(returning)
        )

    def _settings(self, changes: Mapping[str, str | None]) -> sql.Composed:
        return comma(
            sql.Composed((self.columns[name], sql.SQL(" = "), self.value(name, value)))
            for name, value in changes.items()
        )

    def delete(self, row: Row, readable: Container[str] = ANYTHING) -> Statement:
        return self._made("delete from ", self.table, " where ", self.find(row.values, readable))

    def update_all(self, changes: Mapping[str, str | None], *, blind: bool = False) -> Statement:
        """The change of every row: by a statement that reads the key, as the API's do, or by one that reads nothing."""
        parts = ("update ", self.table, " set ", self._settings(changes))
        return self._made(*parts) if blind else self._made(*parts, " where ", self._any_key())

    def delete_all(self, *, blind: bool = False) -> Statement:
        parts = ("delete from ", self.table)
        return self._made(*parts) if blind else self._made(*parts, " where ", self._any_key())

    def _any_key(self) -> sql.Composable:
        tests: list[sql.Composable] = [self.within()] if self.bucket is not None else []
        tests += [sql.Composed((self.column(name), sql.SQL(" is not null"))) for name in key_of(self.relation)]
        return sql.SQL(" and ").join(tests)

    def keys(self, since: int | None) -> Statement:
        """The keys of the rows that are there, or of those written since transaction `since`."""
        texts = comma(sql.Composed((self.column(c), sql.SQL("::text"))) for c in key_of(self.relation))
        written = (
            sql.SQL("true")
            if since is None
            else sql.Composed((self.alias, sql.SQL(".xmin::text::bigint > "), sql.Literal(since)))
        )
        return self._made(
            "select jsonb_agg(jsonb_build_array(", texts, "))::text from ", self.table, " where ", written, " and ",
            self.within(),
        )  # fmt: skip

    def insertion(self, values: Values) -> sql.Composed:
        """The INSERT of these values, the other columns left to their defaults."""
        if not values:
            return sql.Composed((sql.SQL("insert into "), self.table, sql.SQL(" default values")))
        given = comma(self.value(name, value) for name, value in values.items())
        return self._joined("insert into ", self.table, " (", self.names(values), ") values (", given, ")")

    def insert(self, values: Values, returning: Sequence[str] = ()) -> Statement:
        return self._made(self.insertion(values), self._returning(returning))

    def upsert(self, values: Values, key: Sequence[str], columns: Sequence[str]) -> Statement:
        """As PostgREST resolves duplicates: every column of the payload is set."""
        settings = comma(sql.Composed((self.columns[c], sql.SQL(" = excluded."), self.columns[c])) for c in columns)
        return self._made(self.insertion(values), " on conflict (", self.names(key), ") do update set ", settings)

    def make_room(self, values: Values) -> Statement | None:
        """What removes the rows whose unique values the new row has; run with triggers and foreign keys off."""
        clashes = []
        for index in self.relation.indexes:
            columns = [name for name in index.columns if name]
            if index.unique and columns and len(columns) == len(index.columns) and set(columns) <= values.keys():
                clashes.append(sql.Composed((sql.SQL("("), self.where(values, columns), sql.SQL(")"))))
        if not clashes:
            return None
        return self._made("delete from ", self.table, " where ", sql.SQL(" or ").join(clashes))

    def _returning(self, columns: Sequence[str]) -> sql.Composed:
        if not columns:
            return sql.Composed([])
        return sql.Composed((sql.SQL(" returning "), self.names(columns)))

    # -------- what was done

    def inspection(self, principals: Sequence[Principal], since: int, row: Row | None) -> Statement | None:
        """The rows written since transaction `since`: whether each is `row`, its values, and of which classes it is."""
        if self.relation.kind not in ("table", "partitioned table"):
            return None
        key = key_of(self.relation)
        same = self.where(row.values, key) if row and key else sql.SQL("true")
        texts = comma(sql.Composed((self.column(c.name), sql.SQL("::text"))) for c in self.relation.columns)
        return self._made(
            "select jsonb_agg(jsonb_build_object('same', ", same, ", 'inside', ", self.within(), ", 'values', array[",
            texts, "]::text[], 'truths', ", self.truths(principals), "))::text from ", self.table, " where ",
            self.alias, ".xmin::text::bigint > ", sql.Literal(since),
        )  # fmt: skip

    def _joined(self, *parts: str | sql.Composable) -> sql.Composed:
        return sql.Composed([sql.SQL(part) if isinstance(part, str) else part for part in parts])

    def _made(self, *parts: str | sql.Composable) -> Statement:
        return statement(self._joined(*parts))
