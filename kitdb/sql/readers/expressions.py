"""What an expression is made of: the functions it calls, the columns and texts in it, whether it is always true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kitdb.sql.readers.source import Node, string, strings, value
from kitdb.sql.record import Record, record

# The trees of conditions in statements that were read, so that nobody parses a condition again: as many as soon are
# asked for, for a folder may have more than fit into memory.
_read_already: dict[str, Node] = {}
_KEPT = 2_000


def keep_tree(text: str | None, tree: Node) -> None:
    if text is not None and len(_read_already) < _KEPT:
        _read_already[text] = tree


def kept_tree(text: str) -> Node | None:
    """The tree of a condition, given away; its locations are those in the statement."""
    return _read_already.pop(text, None)


@record()
class FunctionCall(Record):
    """`name` is as written ("auth.uid"). `once` if it stands in a subquery with no FROM, so that Postgres computes it
    once for the statement and not for every row."""

    name: str
    once: bool


@record()
class Expression(Record):
    """`always` is True or False where the expression is that for every row, None where it depends."""

    always: bool | None = None
    calls: tuple[FunctionCall, ...] = ()
    columns: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    compared_roles: tuple[str, ...] = ()


def describe(node: Node) -> Expression:
    calls: list[FunctionCall] = []
    columns: list[str] = []
    texts: list[str] = []
    relations: list[str] = []
    roles: list[str] = []
    for kind, content, once in _nodes(node):
        match kind:
            case "FuncCall":
                calls.append(FunctionCall(".".join(strings(content["funcname"])), once))
            case "ColumnRef":
                columns.append(".".join(string(part) if "String" in part else "*" for part in content["fields"]))
            case "A_Const" if "sval" in content:
                texts.append(content["sval"].get("sval", ""))
            case "A_Expr" if content["kind"] == "AEXPR_OP" and "lexpr" in content:
                roles.extend(_compared_role(content["lexpr"], content["rexpr"]))
            case "RangeVar":
                relations.append(".".join(filter(None, (content.get("schemaname"), content["relname"]))))
    return Expression(always(node), tuple(calls), tuple(columns), tuple(texts), tuple(relations), tuple(roles))


def _compared_role(left: Node, right: Node) -> Iterator[str]:
    """The text that auth.role() is compared with."""
    for call, constant in ((left, right), (right, left)):
        while "TypeCast" in constant:
            constant = constant["TypeCast"]["arg"]
        while "SubLink" in call and "SelectStmt" in call["SubLink"]["subselect"]:
            targets = call["SubLink"]["subselect"]["SelectStmt"].get("targetList", [])
            call = targets[0]["ResTarget"]["val"] if targets else {}
        if "FuncCall" in call and strings(call["FuncCall"]["funcname"]) == ("auth", "role") and "A_Const" in constant:
            yield value(constant)


# What has neither calls, columns nor queries in it.
LEAVES = frozenset(("ColumnRef", "A_Const", "funcname", "name", "typeName"))
_DESCRIBED = frozenset(("FuncCall", "ColumnRef", "A_Const", "A_Expr", "RangeVar"))


def _nodes(root: Node) -> Iterator[tuple[str, Node, bool]]:
    """The nodes that `describe` tells of with their kind, and whether the query around each has no FROM."""
    waiting: list[tuple[Node, bool]] = [(root, False)]
    while waiting:
        item, once = waiting.pop()
        for key, content in reversed(item.items()):
            kind = type(content)
            if kind is dict:
                if key in _DESCRIBED:
                    yield key, content, once
                if key in LEAVES:
                    continue
                waiting.append((content, "fromClause" not in content if key == "SelectStmt" else once))
            elif kind is list and key not in LEAVES:
                waiting.extend([(part, once) for part in reversed(content)])


def always(node: Node) -> bool | None:
    """The truth of a condition that needs no row to be known. A column equal to itself counts as true."""
    kind, content = next(iter(node.items()))
    match kind:
        case "A_Const" if "boolval" in content:
            return bool(content["boolval"].get("boolval", False))
        case "TypeCast":
            return _cast(content)
        case "BoolExpr":
            return _combined(content["boolop"], [always(part) for part in content["args"]])
        case "A_Expr" if content["kind"] == "AEXPR_OP" and "lexpr" in content:
            return _compared(content)
        case "SubLink" if content["subLinkType"] == "EXPR_SUBLINK":
            return _selected(content["subselect"]["SelectStmt"])
        case "CoalesceExpr":
            return always(content["args"][0])
        case _:
            return None


def _cast(content: Node) -> bool | None:
    if strings(content["typeName"]["names"])[-1] != "bool":
        return None
    if "A_Const" in content["arg"] and "sval" in content["arg"]["A_Const"]:
        return {"t": True, "true": True, "f": False, "false": False}.get(value(content["arg"]).lower())
    return always(content["arg"])


def _combined(operator: str, parts: list[bool | None]) -> bool | None:
    match operator:
        case "NOT_EXPR":
            return None if parts[0] is None else not parts[0]
        case "OR_EXPR":
            return True if True in parts else None if None in parts else False
        case _:
            return False if False in parts else None if None in parts else True


def _compared(content: Node) -> bool | None:
    if strings(content["name"]) != ("=",):
        return None
    left, right = content["lexpr"], content["rexpr"]
    if not any(kind in left and kind in right for kind in ("ColumnRef", "A_Const")):
        return None
    return True if _plain(left) == _plain(right) and "isnull" not in left.get("A_Const", {}) else None


def _selected(query: Node) -> bool | None:
    if query.keys() & {"fromClause", "whereClause", "valuesLists", "larg"}:
        return None
    return always(query["targetList"][0]["ResTarget"]["val"])


def _plain(node: Any) -> Any:
    """The node without its places in the text."""
    if isinstance(node, dict):
        return {key: _plain(content) for key, content in node.items() if key != "location"}
    return [_plain(part) for part in node] if isinstance(node, list) else node
