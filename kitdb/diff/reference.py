"""Rows that are part of the schema: those of the tables that the project names, as declared and as they are."""

# ruff: noqa: S608  # SQL is what this module makes, of quoted names and values
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kitdb.catalog.model import Catalog, Relation
from kitdb.catalog.read import snapshot
from kitdb.database import Connection
from kitdb.diff.declared import Declared
from kitdb.diff.render import literal, names, q
from kitdb.diff.state import owned_sequence
from kitdb.diff.steps import Hazard
from kitdb.errors import KitdbError
from kitdb.names import QualifiedName
from kitdb.sql import operations as op
from kitdb.sql.read import read

_PLAIN = frozenset("smallint integer bigint numeric boolean".split())
_NUMBER = re.compile(r"-?\d+(\.\d+)?|true|false")
_WRITING = frozenset({"insert", "update", "delete", "merge", "with"})
Key = tuple[str | None, ...]
Row = tuple[str | None, ...]


class NotAReference(KitdbError):
    """A table named in reference_tables whose rows cannot be compared."""

    def __init__(self, table: QualifiedName | str, problem: str, hint: str) -> None:
        super().__init__(f"reference table {table} {problem}", hint=hint)


@dataclass(frozen=True, slots=True)
class ReferenceTable:
    """The rows of one table, by primary key: texts of the compared columns, in the order of `columns`."""

    name: QualifiedName
    key: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Mapping[Key, Row]


def reference_names(texts: Iterable[str]) -> tuple[QualifiedName, ...]:
    """The tables as kitdb.toml names them; a name alone is one of public."""
    return tuple(QualifiedName(*text.split(".", 1)) if "." in text else QualifiedName("public", text) for text in texts)


def declared_columns(declared: Iterable[Declared], tables: Sequence[QualifiedName]) -> Mapping[QualifiedName, set[str]]:
    """The columns that the declared INSERTs give values; the empty set where one of them names none: all."""
    found: dict[QualifiedName, set[str]] = {}
    for one in declared:
        if "insert" not in one.text.lower():
            continue
        for operation in read(one.statement):
            if isinstance(operation, op.Insert) and operation.table in tables:
                whole = operation.table in found and not found[operation.table]
                columns = set() if whole or not operation.columns else {*operation.columns}
                found[operation.table] = columns and found.get(operation.table, set()) | columns
    return found


def undeclared_rows(declared: Iterable[Declared], tables: Sequence[QualifiedName]) -> Iterator[str]:
    """The tables, apart from these and Storage's, that declared statements write rows into: nobody compares them."""
    seen: set[QualifiedName] = set()
    for one in declared:
        if one.statement.word not in _WRITING:
            continue
        for operation in read(one.statement):
            table = operation.table if isinstance(operation, op.Insert | op.Update | op.Delete | op.Merge) else None
            if table is not None and table.schema != "storage" and table not in (*tables, *seen):
                seen.add(table)
                yield f"rows of {table} ({one.place}): name it in reference_tables, or write them in a migration"


def read_reference(
    connection: Connection, catalog: Catalog, columns: Mapping[QualifiedName, set[str]], tables: Sequence[QualifiedName]
) -> tuple[ReferenceTable, ...]:
    """The tables' rows, referenced tables first. Raises `NotAReference`."""
    with snapshot(connection):
        return tuple(_read(connection, relation, columns.get(relation.name)) for relation in _in_order(catalog, tables))


def _in_order(catalog: Catalog, tables: Sequence[QualifiedName]) -> Iterator[Relation]:
    seen: set[QualifiedName] = set()

    def visit(name: QualifiedName) -> Iterator[Relation]:
        if name in seen:
            return
        seen.add(name)
        relation = catalog.by_name.get(name)
        if relation is None or "table" not in relation.kind:
            raise NotAReference(
                name, "is not declared", "Declare it, or take it out of reference_tables in kitdb.toml."
            )
        for constraint in relation.constraints:
            if constraint.references is not None and constraint.references in tables:
                yield from visit(constraint.references)
        yield relation

    for name in tables:
        yield from visit(name)


def _read(connection: Connection, relation: Relation, given: set[str] | None) -> ReferenceTable:
    key = relation.primary_key
    if not key:
        raise NotAReference(relation.name, "has no primary key", "Give it one: its rows are told apart by it.")
    columns = tuple(
        column.name for column in relation.columns
        if column.generated is None and (not given or column.name in given or column.name in key)
    )  # fmt: skip
    texts = ", ".join(f"{q(name)}::pg_catalog.text" for name in columns)
    order = ", ".join(q(name) for name in key)
    rows = connection.execute(f"select {texts} from {relation.name} order by {order}".encode()).fetchall()
    places = [columns.index(name) for name in key]
    return ReferenceTable(relation.name, key, columns, {tuple(row[i] for i in places): tuple(row) for row in rows})


