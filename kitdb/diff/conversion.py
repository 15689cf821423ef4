"""The values of a column that gets another type: what USING has to say for them, and what of them is lost."""

# ruff: noqa: S608  # SQL is what this module makes, of quoted names and Postgres's own definitions
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kitdb.catalog.dependencies import Cast
from kitdb.catalog.model import Catalog, Column, TypeRef
from kitdb.diff.convert import element
from kitdb.diff.render import q

# With the digits that each has at most, or keeps.
_INTEGERS = {"smallint": 5, "integer": 10, "bigint": 19}
_FLOATS = {"real": 6, "double precision": 15}
_TEXTS = ("text", "character varying", "character", "name", "citext")
_JSON = ("json", "jsonb")
_PLAIN_TIME, _ZONED_TIME = "timestamp without time zone", "timestamp with time zone"
_TIMESTAMPS = (_PLAIN_TIME, _ZONED_TIME)
_RANGES = ("int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange")


@dataclass(frozen=True, slots=True)
class Conversion:
    """`before` and `after` are statements around ALTER COLUMN.

    `loses` says what is gone of the values afterwards, `fits` that there is none that the new type does not take.
    """

    using: str = ""
    loses: str = ""
    fits: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def conversion(one: Column, two: Column, casts: frozenset[Cast], catalog: Catalog) -> Conversion | None:
    """How the values become those of the other type; None where nobody can say.

    Where a cast would quietly change them, the way that refuses to is taken, if there is one.
    """
    return next(_ways(q(two.name), one.type, two.type, casts, catalog), None)


def _ways(value: str, one: TypeRef, two: TypeRef, casts: frozenset[Cast], catalog: Catalog) -> Iterator[Conversion]:
    """Every way that would do, the best one first."""
    source, target, cast = _without_domain(one, catalog), _without_domain(two, catalog), f"::{two.text}"
    plain_source, plain_target = source.removesuffix("[]"), target.removesuffix("[]")
    if source == target:
        yield Conversion(loses=_rounded(one.text, two.text))
    if target in _JSON and source not in (*_TEXTS, *_JSON):
        known = any(Cast(source, target, assignment) in casts for assignment in (True, False))
        yield Conversion(f"{value}{cast}" if known else f"to_{target}({value})", fits=not known)
    if source in _JSON and two.array:
        yield _array_of_json(value, source, two.text)
    if one.array != two.array and target not in _TEXTS:
        yield from (
            _in_an_array(value, one, two, casts, catalog) if two.array else _first(value, one, two, casts, catalog)
        )
        return
    if source in _JSON and target not in (*_JSON, *_TEXTS):
        yield Conversion(f"({value} #>> '{{}}'){cast}", _cut_off("text", target))
    yield from _times(value, source, target, one.text, two.text)
    yield from _numbers(value, source, target, one.text, two.text)
    if Cast(plain_source, plain_target, assignment=True) in casts or plain_target in _TEXTS:
        yield Conversion(loses=_cut_off(source, target), fits=plain_target in ("text", "citext"))
    if Cast(plain_source, plain_target, assignment=False) in casts or plain_source in _TEXTS:
        yield Conversion(f"{value}{cast}")
    if source in _RANGES and target in _RANGES:
        yield Conversion(f"{value}::text{cast}", "the times of day" if target == "daterange" else "")
    if "composite" in (_kind(one, catalog), _kind(two, catalog)):
        return
    if two.name.schema != "pg_catalog" or one.name.schema != "pg_catalog":
        yield Conversion(f"{value}::text{'[]' if two.array else ''}{cast}")


def _without_domain(type_: TypeRef, catalog: Catalog) -> str:
    """The type without its modifier, and of a domain, which converts as it does, the type below."""
    found = catalog.type_by_name.get(type_.name)
    if found is not None and found.base is not None and not type_.array:
        return _without_domain(found.base, catalog)
    return base_type(type_.text)


def _kind(type_: TypeRef, catalog: Catalog) -> str | None:
    found = catalog.type_by_name.get(type_.name)
    return found.kind if found else None


def _array_of_json(value: str, source: str, target: str) -> Conversion:
    """A transformation must not have a query in it; a function may."""
    signature = f"pg_temp.elements({source})"
    made = (
        f"create function {signature.replace('(', '(given ')} returns {target} language sql as $$\n"
        f"  select case when given is not null then array(\n"
        f"    select e.value from {source}_array_elements_text(given) with ordinality as e (value, place) "
        f"order by e.place)::{target} end\n"
        "$$"
    )
    return Conversion(f"pg_temp.elements({value})", before=(made,), after=(f"drop function {signature}",))


