"""The SQL inside DO blocks and PL/pgSQL functions, and where in the body it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from kitdb.errors import KitdbError
from kitdb.names import quote_identifier, quote_literal
from kitdb.sql.read import expression_tree, native
from kitdb.sql.readers.source import Node, string, strings
from kitdb.sql.record import Record, record


@record()
class Embedded(Record):
    """One statement of a body; `start` is its offset there.

    `constant` is False for EXECUTE of a text that is put together when it runs: `text` is then the expression that
    does, and `spliced` names what becomes part of the statement without being quoted.
    """

    text: str
    start: int
    constant: bool = True
    spliced: tuple[str, ...] = ()


@record()
class Body(Record):
    """`problem` is what Postgres would say of a body that is no PL/pgSQL, with its line in the body."""

    statements: tuple[Embedded, ...] = ()
    problem: tuple[str, int] | None = None
    readable: bool = True


def read_body(
    body: str, *, block: bool = True, returns: str = "void", names: tuple[str, ...] = (), deep: bool = True
) -> Body:
    """What a PL/pgSQL body runs. `block` says that it is that of a DO; `names` are the arguments of a function.

    Without `deep` it is only seen whether it is PL/pgSQL at all.
    """
    wrapped = f"do {quote_literal(body)}" if block else _function(body, returns, names)
    functions, problem = _parsed(wrapped, deep)
    if problem is not None:
        return Body(problem=problem, readable=False)
    if functions is None:
        return Body(readable=False)
    return Body(tuple(_statements(functions, body)))


def _function(body: str, returns: str, names: tuple[str, ...]) -> str:
    # The parser knows no types but its own, and rejects arrays of others: text stands in for all of them.
    arguments = "" if returns == "trigger" else ", ".join(f"{quote_identifier(name)} text" for name in names)
    lowered = returns.lower()
    kind = "setof record" if lowered.startswith(("setof", "table")) else lowered if lowered in _KEPT else "record"
    return f"create function f({arguments}) returns {kind} language plpgsql as {quote_literal(body)}"


_KEPT = ("void", "trigger", "event_trigger")
_LINE = re.compile(r"near line (\d+)")


def _parsed(sql: str, deep: bool) -> tuple[Any, tuple[str, int] | None]:
    if native is None:
        return None, None
    result = native.lib.pg_query_parse_plpgsql(sql.encode(errors="replace"))
    try:
        if result.error:
            error = result.error.contents
            message = error.message.decode(errors="replace")
            line = _LINE.search((error.context or b"").decode(errors="replace"))
            # Of the other messages some are the parser's own limits.
            return None, (message, int(line[1]) if line else 1) if message.startswith("syntax error") else None
        if not deep:
            return [], None
        # The variables of a trigger function close one bracket too many.
        variables, action, rest = result.plpgsql_funcs.decode(errors="replace").partition('"action":')
        return json.loads(variables.replace("{}}", "{}") + action + rest), None
    except (ValueError, RecursionError):
        return None, None
    finally:
        native.lib.pg_query_free_plpgsql_parse_result(result)


def _statements(tree: Any, body: str) -> Iterator[Embedded]:
    starts = [0, *(match.end() for match in re.finditer("\n", body))]
    cursor = 0
    for kind, content in _nodes(tree):
        line = starts[min(max(content.get("lineno", 1) - 1, 0), len(starts) - 1)]
        cursor = max(cursor, line) if line else cursor
        match kind:
            case "PLpgSQL_stmt_execsql":
                query = content["sqlstmt"]["PLpgSQL_expr"]["query"]
                start = _find(body, query, cursor)
                cursor = start
                yield Embedded(query, start)
            case "PLpgSQL_stmt_dynexecute" | "PLpgSQL_stmt_dynfors":
                query = content["query"]["PLpgSQL_expr"]["query"]
                start = _find(body, query, cursor)
                cursor = start
                yield _executed(query, start)
            case "PLpgSQL_stmt_perform":
                query = content["expr"]["PLpgSQL_expr"]["query"]
                yield Embedded(query, _find(body, query.removeprefix("SELECT ").strip(), cursor))
            case "PLpgSQL_stmt_return_query" if "dynquery" in content:
                query = content["dynquery"]["PLpgSQL_expr"]["query"]
                yield _executed(query, _find(body, query, cursor))


def _find(body: str, text: str, cursor: int) -> int:
    """Where a statement stands: after the one before it, else anywhere."""
    found = body.find(text, cursor)
    return found if found >= 0 else max(body.find(text), 0)


def _nodes(tree: Any) -> Iterator[tuple[str, Any]]:
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, dict):
            waiting.extend(reversed(item.values()))
            for key, content in item.items():
                if key.startswith("PLpgSQL_stmt_") and isinstance(content, dict):
                    yield key, content


def _executed(expression: str, start: int) -> Embedded:
    try:
        tree = expression_tree(expression)
    except KitdbError:
        tree = None
    constant = None if tree is None else _constant(tree)
    if constant is not None:
        return Embedded(constant, start)
    return Embedded(expression, start, constant=False, spliced=() if tree is None else tuple(dict.fromkeys(_raw(tree))))


def _constant(node: Node) -> str | None:
    """The text that an expression of literals makes."""
    match node:
        case {"A_Const": {"sval": value}}:
            return str(value.get("sval", ""))
        case {"A_Expr": {"kind": "AEXPR_OP", "name": [{"String": {"sval": "||"}}], "lexpr": left, "rexpr": right}}:
            first, second = _constant(left), _constant(right)
            return None if first is None or second is None else first + second
        case {"TypeCast": {"arg": argument}}:
            return _constant(argument)
        case {"FuncCall": {"funcname": name, "args": [only]}} if strings(name)[-1] == "format":
            text = _constant(only)
            return None if text is None or "%" in text.replace("%%", "") else text.replace("%%", "%")
        case _:
            return None


# Functions that give their arguments' text back.
_PASSING_ON = frozenset("concat concat_ws replace lower upper trim btrim ltrim rtrim array_to_string".split())


def _raw(node: Node) -> Iterator[str]:
    """The names whose text becomes part of a statement without being quoted."""
    match node:
        case {"ColumnRef": {"fields": fields}}:
            yield ".".join(string(part) if "String" in part else "*" for part in fields)
        case {"A_Expr": {"name": [{"String": {"sval": "||"}}], "lexpr": left, "rexpr": right}}:
            yield from _raw(left)
            yield from _raw(right)
        case {"TypeCast": {"arg": argument, "typeName": {"names": names}}}:
            # What a number, a uuid or the name of an object prints is no SQL.
            if strings(names)[-1] in ("text", "varchar", "bpchar", "name", "unknown", "json", "jsonb"):
                yield from _raw(argument)
        case {"CoalesceExpr": {"args": arguments}}:
            for argument in arguments:
                yield from _raw(argument)
        case {"FuncCall": {"funcname": name, "args": [template, *arguments]}} if strings(name)[-1] == "format":
            yield from _formatted(template, arguments)
        case {"FuncCall": {"funcname": name, "args": arguments}} if strings(name)[-1] in _PASSING_ON:
            for argument in arguments:
                yield from _raw(argument)


_DIRECTIVE = re.compile(r"%(?:(%)|(?:(\d+)\$)?-?\d*(?:\*\d*\$?)?([sIL]))")


def _formatted(template: Node, arguments: list[Node]) -> Iterator[str]:
    text = _constant(template)
    if text is None:
        yield from _raw(template)
        return
    position = 0
    for found in _DIRECTIVE.finditer(text):
        if found[1]:
            continue
        position = int(found[2]) if found[2] else position + 1
        if found[3] == "s" and position <= len(arguments):
            yield from _raw(arguments[position - 1])
