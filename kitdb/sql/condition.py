"""What the condition of a policy comes to for different callers, without a database.

A condition is worked out with every value unknown but the caller's own. What may come of it is a set of truths: where
it is `{True}`, nothing about the row matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Literal

from kitdb.errors import KitdbError
from kitdb.sql.read import expression_tree
from kitdb.sql.readers.expressions import LEAVES
from kitdb.sql.readers.source import Node, string, strings, value
from kitdb.sql.record import Record, record

Caller = Literal["nobody", "stranger", "owner"]
Truth = bool | None
Truths = frozenset[Truth]

ANY: Truths = frozenset((True, False, None))
_TRUE, _FALSE, _NULL = frozenset((True,)), frozenset((False,)), frozenset((None,))


@record()
class Value(Record):
    """`kind` is "null", "caller" (who is asking), "column", "constant" or "unknown"."""

    kind: str
    text: str = ""


_UNKNOWN, _NOTHING, _CALLER = Value("unknown"), Value("null"), Value("caller")


@lru_cache(maxsize=1024)
def outcomes(condition: str, caller: Caller) -> Truths:
    """What the condition may be: for nobody who is signed in, for a stranger to the row, for its owner.

    A stranger's identity equals no column, an owner's equals every one that it is compared with.
    """
    try:
        tree = expression_tree(condition)
    except KitdbError:
        return ANY
    return ANY if tree is None else _truths(tree, caller)


def _truths(node: Node, caller: Caller) -> Truths:
    kind, content = next(iter(node.items()))
    match kind:
        case "BoolExpr":
            return _combined(content["boolop"], [_truths(part, caller) for part in content["args"]])
        case "NullTest":
            return _null_test(_value(content["arg"], caller), content["nulltesttype"] == "IS_NULL")
        case "BooleanTest":
            return _boolean_test(_truths(content["arg"], caller), content["booltesttype"])
        case "A_Expr":
            return _compared(content, caller)
        case "SubLink":
            return _sublink(content, caller)
        case "CoalesceExpr":
            return _first_not_null([_truths(part, caller) for part in content["args"]])
        case "TypeCast" if strings(content["typeName"]["names"])[-1] == "bool":
            written = _value(content["arg"], caller)
            if written.kind == "constant":
                return {"t": _TRUE, "true": _TRUE, "f": _FALSE, "false": _FALSE}.get(written.text.lower(), ANY)
            return _NULL if written.kind == "null" else _truths(content["arg"], caller)
        case "A_Const" if "boolval" in content:
            return _TRUE if content["boolval"].get("boolval", False) else _FALSE
        case "A_Const" if content.get("isnull"):
            return _NULL
        case _:
            return _NULL if _value(node, caller).kind == "null" else ANY


def _combined(operator: str, parts: list[Truths]) -> Truths:
    if operator == "NOT_EXPR":
        return frozenset(None if truth is None else not truth for truth in parts[0])
    combine = _or if operator == "OR_EXPR" else _and
    result = parts[0]
    for part in parts[1:]:
        result = frozenset(combine(left, right) for left in result for right in part)
    return result


def _or(left: Truth, right: Truth) -> Truth:
    return True if left or right else None if left is None or right is None else False


def _and(left: Truth, right: Truth) -> Truth:
    return False if left is False or right is False else None if left is None or right is None else True


def _null_test(tested: Value, wants_null: bool) -> Truths:
    match tested.kind:
        case "null":
            return _TRUE if wants_null else _FALSE
        case "caller" | "constant":
            return _FALSE if wants_null else _TRUE
        case _:
            return frozenset((True, False))


def _boolean_test(truths: Truths, test: str) -> Truths:
    wanted = {"TRUE": True, "FALSE": False, "UNKNOWN": None}[test.rpartition("_")[2]]
    negated = "_NOT_" in test
    return frozenset((truth is wanted) is not negated for truth in truths)


def _first_not_null(parts: list[Truths]) -> Truths:
    found: set[Truth] = set()
    for part in parts:
        found |= part - {None}
        if None not in part:
            return frozenset(found)
    return frozenset(found | {None})


def _compared(content: Node, caller: Caller) -> Truths:
    operator = strings(content["name"])[-1]
    kind = content["kind"]
    if "lexpr" not in content:
        return ANY
    left = _value(content["lexpr"], caller)
    if kind == "AEXPR_IN":
        items = content["rexpr"]["List"].get("items", []) if "List" in content["rexpr"] else []
        each = [_equal(left, _value(item, caller), "=", caller) for item in items] or [ANY]
        found = _combined("OR_EXPR", each)
        return found if operator == "=" else _combined("NOT_EXPR", [found])
    right = _value(content["rexpr"], caller)
    match kind:
        case "AEXPR_DISTINCT" | "AEXPR_NOT_DISTINCT":
            same = _same(left, right, caller)
            return same if kind == "AEXPR_NOT_DISTINCT" else _combined("NOT_EXPR", [same])
        case "AEXPR_OP_ANY" | "AEXPR_OP_ALL":
            return _NULL if "null" in (left.kind, right.kind) else _equal(left, right, operator, caller)
        case "AEXPR_OP":
            return _equal(left, right, operator, caller)
        case _:
            return _NULL if "null" in (left.kind, right.kind) else ANY


def _equal(left: Value, right: Value, operator: str, caller: Caller) -> Truths:
    if "null" in (left.kind, right.kind):
        return _NULL
    if operator not in ("=", "<>", "!="):
        return ANY
    same = _same(left, right, caller)
    if "unknown" in (left.kind, right.kind):
        return ANY
    return same if operator == "=" else _combined("NOT_EXPR", [same])


def _same(left: Value, right: Value, caller: Caller) -> Truths:
    kinds = {left.kind, right.kind}
    if kinds == {"null"}:
        return _TRUE
    if kinds == {"caller", "column"}:
        return _TRUE if caller == "owner" else _FALSE
    if kinds == {"caller"}:
        return _TRUE
    if kinds == {"null", "caller"} or kinds == {"null", "constant"}:
        return _FALSE
    if kinds == {"constant"}:
        return _TRUE if left.text == right.text else _FALSE
    if kinds == {"column"} and left.text == right.text:
        return _TRUE
    return frozenset((True, False))


def _sublink(content: Node, caller: Caller) -> Truths:
    query = content["subselect"].get("SelectStmt", {})
    kind = content["subLinkType"]
    if kind == "EXPR_SUBLINK" and not query.keys() & _WITH_ROWS and len(query.get("targetList", ())) == 1:
        return _truths(query["targetList"][0]["ResTarget"]["val"], caller)
    empty = _is_empty(query, caller)
    match kind:
        case "EXISTS_SUBLINK":
            return _FALSE if empty else frozenset((True, False))
        case "ANY_SUBLINK":
            return _FALSE if empty else ANY
        case "ALL_SUBLINK":
            return _TRUE if empty else ANY
        case _:
            return _NULL if empty and not _aggregates(query) else ANY


_WITH_ROWS = {"fromClause", "whereClause", "valuesLists", "larg"}


def _is_empty(query: Node, caller: Caller) -> bool:
    """Whether no row can come of it for this caller."""
    if "whereClause" not in query or _aggregates(query):
        return False
    return True not in _truths(query["whereClause"], caller)


def _aggregates(query: Node) -> bool:
    return any("FuncCall" in target["ResTarget"].get("val", {}) for target in query.get("targetList", ()))


def _value(node: Node, caller: Caller) -> Value:
    kind, content = next(iter(node.items()))
    match kind:
        case "TypeCast":
            return _value(content["arg"], caller)
        case "A_Const":
            return _NOTHING if content.get("isnull") else Value("constant", value(node))
        case "ColumnRef":
            return Value("column", ".".join(string(part) if "String" in part else "*" for part in content["fields"]))
        case "FuncCall":
            return _called(content, caller)
        case "A_Expr" if content["kind"] == "AEXPR_OP" and "lexpr" in content:
            return _operated(content, caller)
        case "CoalesceExpr":
            values = [_value(part, caller) for part in content["args"]]
            return next((found for found in values if found.kind != "null"), _NOTHING)
        case "SubLink" if content["subLinkType"] == "EXPR_SUBLINK":
            query = content["subselect"].get("SelectStmt", {})
            if not query.keys() & _WITH_ROWS and len(query.get("targetList", ())) == 1:
                return _value(query["targetList"][0]["ResTarget"]["val"], caller)
            return _NOTHING if _is_empty(query, caller) else _UNKNOWN
        case "A_Indirection":
            return _value(content["arg"], caller) if "arg" in content else _UNKNOWN
        case _:
            return _UNKNOWN


_WHO = ("auth.uid", "auth.email")


def _called(content: Node, caller: Caller) -> Value:
    name = ".".join(strings(content["funcname"]))
    match name:
        case "auth.uid" | "auth.email":
            return _NOTHING if caller == "nobody" else _CALLER
        case "auth.role":
            return Value("constant", "anon" if caller == "nobody" else "authenticated")
        case "current_setting" if _setting(content) == "request.jwt.claim.sub":
            return _NOTHING if caller == "nobody" else _CALLER
        case "nullif" | "lower" | "upper" | "trim" | "btrim" if content.get("args"):
            return _value(content["args"][0], caller)
        case _:
            return _UNKNOWN


def _setting(content: Node) -> str:
    arguments = content.get("args", ())
    return value(arguments[0]) if arguments and "A_Const" in arguments[0] else ""


# What the token of somebody who is not signed in holds.
_ANONYMOUS_CLAIMS = ("role", "iss", "ref", "iat", "exp")


def _operated(content: Node, caller: Caller) -> Value:
    """A claim of the token, or something that an operator makes."""
    operator = strings(content["name"])[-1]
    if operator not in ("->", "->>", "#>", "#>>"):
        values = [_value(content[side], caller) for side in ("lexpr", "rexpr")]
        return _NOTHING if any(found.kind == "null" for found in values) else _UNKNOWN
    path = _claim(content)
    if not path:
        return _NOTHING if _value(content["lexpr"], caller).kind == "null" else _UNKNOWN
    if path == ("role",):
        return Value("constant", "anon" if caller == "nobody" else "authenticated")
    if caller == "nobody":
        return _UNKNOWN if path[0] in _ANONYMOUS_CLAIMS else _NOTHING
    return _CALLER if path in (("sub",), ("email",)) else _UNKNOWN


def _claim(node: Node) -> tuple[str, ...]:
    """The path of a claim in the token: `auth.jwt() -> 'app_metadata' ->> 'role'`."""
    base = _unwrapped(node["lexpr"])
    key = node["rexpr"]
    if "A_Const" not in _unwrapped(key):
        return ()
    keys = tuple(value(_unwrapped(key)).strip("{}").split(","))
    match base:
        case {"FuncCall": call} if ".".join(strings(call["funcname"])) == "auth.jwt":
            return keys
        case {"FuncCall": call} if _setting(call) == "request.jwt.claims":
            return keys
        case {"A_Expr": inner} if "lexpr" in inner:
            before = _claim(inner)
            return (*before, *keys) if before else ()
        case _:
            return ()


def _unwrapped(node: Node) -> Node:
    """The expression inside casts and subqueries without FROM."""
    match node:
        case {"TypeCast": {"arg": argument}}:
            return _unwrapped(argument)
        case {"SubLink": {"subLinkType": "EXPR_SUBLINK", "subselect": {"SelectStmt": query}}} if (
            not query.keys() & _WITH_ROWS and len(query.get("targetList", ())) == 1
        ):
            return _unwrapped(query["targetList"][0]["ResTarget"]["val"])
        case {"FuncCall": {"funcname": name, "args": [only, *_]}} if strings(name)[-1] == "nullif":
            return _unwrapped(only)
        case _:
            return node


# Names inside subqueries

Columns = Callable[[str, str], frozenset[str]]


@record()
class Captured(Record):
    """An unqualified column in a subquery that means the inner table's, where the policy's table has one as well."""

    column: str
    relation: str


def captured(condition: str, own: Iterable[str], columns: Columns) -> tuple[Captured, ...]:
    """The columns that a subquery takes for its own, compared with nothing but what is its own too.

    `own` are the columns of the policy's table; `columns` gives those of another by schema (empty if it is not
    written) and name.
    """
    if "from" not in condition.lower():
        return ()
    try:
        tree = expression_tree(condition)
    except KitdbError:
        return ()
    if tree is None:
        return ()
    return tuple(dict.fromkeys(_captured(tree, frozenset(own), columns)))


def _captured(tree: Any, own: frozenset[str], columns: Columns) -> Iterator[Captured]:
    for query in _selects(tree):
        tables = list(_from(query))
        names = {alias for alias, _, _ in tables}
        for comparison in _conditions(query):
            left, right = _references(comparison["lexpr"]), _references(comparison["rexpr"])
            for these, others in ((left, right), (right, left)):
                for reference in these:
                    if len(reference) != 1 or reference[0] not in own or not others:
                        continue
                    inner = next(
                        (alias for alias, schema, name in tables if reference[0] in columns(schema, name)), None
                    )
                    if inner is not None and all(_is_inner(other, names, tables, columns) for other in others):
                        yield Captured(reference[0], inner)


def _is_inner(
    reference: tuple[str, ...], names: set[str], tables: list[tuple[str, str, str]], columns: Columns
) -> bool:
    if len(reference) > 1:
        return reference[-2] in names
    return any(reference[0] in columns(schema, name) for _, schema, name in tables)


def _selects(tree: Node) -> Iterator[Node]:
    waiting = [tree]
    while waiting:
        for key, part in waiting.pop().items():
            kind = type(part)
            if key in LEAVES:
                continue
            if kind is dict:
                if key == "SelectStmt" and "fromClause" in part:
                    yield part
                waiting.append(part)
            elif kind is list:
                waiting.extend(part)


def _from(query: Node) -> Iterator[tuple[str, str, str]]:
    """The alias, schema and name of each relation in a FROM."""
    waiting = list(query.get("fromClause", ()))
    while waiting:
        match waiting.pop():
            case {"RangeVar": relation}:
                name = relation["relname"]
                yield relation.get("alias", {}).get("aliasname", name), relation.get("schemaname", ""), name
            case {"JoinExpr": join}:
                waiting.extend((join["larg"], join["rarg"]))


def _conditions(query: Node) -> Iterator[Node]:
    """The comparisons in a query's own WHERE and ON."""
    waiting: list[Any] = [query.get("whereClause"), *query.get("fromClause", ())]
    while waiting:
        match waiting.pop():
            case {"A_Expr": {"kind": "AEXPR_OP", "lexpr": _, "rexpr": _} as comparison}:
                yield comparison
            case {"BoolExpr": {"args": parts}}:
                waiting.extend(parts)
            case {"JoinExpr": join}:
                waiting.extend((join["larg"], join["rarg"], join.get("quals")))


