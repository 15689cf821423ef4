"""TypeScript types, laid out as the formatter of the Supabase CLI does (100 columns, no semicolons)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Members:
    """`{ key: type }`; an `open` one has one member a line in any case, and a value's members end with commas."""

    entries: tuple[tuple[str, Node], ...]
    open: bool = False
    is_value: bool = False


@dataclass(frozen=True, slots=True)
class Union:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Array:
    item: Node


@dataclass(frozen=True, slots=True)
class Tuple:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Generic:
    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """An object type and another."""

    left: Members
    right: str


@dataclass(frozen=True, slots=True)
class Call:
    """`head` item, item `tail`: what is called, its arguments, and what is called on the result."""

    head: str
    items: tuple[Node, ...]
    tail: str = ")"


Node: TypeAlias = str | Members | Union | Array | Tuple | Generic | Both | Call
NOTHING = Members((("[_ in never]", "never"),), open=True)


def union(*items: Node) -> Node:
    return items[0] if len(items) == 1 else Union(items)


def render(node: Node, indent: int = 0, before: int = 0, after: int = 0) -> str:
    """The type's text; `before` and `after` are the columns that share its first and its last line."""
    if isinstance(node, str):
        return node
    line = _flat(node)
    if line is not None and indent + before + _width(line) + after <= WIDTH:
        return line
    margin = " " * (indent + 2)
    match node:
        case Members(entries, _, is_value):
            end = "," if is_value else ""
            body = "".join(f"{margin}{_member(key, value, indent + 2, is_value)}{end}\n" for key, value in entries)
            return "{\n" + body + " " * indent + "}"
        case Union((Members() as members, "null")):
            return render(members, indent, before, after) + " | null"
        case Union(items):
            return "".join(f"\n{margin}| {render(item, indent + 4)}" for item in items)
        case Array(Union() as item):
            return f"({render(item, indent)}\n{' ' * indent})[]"
        case Array(item):
            return render(item, indent, before, after + 2) + "[]"
        case Tuple(items):
            body = "".join(f"{margin}{render(item, indent + 2, after=1)},\n" for item in items)
            return "[\n" + body + " " * indent + "]"
        case Generic(name, arguments):
            body = ",\n".join(f"{margin}{render(argument, indent + 2, after=1)}" for argument in arguments)
            return f"{name}<\n{body}\n{' ' * indent}>"
        case Call(head, (only,), tail) if not isinstance(only, str):
            return head + render(only, indent, before + len(head), after + len(tail)) + tail
        case Call(head, items, tail):
            body = "".join(f"{margin}{render(item, indent + 2, after=1)},\n" for item in items)
            return f"{head}\n{body}{' ' * indent}{tail}"
        case Both(left, right):
            return f"{render(Members(left.entries, open=True), indent)} & {right}"


def settled(key: str, node: Node) -> Node:
    """The node as text where it is sure to share its member's line at any depth that columns have."""
    line = _flat(node)
    return node if line is None or _width(key) + _width(line) > WIDTH - 20 else line


def _member(key: str, value: Node, indent: int, is_value: bool) -> str:
    if isinstance(value, str):
        return _text_member(key, value, indent, is_value)
    text = render(value, indent, before=_width(key) + 2)
    return f"{key}:{text}" if text.startswith("\n") else f"{key}: {text}"


@lru_cache(maxsize=100_000)
def _text_member(key: str, value: str, indent: int, is_value: bool) -> str:
    fits = not is_value or indent + _width(key) + 2 + _width(value) < WIDTH
    return f"{key}: {value}" if fits else f"{key}:\n{' ' * (indent + 2)}{value}"


def _flat(node: Node) -> str | None:
    """The type on one line, None where it cannot be."""
    match node:
        case str():
            return node
        case Members(()):
            return "{}"
        case Members(_, True):
            return None
        case Members(entries, _, is_value):
            texts = [None if (text := _flat(value)) is None else f"{key}: {text}" for key, value in entries]
            return _joined("{ ", texts, ", " if is_value else "; ", " }")
        case Union(items):
            return _joined("", map(_flat, items), " | ", "")
        case Array(Union() as item):
            return _joined("(", [_flat(item)], "", ")[]")
        case Array(item):
            return _joined("", [_flat(item)], "", "[]")
        case Tuple(items):
            return _joined("[", map(_flat, items), ", ", "]")
        case Generic(name, arguments):
            return _joined(f"{name}<", map(_flat, arguments), ", ", ">")
        case Call(head, items, tail):
            return _joined(head, map(_flat, items), ", ", tail)
        case Both(left, right):
            return _joined("", [_flat(left), right], " & ", "")


def _joined(start: str, texts: Iterable[str | None], between: str, end: str) -> str | None:
    found = list(texts)
    if None in found:
        return None
    return start + between.join(text for text in found if text is not None) + end


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def literal(text: str) -> str:
    """The text as a string literal on one line; all that is not plainly printable is escaped."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    if text.isascii() and text.isprintable() and "\\" not in text and quote not in text:
        return f"{quote}{text}{quote}"
    return quote + "".join(_escape(character, quote) for character in text) + quote


_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def _escape(character: str, quote: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character == quote:
        return "\\" + character
    # isprintable is False for controls, separators, surrogates and the marks that reorder text on the screen.
    if character.isprintable():
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))


def key(name: str) -> str:
    """The name of a member, quoted where it has to be."""
    return name if is_identifier(name) else literal(name)


def is_identifier(name: str) -> bool:
    plain = name.replace("$", "_")
    return plain.isidentifier()