def row_differences(before: Sequence[ReferenceTable], after: Sequence[ReferenceTable]) -> Iterator[str]:
    """One line a row, as for objects: `-` is only before, `+` only after, `~` in both and changed."""
    was = {table.name: table for table in before}
    for table in after:
        old = was[table.name].rows if table.name in was else {}
        for sign, keys in zip("-+~", _changes(old, table.rows), strict=True):
            yield from (f"{sign} row {table.name} ({_condition(table, key)})" for key in keys)


def _changes(old: Mapping[Key, Row], new: Mapping[Key, Row]) -> tuple[list[Key], list[Key], list[Key]]:
    changed = [key for key, row in new.items() if key in old and old[key] != row]
    return [key for key in old if key not in new], [key for key in new if key not in old], changed


def row_changes(
    before: Sequence[ReferenceTable], after: Sequence[ReferenceTable], catalog: Catalog
) -> tuple[list[str], tuple[Hazard, ...]]:
    """INSERT and UPDATE, referenced tables first, then DELETE the other way round; and what is lost with it."""
    was = {table.name: table.rows for table in before}
    written, deleted, hazards = [], [], []
    for table in after:
        gone, new, changed = _changes(was.get(table.name, {}), table.rows)
        relation = catalog.by_name[table.name]
        if new:
            written += [_insert(relation, table, new), *_positions(catalog, table)]
        written += [_update(relation, table, was[table.name][key], key) for key in changed]
        if gone:
            deleted.append(_delete(relation, table, gone))
            rows = f"{len(gone)} row{'s' * (len(gone) > 1)}"
            hazards.append(Hazard("deletes-data", f"{rows} of {table.name}: {'; '.join(_shown(table, gone))}"))
    return [*written, *reversed(deleted)], tuple(hazards)


def _shown(table: ReferenceTable, keys: Sequence[Key]) -> list[str]:
    few = [_condition(table, key) for key in keys[:3]]
    return [*few, f"and {len(keys) - 3} more"] if len(keys) > 3 else few


def _insert(relation: Relation, table: ReferenceTable, keys: Sequence[Key]) -> str:
    overriding = any(column.identity for column in relation.columns if column.name in table.columns)
    rows = [f"  ({', '.join(_values(relation, table.columns, table.rows[key]))})" for key in keys]
    head = f"insert into {table.name} ({names(table.columns)})" + (" overriding system value" if overriding else "")
    return head + "\nvalues\n" + ",\n".join(rows)


def _positions(catalog: Catalog, table: ReferenceTable) -> Iterator[str]:
    """A serial or identity goes on after the highest key that was inserted."""
    for column in table.columns:
        sequence = owned_sequence(catalog, table.name, column)
        if sequence is not None and sequence.increment > 0:
            highest = f"(select max({q(column)}) from {table.name})"
            yield f"select setval({literal(str(sequence.name))}, greatest({highest}, last_value)) from {sequence.name}"


def _update(relation: Relation, table: ReferenceTable, old: Row, key: Key) -> str:
    values = _values(relation, table.columns, table.rows[key])
    changed = [
        f"{q(name)} = {value}"
        for name, value, was, now in zip(table.columns, values, old, table.rows[key], strict=True)
        if was != now
    ]
    return f"update {table.name} set {', '.join(changed)} where {_where(relation, table, key)}"


def _delete(relation: Relation, table: ReferenceTable, keys: Sequence[Key]) -> str:
    if len(table.key) > 1:
        conditions = " or\n  ".join(f"({_where(relation, table, key)})" for key in keys)
        return f"delete from {table.name} where\n  {conditions}"
    values = [_values(relation, table.key, key)[0] for key in keys]
    condition = f"= {values[0]}" if len(values) == 1 else f"in ({', '.join(values)})"
    return f"delete from {table.name} where {q(table.key[0])} {condition}"


def _where(relation: Relation, table: ReferenceTable, key: Key) -> str:
    values = _values(relation, table.key, key)
    return " and ".join(f"{q(name)} = {value}" for name, value in zip(table.key, values, strict=True))


def _condition(table: ReferenceTable, key: Key) -> str:
    return ", ".join(f"{q(name)} = {value}" for name, value in zip(table.key, key, strict=True))


def _values(relation: Relation, columns: Sequence[str], row: Sequence[str | None]) -> list[str]:
    return [_value(relation, name, text) for name, text in zip(columns, row, strict=True)]


def _value(relation: Relation, name: str, text: str | None) -> str:
    column = relation.column(name)
    if text is None or column is None:
        return "null"
    plain = column.type.text.partition("(")[0] in _PLAIN and _NUMBER.fullmatch(text)
    return text if plain else literal(text)
