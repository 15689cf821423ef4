"""What the models build upon: Postgres types as both psycopg and PostgREST deliver them, and the base classes."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

import datetime
import ipaddress
import json
import math
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import (
    Annotated,
    Any,
    ClassVar,
    Generic,
    Literal,
    Self,
    TypeAlias,
    TypeVar,
    get_args,
)

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    JsonValue,
    PlainSerializer,
    SerializationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

T = TypeVar("T")


# Text that a type's output function made inside an array or a composite, where JSON would have a value.
class _Text(str):
    __slots__ = ()


class _Number(float):
    """A JSON number that remembers how it was written: `3.10` is not 3.1 to numeric."""

    text: str

    @classmethod
    def read(cls, text: str) -> _Number:
        number = cls(text)
        number.text = text
        return number


# What `parameters` asks pydantic for, beside its own "python" and "json".
_PSYCOPG = "psycopg"


def _sent_as(text: Callable[[Any], str]) -> Callable[[Any, SerializationInfo], Any]:
    """A serializer to text, in JSON and for psycopg; untyped, so that what is read describes what is written."""
    return lambda value, info: value if info.mode == "python" else text(value)


def read_json(body: str | bytes) -> Any:
    """The JSON value, with numbers that keep all their digits."""
    return json.loads(body, parse_float=_Number.read)


# Numbers

SmallInt = Annotated[int, Field(ge=-(2**15), lt=2**15)]
Integer = Annotated[int, Field(ge=-(2**31), lt=2**31)]
BigInt = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Oid = Annotated[int, Field(ge=0, lt=2**32)]


def _to_decimal(value: Any) -> Any:
    if isinstance(value, _Number):
        return Decimal(value.text)
    return Decimal(repr(value)) if isinstance(value, float) else value


def _finite_number(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


_EXACT = Context(prec=20_000)  # numeric has up to 16,383 digits after the point

Numeric = Annotated[Decimal, Field(allow_inf_nan=True), BeforeValidator(_to_decimal)]
Float = Annotated[float, PlainSerializer(_finite_number, when_used="json-unless-none")]


def numeric(precision: int, scale: int) -> AfterValidator:
    """numeric(precision, scale): rounded to the scale as Postgres does, then held to the precision."""
    step, limit = Decimal(1).scaleb(-scale), Decimal(1).scaleb(precision - scale)
    overflow = PydanticCustomError(
        "numeric_overflow",
        "at most {digits} digits before the decimal point",
        {"digits": precision - scale},
    )

    def fit(value: Decimal) -> Decimal:
        if value.is_nan():
            return value
        if value.is_infinite():
            raise overflow
        if value.adjusted() < precision - scale:
            value = value.quantize(step, ROUND_HALF_UP, _EXACT)
        if abs(value) >= limit:
            raise overflow
        return value

    return AfterValidator(fit)


# Text


def varchar(length: int) -> AfterValidator:
    """varchar(length) and char(length): longer passes where the rest is spaces."""
    too_long = PydanticCustomError(
        "string_too_long",
        "at most {length} characters",
        {"length": length},
    )

    def fit(value: str) -> str:
        if value[length:].strip(" "):
            raise too_long
        return value

    return AfterValidator(fit)


def _nothing(_value: Any) -> Any:
    raise PydanticCustomError("empty_enum", "this type has no values")


Nothing = Annotated[str, BeforeValidator(_nothing)]

_ESCAPED_BYTE = re.compile(rb"\\(\\|[0-3][0-7]{2})")


def _to_bytes(value: Any) -> Any:
    if isinstance(value, memoryview | bytearray):
        return bytes(value)
    if not isinstance(value, str):
        return value
    if value.startswith("\\x"):
        return bytes.fromhex(value[2:])
    return _ESCAPED_BYTE.sub(
        lambda found: b"\\" if found[1] == b"\\" else bytes([int(found[1], 8)]),
        value.encode("utf-8"),
    )


def _from_bytes(value: bytes) -> str:
    return "\\x" + value.hex()


Bytea = Annotated[
    bytes,
    BeforeValidator(_to_bytes),
    PlainSerializer(_from_bytes, when_used="json-unless-none"),
]
Uuid = uuid.UUID


# Times. Infinity, years before 1 and after 9999, and 24:00 have no place in Python's types.

_SHORT_OFFSET = re.compile(r"([+-]\d\d)\Z")


def _time_text(value: Any) -> Any:
    """Postgres's own form has offsets of hours alone (`+00`), and of seconds for times long ago."""
    if not isinstance(value, str):
        return value
    return _SHORT_OFFSET.sub(r"\1:00", value) if ":" in value else value


