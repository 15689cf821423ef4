"""Transactions, settings, locks, maintenance, databases."""

from __future__ import annotations

from collections.abc import Iterator

from kitdb.sql import operations as op
from kitdb.sql.operations import Operation
from kitdb.sql.readers.routines import setting
from kitdb.sql.readers.source import Node, Source

# https://www.postgresql.org/docs/18/explicit-locking.html, by number.
_LOCKS = (
    "",
    "access share",
    "row share",
    "row exclusive",
    "share update exclusive",
    "share",
    "share row exclusive",
    "exclusive",
    "access exclusive",
)


def transaction(node: Node, _source: Source) -> Iterator[Operation]:
    yield op.Transaction(node["kind"].removeprefix("TRANS_STMT_").lower().replace("_", " ").replace("start", "begin"))


def set_parameter(node: Node, source: Source) -> Iterator[Operation]:
    match node["kind"]:
        case "VAR_SET_MULTI":  # SET TRANSACTION, SET SESSION CHARACTERISTICS
            yield op.Other(source.text, source.tag())
        case "VAR_RESET_ALL":
            yield op.SetParameter("all", None)
        case _:
            yield op.SetParameter(node["name"], setting(node), node.get("is_local", False))


def lock(node: Node, source: Source) -> Iterator[Operation]:
    for relation in node["relations"]:
        yield op.Lock(source.relation(relation["RangeVar"]), _LOCKS[node["mode"]])


def vacuum(node: Node, source: Source) -> Iterator[Operation]:
    relations = [part["VacuumRelation"] for part in node.get("rels", ())]
    tables = tuple(source.relation(part["relation"]) for part in relations if "relation" in part)
    if not node.get("is_vacuumcmd"):
        yield op.Analyze(tables)
        return
    yield op.Vacuum(tables, full=any(part["DefElem"]["defname"] == "full" for part in node.get("options", ())))


def cluster(node: Node, source: Source) -> Iterator[Operation]:
    yield op.Cluster(source.relation(node["relation"]) if "relation" in node else None)


def reindex(node: Node, source: Source) -> Iterator[Operation]:
    kind = node["kind"].removeprefix("REINDEX_OBJECT_").lower()
    name = source.relation(node["relation"]) if "relation" in node else None
    concurrently = any(part["DefElem"]["defname"] == "concurrently" for part in node.get("params", ()))
    yield op.Reindex(kind, name, concurrently)


def alter_system(node: Node, _source: Source) -> Iterator[Operation]:
    yield op.AlterSystem(node["setstmt"].get("name", "all"))


def create_database(node: Node, _source: Source) -> Iterator[Operation]:
    yield op.CreateDatabase(node["dbname"])


def drop_database(node: Node, _source: Source) -> Iterator[Operation]:
    yield op.DropDatabase(node["dbname"])
