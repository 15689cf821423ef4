"""Indexes, views, types, schemas, sequences, extensions; DROP, RENAME, SET SCHEMA, OWNER TO, COMMENT."""

from __future__ import annotations

from collections.abc import Iterator

from kitdb.names import QualifiedName, quote_identifier
from kitdb.sql import operations as op
from kitdb.sql.operations import Operation
from kitdb.sql.readers import tables
from kitdb.sql.readers.source import (
    Node,
    Source,
    argument_types,
    cascades,
    items,
    kind_of,
    options,
    role,
    string,
    strings,
    type_name,
    value,
)


def create_index(node: Node, source: Source) -> Iterator[Operation]:
    relation = source.past_name(source.token_at(source.offset(node["relation"])))
    where = source.find("where", relation) if "whereClause" in node else None
    yield op.CreateIndex(
        node.get("idxname"),
        source.relation(node["relation"]),
        columns=_elements(source.find("(", relation), source),
        unique=node.get("unique", False),
        concurrently=node.get("concurrent", False),
        if_not_exists=node.get("if_not_exists", False),
        method=node.get("accessMethod", "btree"),
        include=tuple(part["IndexElem"]["name"] for part in node.get("indexIncludingParams", ())),
        nulls_not_distinct=node.get("nulls_not_distinct", False),
        where=None if where is None else source.between(where + 1, source.element_end(where)),
        options=options(node.get("options", ())),
    )


def _elements(opening: int | None, source: Source) -> tuple[str, ...]:
    if opening is None:
        return ()
    closing = source.find(")", opening + 1, source.tokens[opening].depth)
    stop = len(source.tokens) if closing is None else closing
    spans = source.pieces(opening + 1, stop, source.tokens[opening].depth + 1)
    return tuple(source.between(*span) for span in spans)


def create_view(node: Node, source: Source) -> Iterator[Operation]:
    checked = node.get("withCheckOption", "NO_CHECK_OPTION").removesuffix("_CHECK_OPTION").lower()
    extra = () if checked == "no" else (("check_option", checked),)
    yield op.CreateView(
        source.relation(node["view"]),
        tables.query_after_as(node["view"], source),
        columns=strings(node.get("aliases", ())),
        options=(*options(node.get("options", ())), *extra),
        relations=tables.relations_in(node["query"], source),
        or_replace=node.get("replace", False),
        temporary=node["view"]["relpersistence"] == "t",
    )


def refresh_materialized_view(node: Node, source: Source) -> Iterator[Operation]:
    yield op.RefreshMaterializedView(source.relation(node["relation"]), node.get("concurrent", False))


def create_enum(node: Node, source: Source) -> Iterator[Operation]:
    yield op.CreateEnum(source.qualified(strings(node["typeName"])), strings(node.get("vals", ())))


def alter_enum(node: Node, source: Source) -> Iterator[Operation]:
    enum = source.qualified(strings(node["typeName"]))
    if "oldVal" in node:
        yield op.RenameEnumValue(enum, node["oldVal"], node["newVal"])
        return
    neighbour, after = node.get("newValNeighbor"), node.get("newValIsAfter", False)
    yield op.AddEnumValue(
        enum,
        node["newVal"],
        if_not_exists=node.get("skipIfNewValExists", False),
        before=None if after else neighbour,
        after=neighbour if after else None,
    )


def create_composite_type(node: Node, source: Source) -> Iterator[Operation]:
    columns = tuple(tables.column(part["ColumnDef"], source)[0] for part in node.get("coldeflist", ()))
    yield op.CreateType(source.relation(node["typevar"]), "composite", columns)


def create_range_type(node: Node, source: Source) -> Iterator[Operation]:
    yield op.CreateType(source.qualified(strings(node["typeName"])), "range")


def alter_domain(node: Node, source: Source) -> Iterator[Operation]:
    domain = source.qualified(strings(node["typeName"]))
    match node:
        case {"subtype": "C", "def": {"Constraint": {"contype": "CONSTR_CHECK"} as check}}:
            yield op.AddDomainConstraint(domain, tables.constraint(check, source))
        case {"subtype": "O"}:
            yield op.AddDomainConstraint(domain, op.NotNull("value"))
        case _:
            yield op.Other(source.text, source.tag())


