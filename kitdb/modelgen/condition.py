"""Check constraints as conditions that a model can evaluate with exactly Postgres's answer, or not at all.

Reads the form that Postgres prints (`pg_get_expr`). What is not understood to the last detail raises `NotTranslated`
with the reason; nothing is guessed, and no branch of an OR is taken alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from kitdb.modelgen import regex

# What a value can be compared as. "other" is known to be there or not, and no more.
Kind = Literal[
    "integer",
    "numeric",
    "float",
    "text",
    "boolean",
    "enum",
    "json",
    "array",
    "text array",
    "integer array",
    "enum array",
    "date",
    "timestamp",
    "timestamptz",
    "time",
    "uuid",
    "bytes",
    "composite",
    "null",
    "other",
]
Operator = Literal["<", "<=", "=", "<>", ">=", ">"]
Function = Literal[
    "length", "octet_length", "trimmed", "cardinality", "array_length", "json_type", "count_set", "count_null"
]
Value: TypeAlias = "str | int | float | Decimal | bool | None"


class NotTranslated(Exception):
    """Only the database can enforce the constraint; the message says why."""


@dataclass(frozen=True, slots=True)
class ColumnValue:
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Constant:
    value: Value
    kind: Kind


@dataclass(frozen=True, slots=True)
class Call:
    function: Function
    arguments: tuple[Operand, ...]

    @property
    def kind(self) -> Kind:
        return "text" if self.function in ("trimmed", "json_type") else "integer"


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: Operator
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Within:
    item: Operand
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Subset:
    """Every element of an array is one of these."""

    item: Operand
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    item: Operand
    pattern: regex.Node


@dataclass(frozen=True, slots=True)
class IsNull:
    item: Operand


@dataclass(frozen=True, slots=True)
class Truth:
    """A boolean column, or TRUE and FALSE themselves."""

    item: Operand


@dataclass(frozen=True, slots=True)
class Negation:
    item: Condition


@dataclass(frozen=True, slots=True)
class Both:
    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    items: tuple[Condition, ...]


Operand: TypeAlias = ColumnValue | Constant | Call
Condition: TypeAlias = Comparison | Within | Subset | Matches | IsNull | Truth | Negation | Both | Either
_CONDITIONS = (Comparison, Within, Subset, Matches, IsNull, Truth, Negation, Both, Either)


@dataclass(frozen=True, slots=True)
class _Values:
    """ARRAY[…] of constants: what ANY, ALL and <@ take."""

    values: tuple[Value, ...]
    kind: Kind


_Parsed: TypeAlias = Operand | Condition | _Values

VALUE = "VALUE"  # what a domain's checks call the value

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>E?'(?:[^']|'')*')
    | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<quoted>"(?:[^"]|"")+")
    | (?P<word>[^\W\d][\w$]*)
    | (?P<symbol>::|[()\[\],.])
    | (?P<operator>[-~!@\#%^&|`?+*/<>=]+)
    )""",
    re.VERBOSE,
)
_PATTERN_OPERATOR = re.compile(r"(!?)(~~?)(\*?)\Z")
_OPERATORS: Mapping[str, Operator] = {"<": "<", "<=": "<=", "=": "=", "<>": "<>", ">=": ">=", ">": ">"}
_TYPE_WORDS = ("varying", "precision", "with", "without", "time", "zone")
_CAST_KINDS: Mapping[str, Kind] = {
    "integer": "integer",
    "smallint": "integer",
    "bigint": "integer",
    "numeric": "numeric",
    "double precision": "float",
    "text": "text",
    "character varying": "text",
    "boolean": "boolean",
    "date": "date",
}
_CALL_CASTS = frozenset({("text", "text"), ("integer", "integer"), ("integer", "bigint"), ("integer", "numeric")})
_NUMBERS = frozenset({"integer", "numeric", "float"})
_ORDERED = frozenset({"date", "timestamp", "timestamptz", "time"})
_EQUAL = frozenset({"text", "enum", "uuid", "boolean"})
_ARRAYS: frozenset[Kind] = frozenset({"array", "text array", "integer array", "enum array"})
_FUNCTIONS: Mapping[str, tuple[Function, frozenset[Kind]]] = {
    "length": ("length", frozenset({"text"})),
    "char_length": ("length", frozenset({"text"})),
    "character_length": ("length", frozenset({"text"})),
    "octet_length": ("octet_length", frozenset({"text", "bytes"})),
    "btrim": ("trimmed", frozenset({"text"})),
    "cardinality": ("cardinality", _ARRAYS),
    "jsonb_typeof": ("json_type", frozenset({"json"})),
    "json_typeof": ("json_type", frozenset({"json"})),
}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def parse_condition(expression: str, kinds: Mapping[str, Kind]) -> Condition:
    """The condition that a check constraint's expression is, given what its columns are. Raises `NotTranslated`."""
    parser = _Parser(_tokens(expression), kinds)
    condition = _condition(parser.either())
    if parser.tokens:
        raise NotTranslated(f"{parser.tokens[0].text} is not understood")
    return condition


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """The parts that must each hold: a constraint passes where each of them does."""
    if isinstance(condition, Both):
        return tuple(part for item in condition.items for part in conjuncts(item))
    return (condition,)


