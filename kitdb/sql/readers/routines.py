"""Functions, procedures, triggers, DO."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kitdb.names import quote_identifier
from kitdb.sql import operations as op
from kitdb.sql.operations import Operation
from kitdb.sql.readers.source import (
    Node,
    Source,
    argument_types,
    items,
    kind_of,
    string,
    strings,
    type_name,
    value,
)

_INPUT = ("FUNC_PARAM_DEFAULT", "FUNC_PARAM_IN", "FUNC_PARAM_INOUT", "FUNC_PARAM_VARIADIC")
_EVENTS = {4: "insert", 16: "update", 8: "delete", 32: "truncate"}
_TIMINGS = {0: "after", 2: "before", 64: "instead of"}


def create_function(node: Node, source: Source) -> Iterator[Operation]:
    parameters = [parameter["FunctionParameter"] for parameter in node.get("parameters", ())]
    chosen = {part["DefElem"]["defname"]: part["DefElem"].get("arg", {}) for part in node.get("options", ())}
    yield op.CreateFunction(
        source.qualified(strings(node["funcname"])),
        types=tuple(type_name(part["argType"]) for part in parameters if part["mode"] in _INPUT),
        arguments=source.first_parenthesised(),
        returns=_returns(node, parameters),
        language=string(chosen["language"]).lower() if "language" in chosen else "sql" if "sql_body" in node else None,
        body=_body(node, chosen, source),
        security_definer=_is_true(chosen.get("security")),
        settings=_settings(node.get("options", ())),
        volatility=string(chosen["volatility"]) if "volatility" in chosen else "volatile",
        strict=_is_true(chosen.get("strict")),
        or_replace=node.get("replace", False),
        procedure=node.get("is_procedure", False),
    )


def _returns(node: Node, parameters: list[Node]) -> str | None:
    if "returnType" not in node:
        return None
    table = [part for part in parameters if part["mode"] == "FUNC_PARAM_TABLE"]
    if table:
        columns = (f"{quote_identifier(part['name'])} {type_name(part['argType'])}" for part in table)
        return f"TABLE({', '.join(columns)})"
    return type_name(node["returnType"])


def _body(node: Node, chosen: dict[str, Node], source: Source) -> str:
    if "sql_body" not in node:
        return ", ".join(strings(items(chosen["as"]))) if "as" in chosen else ""
    for index, token in enumerate(source.tokens):
        following = source.tokens[index + 1].word if index + 1 < len(source.tokens) else ""
        if token.depth == 0 and (token.word == "return" or (token.word, following) == ("begin", "atomic")):
            return source.text[token.start :]
    return ""


def _is_true(node: Node | None) -> bool:
    return bool(node and node.get("Boolean", {}).get("boolval", False))


def _settings(nodes: Iterable[Node]) -> tuple[tuple[str, str | None], ...]:
    """The SET clauses; FROM CURRENT has no value to show."""
    statements = [part["DefElem"]["arg"]["VariableSetStmt"] for part in nodes if part["DefElem"]["defname"] == "set"]
    return tuple(
        (statement["name"], setting(statement))
        for statement in statements
        if statement["kind"] in ("VAR_SET_VALUE", "VAR_SET_CURRENT")
    )


def setting(node: Node) -> str | None:
    """The value of a SET; an empty list (`''`) is an empty text."""
    if node["kind"] != "VAR_SET_VALUE":
        return None
    return ", ".join(value(argument) for argument in node.get("args", ()))


def alter_function(node: Node, source: Source) -> Iterator[Operation]:
    chosen = {part["DefElem"]["defname"]: part["DefElem"].get("arg", {}) for part in node["actions"]}
    resets = [
        part["DefElem"]["arg"]["VariableSetStmt"] for part in node["actions"] if part["DefElem"]["defname"] == "set"
    ]
    yield op.AlterFunction(
        source.qualified(strings(node["func"]["objname"])),
        argument_types(node["func"]),
        kind=kind_of(node["objtype"]),
        security_definer=_is_true(chosen["security"]) if "security" in chosen else None,
        settings=_settings(node["actions"]),
        reset=tuple(part.get("name", "all") for part in resets if part["kind"] in _RESETS),
    )


_RESETS = ("VAR_RESET", "VAR_RESET_ALL", "VAR_SET_DEFAULT")


def create_trigger(node: Node, source: Source) -> Iterator[Operation]:
    yield op.CreateTrigger(
        node["trigname"],
        source.relation(node["relation"]),
        source.qualified(strings(node["funcname"])),
        timing=_TIMINGS[node.get("timing", 0)],
        events=tuple(event for bit, event in _EVENTS.items() if node["events"] & bit),
        columns=strings(node.get("columns", ())),
        for_each_row=node.get("row", False),
        when=source.parenthesised("when") if "whenClause" in node else None,
        arguments=strings(node.get("args", ())),
        or_replace=node.get("replace", False),
        constraint=node.get("isconstraint", False),
    )


def do(node: Node, _source: Source) -> Iterator[Operation]:
    chosen = {part["DefElem"]["defname"]: part["DefElem"]["arg"] for part in node["args"]}
    language = string(chosen["language"]).lower() if "language" in chosen else "plpgsql"
    yield op.Do(language, string(chosen["as"]) if "as" in chosen else "")


def call(node: Node, source: Source) -> Iterator[Operation]:
    yield op.Call(source.qualified(strings(node["funccall"]["funcname"])))
