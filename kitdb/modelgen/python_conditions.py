"""Conditions in Python: the calls of runtime.py that evaluate them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from kitdb.modelgen import regex
from kitdb.modelgen.condition import (
    Both,
    Call,
    ColumnValue,
    Comparison,
    Condition,
    Constant,
    Either,
    IsNull,
    Matches,
    Negation,
    Operand,
    Subset,
    Truth,
    Value,
    Within,
)
from kitdb.modelgen.layout import Group, Node, call, literal


def all_of(conditions: Sequence[Condition], attributes: Mapping[str, str]) -> Node:
    """The conditions in one; `attributes` are the names of fields by column."""
    nodes = [_condition(condition, attributes) for condition in conditions]
    return nodes[0] if len(nodes) == 1 else call("pg.both", *nodes)


def _condition(condition: Condition, attributes: Mapping[str, str]) -> Node:
    match condition:
        case Comparison(operator, left, right):
            return call("pg.compare", _operand(left, attributes), literal(operator), _operand(right, attributes))
        case Within(item, values):
            return call("pg.within", _operand(item, attributes), _list(values))
        case Subset(item, values):
            return call("pg.subset", _operand(item, attributes), _list(values))
        case Matches(item, pattern):
            # For Python, `$` is also the place before a last newline.
            return call("pg.matches", _operand(item, attributes), literal(regex.print_regex(pattern, end=r"\Z")))
        case IsNull(item):
            return call("pg.is_null", _operand(item, attributes))
        case Truth(item):
            return call("pg.truth", _operand(item, attributes))
        case Negation(item):
            return call("pg.negation", _condition(item, attributes))
        case Both(items):
            return call("pg.both", *(_condition(item, attributes) for item in items))
        case Either(items):
            return call("pg.either", *(_condition(item, attributes) for item in items))


def _operand(operand: Operand, attributes: Mapping[str, str]) -> Node:
    match operand:
        case ColumnValue(name):
            return call("pg.field", literal(attributes[name]))
        case Constant(value):
            return call("pg.constant", constant(value))
        case Call(function, arguments):
            return call(f"pg.{function}", *(_operand(argument, attributes) for argument in arguments))


def _list(values: Sequence[Value]) -> Node:
    return Group("[", tuple(map(constant, values)), "]")


def constant(value: Value) -> str:
    """The value as a Python expression."""
    match value:
        case str():
            return literal(value)
        case Decimal():
            return f"pg.exact({literal(str(value))})"
        case float():
            return f"float({literal(str(value))})"  # neither NaN nor infinity has a literal
        case _:
            return repr(value)
