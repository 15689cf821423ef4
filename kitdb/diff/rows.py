"""A few rows in every table, and what became of them: how a plan is caught that loses data."""

# ruff: noqa: S608  # SQL is what this module makes, of quoted names and Postgres's own definitions
from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from psycopg import sql

from kitdb.catalog.model import Catalog, Column, Relation, Type
from kitdb.database import Connection
from kitdb.diff.render import dollar_quoted
from kitdb.names import QualifiedName, quote_identifier, quote_literal

ROWS = 2
_TRIES = 12

# What a check constraint may want of a text: short, long, upper case, a currency, an address, a dotted name, a path.
_TEXTS = ("a", "b", "abc", "ABC", "USD", "EUR", "a.b", "a@b.co", "a/b", "https://a.b/c", "1", "word word", "en", "{}")
_NUMBERS = ("1", "2", "0", "3", "10", "100", "5", "-1", "0.5")
_TIMES = ("2026-01-02 03:04:05", "2026-02-03 04:05:06")
_VALUES: Mapping[str, tuple[str, ...]] = {
    "smallint": _NUMBERS[:6], "integer": _NUMBERS[:7], "bigint": _NUMBERS[:7], "numeric": _NUMBERS, "real": _NUMBERS,
    "double precision": _NUMBERS, "money": _NUMBERS, "boolean": ("true", "false"), "text": _TEXTS,
    "character varying": _TEXTS, "character": _TEXTS, "name": _TEXTS, "citext": _TEXTS, '"char"': ("a", "b"),
    "uuid": ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"),
    "date": ("2026-01-02", "2026-02-03"), "timestamp without time zone": _TIMES, "timestamp with time zone": _TIMES,
    "time without time zone": ("03:04:05", "04:05:06"), "time with time zone": ("03:04:05+00", "04:05:06+00"),
    "interval": ("1 day", "2 hours"), "json": ('{"a": 1}', "[]"), "jsonb": ('{"a": 1}', "[]"),
    "bytea": ("\\x01", "\\x02"), "inet": ("10.0.0.1", "10.0.0.2"), "cidr": ("10.0.0.0/8", "11.0.0.0/8"),
    "macaddr": ("08:00:2b:01:02:03",), "bit": ("1", "0"), "bit varying": ("1", "0"), "point": ("(1,2)", "(3,4)"),
    "tsvector": ("a", "b"), "xml": ("<a/>",), "int4range": ("[1,5)", "[10,20)"), "int8range": ("[1,5)", "[10,20)"),
    "numrange": ("[1,5)", "[10,20)"), "daterange": ("[2026-01-01,2026-02-01)", "[2027-01-01,2027-02-01)"),
    "tstzrange": ("[2026-01-01,2026-02-01)", "[2027-01-01,2027-02-01)"), "oid": ("1", "2"),
    "tsrange": ("[2026-01-01,2026-02-01)", "[2027-01-01,2027-02-01)"), "regclass": ("pg_class",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of one table, each column's values as JSON text, in an order of their own."""

    name: QualifiedName
    oid: int
    file: int
    columns: Mapping[int, str]  # by attnum
    types: Mapping[int, str]
    rows: tuple[Mapping[str, object], ...]
    root: QualifiedName | None = None  # of a partition: the table that it belongs to at last


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What must live through a migration: tables and columns by their numbers, rows, positions of sequences."""

    tables: Mapping[QualifiedName, TableRows]
    positions: Mapping[QualifiedName, tuple[int, bool]]


def fill(connection: Connection, catalog: Catalog, leave: Collection[QualifiedName] = ()) -> None:
    """Put rows into the tables, but for those to `leave`; one that takes none of the tried values stays empty.

    Needs a superuser.
    """
    wanted = [(table, number) for table in _in_order(catalog) if table.name not in leave for number in range(ROWS)]
    if not wanted:
        return
    # The project's triggers may refuse, or write elsewhere.
    connection.execute("set session_replication_role = replica")
    left = _insert_into(connection, catalog, wanted, 1)  # most take the first values
    _insert_into(connection, catalog, left, _TRIES)
    connection.execute("reset session_replication_role")


def _insert_into(
    connection: Connection, catalog: Catalog, wanted: Sequence[tuple[Relation, int]], tries: int
) -> list[tuple[Relation, int]]:
    """The tables, each with the number of a row, that take none of so many values."""
    blocks = [_block(catalog, table, number, place, tries) for place, (table, number) in enumerate(wanted)]
    connection.execute("set kitdb.unfilled = ''")
    for start in range(0, len(blocks), 100):
        connection.execute(";\n".join(blocks[start : start + 100]).encode())
    ((places,),) = connection.execute("select current_setting('kitdb.unfilled')").fetchall()
    return [wanted[int(place)] for place in places.split()]


def _in_order(catalog: Catalog) -> Iterator[Relation]:
    """Tables after those that their foreign keys refer to, where that can be."""
    tables = {t.name: t for t in catalog.relations if t.kind in ("table", "partitioned table") and not t.managed}
    children = {parent for table in tables.values() for parent in table.parents if table.partition_bound is None}
    seen: set[QualifiedName] = set()

    def visit(table: Relation) -> Iterator[Relation]:
        if table.name in seen:
            return
        seen.add(table.name)
        for constraint in table.constraints:
            if constraint.references in tables:
                yield from visit(tables[constraint.references])
        yield table

    for table in tables.values():
        if table.name not in children or table.kind == "table":
            yield from visit(table)


def _block(catalog: Catalog, table: Relation, number: int, place: int, tries: int) -> str:
    """A DO block that tries one combination of values after the other, until one goes in, or notes that none does."""
    references = _references(table)
    columns = [c for c in table.columns if c.generated is None and c.identity != "always"]
    chosen = [c for c in columns if c.default is None or c.name in references or _is_keyed(table, c)]
    chosen = [c for c in chosen if not (c.default and "nextval" in c.default)]
    texts = [_insert(catalog, table, chosen, references, number, attempt) for attempt in range(tries)]
    body = "\n".join(f"begin {text}; return; exception when others then null; end;" for text in dict.fromkeys(texts))
    note = f"perform set_config('kitdb.unfilled', current_setting('kitdb.unfilled') || ' {place}', false);"
    return f"do {dollar_quoted(f'begin {body} {note} end')}"


def _is_keyed(table: Relation, column: Column) -> bool:
    return column.name in table.primary_key and column.default is not None and "uuid" not in column.type.text


def _references(table: Relation) -> dict[str, tuple[QualifiedName, str]]:
    return {
        column: (constraint.references, referenced)
        for constraint in table.constraints
        if constraint.references is not None
        for column, referenced in zip(constraint.columns, constraint.referenced_columns, strict=False)
    }


def _insert(
    catalog: Catalog,
    table: Relation,
    columns: Iterable[Column],
    references: Mapping[str, tuple[QualifiedName, str]],
    number: int,
    attempt: int,
) -> str:
    names, values = [], []
    for place, column in enumerate(columns):
        if attempt == _TRIES - 1 and not column.not_null and column.name not in references:
            continue
        names.append(quote_identifier(column.name))
        if column.name in references and references[column.name][0] != table.name:
            name, referenced = references[column.name]
            values.append(f"(select {quote_identifier(referenced)} from {name} order by 1 offset {number} limit 1)")
        else:
            step = attempt // 2 if place % 2 else attempt
            values.append(_value(catalog, column.type.text, number + step * (1 + (attempt > 6) * place)))
    if not names:
        return f"insert into {table.name} default values"
    return f"insert into {table.name} ({', '.join(names)}) overriding system value values ({', '.join(values)})"


def _value(catalog: Catalog, type_text: str, number: int) -> str:
    plain = type_text.removesuffix("[]")
    if plain != type_text:
        return f"array[{_value(catalog, plain, number)}]::{type_text}"
    found = next((t for t in catalog.types if str(t.name) == plain), None)
    if found is not None:
        return _typed(catalog, found, number)
    bare = plain.split("(")[0] + (plain.partition(")")[2] if "(" in plain else "")
    values = _VALUES.get(bare) or _VALUES.get(bare.rpartition(".")[2])
    return f"{quote_literal(values[number % len(values)]).strip()}::{plain}" if values else "null"


def _typed(catalog: Catalog, type_: Type, number: int) -> str:
    match type_.kind:
        case "enum" if type_.labels:
            return f"{quote_literal(type_.labels[number % len(type_.labels)]).strip()}::{type_.name}"
        case "domain" if type_.base is not None:
            return f"{_value(catalog, type_.base.text, number)}::{type_.name}"
        case "composite":
            return f"row({', '.join(_value(catalog, a.type.text, number) for a in type_.attributes)})::{type_.name}"
        case _:
            return "null"


_TABLES = """
select n.nspname, c.relname, c.oid, c.relfilenode, rn.nspname, r.relname,
  coalesce((
    select jsonb_object_agg(a.attnum, jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod)))
    from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '{}')
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_class r on r.oid = pg_catalog.pg_partition_root(c.oid) and c.relispartition
left join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
where c.relkind in ('r', 'p') and n.nspname = any (%s)
order by 1, 2
"""
_SEQUENCES = """
select n.nspname, c.relname
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'S' and n.nspname = any (%s)
order by 1, 2
"""


def take(connection: Connection, catalog: Catalog) -> Snapshot:
    """The tables of the project's schemas, with their rows, as they are now."""
    schemas = [schema.name for schema in catalog.schemas]
    tables: dict[QualifiedName, TableRows] = {}
    found = connection.execute(_TABLES, (schemas,)).fetchall()
    parts = [
        f"select {number}, to_jsonb(t.*) from only {QualifiedName(row[0], row[1])} t"
        for number, row in enumerate(found)
    ]
    rows: dict[int, list[Mapping[str, object]]] = {}
    for start in range(0, len(parts), 200):
        for number, row in connection.execute(" union all ".join(parts[start : start + 200]).encode()).fetchall():
            rows.setdefault(number, []).append(row)
    for number, (schema, name, oid, file, root_schema, root, columns) in enumerate(found):
        content = sorted(rows.get(number, ()), key=lambda row: json.dumps(row, sort_keys=True))
        tables[QualifiedName(schema, name)] = TableRows(
            QualifiedName(schema, name), oid, file,
            {int(attnum): pair[0] for attnum, pair in columns.items()},
            {int(attnum): pair[1] for attnum, pair in columns.items()}, tuple(content),
            QualifiedName(root_schema, root) if root else None,
        )  # fmt: skip
    return Snapshot(tables, dict(_positions(connection, schemas)))


def _positions(connection: Connection, schemas: list[str]) -> Iterator[tuple[QualifiedName, tuple[int, bool]]]:
    for schema, name in connection.execute(_SEQUENCES, (schemas,)).fetchall():
        query = sql.SQL("select last_value, is_called from {}").format(sql.Identifier(schema, name))
        last, called = connection.execute(query).fetchall()[0]
        yield QualifiedName(schema, name), (last, called)


def losses(
    before: Snapshot,
    after: Snapshot,
    *,
    renamed: Mapping[QualifiedName, QualifiedName],
    remade: frozenset[str],
    dropped_columns: frozenset[str],
    moved_sequences: frozenset[QualifiedName],
    own_rows: Collection[QualifiedName] = (),
    other_attributes: Mapping[str, frozenset[str]] | None = None,
) -> Iterator[str]:
    """What was there and is not any more, though nobody said that it goes.

    `remade` are tables whose rows move to a new table, `dropped_columns` columns that go or are computed anew,
    `own_rows` tables whose rows are declared, and compared with what is declared; `other_attributes` are those of a
    column's types that go, or are of another type.
    """
    now_by_oid = {table.oid: table for table in after.tables.values()}
    before_by_oid = {table.oid: table for table in before.tables.values()}
    for name, table in before.tables.items():
        current = renamed.get(name, name)
        if (
            table.root is not None
            and str(renamed.get(table.root, table.root)) in remade
            and table.oid not in now_by_oid
        ):
            continue  # its rows are its root's
        if str(current) in remade:
            now = after.tables.get(current)
            table, now = _whole(table, before, now_by_oid), now and _whole(now, after, before_by_oid)
        else:
            now = now_by_oid.get(table.oid)
            if now is None and current in after.tables:
                yield f"table {current} was made anew"
                now = after.tables[current]
        if now is not None and current not in own_rows:
            yield from _table_losses(table, now, dropped_columns, other_attributes or {}, remade=str(current) in remade)
    for name, (last, _) in before.positions.items():
        current = renamed.get(name, name)
        if current in after.positions and current not in moved_sequences and after.positions[current][0] < last:
            yield f"sequence {current} went back from {last} to {after.positions[current][0]}"


def _table_losses(
    before: TableRows,
    after: TableRows,
    dropped_columns: frozenset[str],
    other_attributes: Mapping[str, frozenset[str]],
    *,
    remade: bool,
) -> Iterator[str]:
    if len(before.rows) != len(after.rows):
        yield f"table {after.name} has {len(after.rows)} of {len(before.rows)} rows"
        return
    pairs: list[tuple[str, str, frozenset[str]]] = []
    types = {column: after.types[attnum] for attnum, column in after.columns.items()}
    retyped: list[tuple[str, str]] = []  # of these, whether there is a value
    for attnum, column in before.columns.items():
        same_name = column if column in after.columns.values() else None
        found = same_name if remade else after.columns.get(attnum)
        identity = f"{after.name}.{quote_identifier(found or column)}"
        if identity in dropped_columns:
            continue
        if found is None:
            if column in after.columns.values():
                yield f"column {identity} was made anew"
        elif before.types[attnum] == types[found]:
            pairs.append((column, found, other_attributes.get(identity, frozenset())))
        else:
            retyped.append((column, found))
    one = sorted(
        json.dumps([*(_held(row.get(a), but) for a, _, but in pairs), *(row.get(a) is None for a, _ in retyped)])
        for row in before.rows
    )
    two = sorted(
        json.dumps([*(_held(row.get(b), but) for _, b, but in pairs), *(row.get(b) is None for _, b in retyped)])
        for row in after.rows
    )
    if one != two:
        yield f"values of table {after.name} changed"


def _whole(table: TableRows, state: Snapshot, stay: Mapping[int, TableRows]) -> TableRows:
    """The table with the rows of its partitions, but for those partitions that stay what they are."""
    parts = [one for one in state.tables.values() if one.root == table.name and one.oid not in stay]
    return replace(table, rows=(*table.rows, *(row for part in parts for row in part.rows)))


def _held(value: object, but: frozenset[str]) -> object:
    """The value without what is null in it, for a composite type may have got attributes since, and without some."""
    if isinstance(value, dict):
        return {key: _held(one, but) for key, one in sorted(value.items()) if one is not None and key not in but}
    return [_held(one, but) for one in value] if isinstance(value, list) else value


def rewritten(before: Snapshot, after: Snapshot) -> Iterator[QualifiedName]:
    """Tables whose every row was written anew: they lie in another file than before."""
    files = {table.oid: table.file for table in before.tables.values()}
    for name, table in after.tables.items():
        if table.oid in files and table.file != files[table.oid]:
            yield name
