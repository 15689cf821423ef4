"""SELECT, INSERT, UPDATE, DELETE, MERGE, COPY, TRUNCATE: also those that WITH runs on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kitdb.names import QualifiedName
from kitdb.sql import operations as op
from kitdb.sql.operations import Operation
from kitdb.sql.readers.expressions import always
from kitdb.sql.readers.source import Node, Source, cascades, items, value


def select(node: Node, source: Source) -> Iterator[Operation]:
    yield from _in_with(node, source)
    if "intoClause" in node:
        relation = node["intoClause"]["rel"]
        temporary = relation["relpersistence"] == "t"
        yield op.CreateTable(source.relation(relation), temporary=temporary, query=source.text)
    else:
        yield op.Select()


def insert(node: Node, source: Source) -> Iterator[Operation]:
    yield from _in_with(node, source)
    table = source.relation(node["relation"])
    yield op.Insert(
        table,
        _whole_columns(node.get("cols", ())),
        _constants(node) if table in _SETTINGS else (),
        at=source.offset(node["relation"]),
    )


_SETTINGS = (QualifiedName("storage", "buckets"),)


def _constants(node: Node) -> tuple[tuple[str, ...], ...]:
    """The rows of VALUES; what is no constant is an empty text."""
    lists = node.get("selectStmt", {}).get("SelectStmt", {}).get("valuesLists", ())
    return tuple(tuple(map(value, items(row))) for row in lists)


def update(node: Node, source: Source) -> Iterator[Operation]:
    yield from _in_with(node, source)
    yield op.Update(
        source.relation(node["relation"]),
        _chooses(node),
        _whole_columns(node.get("targetList", ())),
        at=source.offset(node["relation"]),
    )


def _chooses(node: Node) -> bool:
    """Whether there is a WHERE that not every row passes."""
    return "whereClause" in node and always(node["whereClause"]) is not True


def _whole_columns(targets: Iterable[Node]) -> tuple[str, ...]:
    """The columns that are written, without those of which a field or an element is."""
    columns = (target["ResTarget"] for target in targets)
    return tuple(column["name"] for column in columns if "indirection" not in column and "name" in column)


def delete(node: Node, source: Source) -> Iterator[Operation]:
    yield from _in_with(node, source)
    yield op.Delete(source.relation(node["relation"]), _chooses(node), at=source.offset(node["relation"]))


def merge(node: Node, source: Source) -> Iterator[Operation]:
    yield from _in_with(node, source)
    yield op.Merge(source.relation(node["relation"]), at=source.offset(node["relation"]))


def _in_with(node: Node, source: Source) -> Iterator[Operation]:
    for part in node.get("withClause", {}).get("ctes", ()):
        kind, content = next(iter(part["CommonTableExpr"]["ctequery"].items()))
        if kind in _WRITERS:
            yield from _WRITERS[kind](content, source)


_WRITERS = {"InsertStmt": insert, "UpdateStmt": update, "DeleteStmt": delete, "MergeStmt": merge}


def copy(node: Node, source: Source) -> Iterator[Operation]:
    table = source.relation(node["relation"]) if "relation" in node else None
    writes = node.get("is_from", False)
    yield op.Copy(table, from_stdin=writes and "filename" not in node, writes=writes)


def truncate(node: Node, source: Source) -> Iterator[Operation]:
    for relation in node["relations"]:
        table = relation["RangeVar"]
        yield op.Truncate(
            source.relation(table), node.get("restart_seqs", False), cascades(node), at=source.offset(table)
        )