def _timestamp(value: Any) -> Any:
    text = _time_text(value)
    if isinstance(text, str) and re.search(r"[+-]\d\d:\d\d:\d\d\Z", text):
        # Python writes such an offset without its seconds.
        return datetime.datetime.fromisoformat(text).astimezone(datetime.UTC)
    return text


def _without_zone(value: datetime.datetime) -> datetime.datetime:
    """Postgres reads past the offset where the type has no time zone."""
    return value.replace(tzinfo=None)


Date = datetime.date
Time = datetime.time
TimeTz = Annotated[datetime.time, BeforeValidator(_time_text)]
Timestamp = Annotated[
    datetime.datetime,
    BeforeValidator(_timestamp),
    AfterValidator(_without_zone),
]
TimestampTz = Annotated[datetime.datetime, BeforeValidator(_timestamp)]
Infinite: TypeAlias = Literal["infinity", "-infinity"]

_ISO_INTERVAL = re.compile(
    r"P(?:(?P<years>[+-]?\d+)Y)?(?:(?P<months>[+-]?\d+)M)?(?:(?P<weeks>[+-]?\d+)W)?(?:(?P<days>[+-]?\d+)D)?"
    r"(?:T(?:(?P<hours>[+-]?\d+)H)?(?:(?P<minutes>[+-]?\d+)M)?(?:(?P<seconds>[+-]?\d+(?:\.\d+)?)S)?)?\Z"
)
_INTERVAL = re.compile(
    r"(?:(?P<years>[+-]?\d+) years? ?)?(?:(?P<months>[+-]?\d+) mons? ?)?(?:(?P<days>[+-]?\d+) days? ?)?"
    r"(?:(?P<sign>[+-]?)(?P<hours>\d+):(?P<minutes>\d+):(?P<seconds>\d+(?:\.\d+)?))?\Z"
)


