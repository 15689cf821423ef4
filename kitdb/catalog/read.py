"""One database's catalog, read in one snapshot and a handful of round trips."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from kitdb.catalog.model import (
    Argument,
    Bucket,
    Catalog,
    Column,
    Constraint,
    DefaultPrivilege,
    EventTrigger,
    Extension,
    Grant,
    Index,
    Policy,
    Publication,
    Relation,
    Role,
    Routine,
    Rule,
    Schema,
    Statistics,
    Trigger,
    Type,
    TypeRef,
)
from kitdb.catalog.model import (
    Sequence as SequenceObject,
)
from kitdb.names import QualifiedName

Connection = psycopg.Connection[Any]
Row = dict[str, Any]
Answers = Mapping[str, list[Row]]
Thing = TypeVar("Thing")

# Schemas that Supabase, or an extension that it offers, makes and keeps.
MANAGED_SCHEMAS = frozenset(
    """
    auth cron dbdev extensions graphql graphql_public net pgbouncer pgmq pgsodium pgsodium_masks pgtle realtime
    repack storage tiger tiger_data topology vault _analytics _realtime _supabase _supavisor
    """.split()
)
_MANAGED_PATTERN = "^supabase_"

_KINDS = (
    "schemas",
    "relations",
    "columns",
    "constraints",
    "domain_constraints",
    "indexes",
    "policies",
    "triggers",
    "rules",
    "sequences",
    "types",
    "routines",
    "arguments",
    "grants",
    "default_privileges",
    "extensions",
    "event_triggers",
    "publications",
    "publication_tables",
    "statistics",
    "roles",
    "not_covered",
    "bucket_access",
)

# Answered with one text for each relation, or each object with privileges: databases that are compared have most of
# them in common, and what a text says is made into objects once.
_PARTS = ("columns", "constraints", "indexes", "policies", "triggers", "rules")
_GROUPED: Mapping[str, str] = {"relations": "oid", **dict.fromkeys(_PARTS, "relation"), "grants": "kind, object"}
_KNOWN = 20_000

# What models are made from: the columns of each of the queries that they need.
_OUTLINE: Mapping[str, str] = {
    "relations": "oid schema name kind definition partition_bound insertable updatable managed comment",
    "columns": "relation name position type_text type_schema type_name type_array dimensions modifier not_null default "
    "identity generated collation updatable comment",
    "constraints": "relation name schema on kind definition columns expression references_schema references_name "
    "referenced_columns validated enforced inherited comment",
    "domain_constraints": "type name schema on kind definition expression references_schema references_name validated "
    "comment",
    "indexes": "relation schema table name columns unique constraint comment",
    "triggers": "relation schema table name definition function_schema function_name enabled",
    "types": "oid relation schema name kind labels type_text type_schema type_name type_array dimensions modifier "
    "not_null default collation multirange_schema multirange_name comment",
    "routines": "oid schema name signature kind language type_text type_schema type_name type_array dimensions "
    "modifier returns_set rows body comment",
    "arguments": "routine name mode default type_text type_schema type_name type_array dimensions modifier",
    "not_covered": "what",
}
_OUTLINE_ROWS: Mapping[str, LiteralString] = {"indexes": '"unique" and "constraint" is null'}
_LEFT_OUT: Mapping[str, Row] = {
    "relations": {"owner": "", "parents": (), "options": (), "of_type_schema": None, "of_type_name": None},
    "columns": {"options": ()},
    "indexes": {"definition": "", "parent_schema": None, "parent_name": None},
    "types": {"owner": ""},
    "routines": {"owner": "", "definition": ""},
}

# What Postgres prints for an expression depends on these.
_SETTINGS: LiteralString = """
    set local search_path = '';
    set local jit = off;
    set local quote_all_identifiers = off;
    set local datestyle = 'ISO, MDY';
    set local intervalstyle = 'postgres';
    set local timezone = 'UTC';
    set local extra_float_digits = 1;
    set local bytea_output = 'hex';
    set local xmlbinary = 'base64';
    set local lc_monetary = 'C'
"""


def is_managed_schema(name: str) -> bool:
    """Whether the platform keeps this schema: what is in it is not the project's, but for policies and triggers."""
    return name in MANAGED_SCHEMAS or name.startswith("supabase_")


