"""Row classes: SQL predicates over a row, bound to one caller, and the and/or/not over them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kitdb.errors import KitdbError, Place
from kitdb.names import quote_literal
from kitdb.rls.positions import Written


@dataclass(frozen=True, slots=True)
class RowClass:
    """A named SQL predicate over a row; `:uid` and `:jwt.path` in it stand for the caller.

    `as_caller` says that it calls functions that look at the token, so that the session must hold the caller's.
    """

    name: str
    predicate: str
    place: Place
    as_caller: bool = False
    written: Written | None = field(default=None, compare=False, repr=False)

    def place_of(self, offset: int) -> Place:
        """Where a character of the predicate stands."""
        return self.written.place_of(offset) if self.written else self.place


@dataclass(frozen=True, slots=True)
class EveryRow:
    """What a rule without rows means."""


@dataclass(frozen=True, slots=True)
class InClass:
    name: str


@dataclass(frozen=True, slots=True)
class Negated:
    rows: Rows


@dataclass(frozen=True, slots=True)
class AllOf:
    rows: tuple[Rows, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    rows: tuple[Rows, ...]


Rows = EveryRow | InClass | Negated | AllOf | AnyOf
Truth = bool | None


def holds(rows: Rows, truths: Mapping[str, Truth]) -> Truth:
    """Whether the row is among `rows`, in SQL's logic of three values: NULL is neither in nor out."""
    match rows:
        case EveryRow():
            return True
        case InClass(name):
            return truths[name]
        case Negated(inner):
            value = holds(inner, truths)
            return None if value is None else not value
        case AllOf(parts):
            values = [holds(part, truths) for part in parts]
            return False if False in values else None if None in values else True
        case AnyOf(parts):
            values = [holds(part, truths) for part in parts]
            return True if True in values else None if None in values else False


def class_names(rows: Rows) -> Iterator[str]:
    match rows:
        case InClass(name):
            yield name
        case Negated(inner):
            yield from class_names(inner)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from class_names(part)


def describe_rows(rows: Rows) -> str:
    """The rows as an allow line would say them."""
    match rows:
        case EveryRow():
            return "every row"
        case InClass(name):
            return name
        case Negated(inner):
            return f"not {_bracketed(inner)}"
        case AllOf(parts):
            return " and ".join(_bracketed(part) for part in parts)
        case AnyOf(parts):
            return " or ".join(_bracketed(part) for part in parts)


def _bracketed(rows: Rows) -> str:
    text = describe_rows(rows)
    return f"({text})" if isinstance(rows, AllOf | AnyOf) else text


# What may hold a colon that is no parameter comes first: strings, quoted names, comments, dollar quotes, casts.
_TOKEN = re.compile(
    r"""
      (?P<skipped>
          [eE]'(?:\\.|''|[^'\\])*'
        | '(?:''|[^'])*'
        | "(?:""|[^"])*"
        | --[^\n]*
        | \$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$
        | ::
        | :=
      )
    | (?P<comment>/\*)
    | (?P<open>\[) | (?P<close>\])
    | :(?P<name>[A-Za-z_]\w*(?:\.\w+)*)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


class BadParameter(KitdbError):
    """A predicate names a parameter that is neither the caller nor a claim."""

    hint = "Write :uid for the caller's id and :jwt.path.to.claim for a claim of the token."


def parameters(predicate: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of each `:name` in the text, those in strings, names, comments and casts left out."""
    at, depth = 0, 0
    while found := _TOKEN.search(predicate, at):
        at = found.end()
        match found.lastgroup:
            case "comment":
                at = _comment_end(predicate, at)
            case "open":
                depth += 1
            case "close":
                depth -= 1
            # between brackets a colon is a slice's, unless it names a parameter we know: a[1:n]
            case "name" if depth <= 0 or _is_parameter(found["name"]):
                yield found.start(), found.end(), found["name"]


def _comment_end(text: str, at: int) -> int:
    depth = 1
    while depth and (found := _COMMENT_EDGE.search(text, at)):
        depth += 1 if found[0] == "/*" else -1
        at = found.end()
    return at if not depth else len(text)


def _is_parameter(name: str) -> bool:
    return name == "uid" or name.partition(".")[0] == "jwt"


def check_parameters(row_class: RowClass) -> None:
    """Raises `BadParameter` at the row class whose predicate names another parameter than `:uid` and `:jwt`."""
    for start, _, name in parameters(row_class.predicate):
        if not _is_parameter(name):
            raise BadParameter(f"rows.{row_class.name}: unknown parameter :{name}", place=row_class.place_of(start))


def bind(predicate: str, claims: Mapping[str, Any]) -> str:
    """The predicate with the caller's values written in as literals.

    They are literals without a type, so that `:uid` compares with a uuid and with a text column alike.
    """
    parts: list[str] = []
    at = 0
    for start, end, name in parameters(predicate):
        parts += (predicate[at:start], value_of(name, claims))
        at = end
    return "".join((*parts, predicate[at:]))


def value_of(parameter: str, claims: Mapping[str, Any]) -> str:
    """The SQL literal that a parameter stands for, given the claims of the caller."""
    if parameter == "uid":
        return _literal(claims.get("sub"))
    if parameter == "jwt":
        return f"{_literal(dict(claims))}::jsonb"
    value: Any = claims
    for key in parameter.split(".")[1:]:
        value = value.get(key) if isinstance(value, Mapping) else None
    return _literal(value)


def _literal(value: Any) -> str:
    match value:
        case None:
            return "null"
        case str():
            # a space keeps an E'...' apart from a word before it
            return quote_literal(value)
        case _:
            return quote_literal(json.dumps(value, separators=(",", ":")))
