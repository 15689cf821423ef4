"""Conditions in TypeScript: the calls of runtime.ts that evaluate them."""

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
    Kind,
    Matches,
    Negation,
    Operand,
    Subset,
    Truth,
    Value,
    Within,
)
from kitdb.modelgen.typescript_layout import Chain, Node, Tuple, literal

_READERS: Mapping[Kind, str] = {
    **dict.fromkeys(("integer", "numeric", "float"), "pg.exact"),
    "date": "pg.day",
    "timestamp": "pg.local",
    "timestamptz": "pg.instant",
    "time": "pg.timeOfDay",
    "uuid": "pg.uuidOf",
}
_NUMBERS = ("integer", "numeric", "float")
_FUNCTIONS = {
    "length": "lengthOf",
    "trimmed": "trimmed",
    "cardinality": "cardinality",
    "array_length": "arrayLength",
    "json_type": "jsonType",
    "count_set": "countSet",
    "count_null": "countNull",
}


def all_of(conditions: Sequence[Condition], scales: Mapping[str, int]) -> Node:
    """The conditions in one; `scales` are those of the columns that round what they are given."""
    nodes = [_Writer(scales).condition(condition) for condition in conditions]
    return nodes[0] if len(nodes) == 1 else _call("both", *nodes)


def _call(function: str, *items: Node) -> Node:
    return Chain("pg", ((f".{function}", items),))


class _Writer:
    def __init__(self, scales: Mapping[str, int]) -> None:
        self.scales = scales

    def condition(self, condition: Condition) -> Node:
        match condition:
            case Comparison(operator, left, right):
                numbers = left.kind in _NUMBERS or right.kind in _NUMBERS
                compare = "compareNumbers" if numbers else "compare"
                return _call(compare, self.operand(left), literal(operator), self.operand(right))
            case Within(item, values):
                return _call("within", self.operand(item), _list(values))
            case Subset(item, values):
                return _call("subset", self.operand(item), _list(values))
            case Matches(item, pattern):
                return _call("matches", self.operand(item), _pattern(pattern))
            case IsNull(item):
                return _call("isNull", self.operand(item))
            case Truth(item):
                return _call("truth", self.operand(item))
            case Negation(item):
                return _call("negation", self.condition(item))
            case Both(items):
                return _call("both", *map(self.condition, items))
            case Either(items):
                return _call("either", *map(self.condition, items))

    def operand(self, operand: Operand) -> Node:
        match operand:
            case ColumnValue(name, kind):
                return _call("field", literal(name), *self.reader(name, kind))
            case Constant(value):
                return _call("constant", _constant(value))
            case Call("octet_length", (ColumnValue(_, "bytes"),) as arguments):
                return _call("byteLength", *map(self.operand, arguments))
            case Call("octet_length", arguments):
                return _call("octetLength", *map(self.operand, arguments))
            case Call(function, arguments):
                return _call(_FUNCTIONS[function], *map(self.operand, arguments))

    def reader(self, column: str, kind: Kind) -> list[Node]:
        if column in self.scales:
            return [_call("rounded", str(self.scales[column]))]
        return [_READERS[kind]] if kind in _READERS else []


def _list(values: Sequence[Value]) -> Node:
    return Tuple(tuple(map(_constant, values)))


def _constant(value: Value) -> Node:
    match value:
        case str():
            return literal(value)
        case bool() | None:
            return {True: "true", False: "false", None: "null"}[value]
        case int() | float() | Decimal():
            return _call("number", literal(str(value)))


def _pattern(pattern: regex.Node) -> Node:
    """As the text of a RegExp: a literal would end at the first slash, and at the end of a line."""
    return Chain("new RegExp", (("", (literal(regex.print_regex(pattern)), '"u"')),))