def columns_of(part: Condition | Operand) -> tuple[str, ...]:
    """The columns in it, in the order of their first use."""
    return tuple(dict.fromkeys(_columns(part)))


def _columns(part: Condition | Operand) -> list[str]:
    match part:
        case ColumnValue(name):
            return [name]
        case Constant():
            return []
        case Call(_, arguments):
            return [name for argument in arguments for name in _columns(argument)]
        case Comparison(_, left, right):
            return _columns(left) + _columns(right)
        case Both(items) | Either(items):
            return [name for item in items for name in _columns(item)]
        case Within(item, _) | Subset(item, _) | Matches(item, _) | IsNull(item) | Truth(item):
            return _columns(item)
        case Negation(item):
            return _columns(item)


def _tokens(expression: str) -> list[_Token]:
    tokens, position = [], 0
    while position < len(expression.rstrip()):
        found = _TOKEN.match(expression, position)
        if found is None or found.lastgroup is None:
            raise NotTranslated(f"{expression[position:].strip()[:1]} is not understood")
        tokens.append(_Token(found.lastgroup, found[found.lastgroup]))
        position = found.end()
    return tokens


def _condition(parsed: _Parsed) -> Condition:
    if isinstance(parsed, _CONDITIONS):
        return parsed
    if isinstance(parsed, ColumnValue | Constant) and parsed.kind in ("boolean", "null"):
        return Truth(parsed)
    raise NotTranslated("it is no condition")


def _operand(parsed: _Parsed) -> Operand:
    if isinstance(parsed, ColumnValue | Constant | Call):
        return parsed
    raise NotTranslated("it computes with a condition")