def _references(node: Any) -> list[tuple[str, ...]]:
    """The columns in an expression, without those of subqueries in it."""
    found: list[tuple[str, ...]] = []
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            if "ColumnRef" in item:
                found.append(tuple(string(part) if "String" in part else "*" for part in item["ColumnRef"]["fields"]))
            elif "SubLink" not in item:
                waiting.extend(item.values())
    return found


def columns_of_caller(condition: str) -> tuple[tuple[str, ...], ...]:
    """The columns, as written, that the condition compares with the caller's own id, outside of subqueries."""
    try:
        tree = expression_tree(condition)
    except KitdbError:
        return ()
    found: dict[tuple[str, ...], None] = {}
    waiting: list[Any] = [tree]
    while waiting:
        match waiting.pop():
            case {"BoolExpr": {"args": parts}}:
                waiting.extend(parts)
            case {"A_Expr": {"kind": "AEXPR_OP", "name": [{"String": {"sval": "="}}], "lexpr": left, "rexpr": right}}:
                for one, other in ((left, right), (right, left)):
                    if "ColumnRef" in one and _value(other, "owner") == _CALLER:
                        found[tuple(string(part) for part in one["ColumnRef"]["fields"] if "String" in part)] = None
    return tuple(found)


def is_uncorrelated(condition: str, own: Iterable[str], table: str, columns: Columns) -> str | None:
    """The relation of an EXISTS that asks of nothing but the caller: where it is true, it is so for every row."""
    try:
        tree = expression_tree(condition)
    except KitdbError:
        return None
    owned = frozenset(own)
    waiting: list[Any] = [tree]
    while waiting:
        match waiting.pop():
            case {"BoolExpr": {"args": parts, "boolop": operator}} if operator != "NOT_EXPR":
                waiting.extend(parts)
            case {"SubLink": {"subLinkType": "EXISTS_SUBLINK", "subselect": {"SelectStmt": query}}}:
                relations = [name for _, _, name in _from(query)]
                where = query.get("whereClause")
                if len(relations) == 1 and where and _only_caller(where, owned, table, query, columns):
                    return relations[0]
    return None


def _only_caller(where: Node, own: frozenset[str], table: str, query: Node, columns: Columns) -> bool:
    """Whether a WHERE is nothing but `column = auth.uid()`, of the inner table."""
    match where:
        case {"A_Expr": {"kind": "AEXPR_OP", "name": [{"String": {"sval": "="}}], "lexpr": left, "rexpr": right}}:
            column = left if "ColumnRef" in left else right
            other = right if column is left else left
            if "ColumnRef" not in column or _value(other, "owner") != _CALLER:
                return False
            reference = _references(column)[0]
            if len(reference) > 1:
                return reference[-2] != table
            inner = any(reference[0] in columns(schema, name) for _, schema, name in _from(query))
            return inner or reference[0] not in own
        case _:
            return False
