"""CREATE TABLE, ALTER TABLE and the columns and constraints in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from kitdb.names import QualifiedName
from kitdb.sql import operations as op
from kitdb.sql.operations import Action, Column, Constraint, Generated, Identity, Operation
from kitdb.sql.readers.source import Node, Source, cascades, items, kind_of, options, role, strings, type_name
from kitdb.sql.record import put_at

_ACTIONS: dict[str, Action] = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}
# What may follow a column's default. An expression there cannot hold NOT, except in IS NOT.
_AFTER_DEFAULT = frozenset(
    ", constraint not null unique primary check default generated references collate deferrable initially".split()
)


def create_table(node: Node, source: Source) -> Iterator[Operation]:
    elements = [next(iter(element.items())) for element in node.get("tableElts", ())]
    parts = [column(content, source) for kind, content in elements if kind == "ColumnDef"]
    listed = [constraint(content, source) for kind, content in elements if kind == "Constraint"]
    inherited = tuple(source.relation(parent["RangeVar"]) for parent in node.get("inhRelations", ()))
    relation = node["relation"]
    yield op.CreateTable(
        source.relation(relation),
        columns=tuple(part for part, _ in parts),
        constraints=(*(own for _, constraints in parts for own in constraints), *listed),
        temporary=relation["relpersistence"] == "t",
        unlogged=relation["relpersistence"] == "u",
        if_not_exists=node.get("if_not_exists", False),
        inherits=() if "partbound" in node else inherited,
        like=tuple(source.relation(content["relation"]) for kind, content in elements if kind == "TableLikeClause"),
        partition_of=inherited[0] if "partbound" in node else None,
        partition_by=_partition_by(source) if "partspec" in node else None,
        default_partition=node.get("partbound", {}).get("is_default", False),
    )


def create_foreign_table(node: Node, source: Source) -> Iterator[Operation]:
    for operation in create_table(node["base"], source):
        if isinstance(operation, op.CreateTable):
            yield replace(operation, server=node["servername"])


def create_table_as(node: Node, source: Source) -> Iterator[Operation]:
    into = node["into"]
    relation = into["rel"]
    name = source.relation(relation)
    query = query_after_as(relation, source)
    if node["objtype"] == "OBJECT_MATVIEW":
        yield op.CreateView(
            name,
            query,
            columns=strings(into.get("colNames", ())),
            options=options(into.get("options", ())),
            relations=relations_in(node["query"], source),
            materialized=True,
            if_not_exists=node.get("if_not_exists", False),
        )
    else:
        yield op.CreateTable(
            name,
            temporary=relation["relpersistence"] == "t",
            unlogged=relation["relpersistence"] == "u",
            if_not_exists=node.get("if_not_exists", False),
            query=query,
        )


def query_after_as(relation: Node, source: Source) -> str:
    """The query of a view or table, without WITH NO DATA or WITH CHECK OPTION."""
    found = source.find("as", source.token_at(source.offset(relation)))
    if found is None:
        return source.text
    words = [token.word for token in source.tokens]
    stop = source.element_end(found)
    for tail in _AFTER_QUERY:
        if words[stop - len(tail) : stop] == tail:
            return source.between(found + 1, stop - len(tail))
    return source.between(found + 1, stop)


_AFTER_QUERY = [
    ["with", "data"],
    ["with", "no", "data"],
    ["with", "check", "option"],
    ["with", "local", "check", "option"],
    ["with", "cascaded", "check", "option"],
]


def relations_in(node: object, source: Source) -> tuple[QualifiedName, ...]:
    """The relations that a query names, in order; names that WITH gives are none."""
    found: dict[QualifiedName, None] = {}
    waiting: list[tuple[object, frozenset[str]]] = [(node, frozenset())]
    while waiting:
        item, given = waiting.pop()
        match item:
            case {"RangeVar": relation} if "schemaname" in relation or relation["relname"] not in given:
                found[source.relation(relation)] = None
            case {"withClause": clause, **rest}:
                queries, names = _common_tables(clause, given)
                waiting.extend((part, names) for part in reversed(rest.values()))
                waiting.extend(reversed(queries))
            case dict():
                waiting.extend((part, given) for part in reversed(item.values()))
            case list():
                waiting.extend((part, given) for part in reversed(item))
    return tuple(found)


def _common_tables(clause: Node, given: frozenset[str]) -> tuple[list[tuple[object, frozenset[str]]], frozenset[str]]:
    """The queries of a WITH, each with the names it can see, and all names."""
    tables = [part["CommonTableExpr"] for part in clause["ctes"]]
    every = given | {table["ctename"] for table in tables}
    queries: list[tuple[object, frozenset[str]]] = []
    for table in tables:
        queries.append((table["ctequery"], every if clause.get("recursive") else given))
        given |= {table["ctename"]}
    return queries, every


def _partition_by(source: Source) -> str:
    start = source.find("partition", (source.find("(") or 0))
    if start is None:
        return ""
    stop = source.up_to(start + 1, {"with", "using", "tablespace", "on"}, 0)
    return source.between(start + 2, stop)


def column(node: Node, source: Source) -> tuple[Column, tuple[Constraint, ...]]:
    """A column, and the constraints written with it."""
    own = [part["Constraint"] for part in node.get("constraints", ())]
    kinds = {part["contype"]: part for part in own}
    constraints: list[Constraint] = []
    for part in own:
        match part["contype"]:
            case "CONSTR_PRIMARY" | "CONSTR_UNIQUE" | "CONSTR_CHECK" | "CONSTR_FOREIGN":
                constraints.append(constraint(part, source, node["colname"]))
            case attribute if constraints and attribute in _ATTRIBUTES:
                constraints[-1] = _with_attribute(constraints[-1], attribute)
    return (
        Column(
            node["colname"],
            type_name(node["typeName"]) if "typeName" in node else "",
            not_null="CONSTR_NOTNULL" in kinds,
            default=_default(kinds["CONSTR_DEFAULT"], source) if "CONSTR_DEFAULT" in kinds else None,
            identity=_identity(kinds["CONSTR_IDENTITY"], source) if "CONSTR_IDENTITY" in kinds else None,
            generated=_generated(kinds["CONSTR_GENERATED"], source) if "CONSTR_GENERATED" in kinds else None,
            collation=_collation(node),
        ),
        tuple(constraints),
    )


# What is written after a column's constraint stands beside it in the tree.
_ATTRIBUTES = {
    "CONSTR_ATTR_DEFERRABLE": {"deferrable": True},
    "CONSTR_ATTR_DEFERRED": {"deferrable": True, "initially_deferred": True},
    "CONSTR_ATTR_NOT_ENFORCED": {"not_enforced": True},
}


def _with_attribute(constraint: Constraint, attribute: str) -> Constraint:
    known = {field.name for field in fields(constraint)}
    changes: dict[str, Any] = {key: value for key, value in _ATTRIBUTES[attribute].items() if key in known}
    return replace(constraint, **changes)


def _collation(node: Node) -> str | None:
    return ".".join(strings(node["collClause"]["collname"])) if "collClause" in node else None


def _default(node: Node, source: Source) -> str:
    return source.expression_after("default", source.offset(node), _AFTER_DEFAULT)


def _identity(node: Node, source: Source) -> Identity:
    written = source.parenthesised("identity", source.offset(node))
    return Identity(always=node["generated_when"] == "a", options=written)


def _generated(node: Node, source: Source) -> Generated:
    expression = source.parenthesised("as", source.offset(node))
    return Generated(expression or "", stored=node.get("generated_kind") == "s")


def constraint(node: Node, source: Source, column: str | None = None) -> Constraint:
    """A constraint of a table, or of the column it is written with."""
    name, at = node.get("conname"), source.offset(node)
    columns = (column,) if column is not None else strings(node.get("keys", ()))
    not_enforced = not node.get("is_enforced", False)
    # NOT ENFORCED skips validation by itself.
    not_valid = node.get("skip_validation", False) and not not_enforced
    deferrable, initially_deferred = node.get("deferrable", False), node.get("initdeferred", False)
    match node["contype"]:
        case "CONSTR_PRIMARY":
            return op.PrimaryKey(
                columns,
                using_index=node.get("indexname"),
                include=strings(node.get("including", ())),
                without_overlaps=node.get("without_overlaps", False),
                deferrable=deferrable,
                initially_deferred=initially_deferred,
                name=name,
                at=at,
            )
        case "CONSTR_UNIQUE":
            return op.Unique(
                columns,
                using_index=node.get("indexname"),
                include=strings(node.get("including", ())),
                without_overlaps=node.get("without_overlaps", False),
                nulls_not_distinct=node.get("nulls_not_distinct", False),
                deferrable=deferrable,
                initially_deferred=initially_deferred,
                name=name,
                at=at,
            )
        case "CONSTR_CHECK":
            expression = source.parenthesised("check", at) or ""
            no_inherit = node.get("is_no_inherit", False)
            return op.Check(expression, not_valid, no_inherit, not_enforced, name=name, at=at)
        case "CONSTR_NOTNULL":
            # The tree says of no NOT NULL that it is enforced.
            not_valid = node.get("skip_validation", False)
            return op.NotNull(columns[0], not_valid, node.get("is_no_inherit", False), name=name, at=at)
        case "CONSTR_FOREIGN":
            return op.ForeignKey(
                columns if column is not None else strings(node.get("fk_attrs", ())),
                references=source.relation(node["pktable"]),
                references_columns=strings(node.get("pk_attrs", ())),
                on_delete=_ACTIONS[node.get("fk_del_action", "a")],
                on_update=_ACTIONS[node.get("fk_upd_action", "a")],
                on_delete_columns=strings(node.get("fk_del_set_cols", ())),
                match_full=node.get("fk_matchtype") == "f",
                period=node.get("fk_with_period", False),
                deferrable=deferrable,
                initially_deferred=initially_deferred,
                not_valid=not_valid,
                not_enforced=not_enforced,
                name=name,
                at=at,
            )
        case _:
            return op.Exclude(source.expression_after("exclude", at, {","}), name=name, at=at)


def alter_table(node: Node, source: Source) -> Iterator[Operation]:
    """One operation for each of its commands; what is not read keeps its text, as a statement of its own."""
    table = source.relation(node["relation"])
    kind = kind_of(node["objtype"])
    commands = [command["AlterTableCmd"] for command in node["cmds"]]
    if len(commands) == 1 and kind == "table" and commands[0]["subtype"] in _WITHOUT_TEXT:
        only = _command(commands[0], table, kind, source, 0, 0)
        if only is not None:
            yield put_at(only, source.past_relation(node["relation"]))
            return
    name = source.token_at(source.offset(node["relation"]))
    first = source.past_name(name)
    if first < len(source.tokens) and source.tokens[first].word == "*":
        first += 1
    spans = list(source.pieces(first, len(source.tokens), 0))
    if kind == "type" or len(spans) != len(commands):
        yield op.Other(source.text, source.tag())
        return
    for command, (start, stop) in zip(commands, spans, strict=True):
        operation = _command(command, table, kind, source, start, stop)
        if operation is None:
            operation = op.Other(f"alter {kind} {table} {source.between(start, stop)}", f"alter {kind}")
        yield put_at(operation, source.tokens[start].start)


# What is read from the tree alone, in most statements that ALTER TABLE is used for.
_WITHOUT_TEXT = frozenset(
    f"AT_{name}"
    for name in (
        "AddColumn", "DropColumn", "SetNotNull", "DropNotNull", "AddConstraint", "DropConstraint", "ValidateConstraint",
        "EnableRowSecurity", "DisableRowSecurity", "ForceRowSecurity", "NoForceRowSecurity", "ChangeOwner",
    )
)  # fmt: skip


def _command(node: Node, table: QualifiedName, kind: str, source: Source, start: int, stop: int) -> Operation | None:
    name, missing_ok, cascade = node.get("name", ""), node.get("missing_ok", False), cascades(node)
    match node["subtype"]:
        case "AT_AddColumn":
            part, constraints = column(node["def"]["ColumnDef"], source)
            return op.AddColumn(table, part, constraints, missing_ok)
        case "AT_DropColumn":
            return op.DropColumn(table, name, missing_ok, cascade)
        case "AT_AlterColumnType":
            definition = node["def"]["ColumnDef"]
            using = source.find("using", start) if "raw_default" in definition else None
            expression = None if using is None else source.between(using + 1, stop)
            return op.AlterColumnType(
                table, name, type_name(definition["typeName"]), expression, _collation(definition)
            )
        case "AT_ColumnDefault" if "def" in node:
            word = source.find("default", start)
            return op.SetDefault(table, name, source.between(stop if word is None else word + 1, stop))
        case "AT_ColumnDefault":
            return op.DropDefault(table, name)
        case "AT_SetNotNull":
            return op.SetNotNull(table, name)
        case "AT_DropNotNull":
            return op.DropNotNull(table, name)
        case "AT_AddIdentity":
            return op.AddIdentity(table, name, _identity(node["def"]["Constraint"], source))
        case "AT_DropIdentity":
            return op.DropIdentity(table, name, missing_ok)
        case "AT_DropExpression":
            return op.DropExpression(table, name, missing_ok)
        case "AT_AddConstraint":
            return op.AddConstraint(table, constraint(node["def"]["Constraint"], source))
        case "AT_DropConstraint":
            return op.DropConstraint(table, name, missing_ok, cascade)
        case "AT_ValidateConstraint":
            return op.ValidateConstraint(table, name)
        case "AT_EnableRowSecurity":
            return op.EnableRowLevelSecurity(table)
        case "AT_DisableRowSecurity":
            return op.DisableRowLevelSecurity(table)
        case "AT_ForceRowSecurity":
            return op.ForceRowLevelSecurity(table)
        case "AT_NoForceRowSecurity":
            return op.NoForceRowLevelSecurity(table)
        case "AT_SetLogged" | "AT_SetUnLogged" as subtype:
            return op.SetLogged(table, subtype == "AT_SetLogged")
        case "AT_SetTableSpace":
            return op.SetTablespace(table, name)
        case "AT_SetAccessMethod":
            return op.SetAccessMethod(table, name or None)
        case "AT_ChangeOwner":
            return op.ChangeOwner(kind, str(table), role(node["newowner"]))
        case "AT_ReplicaIdentity":
            identity = node["def"]["ReplicaIdentityStmt"]
            return op.SetReplicaIdentity(table, _REPLICA_IDENTITIES[identity["identity_type"]], identity.get("name"))
        case "AT_SetRelOptions":
            return op.SetOptions(kind, table, options(items(node["def"])))
        case "AT_ResetRelOptions":
            return op.ResetOptions(kind, table, tuple(key for key, _ in options(items(node["def"]))))
        case "AT_AttachPartition" if kind == "table":
            return op.AttachPartition(table, source.relation(node["def"]["PartitionCmd"]["name"]))
        case "AT_DetachPartition":
            partition = node["def"]["PartitionCmd"]
            return op.DetachPartition(table, source.relation(partition["name"]), partition.get("concurrent", False))
        case subtype if subtype in _TRIGGER_MODES:
            return op.EnableTrigger(table, _TRIGGERS.get(subtype) or name, _TRIGGER_MODES[subtype])
        case "AT_DisableTrig" | "AT_DisableTrigAll" | "AT_DisableTrigUser" as subtype:
            return op.DisableTrigger(table, _TRIGGERS.get(subtype) or name)
        case _:
            return None


_REPLICA_IDENTITIES = {"d": "default", "f": "full", "n": "nothing", "i": "using index"}
_TRIGGER_MODES = {
    "AT_EnableTrig": "origin",
    "AT_EnableTrigAll": "origin",
    "AT_EnableTrigUser": "origin",
    "AT_EnableAlwaysTrig": "always",
    "AT_EnableReplicaTrig": "replica",
}
_TRIGGERS = {
    "AT_EnableTrigAll": "all",
    "AT_EnableTrigUser": "user",
    "AT_DisableTrigAll": "all",
    "AT_DisableTrigUser": "user",
}