class _Parser:
    def __init__(self, tokens: list[_Token], kinds: Mapping[str, Kind]) -> None:
        self.tokens = tokens
        self.kinds = kinds

    def ahead(self, *texts: str) -> bool:
        found = [token.text if token.kind != "string" else "" for token in self.tokens[: len(texts)]]
        return [text.upper() for text in found] == list(texts)

    def skip(self, *texts: str) -> bool:
        if self.ahead(*texts):
            del self.tokens[: len(texts)]
            return True
        return False

    def take(self) -> _Token:
        if not self.tokens:
            raise NotTranslated("it ends too early")
        return self.tokens.pop(0)

    def expect(self, text: str) -> None:
        if not self.skip(text):
            found = self.tokens[0].text if self.tokens else "its end"
            raise NotTranslated(f"{found} is not understood")

    def either(self) -> _Parsed:
        items = [self.both()]
        while self.skip("OR"):
            items.append(self.both())
        return items[0] if len(items) == 1 else Either(tuple(map(_condition, items)))

    def both(self) -> _Parsed:
        items = [self.negation()]
        while self.skip("AND"):
            items.append(self.negation())
        return items[0] if len(items) == 1 else Both(tuple(map(_condition, items)))

    def negation(self) -> _Parsed:
        if self.skip("NOT"):
            return Negation(_condition(self.negation()))
        return self.comparison()

    def comparison(self) -> _Parsed:
        left = self.cast()
        if self.skip("IS", "NOT", "NULL"):
            return Negation(_is_null(_operand(left)))
        if self.skip("IS", "NULL"):
            return _is_null(_operand(left))
        if not self.tokens or self.tokens[0].kind != "operator":
            return left
        operator = self.take().text
        if self.skip("ANY") or (operator == "<>" and self.ahead("ALL")):
            return self.choice(_operand(left), operator)
        return _compare(_operand(left), operator, self.cast())

    def choice(self, left: Operand, operator: str) -> Condition:
        excluded = self.skip("ALL")
        self.expect("(")
        values = self.either()
        self.expect(")")
        if not isinstance(values, _Values) or (operator != "=" and not excluded):
            raise NotTranslated(f"{operator} ANY is not understood")
        _same_kind(left, values.kind)
        within = Within(left, values.values)
        return Negation(within) if excluded else within

    def cast(self) -> _Parsed:
        parsed = self.primary()
        while self.skip("::"):
            parsed = self.cast_to(parsed, self.type_name())
        if self.ahead("["):
            raise NotTranslated("it takes an element of an array")
        return parsed

    def cast_to(self, parsed: _Parsed, type_name: str) -> _Parsed:
        match parsed:
            case _Values():
                return parsed
            case Constant(value, kind):
                return _cast_constant(value, kind, type_name)
            case ColumnValue(name, kind):
                return ColumnValue(name, _cast_kind(kind, type_name))
            case Call() if (parsed.kind, type_name) in _CALL_CASTS:
                return parsed
            case _:
                raise NotTranslated(f"the cast to {type_name} is not understood")

    def type_name(self) -> str:
        words = [self.take().text]
        while self.skip("."):
            words = [self.take().text]
        while self.tokens and self.tokens[0].text in _TYPE_WORDS:
            words.append(self.take().text)
        if self.skip("("):
            while not self.skip(")"):
                self.take()
            raise NotTranslated("it casts to a type with limits")
        name = " ".join(words)
        while self.skip("[", "]"):
            name += "[]"
        return name

    def primary(self) -> _Parsed:
        token = self.take()
        match token.kind, token.text:
            case "symbol", "(":
                parsed = self.either()
                self.expect(")")
                return parsed
            case "operator", "-" if self.tokens and self.tokens[0].kind == "number":
                return _number("-" + self.take().text)
            case "number", text:
                return _number(text)
            case "string", text:
                return Constant(_string(text), "text")
            case "quoted", text:
                return self.column(text[1:-1].replace('""', '"'))
            case "word", text:
                return self.word(text)
        raise NotTranslated(f"{token.text} is not understood")

    def word(self, text: str) -> _Parsed:
        match text.upper():
            case "TRUE" | "FALSE" as truth:
                return Constant(truth == "TRUE", "boolean")
            case "NULL":
                return Constant(None, "null")
            case "ARRAY" if self.skip("["):
                return self.values()
            case "TRIM" if self.skip("(", "BOTH", "FROM"):
                return self.call("btrim", ")")
        if self.ahead("."):
            raise NotTranslated(f"{text}.{self.tokens[1].text if len(self.tokens) > 1 else ''} is not understood")
        return self.call(text, ")") if self.skip("(") else self.column(text)

    def column(self, name: str) -> ColumnValue:
        if name not in self.kinds:
            raise NotTranslated(f"{name} is not understood")
        return ColumnValue(name, self.kinds[name])

    def values(self) -> _Values:
        items = [_operand(item) for item in self.list("]")]
        if not all(isinstance(item, Constant) and item.kind != "null" for item in items):
            raise NotTranslated("its choices are not all constants")
        constants = [item for item in items if isinstance(item, Constant)]
        kinds = {constant.kind for constant in constants}
        if len(kinds) != 1:
            raise NotTranslated("its choices are of several types")
        return _Values(tuple(constant.value for constant in constants), kinds.pop())

    def call(self, function: str, end: str) -> Operand:
        arguments = tuple(_operand(item) for item in self.list(end))
        if function in ("num_nonnulls", "num_nulls") and all(_plain_column(argument) for argument in arguments):
            return Call("count_set" if function == "num_nonnulls" else "count_null", arguments)
        if function == "array_length" and len(arguments) == 2 and arguments[1] == Constant(1, "integer"):
            return Call("array_length", (_of_kind(arguments[0], _ARRAYS, function),))
        if function in _FUNCTIONS and len(arguments) == 1:
            name, kinds = _FUNCTIONS[function]
            return Call(name, (_of_kind(arguments[0], kinds, function),))
        raise NotTranslated(f"the function {function} is not understood")

    def list(self, end: str) -> list[_Parsed]:
        items = []
        while not self.skip(end):
            items.append(self.either())
            if not self.ahead(end):
                self.expect(",")
        return items