_AS_TEXT = core_schema.plain_serializer_function_ser_schema(
    _sent_as(str),
    info_arg=True,
    when_used="unless-none",
)


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval as Postgres keeps it: months and days have no fixed length.

    psycopg turns months into 30 days before anybody sees them; PostgREST delivers all three.
    """

    months: int = 0
    days: int = 0
    microseconds: int = 0

    @classmethod
    def read(cls, value: Any) -> Interval:
        match value:
            case Interval():
                return value
            case datetime.timedelta():
                microseconds = value.seconds * 1_000_000 + value.microseconds
                return cls(0, value.days, microseconds)
            case str() if value:
                found = _ISO_INTERVAL.match(value) or _INTERVAL.match(value)
                if found:
                    return cls._from_parts(found.groupdict())
            case _:
                pass
        raise ValueError("not an interval")

    @classmethod
    def _from_parts(cls, parts: Mapping[str, str | None]) -> Interval:
        def whole(name: str) -> int:
            return int(parts.get(name) or 0)

        minutes = whole("hours") * 60 + whole("minutes")
        seconds = minutes * 60 + Decimal(parts.get("seconds") or 0)
        sign = -1 if parts.get("sign") == "-" else 1
        return cls(
            whole("years") * 12 + whole("months"),
            whole("weeks") * 7 + whole("days"),
            sign * int(seconds * 1_000_000),
        )

    def timedelta(self) -> datetime.timedelta:
        """The same as a timedelta; refuses months, whose length depends on the date they are added to."""
        if self.months:
            raise ValueError("an interval with months has no fixed length")
        return datetime.timedelta(days=self.days, microseconds=self.microseconds)

    def __str__(self) -> str:
        sign, rest = "-" * (self.microseconds < 0), abs(self.microseconds)
        return f"P{self.months}M{self.days}DT{sign}{rest // 1_000_000}.{rest % 1_000_000:06}S"

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.read,
            serialization=_AS_TEXT,
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "format": "duration"}


# JSON, networks, and types of extensions


def _json_text(value: Any) -> Any:
    return json.loads(value) if isinstance(value, _Text) else value


def _not_null(value: Any) -> Any:
    if value is None:
        raise PydanticCustomError("not_null", "this column cannot be null")
    return value


_AS_JSON = PlainSerializer(
    lambda value, info: json.dumps(value) if info.mode == _PSYCOPG else value,
    when_used="unless-none",
)

Json = Annotated[JsonValue, BeforeValidator(_json_text), _AS_JSON]
JsonNotNull = Annotated[
    JsonValue,
    BeforeValidator(_json_text),
    BeforeValidator(_not_null),
    _AS_JSON,
]
JsonObject = Annotated[
    dict[str, JsonValue],
    BeforeValidator(_json_text),
    _AS_JSON,
]
JsonArray = Annotated[list[JsonValue], BeforeValidator(_json_text), _AS_JSON]
# Of types that kitdb knows nothing about: whatever the wire brings.
AnyValue = JsonValue
AnyValueNotNull = Annotated[JsonValue, BeforeValidator(_not_null)]
Inet = ipaddress.IPv4Interface | ipaddress.IPv6Interface
Cidr = ipaddress.IPv4Network | ipaddress.IPv6Network

_HSTORE_TEXT = r'"((?:[^"\\]|\\.)*)"'
_HSTORE_PAIR = re.compile(
    rf"\s*{_HSTORE_TEXT}\s*=>\s*(?:NULL|{_HSTORE_TEXT})\s*(?:,|\Z)",
    re.DOTALL,
)


def _hstore(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    pairs: dict[str, str | None] = {}
    position = 0
    while position < len(value):
        found = _HSTORE_PAIR.match(value, position)
        if found is None:
            raise ValueError("not an hstore")
        pairs[_unescape(found[1])] = None if found[2] is None else _unescape(found[2])
        position = found.end()
    return pairs


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _hstore_text(value: Mapping[str, str | None]) -> str:
    pairs = [f"{_double_quoted(k)}=>{_double_quoted(v)}" for k, v in value.items()]
    return ",".join(pairs)


def _double_quoted(text: str | None) -> str:
    if text is None:
        return "NULL"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _vector(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _vector_text(value: Sequence[float]) -> str:
    return "[" + ",".join(map(repr, value)) + "]"


_TEXT_SCHEMA = WithJsonSchema({"type": "string"}, mode="serialization")
Hstore = Annotated[
    dict[str, str | None],
    BeforeValidator(_hstore),
    PlainSerializer(_sent_as(_hstore_text), when_used="unless-none"),
    _TEXT_SCHEMA,
]
Vector = Annotated[
    list[float],
    BeforeValidator(_vector),
    PlainSerializer(_sent_as(_vector_text), when_used="unless-none"),
    _TEXT_SCHEMA,
]


# Arrays, composites and ranges. psycopg hands over the text of those whose type it was not told about.

_QUOTED = r'"(?:[^"\\]|\\.|"")*"'
_ARRAY_ITEM = re.compile(rf"{_QUOTED}|(?:[^,{{}}\"\\]|\\.)+", re.DOTALL)
_FIELD = re.compile(rf"(?:{_QUOTED}|\\.|[^,\"\\])*", re.DOTALL)
_RANGE = re.compile(rf"[\[(](?:{_QUOTED}|\\.|[^\"\\\])])*[\])]", re.DOTALL)
_PART = re.compile(rf"{_QUOTED}|\\.", re.DOTALL)


def _array(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.partition("=")[2] if value.startswith("[") else value
    items, end = _array_items(text, 0)
    if end != len(text):
        raise ValueError("not an array")
    return items


def _array_items(text: str, start: int) -> tuple[list[Any], int]:
    if not text.startswith("{", start):
        raise ValueError("not an array")
    items: list[Any] = []
    item: Any
    position = start + 1
    while not text.startswith("}", position):
        if text.startswith("{", position):
            item, position = _array_items(text, position)
        elif found := _ARRAY_ITEM.match(text, position):
            item, position = _unquoted(found[0]), found.end()
            item = None if found[0].upper() == "NULL" else item
        else:
            raise ValueError("not an array")
        items.append(item)
        position += text.startswith(",", position)
    return items, position + 1


def _fields(text: str) -> list[_Text | None]:
    """What the commas separate between the brackets of a composite or a range; nothing at all is null."""
    fields: list[_Text | None] = []
    position, end = 1, len(text) - 1
    while True:
        found = _FIELD.match(text, position, end)
        raw = found[0] if found else ""
        fields.append(_unquoted(raw) if raw else None)
        position += len(raw)
        if not text.startswith(",", position) or position >= end:
            break
        position += 1
    if position != end:
        raise ValueError("a quote does not end")
    return fields


def _unquoted(text: str) -> _Text:
    return _Text(_PART.sub(_without_quotes, text))


def _without_quotes(found: re.Match[str]) -> str:
    part = found[0]
    if part.startswith("\\"):
        return part[1:]
    return _unescape(part[1:-1].replace('""', '\\"'))


Array = Annotated[list[T | None], BeforeValidator(_array)]
FullArray = Annotated[list[T], BeforeValidator(_array)]


# No dataclass: pydantic would take it for one of its own kind, parameters and all.
class Range(Generic[T]):
    """A range; a bound of None is none. Read from psycopg's Range and Postgres's text."""

    __slots__ = ("empty", "lower", "lower_inclusive", "upper", "upper_inclusive")

    def __init__(
        self,
        lower: T | None = None,
        upper: T | None = None,
        lower_inclusive: bool = True,
        upper_inclusive: bool = False,
        empty: bool = False,
    ) -> None:
        self.lower = lower
        self.upper = upper
        self.lower_inclusive = lower_inclusive
        self.upper_inclusive = upper_inclusive
        self.empty = empty

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Range) and _range_parts(self) == _range_parts(other)

    def __hash__(self) -> int:
        return hash(_range_parts(self))

    def __repr__(self) -> str:
        return f"Range({str(self)!r})"

    def __str__(self) -> str:
        if self.empty:
            return "empty"
        opening = "[" if self.lower_inclusive and self.lower is not None else "("
        closing = "]" if self.upper_inclusive and self.upper is not None else ")"
        return f"{opening}{_bound_text(self.lower)},{_bound_text(self.upper)}{closing}"

    @classmethod
    def __get_pydantic_core_schema__(
        cls,
        source: Any,
        handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        (subtype,) = get_args(source) or (Any,)
        bound = core_schema.nullable_schema(handler.generate_schema(subtype))

        def validate(value: Any, check: Callable[[Any], Any]) -> Range[Any]:
            lower, upper, *rest = _range_parts(value)
            return cls(check(lower), check(upper), *rest)

        return core_schema.no_info_wrap_validator_function(
            validate,
            bound,
            serialization=_AS_TEXT,
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string"}


def _bound_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return _double_quoted(value.isoformat(sep=" "))
    return _double_quoted(str(value))


def _range_parts(value: Any) -> tuple[Any, Any, bool, bool, bool]:
    if isinstance(value, Range):
        return (
            value.lower,
            value.upper,
            value.lower_inclusive,
            value.upper_inclusive,
            value.empty,
        )
    if isinstance(value, str):
        return _range_from_text(value)
    if hasattr(value, "isempty"):  # psycopg's, which need not be installed
        return (
            value.lower,
            value.upper,
            bool(value.lower_inc),
            bool(value.upper_inc),
            bool(value.isempty),
        )
    raise ValueError("not a range")


def _range_from_text(text: str) -> tuple[Any, Any, bool, bool, bool]:
    if text.strip().lower() == "empty":
        return None, None, False, False, True
    if not _RANGE.fullmatch(text) or len(bounds := _fields(text)) != 2:
        raise ValueError("not a range")
    return bounds[0], bounds[1], text[0] == "[", text[-1] == "]", False


def _multirange(value: Any) -> Any:
    if not isinstance(value, str):
        return list(value) if hasattr(value, "__iter__") else value
    if not (value.startswith("{") and value.endswith("}")):
        raise ValueError("not a multirange")
    return _RANGE.findall(value[1:-1])


def _multirange_text(value: Sequence[Range[Any]]) -> str:
    return "{" + ",".join(map(str, value)) + "}"


Multirange = Annotated[
    list[Range[T]],
    BeforeValidator(_multirange),
    PlainSerializer(_sent_as(_multirange_text), when_used="unless-none"),
    _TEXT_SCHEMA,
]


# The way back, for psycopg. What has a text of its own is text already: a list is an array, a dict is a composite.


def _parameter(value: Any) -> Any:
    return _text(value) if isinstance(value, list | dict) else value


def _text(value: Any) -> str:
    match value:
        case list():
            return "{" + ",".join(map(_item_text, value)) + "}"
        case dict():
            return f"({','.join('' if v is None else _double_quoted(_text(v)) for v in value.values())})"
        case bytes():
            return _from_bytes(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)


def _item_text(item: Any) -> str:
    if item is None:
        return "NULL"
    return _text(item) if isinstance(item, list) else _double_quoted(_text(item))


# Conditions on the columns of a row, with SQL's three truth values

Values: TypeAlias = Mapping[str, Any]
Operand: TypeAlias = Callable[[Values], Any]
Condition: TypeAlias = Callable[[Values], bool | None]
Operator: TypeAlias = Literal["<", "<=", "=", "<>", ">=", ">"]


def either(*conditions: Condition) -> Condition:
    def holds(values: Values) -> bool | None:
        truths = [condition(values) for condition in conditions]
        return True if True in truths else None if None in truths else False

    return holds


def both(*conditions: Condition) -> Condition:
    def holds(values: Values) -> bool | None:
        truths = [condition(values) for condition in conditions]
        return False if False in truths else None if None in truths else True

    return holds


def negation(condition: Condition) -> Condition:
    def holds(values: Values) -> bool | None:
        truth = condition(values)
        return None if truth is None else not truth

    return holds


def field(name: str) -> Operand:
    return lambda values: values[name]


def exact(text: str) -> Decimal:
    return Decimal(text)


def constant(value: Any) -> Operand:
    return lambda _values: value


def is_null(operand: Operand) -> Condition:
    return lambda values: operand(values) is None


def truth(operand: Operand) -> Condition:
    return operand


def compare(left: Operand, operator: Operator, right: Operand) -> Condition:
    """As Postgres decides it: the order of numbers and times, equality of all."""

    def holds(values: Values) -> bool | None:
        order = _order(left(values), right(values))
        if order is None:
            return None
        match operator:
            case "<":
                return order < 0
            case "<=":
                return order <= 0
            case "=":
                return order == 0
            case "<>":
                return order != 0
            case ">=":
                return order >= 0
            case ">":
                return order > 0

    return holds


def _order(left: Any, right: Any) -> int | None:
    """-1, 0 or 1; None where one is null, or where only the session's time zone could tell."""
    if left is None or right is None:
        return None
    if _is_nan(left) or _is_nan(right):
        # To Postgres NaN equals itself and is greater than every number.
        return _is_nan(left) - _is_nan(right)
    try:
        return bool(left > right) - bool(left < right)
    except TypeError:
        return None


