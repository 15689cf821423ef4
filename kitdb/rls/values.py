"""Values for a column, by its type: texts that Postgres reads as one, the likely ones first."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Mapping
from functools import partial

from kitdb.catalog.model import Type, TypeRef
from kitdb.names import QualifiedName

Maker = Callable[[int], str]
"""Makes a value from a number, another one for another number if it can."""

_NAMESPACE = uuid.UUID("6b697464-622d-5b72-8c73-2d76616c7565")

PAST = "2001-02-03 04:05:06+00"
FUTURE = "2091-02-03 04:05:06+00"

_WHOLE = ("int2", "int4", "int8", "oid", "xid", "serial", "bigserial")
_FRACTION = ("numeric", "float4", "float8", "money")
NUMBERS = (*_WHOLE, *_FRACTION)
"""Types of which 0 is a value that divides nothing."""
AMOUNTS = ("int2", "int4", "int8", *_FRACTION)
TIMES = ("timestamptz", "timestamp", "date")
_TEXT = ("text", "varchar", "bpchar", "name", "citext", "char")
_NUMBERS = ("1", "0", "2", "5", "10", "50", "100", "1000", "-1")

_TEXTS = (
    "kitdb {n}", "kitdb_{n}", "kitdb{n}", "kitdb-{n}", "k{n}", "kitdb.test{n}", "Kitdb {n}", "KITDB{n}", "kitdb/{n}",
    "/kitdb/{n}", "https://kitdb.invalid/{n}", "user{n}@kitdb.invalid", "{n}", "+1555010{n}", "{n}.0.0", "{uuid}",
    "USD", "EUR", "US", "GB", "en", "de", "en-US", "A", "B", "a", "b", "1", "0", "UTC", "2026-01-01", "#00ff00",
    "{b36}", "text/plain", "kitdb kitdb kitdb kitdb kitdb kitdb {n}", "{n}{n}{n}{n}", "",
)  # fmt: skip

_SIMPLE: Mapping[str, tuple[str, ...]] = {
    "bool": ("true", "false"),
    "uuid": ("{uuid}",),
    "timestamptz": ("2026-01-01 {clock}+00", PAST, FUTURE),
    "timestamp": ("2026-01-01 {clock}", PAST[:19], FUTURE[:19]),
    "date": ("{date}", PAST[:10], FUTURE[:10]),
    "time": ("{clock}", "04:05:06"),
    "timetz": ("{clock}+00", "04:05:06+00"),
    "interval": ("{n} minutes", "1 day"),
    "json": ("{}", '{"kitdb": {n}}', "[]", "[{n}]", '"kitdb {n}"', "{n}"),
    "jsonb": ("{}", '{"kitdb": {n}}', "[]", "[{n}]", '"kitdb {n}"', "{n}"),
    "inet": ("192.0.2.{octet}", "2001:db8::1"),
    "cidr": ("192.0.2.{octet}/32", "192.0.2.0/24"),
    "macaddr": ("08:00:2b:01:02:{hex}",),
    "macaddr8": ("08:00:2b:01:02:03:04:{hex}",),
    "bytea": ("\\x{hex}", "\\x00"),
    "bit": ("1", "0"),
    "varbit": ("1", "0"),
    "point": ("({n},0)",),
    "line": ("{1,1,{n}}",),
    "lseg": ("[(0,0),({n},1)]",),
    "box": ("({n},1),(0,0)",),
    "path": ("((0,0),({n},1))",),
    "polygon": ("((0,0),({n},1),(1,0))",),
    "circle": ("<(0,0),{n}>",),
    "tsvector": ("'kitdb{n}'",),
    "tsquery": ("'kitdb{n}'",),
    "xml": ("<kitdb>{n}</kitdb>",),
    "regclass": ("pg_catalog.pg_class", "pg_catalog.pg_type"),
    "hstore": ('"kitdb"=>"{n}"', ""),
    "ltree": ("kitdb.n{n}",),
    "int4range": ("[1,1{n})", "empty", "[{n},{n}]"),
    "int8range": ("[1,1{n})", "empty", "[{n},{n}]"),
    "numrange": ("[1,1{n})", "empty", "[{n},{n}]"),
    "tsrange": ("[2001-01-01,2091-01-01)", "empty", "[2091-01-01 {clock},2091-01-01 {clock}]"),
    "tstzrange": ("[2001-01-01,2091-01-01)", "empty", "[2091-01-01 {clock}+00,2091-01-01 {clock}+00]"),
    "daterange": ("[2001-01-01,2091-01-01)", "empty", "[{date},{date}]"),
}


def makers(type_: TypeRef, types: Mapping[QualifiedName, Type]) -> tuple[Maker, ...]:
    """Makers of values of the type; none for a type we know nothing about."""
    if type_.array:
        element = TypeRef(type_.name.name, type_.name, modifier=type_.modifier)
        return (_constant("{}"), *(partial(_array, maker) for maker in makers(element, types)[:3]))
    name = type_.name.name
    if name in _WHOLE:
        return _templates(("{n}", *_NUMBERS))
    if name in _FRACTION:
        return _templates(("{n}", *_NUMBERS, "0.5", "-0.5", "99.9"))
    if name in _TEXT:
        return _templates(_TEXTS)
    if name in _SIMPLE:
        return _templates(_SIMPLE[name])
    if name in ("vector", "halfvec"):
        return (partial(_vector, max(type_.modifier, 1)),)
    return _declared(types.get(type_.name), types)


def apart(type_: TypeRef, found: tuple[Maker, ...]) -> tuple[Maker, ...]:
    """The makers, those first whose values have nothing in common with each other."""
    return (found[-1], *found[:-1]) if type_.name.name.endswith("range") and found else found


def _declared(type_: Type | None, types: Mapping[QualifiedName, Type]) -> tuple[Maker, ...]:
    if type_ is None:
        return ()
    match type_.kind:
        case "enum":
            return tuple(_constant(label) for label in type_.labels)
        case "domain" if type_.base:
            return makers(type_.base, types)
        case "composite":
            return (_constant(f"({',' * (len(type_.attributes) - 1)})"),)
        case "range":
            return (_constant("empty"),)
    return ()


def _templates(texts: tuple[str, ...]) -> tuple[Maker, ...]:
    return tuple(partial(_render, text) for text in texts)


def _constant(text: str) -> Maker:
    return partial(_render, text) if "{" not in text else lambda _: text


def _render(template: str, number: int) -> str:
    if "{" not in template:
        return template
    moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(seconds=number)
    for token, text in (
        ("{n}", str(number)),
        ("{b36}", _base36(number)),
        ("{uuid}", str(uuid.uuid5(_NAMESPACE, str(number)))),
        ("{clock}", moment.strftime("%H:%M:%S")),
        ("{date}", str(datetime.date(2026, 1, 1) + datetime.timedelta(days=number % 20000))),
        ("{octet}", str(number % 256)),
        ("{hex}", f"{number % 256:02x}"),
    ):
        template = template.replace(token, text)
    return template


def _base36(number: int) -> str:
    """The number in as few characters as digits and capitals can say it, for columns that hold a few."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    text = digits[number % 36]
    while number := number // 36:
        text = digits[number % 36] + text
    return text


def _array(element: Maker, number: int) -> str:
    inner = element(number).replace("\\", "\\\\").replace('"', '\\"')
    return f'{{"{inner}"}}'


def _vector(dimensions: int, number: int) -> str:
    return f"[{','.join([str(number % 7)] * dimensions)}]"