def create_domain(node: Node, source: Source) -> Iterator[Operation]:
    # The constraints of a domain are written as those of a column are.
    column, constraints = tables.column({**node, "colname": "value"}, source)
    yield op.CreateDomain(
        source.qualified(strings(node["domainname"])), column.type, column.not_null, column.default, constraints
    )


def create_sequence(node: Node, source: Source) -> Iterator[Operation]:
    first = source.past_name(source.token_at(source.offset(node["sequence"])))
    yield op.CreateSequence(
        source.relation(node["sequence"]),
        options=source.between(first, source.element_end(first - 1)),
        if_not_exists=node.get("if_not_exists", False),
        temporary=node["sequence"]["relpersistence"] == "t",
    )


def create_schema(node: Node, _source: Source) -> Iterator[Operation]:
    owner = role(node["authrole"]) if "authrole" in node else None
    yield op.CreateSchema(node.get("schemaname", owner or ""), node.get("if_not_exists", False), owner)


def create_extension(node: Node, _source: Source) -> Iterator[Operation]:
    chosen = {part["DefElem"]["defname"]: part["DefElem"].get("arg", {}) for part in node.get("options", ())}
    yield op.CreateExtension(
        node["extname"],
        schema=string(chosen["schema"]) if "schema" in chosen else None,
        if_not_exists=node.get("if_not_exists", False),
        cascade="cascade" in chosen,
    )


def create_publication(node: Node, source: Source) -> Iterator[Operation]:
    tables, schemas = _published(node, source)
    yield op.CreatePublication(node["pubname"], tables, schemas, node.get("for_all_tables", False))


def alter_publication(node: Node, source: Source) -> Iterator[Operation]:
    action = node.get("action", "AP_SetObjects")
    if "pubobjects" not in node:
        yield op.Other(source.text, "alter publication")
        return
    word = {"AP_AddObjects": "add", "AP_DropObjects": "drop"}.get(action, "set")
    tables, schemas = _published(node, source)
    yield op.AlterPublication(node["pubname"], word, tables, schemas)


def _published(node: Node, source: Source) -> tuple[tuple[QualifiedName, ...], tuple[str, ...]]:
    listed = [part["PublicationObjSpec"] for part in node.get("pubobjects", ())]
    return (
        tuple(source.relation(part["pubtable"]["relation"]) for part in listed if "pubtable" in part),
        tuple(part.get("name", "current_schema") for part in listed if "pubtable" not in part),
    )


def drop(node: Node, source: Source) -> Iterator[Operation]:
    kind, if_exists, cascade = kind_of(node["removeType"]), node.get("missing_ok", False), cascades(node)
    for target in node["objects"]:
        match kind:
            case "table" | "foreign table":
                yield op.DropTable(_name(target, source), if_exists, cascade)
            case "index":
                yield op.DropIndex(_name(target, source), if_exists, cascade, node.get("concurrent", False))
            case "view" | "materialized view":
                yield op.DropView(_name(target, source), kind != "view", if_exists, cascade)
            case "sequence":
                yield op.DropSequence(_name(target, source), if_exists, cascade)
            case "type" | "domain":
                name = source.qualified(strings(target["TypeName"]["names"]))
                yield op.DropType(name, kind, if_exists, cascade)
            case "function" | "procedure" | "aggregate" | "routine":
                routine = target["ObjectWithArgs"]
                name = source.qualified(strings(routine["objname"]))
                yield op.DropFunction(name, argument_types(routine), kind, if_exists, cascade)
            case "policy":
                table, part = _part(target, source)
                yield op.DropPolicy(part, table, if_exists)
            case "trigger":
                table, part = _part(target, source)
                yield op.DropTrigger(part, table, if_exists, cascade)
            case "schema":
                yield op.DropSchema(string(target), if_exists, cascade)
            case "extension":
                yield op.DropExtension(string(target), if_exists, cascade)
            case _ if named := object_name(kind, target, source):
                yield op.Drop(kind, named, if_exists, cascade)
            case _:
                yield op.Other(source.text, source.tag())


