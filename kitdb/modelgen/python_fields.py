"""How much of a column's checks its annotation and the arguments of Field can say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kitdb.modelgen import regex
from kitdb.modelgen.condition import (
    Call,
    ColumnValue,
    Comparison,
    Condition,
    Constant,
    Matches,
    Value,
    Within,
    columns_of,
)
from kitdb.modelgen.layout import Node, literal
from kitdb.modelgen.spec import CheckSpec, RelationSpec, Scalar, TypeSpec

_INT_BOUNDS: Mapping[str, tuple[int, int]] = {
    "int2": (-(2**15), 2**15 - 1),
    "int4": (-(2**31), 2**31 - 1),
    "int8": (-(2**63), 2**63 - 1),
}

# Annotations whose values include null, so that nothing has to add it.
TAKES_NULL = frozenset({"pg.Json", "pg.AnyValue"})


@dataclass(frozen=True, slots=True)
class Shape:
    """An annotation with the arguments of its Field, and by constraint the conditions that they do not say."""

    annotation: str
    arguments: tuple[tuple[str, Node], ...] = ()
    rest: Mapping[str, tuple[Condition, ...]] | None = None

    def left(self, constraint: str) -> tuple[Condition, ...]:
        return (self.rest or {}).get(constraint, ())


class Choice(NamedTuple):
    """The alias for a list of values, of which a column may have more lists than one."""

    name: str
    values: tuple[Value, ...]


def shape(
    type_: TypeSpec, annotation: str, checks: Iterable[CheckSpec], column: str, choice: Choice | None = None
) -> Shape:
    """The column's annotation, narrowed by the checks; `choice` is the alias that lists its values.

    A type that brings limits of its own (a domain, numeric(10, 2)) takes in none: pydantic lets the second of two
    limits of a kind replace the first.
    """
    own = [(check.name, c) for check in checks for c in check.conditions if columns_of(c) == (column,)]
    if not isinstance(type_, Scalar):
        return Shape(annotation, rest=_by_constraint(own))
    for pair in own:
        if narrowed := _narrowed(type_, pair[1], choice):
            return Shape(narrowed, rest=_by_constraint([other for other in own if other is not pair]))
    limits = _Limits(type_)
    rest = _by_constraint([pair for pair in own if not limits.take(pair[1])])
    return Shape(limits.plain, limits.arguments(), rest) if limits.found else Shape(annotation, rest=rest)


def choices(relation: RelationSpec) -> dict[str, tuple[Value, ...]]:
    """The columns of text or whole numbers that a check holds to a list, with the list."""
    return choices_of(relation, relation.checks)


def choices_of(relation: RelationSpec, checks: Iterable[CheckSpec]) -> dict[str, tuple[Value, ...]]:
    """Those that these checks amount to."""
    conditions = [(columns_of(c), c) for check in checks if check.enforced for c in check.conditions]
    if not conditions:
        return {}
    types = {spec.column: spec.type for spec in relation.fields}
    found: dict[str, tuple[Value, ...]] = {}
    for columns, condition in conditions:
        type_ = types.get(columns[0]) if len(columns) == 1 else None
        if isinstance(type_, Scalar) and (values := _listed(type_, condition)):
            found.setdefault(columns[0], values)
    return {column: found[column] for column in types if column in found}


def _by_constraint(pairs: Sequence[tuple[str, Condition]]) -> dict[str, tuple[Condition, ...]]:
    return {name: tuple(c for other, c in pairs if other == name) for name, _ in pairs}


def _listed(type_: Scalar, condition: Condition) -> tuple[Value, ...]:
    match condition:
        case Within(ColumnValue(_, "text" | "integer"), values) if type_.length is None:
            return values
        case Comparison("=", ColumnValue(_, "text"), Constant(str() as value)) if type_.length is None:
            return (value,)
    return ()


def _narrowed(type_: Scalar, condition: Condition, choice: Choice | None) -> str | None:
    """The annotation that is the condition."""
    match condition:
        case Comparison("=", Call("json_type", (ColumnValue(),)), Constant("object")):
            return "pg.JsonObject"
        case Comparison("=", Call("json_type", (ColumnValue(),)), Constant("array")):
            return "pg.JsonArray"
    return choice.name if choice and _listed(type_, condition) == choice.values else None


class _Limits:
    """The limits of whole numbers and of text that conditions amount to."""

    def __init__(self, type_: Scalar) -> None:
        self.is_integer = type_.name in _INT_BOUNDS
        self.is_text = type_.name in ("text", "varchar") and type_.length is None
        self.plain = "int" if self.is_integer else "str"
        bounds: tuple[int, int | None] = _INT_BOUNDS.get(type_.name, (0, None))
        self.low, self.high = bounds
        self.pattern: str | None = None
        self.found = False

    def take(self, condition: Condition) -> bool:
        """Whether the condition is among the limits now."""
        match condition:
            case Comparison(operator, ColumnValue(), Constant(int() as bound)) if self.is_integer and operator != "<>":
                return self.bound(operator, bound)
            case Comparison(operator, Call("length", (ColumnValue(),)), Constant(int() as bound)) if self.is_text:
                return operator != "<>" and self.bound(operator, bound)
            case Comparison("<>", ColumnValue(), Constant("")) if self.is_text:
                return self.bound(">", 0)
            case Matches(ColumnValue(), pattern) if self.is_text and self.pattern is None:
                self.pattern = regex.print_regex(pattern)
                self.found = True
                return True
        return False

    def bound(self, operator: str, bound: int) -> bool:
        lows = {">=": bound, ">": bound + 1, "=": bound}
        highs = {"<=": bound, "<": bound - 1, "=": bound}
        if operator in lows:
            self.low = max(self.low, lows[operator])
        if operator in highs:
            self.high = highs[operator] if self.high is None else min(self.high, highs[operator])
        self.found = True
        return True

    def arguments(self) -> tuple[tuple[str, Node], ...]:
        if self.is_integer:
            return (("ge", str(self.low)), ("le", str(self.high)))
        limits: list[tuple[str, Node]] = []
        if self.low > 0:
            limits.append(("min_length", str(self.low)))
        if self.high is not None:
            limits.append(("max_length", str(self.high)))
        if self.pattern is not None:
            limits.append(("pattern", literal(self.pattern)))
        return tuple(limits)
