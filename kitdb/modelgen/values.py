"""Values that try a column: what its type and its checks are about, and what lies just beyond."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kitdb.modelgen import regex
from kitdb.modelgen.condition import Comparison, Condition, Constant, Matches, Subset, Within
from kitdb.modelgen.spec import (
    ArrayOf,
    CheckSpec,
    CompositeSpec,
    DomainSpec,
    EnumSpec,
    ModelSpec,
    Named,
    RangeOf,
    Scalar,
    TypeSpec,
)
from kitdb.names import QualifiedName

_TEXTS = ("a", "", " ", "A b", "é𝄞", "a\nb", "q\"'\\", "{a,b}", "abcdefghij" * 30)
_LIMITS = {"int2": 2**15, "int4": 2**31, "int8": 2**63}
_VALUES: Mapping[str, tuple[Any, ...]] = {
    "float4": (0, 1.5, -1.5, "NaN", "Infinity"),
    "float8": (0, 1.5, -1.5, 1e300, "NaN", "-Infinity"),
    "oid": (1, 0, 2**32 - 1, 2**32),
    "bool": (True, False),
    "uuid": ("00000000-0000-4000-8000-000000000000", "FFFFFFFF-ffff-ffff-ffff-ffffffffffff", "no uuid"),
    "bytea": ("\\x00ff10", "", "\\x"),
    "date": ("2024-02-29", "0001-01-01", "9999-12-31", "2023-02-29"),
    "time": ("12:34:56.789", "00:00:00", "25:00:00"),
    "timetz": ("12:34:56+00:00", "01:02:03.5-05:30"),
    "timestamp": ("2024-02-29T10:00:00.000001", "0001-01-01T00:00:00", "2023-02-29T00:00:00"),
    "timestamptz": ("2024-02-29T10:00:00+05:30", "1900-01-01T00:00:00Z", "2023-02-29T00:00:00Z"),
    "interval": ("1 year 2 mons -3 days 04:05:06.7", "P1DT2H", "soon"),
    "json": ({}, [], {"a": [1, 2.5, None]}, "x", 1, True),
    "jsonb": ({}, [], {"a": [1, 2.5, None]}, "x", 1, False),
    "inet": ("10.0.0.5", "10.0.0.0/8", "::1", "x"),
    "cidr": ("10.0.0.0/8", "::/0", "x"),
    "macaddr": ("08:00:2b:01:02:03",),
    "macaddr8": ("08:00:2b:01:02:03:04:05",),
    "money": ("1.50",),
    "tsvector": ("'a':1",),
    "tsquery": ("'a'",),
    "jsonpath": ("$.a",),
    "pg_lsn": ("0/1",),
    "point": ("(1,2)",),
    "line": ("{1,2,3}",),
    "lseg": ("[(0,0),(1,1)]",),
    "box": ("(1,1),(0,0)",),
    "path": ("[(0,0),(1,1)]",),
    "polygon": ("((0,0),(1,1),(1,0))",),
    "circle": ("<(0,0),1>",),
    "name": ("a", ""),
    "char": ("x",),
    "citext": _TEXTS,
    "text": _TEXTS,
    "varchar": _TEXTS,
    "bpchar": ("a",),
    "hstore": ({"a": "1", "b": None}, {}),
    "ltree": ("a.b",),
    "xid8": ("1",),
}
_BOUNDS: Mapping[str, tuple[str, str]] = {
    "int4": ("1", "5"),
    "int8": ("1", "5"),
    "numeric": ("1.10", "2.50"),
    "float8": ("0.5", "1.5"),
    "date": ("2024-01-01", "2024-02-01"),
    "timestamp": ('"2024-01-01 00:00:00"', '"2024-02-01 00:00:00"'),
    "timestamptz": ('"2024-01-01 00:00:00+00"', '"2024-02-01 00:00:00+00"'),
}


class Values:
    """Values as JSON has them, for the types of a spec."""

    def __init__(self, spec: ModelSpec) -> None:
        self.enums = {enum.name: enum for enum in spec.enums}
        self.domains = {domain.name: domain for domain in spec.domains}
        self.checks = [check for domain in spec.domains for check in domain.checks]
        self.composites = {composite.name: composite for composite in spec.composites}

    def of(self, type_: TypeSpec, checks: Iterable[CheckSpec] = ()) -> list[Any]:
        """Good ones first; null is the last."""
        conditions = [condition for check in checks for condition in check.conditions]
        found = [*_from_conditions(conditions), *self._of_type(type_)]
        return [json.loads(text) for text in dict.fromkeys(map(json.dumps, found))] + [None]

    def _of_type(self, type_: TypeSpec) -> list[Any]:
        match type_:
            case Scalar():
                return list(_scalars(type_))
            case ArrayOf(element, dimensions):
                return self._arrays(element, dimensions)
            case Named(kind, name):
                return self._of_named(kind, name)
            case RangeOf(Scalar(name), multirange) if name in _BOUNDS:
                low, high = _BOUNDS[name]
                ranges = [f"[{low},{high})", f"[{low},)", "empty"]
                return [f"{{{found}}}" for found in ranges[:2]] + ["{}"] if multirange else ranges
        return []

    def _arrays(self, element: TypeSpec, dimensions: int) -> list[Any]:
        inside = self._arrays(element, dimensions - 1)[1:2] if dimensions > 1 else self._of_type(element)[:2]
        return [[], inside[:1], *([[*inside, None]] if dimensions == 1 else [])]

    def _of_named(self, kind: str, name: QualifiedName) -> list[Any]:
        match kind, self.enums.get(name), self.domains.get(name), self.composites.get(name):
            case "enum", EnumSpec(labels=labels), _, _:
                return [*labels, "no such label"]
            case "domain", _, DomainSpec(base=base, checks=checks), _:
                return self.of(base, checks)[:-1]
            case _, _, _, CompositeSpec(fields=fields):
                return [{f.column: next(iter(self._of_type(f.type)), None) for f in fields}]
        return []


def _scalars(type_: Scalar) -> Iterator[Any]:
    if type_.name in _LIMITS:
        limit = _LIMITS[type_.name]
        yield from (1, 0, -1, limit - 1, -limit, limit)
    elif type_.name == "numeric":
        yield from _numerics(type_)
    elif type_.length is not None:
        yield from ("a", "", "x" * type_.length, "x" * (type_.length + 1), "x" * type_.length + "  ")
    elif type_.name in ("bit", "varbit"):
        yield from ()
    else:
        yield from _VALUES.get(type_.name, ())


def _numerics(type_: Scalar) -> Iterator[Any]:
    yield from (1, 0, -1, 0.5, "NaN")
    if type_.precision is None or type_.scale is None:
        yield from ("12345678901234567890.123456789", "Infinity")
    else:
        whole = type_.precision - type_.scale
        yield from (f"1e{whole}", f"-1e{whole}", f"9e{whole - 1}", f"0.{'4' * max(type_.scale, 0)}49")


def _from_conditions(conditions: Iterable[Any]) -> Iterator[Any]:
    """What the conditions compare with, and its neighbours."""
    for part in _parts(conditions):
        match part:
            case Within(_, values):
                yield from _plain(values)
            case Subset(_, values):
                yield list(_plain(values))
            case Matches(_, pattern):
                yield from dict.fromkeys((example(pattern), example(pattern, more=2)))
            case Comparison(_, left, right):
                for side in (left, right):
                    if isinstance(side, Constant):
                        yield from _around(
                            side.value, of_text=getattr(left, "function", None) in ("length", "octet_length")
                        )


def _parts(conditions: Iterable[Any]) -> Iterator[Condition]:
    for condition in conditions:
        yield condition
        inner = getattr(condition, "items", None) or [getattr(condition, "item", None)]
        yield from _parts(part for part in inner if hasattr(part, "item") or hasattr(part, "items") or _is_leaf(part))


def _is_leaf(part: Any) -> bool:
    return isinstance(part, Comparison | Matches | Within | Subset)


def _plain(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        yield value if isinstance(value, str | int | float) else str(value)


def _around(value: Any, *, of_text: bool) -> Iterator[Any]:
    if isinstance(value, int) and not isinstance(value, bool):
        lengths = [length for length in (value, value + 1, value - 1) if 0 < length < 10_000]
        yield from ["x" * length for length in lengths] if of_text else [value, value + 1, value - 1]
    elif isinstance(value, str):
        yield value
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def example(node: regex.Node, *, more: int = 0) -> str:
    """A text that the pattern matches; `more` repeats where it may."""
    match node:
        case regex.Anchor():
            return ""
        case regex.Set(ranges, negated):
            return _character(ranges, negated)
        case regex.Repeat(item, minimum, maximum):
            times = minimum + more if maximum is None else min(minimum + more, maximum)
            return example(item, more=more) * times
        case regex.Sequence(items):
            return "".join(example(item, more=more) for item in items)
        case regex.Choice(items):
            return example(items[-1 if more else 0], more=more)


def _character(ranges: tuple[tuple[str, str], ...], negated: bool) -> str:
    if not negated:
        return ranges[-1][0]
    return next(c for c in map(chr, (*range(97, 123), *range(33, 97), *range(123, 1000))) if not _within(c, ranges))


def _within(character: str, ranges: tuple[tuple[str, str], ...]) -> bool:
    return any(first <= character <= last for first, last in ranges)