def _is_nan(value: Any) -> bool:
    return isinstance(value, Decimal | float) and math.isnan(value)


def within(operand: Operand, choices: Sequence[Any]) -> Condition:
    return _unless_null(operand, lambda value: value in choices)


def subset(operand: Operand, choices: Sequence[Any]) -> Condition:
    def inside(value: list[Any]) -> bool:
        return all(item in choices for item in _flat(value))

    return _unless_null(operand, inside)


def matches(operand: Operand, pattern: str) -> Condition:
    compiled = re.compile(pattern)
    return _unless_null(operand, lambda value: compiled.search(value) is not None)


def length(operand: Operand) -> Operand:
    return _unless_null(operand, len)


def octet_length(operand: Operand) -> Operand:
    def octets(value: str | bytes) -> int:
        return len(value.encode() if isinstance(value, str) else value)

    return _unless_null(operand, octets)


def trimmed(operand: Operand) -> Operand:
    return _unless_null(operand, lambda value: value.strip(" "))


def cardinality(operand: Operand) -> Operand:
    return _unless_null(operand, lambda value: len(_flat(value)))


def array_length(operand: Operand) -> Operand:
    return _unless_null(operand, lambda value: len(value) or None)


def json_type(operand: Operand) -> Operand:
    return _unless_null(operand, _json_type)