def _in_an_array(
    value: str, one: TypeRef, two: TypeRef, casts: frozenset[Cast], catalog: Catalog
) -> Iterator[Conversion]:
    literal = f" when {value} like '{{%}}' then {value}::{two.text}" if _without_domain(one, catalog) in _TEXTS else ""
    for way in _ways(value, one, element(two), casts, catalog):
        made = f"array[{way.using or value}]::{two.text}"
        using = f"case when {value} is null then null{literal} else {made} end"
        yield replace(way, using=using, fits=not literal and (way.fits or one.text == element(two).text))


def _first(value: str, one: TypeRef, two: TypeRef, casts: frozenset[Cast], catalog: Catalog) -> Iterator[Conversion]:
    for way in _ways(f"{value}[1]", element(one), two, casts, catalog):
        yield replace(way, using=way.using or f"{value}[1]", loses="all but the first element of each array")


def _times(value: str, source: str, target: str, before: str, after: str) -> Iterator[Conversion]:
    """Between times with a zone and without, which depend on the session's zone if nobody says one."""
    if {source, target} == {*_TIMESTAMPS}:
        # So said, Postgres leaves the rows as they are.
        yield Conversion(loses=_rounded(before, after), fits=True, before=("set local timezone = 'UTC'",))
    if source == "date" and target == _ZONED_TIME:
        yield Conversion(f"{value}::timestamp at time zone 'UTC'", fits=True)
    if source in _TIMESTAMPS and target in ("date", "time without time zone"):
        local = value if source == _PLAIN_TIME else f"({value} at time zone 'UTC')"
        lost = "the times of day" if target == "date" else "the dates"
        yield Conversion(f"{local}::{after}" if source == _ZONED_TIME else "", lost, fits=True)


def _numbers(value: str, source: str, target: str, before: str, after: str) -> Iterator[Conversion]:
    if source == "boolean" and target in (*_INTEGERS, *_FLOATS, "numeric"):
        yield Conversion(f"{value}::integer" + ("" if target == "integer" else f"::{after}"), fits=True)
    digits = _precision(before)[0] if source == "numeric" else {**_INTEGERS, **_FLOATS}.get(source, -1)
    if digits == -1:
        return
    if target in _INTEGERS and source not in _INTEGERS:
        number = value if source == "numeric" else f"{value}::numeric"
        yield Conversion(f"trim_scale({number})::text::{after}")  # a cast would round
    if target == "boolean":
        yield Conversion(f"{value}::text::boolean")  # a cast would take any number but 0 for true
    if target in _FLOATS:
        kept = digits is not None and digits <= _FLOATS[target]
        yield Conversion(loses="" if kept else f"all but {_FLOATS[target]} digits")
    if target == "numeric" and source in _FLOATS:
        yield Conversion(loses=_rounded("numeric", after))


def _cut_off(source: str, target: str) -> str:
    longest = {"name": "all but 63 bytes", '"char"': "all but the first byte"}
    return longest.get(target, "") if source in _TEXTS and target != source else ""


def _rounded(before: str, after: str) -> str:
    """What a type with fewer digits behind the point, or of a second, leaves out."""
    one, two = _scale(before), _scale(after)
    return f"all but {two} digits behind the point" if two is not None and (one is None or two < one) else ""


def _scale(text: str) -> int | None:
    if base_type(text).startswith("numeric"):
        return _precision(text)[1]
    digits = re.search(r"^(?:time|interval).*\((\d)\)", text)
    return int(digits[1]) if digits else None


def _precision(text: str) -> tuple[int | None, int | None]:
    """The digits of a numeric, and those behind the point."""
    found = re.search(r"\((\d+),(-?\d+)\)", text)
    return (int(found[1]), int(found[2])) if found else (None, None)


def always_fits(one: str, two: str) -> bool:
    """Whether there is no value that the other type does not take."""
    if base_type(one) in ("character varying", "text") and two in ("text", "character varying"):
        return True
    sizes = [re.fullmatch(r"character varying\((\d+)\)", text) for text in (one, two)]
    if all(sizes) and int(sizes[0][1]) <= int(sizes[1][1]):  # type: ignore[index]  # both matched
        return True
    if one in _INTEGERS and two in _INTEGERS:
        return _INTEGERS[one] <= _INTEGERS[two]
    return (one in _INTEGERS and two == "numeric") or (one, two) == ("real", "double precision")


def base_type(text: str) -> str:
    """`numeric` of `numeric(10,2)`, `timestamp without time zone` of `timestamp(3) without time zone`."""
    return re.sub(r"\(\d+(,-?\d+)?\)", "", text)


def same_family(one: str, two: str) -> bool:
    """Whether defaults and foreign keys live through a change between the two types."""
    first, second = base_type(one), base_type(two)
    return first == second or any(first in family and second in family for family in (_INTEGERS, _TEXTS))