def _name(target: Node, source: Source) -> QualifiedName:
    return source.qualified(strings(items(target)))


def _part(target: Node, source: Source) -> tuple[QualifiedName, str]:
    """A table and the policy, trigger or column that the last name is."""
    *table, part = strings(items(target))
    return source.qualified(table), part


# Objects whose names are in no schema.
_UNQUALIFIED = frozenset(
    (
        "access method",
        "database",
        "event trigger",
        "extension",
        "foreign data wrapper",
        "foreign server",
        "language",
        "parameter",
        "publication",
        "role",
        "schema",
        "subscription",
        "tablespace",
    )
)
_NAMELESS = frozenset(("operator class", "operator family", "cast", "transform"))
# Objects inside a table, which stands first in the tree.
_PARTS = frozenset(("column", "constraint", "policy", "rule", "trigger"))


def object_name(kind: str, target: Node, source: Source) -> str | None:
    """The object as SQL names it; None for a cast, an operator class and the like, which have no name of their own."""
    if kind in _NAMELESS:
        return None
    match target:
        case {"ObjectWithArgs": named} if kind == "operator":
            types = (type_name(part["TypeName"]) if part else "none" for part in named["objargs"])
            return f"{'.'.join(strings(named['objname']))} ({', '.join(types)})"
        case {"ObjectWithArgs": named}:
            return _signature(named, source)
        case {"TypeName": named}:
            return str(source.qualified(strings(named["names"])))
        case {"String": _} if kind == "parameter":
            return string(target)
        case {"String": _} if kind in _UNQUALIFIED:
            return quote_identifier(string(target))
        case {"String": _}:
            return str(source.qualified((string(target),)))
        case {"List": _} if not all("String" in part for part in items(target)):
            return None
        case {"List": _} if kind in _PARTS:
            table, part = _part(target, source)
            return f"{table}.{quote_identifier(part)}" if kind == "column" else f"{quote_identifier(part)} on {table}"
        case {"List": _}:
            return str(_name(target, source))
        case _:
            return value(target)


def _signature(node: Node, source: Source) -> str:
    """A function, with its argument types where they are written."""
    name = source.qualified(strings(node["objname"]))
    types = argument_types(node)
    return str(name) if types is None else f"{name}({', '.join(types)})"


def _target(node: Node, kind: str, source: Source) -> str | None:
    """The object of a statement that has either a relation or any other object."""
    if "relation" in node:
        return str(source.relation(node["relation"]))
    return object_name(kind, node["object"], source)


def rename(node: Node, source: Source) -> Iterator[Operation]:
    kind, part = kind_of(node["renameType"]), node.get("subname")
    if "relation" in node or "object" in node:
        name = _target(node, kind if part is None else "table", source)
    else:
        # ALTER SCHEMA and the like keep the object's own name where others have a part's.
        name, part = quote_identifier(part or ""), None
    yield op.Rename(kind, name, node["newname"], part) if name else op.Other(source.text, source.tag())


def set_schema(node: Node, source: Source) -> Iterator[Operation]:
    kind = kind_of(node["objectType"])
    name = _target(node, kind, source)
    yield op.SetSchema(kind, name, node["newschema"]) if name else op.Other(source.text, source.tag())


def change_owner(node: Node, source: Source) -> Iterator[Operation]:
    kind = kind_of(node["objectType"])
    name = _target(node, kind, source)
    yield op.ChangeOwner(kind, name, role(node["newowner"])) if name else op.Other(source.text, source.tag())


def comment(node: Node, source: Source) -> Iterator[Operation]:
    kind = kind_of(node["objtype"])
    name = object_name(kind, node["object"], source)
    yield op.Comment(kind, name, node.get("comment")) if name else op.Other(source.text, source.tag())