def count_set(*operands: Operand) -> Operand:
    return lambda values: sum(operand(values) is not None for operand in operands)


def count_null(*operands: Operand) -> Operand:
    return lambda values: sum(operand(values) is None for operand in operands)


def _unless_null(operand: Operand, compute: Callable[[Any], Any]) -> Operand:
    def result(values: Values) -> Any:
        value = operand(values)
        return None if value is None else compute(value)

    return result


def _flat(value: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for item in value:
        flat.extend(_flat(item) if isinstance(item, list) else [item])
    return flat


def _json_type(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float() | Decimal():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


@dataclass(frozen=True, slots=True)
class Check:
    """A check constraint that the model enforces; unknown passes, as in Postgres."""

    name: str
    fields: Sequence[str]
    holds: Condition


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A check constraint that only the database enforces."""

    name: str
    definition: str


def _violation(constraint: str) -> PydanticCustomError:
    return PydanticCustomError(
        "check_violation",
        "violates check constraint {constraint}",
        {"constraint": constraint},
    )


def check_value(name: str, holds: Condition) -> AfterValidator:
    """A domain's check; in the condition, its value is the field `VALUE`."""

    def checked(value: Any) -> Any:
        if holds({"VALUE": value}) is False:
            raise _violation(name)
        return value

    return AfterValidator(checked)


# Models


class _Omitted:
    """A column that a payload leaves to the database."""

    def __repr__(self) -> str:
        return "OMITTED"

    def __bool__(self) -> bool:
        return False


OMITTED: Any = _Omitted()


def omitted() -> Any:
    return OMITTED


class Model(BaseModel):
    """A relation's columns; fields are named like them, or have them as alias where Python could not."""

    model_config = ConfigDict(
        populate_by_name=True,
        protected_namespaces=(),
        defer_build=True,
    )

    @classmethod
    def from_json(cls, body: str | bytes) -> Self:
        """Made from the JSON of one row, with every digit of its numbers."""
        return cls.model_validate(read_json(body))

    @classmethod
    def list_from_json(cls, body: str | bytes) -> list[Self]:
        """Made from the JSON of many rows."""
        return [cls.model_validate(row) for row in read_json(body)]


class Row(Model):
    """A row as the database has it."""

    model_config = ConfigDict(extra="ignore")


class _Payload(Model):
    model_config = ConfigDict(extra="forbid", validate_default=False)

    constraints: ClassVar[list[Check | Unchecked]] = []

    @model_validator(mode="after")
    def _hold_constraints(self) -> Self:
        for constraint in self.constraints:
            if isinstance(constraint, Check):
                values = {name: getattr(self, name) for name in constraint.fields}
                known = all(value is not OMITTED for value in values.values())
                if known and constraint.holds(values) is False:
                    raise _violation(constraint.name)
        return self

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """As pydantic's, without what was not set."""
        options.setdefault("exclude_unset", True)
        return super().model_dump(**options)

    def payload(self) -> dict[str, Any]:
        """What to send to PostgREST: the columns that were set, in JSON's terms."""
        return self.model_dump(mode="json", by_alias=True)

    def parameters(self) -> dict[str, Any]:
        """What to hand to psycopg: the columns that were set, in Postgres's text where Python has no such type."""
        dumped = self.model_dump(mode=_PSYCOPG, by_alias=True)
        return {column: _parameter(value) for column, value in dumped.items()}


class Insert(_Payload):
    """A new row; a column that is not set gets its default."""


class Update(_Payload):
    """Changes to rows; a column that is not set keeps its value."""


class Arguments(_Payload):
    """A function's named arguments; one that is not set gets its default."""


class Composite(Model):
    """A value of a composite type, every attribute of which may be null."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value._asdict() if hasattr(value, "_asdict") else value
        if not (value.startswith("(") and value.endswith(")")):
            raise ValueError("not a composite value")
        names = [field.alias or name for name, field in cls.model_fields.items()]
        values = _fields(value) if names else []
        if len(values) != len(names):
            raise ValueError(f"expected {len(names)} attributes, found {len(values)}")
        return dict(zip(names, values, strict=True))
