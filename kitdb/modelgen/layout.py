"""Python source, laid out so that ruff's formatter leaves it as it is at any usual line length."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

# What fits is on one line; what does not has one item a line and the comma that keeps it so.
WIDTH = 79


@dataclass(frozen=True, slots=True)
class Group:
    """`head(item, item)`, with whatever brackets `head` and `tail` have."""

    head: str
    items: tuple[Node, ...]
    tail: str


Node: TypeAlias = "str | Group"


def call(name: str, *items: Node) -> Group:
    return Group(f"{name}(", items, ")")


def subscript(name: str, *items: Node) -> Node:
    """On one line where there is one item: a comma behind it would make it a tuple."""
    group = Group(f"{name}[", items, "]")
    return group if len(items) > 1 else flat(group)


def strings(texts: Iterable[str]) -> Group:
    """A list of string literals. A tuple would not do: a formatter takes the comma of a single item for its own."""
    return Group("[", tuple(map(literal, texts)), "]")


def keyword(name: str, value: Node) -> Node:
    return f"{name}={value}" if isinstance(value, str) else Group(f"{name}={value.head}", value.items, value.tail)


def flat(node: Node) -> str:
    if isinstance(node, str):
        return node
    return node.head + ", ".join([item if isinstance(item, str) else flat(item) for item in node.items]) + node.tail


def render(node: Node, indent: int = 0, before: int = 0, after: int = 0) -> str:
    """The node's text; `before` and `after` are the characters that share its first and its last line."""
    if isinstance(node, str):
        return node
    line = flat(node)
    if not node.items or indent + before + len(line) + after <= WIDTH:
        return line
    margin = " " * (indent + 4)
    items = [
        f"{margin}{item if isinstance(item, str) else render(item, indent + 4, after=1)},\n" for item in node.items
    ]
    return node.head + "\n" + "".join(items) + " " * indent + node.tail


def statement(start: str, node: Node, indent: int = 0) -> str:
    """A line `start` + node, such as an assignment."""
    return " " * indent + start + render(node, indent, before=len(start))


def literal(text: str) -> str:
    """The text as a Python string literal on one line; all that is not plainly printable is escaped."""
    # The quotes that need fewer escapes, and double ones where it is all the same.
    quote = "'" if '"' in text and text.count('"') > text.count("'") else '"'
    return quote + _escaped(text, quote) + quote


def docstring(text: str) -> str:
    """The text as a docstring on one line; white space at its ends, which a formatter would take off, is gone."""
    return '"""' + _escaped(" ".join(text.split()), '"') + '"""'


def _escaped(text: str, quote: str) -> str:
    if text.isascii() and text.isprintable() and "\\" not in text and quote not in text:
        return text
    return "".join(_escape(character, quote) for character in text)


def _escape(character: str, quote: str) -> str:
    if character in ("\\", quote):
        return "\\" + character
    # isprintable is False for controls, separators, surrogates and the marks that reorder text on the screen.
    if character.isprintable():
        return character
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")