def read_catalog(connection: Connection, schemas: Sequence[str] | None = None) -> Catalog:
    """The objects of these schemas; of None, those of every schema that is the project's.

    With None, relations of the platform's schemas are there too where the project built upon them (`Relation.managed`),
    and so are the storage buckets. Needs no privilege beyond connecting. Inside a transaction of the caller's it reads
    what that transaction sees, and leaves its settings as they were.
    """
    with snapshot(connection):
        parameters = _scope(connection, schemas)
        answers = _ask(connection, _KINDS, [_grouped(kind) if kind in _GROUPED else _query(kind) for kind in _KINDS],
                       parameters)  # fmt: skip
        access = answers["bucket_access"][0]["access"] if schemas is None or "storage" in schemas else "no table"
        buckets = ask(connection, ("buckets",), parameters)["buckets"] if access == "readable" else []
    return _catalog(connection.info.server_version // 10000, answers, buckets, access)


def read_outline(connection: Connection) -> Catalog:
    """What `read_catalog` reads, as far as models are made from it: owners, most definitions and indexes are not there.

    It costs the client a fraction of that: the server leaves the rest out and makes one JSON value of each answer.
    """
    with snapshot(connection):
        parameters = _scope(connection, None)
        with psycopg.ClientCursor(connection) as cursor:
            found = cursor.execute(_outline_query(), parameters).fetchone() or ()
    answers = dict(zip(_OUTLINE, found, strict=True))
    columns = _outline_columns(answers.pop("columns"))
    rows: dict[str, list[Row]] = {"policies": [], "rules": []}
    for kind, answer in answers.items():
        names = _OUTLINE[kind].split()
        rows[kind] = [{**_LEFT_OUT.get(kind, {}), **dict(zip(names, cells, strict=True))} for cells in answer]
    return Catalog(
        major=connection.info.server_version // 10000,
        relations=_relations(rows, columns),
        types=_types(rows, columns),
        routines=_routines(rows),
        not_covered=tuple(row["what"] for row in rows["not_covered"]),
    )


def _outline_query() -> sql.Composed:
    parts = []
    for kind, names in _OUTLINE.items():
        cells = sql.SQL(", ").join(map(sql.Identifier, names.split()))
        rows = sql.SQL("select {} from ({}) as every where {}").format(
            cells, sql.SQL(_query(kind)), sql.SQL(_OUTLINE_ROWS.get(kind, "true"))
        )
        answer = "(select coalesce(pg_catalog.json_agg(pg_catalog.json_build_array({})), '[]') from ({}) as wanted)"
        parts.append(sql.SQL(answer).format(cells, rows))
    return sql.SQL("select {}").format(sql.SQL(",\n").join(parts))


def _outline_columns(answer: Iterable[list[Any]]) -> defaultdict[int, list[Column]]:
    """The columns by relation; those that are alike are one object."""
    names = _OUTLINE["columns"].split()[1:]
    known: dict[tuple[Any, ...], Column] = {}
    columns: defaultdict[int, list[Column]] = defaultdict(list)
    for relation, *cells in answer:
        key = tuple(cells)
        if key not in known:
            known[key] = _column({**_LEFT_OUT["columns"], **dict(zip(names, cells, strict=True))})
        columns[relation].append(known[key])
    return columns


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """One snapshot, in which definitions are printed alike; the session's settings are left as they were."""
    outermost = connection.info.transaction_status == TransactionStatus.IDLE
    # Rolled back in any case: in a caller's transaction that undoes SET LOCAL.
    with connection.transaction(force_rollback=True):
        if outermost:
            connection.execute("set transaction isolation level repeatable read, read only")
        connection.execute(_SETTINGS)
        yield


def _scope(connection: Connection, schemas: Sequence[str] | None) -> Row:
    parameters: Row = {
        "schemas": None if schemas is None else list(schemas),
        "managed": sorted(MANAGED_SCHEMAS),
        "managed_pattern": _MANAGED_PATTERN,
    }
    scope = ask(connection, ("scope",), parameters)["scope"][0]
    return {
        "schemas": scope["schemas"],
        "managed": scope["managed"],
        "relations": scope["own"] + scope["managed"],
        "managed_names": sorted(MANAGED_SCHEMAS),
        "managed_pattern": _MANAGED_PATTERN,
    }


def ask(connection: Connection, kinds: Sequence[str], parameters: Row) -> dict[str, list[Row]]:
    """The answers to all these queries, in one round trip.

    Values are bound by the client, for only the simple protocol takes several statements; it is also the one that
    every pooler can do.
    """
    return _ask(connection, kinds, list(map(_query, kinds)), parameters)


def _ask(
    connection: Connection, kinds: Sequence[str], queries: Sequence[LiteralString], parameters: Row
) -> dict[str, list[Row]]:
    answers = {}
    with psycopg.ClientCursor(connection, row_factory=dict_row) as cursor:
        cursor.execute(sql.SQL(";\n").join(map(sql.SQL, queries)), parameters)
        for kind in kinds:
            answers[kind] = cursor.fetchall()
            cursor.nextset()
    return answers


@cache
def _query(kind: str) -> LiteralString:
    return (files("kitdb.catalog") / "queries" / f"{kind}.sql").read_text(encoding="utf-8").rstrip()


@cache
def _grouped(kind: str) -> LiteralString:
    """The answer with the rows of each group as one JSON text, without the oid, which tells copies apart."""
    key = _GROUPED[kind]
    return f"""
        select {key},
          pg_catalog.jsonb_agg(pg_catalog.to_jsonb(every) - array['oid', 'relation', 'place'] order by place)
            ::pg_catalog.text as text
        from (select *, pg_catalog.row_number() over () as place from ({_query(kind)}) as answer) as every
        group by {key}
        order by pg_catalog.min(place)
    """  # noqa: S608  # our own queries


def _catalog(major: int, answers: Answers, buckets: list[Row], bucket_access: str) -> Catalog:
    unread = {"denied", "filtered"} & {bucket_access}
    parts = [{row["relation"]: row["text"] for row in answers[kind]} for kind in _PARTS]
    attributes = parts[_PARTS.index("columns")]
    columns = {row["relation"]: _columns(attributes.get(row["relation"], "[]")) for row in answers["types"]}
    return Catalog(
        major=major,
        schemas=_all(Schema, answers["schemas"]),
        relations=tuple(
            _known_relation(row["text"], *(texts.get(row["oid"]) for texts in parts)) for row in answers["relations"]
        ),
        sequences=tuple(_sequence(row) for row in answers["sequences"]),
        types=_types(answers, columns),
        routines=_routines(answers),
        grants=tuple(chain.from_iterable(_known_grants(row["text"]) for row in answers["grants"])),
        default_privileges=_all(DefaultPrivilege, answers["default_privileges"]),
        extensions=_all(Extension, answers["extensions"]),
        event_triggers=tuple(_event_trigger(row) for row in answers["event_triggers"]),
        publications=_publications(answers),
        statistics=tuple(_statistics(row) for row in answers["statistics"]),
        buckets=_all(Bucket, buckets),
        roles=_all(Role, answers["roles"]),
        not_covered=(
            *(row["what"] for row in answers["not_covered"]),
            *("rows of storage.buckets, which this role cannot read" for _ in unread),
        ),
    )


def _all(kind: Callable[..., Thing], rows: Iterable[Row]) -> tuple[Thing, ...]:
    return tuple(kind(**_frozen(row)) for row in rows)


def _frozen(row: Row) -> Row:
    if list not in map(type, row.values()):
        return row
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _name(row: Row, prefix: str = "") -> QualifiedName:
    return QualifiedName(row.pop(f"{prefix}schema"), row.pop(f"{prefix}name"))


def _optional_name(row: Row, prefix: str) -> QualifiedName | None:
    name = _name(row, prefix)
    return name if name.name is not None else None


def _table(row: Row) -> QualifiedName:
    return QualifiedName(row.pop("schema"), row.pop("table"))


def _type(row: Row) -> TypeRef:
    return TypeRef(
        text=row.pop("type_text"),
        name=_name(row, "type_"),
        array=row.pop("type_array"),
        dimensions=row.pop("dimensions"),
        modifier=row.pop("modifier"),
    )


def _optional_type(row: Row) -> TypeRef | None:
    type_ = _type(row)
    return type_ if type_.name.name is not None else None


def _by(rows: Iterable[Row], key: str, make: Callable[[Row], Thing]) -> defaultdict[int, list[Thing]]:
    """What the rows stand for, by the oid of what it hangs on."""
    made: defaultdict[int, list[Thing]] = defaultdict(list)
    for row in map(dict, rows):
        made[row.pop(key)].append(make(row))
    return made


@lru_cache(_KNOWN)
def _known_relation(text: str, *parts: str | None) -> Relation:
    made = {
        kind: tuple(map(_MAKERS[kind], json.loads(part))) if part else ()
        for kind, part in zip(_PARTS, parts, strict=True)
    }
    return _relation(json.loads(text)[0], made)


@lru_cache(_KNOWN)
def _known_grants(text: str) -> tuple[Grant, ...]:
    return _all(Grant, json.loads(text))


def _columns(text: str) -> tuple[Column, ...]:
    return tuple(map(_column, json.loads(text)))


def _relations(answers: Answers, columns: defaultdict[int, list[Column]]) -> tuple[Relation, ...]:
    parts = {kind: _by(answers[kind], "relation", _MAKERS[kind]) for kind in _PARTS[1:]}
    parts["columns"] = columns
    return tuple(
        _relation(row, {part: tuple(by_oid[row["oid"]]) for part, by_oid in parts.items()})
        for row in map(dict, answers["relations"])
    )


def _relation(row: Row, parts: Mapping[str, Any]) -> Relation:
    row.pop("oid", None)
    return Relation(
        name=_name(row),
        of_type=_optional_name(row, "of_type_"),
        parents=tuple(QualifiedName(*parent) for parent in row.pop("parents")),
        options=tuple(sorted(row.pop("options"))),
        **parts,
        **row,
    )


def _column(row: Row) -> Column:
    return Column(type=_type(row), options=tuple(sorted(row.pop("options"))), **row)


def _constraint(row: Row) -> Constraint:
    on = QualifiedName(row.pop("schema"), row.pop("on"))
    return Constraint(on=on, references=_optional_name(row, "references_"), **_frozen(row))


def _index(row: Row) -> Index:
    return Index(table=_table(row), parent=_optional_name(row, "parent_"), **_frozen(row))


def _trigger(row: Row) -> Trigger:
    return Trigger(table=_table(row), function=_name(row, "function_"), **_frozen(row))


def _policy(row: Row) -> Policy:
    return Policy(table=_table(row), **_frozen(row))


def _rule(row: Row) -> Rule:
    return Rule(table=_table(row), **_frozen(row))


_MAKERS: Mapping[str, Callable[[Row], Any]] = {
    "columns": _column,
    "constraints": _constraint,
    "indexes": _index,
    "policies": _policy,
    "triggers": _trigger,
    "rules": _rule,
}


def _sequence(row: Row) -> SequenceObject:
    schema, table, column = row.pop("owner_schema"), row.pop("owner_table"), row.pop("owner_column")
    owned_by = (QualifiedName(schema, table), column) if table is not None else None
    return SequenceObject(name=_name(row), owned_by=owned_by, **row)


def _types(answers: Answers, columns: Mapping[int, Sequence[Column]]) -> tuple[Type, ...]:
    constraints = _by(answers["domain_constraints"], "type", _constraint)
    return tuple(
        _user_type(row, tuple(columns[row.pop("relation")]), tuple(constraints[row.pop("oid")]))
        for row in map(dict, answers["types"])
    )


def _user_type(row: Row, attributes: tuple[Column, ...], constraints: tuple[Constraint, ...]) -> Type:
    base = _optional_type(row)
    return Type(
        name=_name(row),
        base=base if row["kind"] == "domain" else None,
        subtype=base if row["kind"] == "range" else None,
        multirange=_optional_name(row, "multirange_"),
        attributes=attributes,
        constraints=constraints,
        **_frozen(row),
    )


def _routines(answers: Answers) -> tuple[Routine, ...]:
    arguments = _by(answers["arguments"], "routine", lambda row: Argument(type=_type(row), **row))
    return tuple(
        Routine(
            name=_name(row), arguments=tuple(arguments[row.pop("oid")]), returns=_optional_type(row), **_frozen(row)
        )
        for row in map(dict, answers["routines"])
    )


def _event_trigger(row: Row) -> EventTrigger:
    return EventTrigger(function=_name(row, "function_"), **_frozen(row))


def _publications(answers: Answers) -> tuple[Publication, ...]:
    tables = _by(
        answers["publication_tables"], "publication", lambda row: (_name(row), tuple(row["columns"]), row["condition"])
    )
    return tuple(
        Publication(tables=tuple(tables[row.pop("oid")]), **_frozen(row)) for row in map(dict, answers["publications"])
    )


def _statistics(row: Row) -> Statistics:
    return Statistics(name=_name(row), table=_name(row, "table_"), **_frozen(row))