def _plain_column(operand: Operand) -> bool:
    return isinstance(operand, ColumnValue) and operand.kind != "composite"


def _of_kind(operand: Operand, kinds: frozenset[Kind], function: str) -> Operand:
    if operand.kind not in kinds:
        raise NotTranslated(f"{function} of this type is not understood")
    return operand


def _is_null(item: Operand) -> IsNull:
    if item.kind == "composite":
        raise NotTranslated("a composite is null when all its attributes are")
    return IsNull(item)


def _number(text: str) -> Constant:
    return Constant(int(text), "integer") if text.lstrip("-").isdigit() else Constant(Decimal(text), "numeric")


def _string(text: str) -> str:
    if not text.startswith("E"):
        return text[1:-1].replace("''", "'")
    inner = text[2:-1].replace("''", "'")
    if re.search(r"\\[^\\]", inner.replace("\\\\", "")):
        raise NotTranslated("it has an escape in a string")
    return inner.replace("\\\\", "\\")


def _cast_kind(kind: Kind, type_name: str) -> Kind:
    if (kind, type_name) == ("text array", "text[]"):
        return kind
    target = _CAST_KINDS.get(type_name)
    if target is not None and (target == kind or (kind, target) == ("integer", "numeric")):
        return target
    raise NotTranslated(f"the cast to {type_name} is not understood")


def _cast_constant(value: Value, kind: Kind, type_name: str) -> Constant:
    target = _CAST_KINDS.get(type_name)
    match kind, target, value:
        case "null", _, _:
            return Constant(None, "null")
        case _, "numeric", str() | int() | Decimal():
            return Constant(Decimal(value), "numeric")
        case _, "float", str() | int() | Decimal():
            return Constant(float(value), "float")
        case _, "integer", str() | int():
            return Constant(int(value), "integer")
        case "text", "text", _:
            return Constant(value, "text")
        case "text", "boolean", "true" | "false":
            return Constant(value == "true", "boolean")
        case "text", None, _:
            # An enum's label, or the text of any other type: it is compared with nothing but its own kind.
            return Constant(value, "enum")
    raise NotTranslated(f"a constant of type {type_name} is not understood")


def _same_kind(left: Operand, kind: Kind) -> None:
    allowed = (left.kind in _NUMBERS and kind in _NUMBERS) or (left.kind == kind and kind in _EQUAL)
    if not allowed or ("float" in (left.kind, kind) and left.kind != kind):
        raise NotTranslated(f"a comparison of this type ({left.kind} with {kind}) is not understood")


def _compare(left: Operand, operator: str, parsed: _Parsed) -> Condition:
    if found := _PATTERN_OPERATOR.match(operator):
        return _match(left, found, _operand(parsed))
    if operator == "<@" and isinstance(parsed, _Values):
        if left.kind != f"{parsed.kind} array":
            raise NotTranslated("a subset of this type is not understood")
        return Subset(left, parsed.values)
    if operator not in _OPERATORS:
        raise NotTranslated(f"the operator {operator} is not understood")
    return _ordered(left, _OPERATORS[operator], _operand(parsed))


def _ordered(left: Operand, operator: Operator, right: Operand) -> Comparison:
    if not (left.kind == right.kind and left.kind in _ORDERED and not isinstance(left, Constant)):
        _same_kind(left, right.kind)
        if left.kind in _EQUAL and operator not in ("=", "<>"):
            raise NotTranslated(f"the order of this type ({left.kind}) depends on the database")
    elif isinstance(right, Constant):
        raise NotTranslated("a comparison with a constant time is not understood")
    if isinstance(left, Constant) and not isinstance(right, Constant):
        mirrored: Mapping[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
        return Comparison(mirrored[operator], right, left)
    return Comparison(operator, left, right)


def _match(left: Operand, operator: re.Match[str], right: Operand) -> Condition:
    if left.kind != "text" or not isinstance(right, Constant) or not isinstance(right.value, str):
        raise NotTranslated("a pattern match of this type is not understood")
    parse = regex.parse_like if operator[2] == "~~" else regex.parse_regex
    try:
        matches = Matches(left, parse(right.value, ignore_case=bool(operator[3])))
    except regex.NotPortable as error:
        raise NotTranslated(f"the pattern cannot be carried over: {error}") from None
    return Negation(matches) if operator[1] else matches
