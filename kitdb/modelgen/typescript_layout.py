"""TypeScript types, laid out as the formatter of the Supabase CLI does (100 columns, no semicolons)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Members:
    """`{ key: type }`; an `open` one has one member a line in any case, and a value's members end with commas."""

    entries: tuple[Member, ...]
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
class Chain:
    """`head.name(item, item).name()`: what is called on what, with the calls' arguments."""

    head: str
    calls: tuple[tuple[str, tuple[Node, ...]], ...]


# A member that is known to stay on its line is that line.
Member: TypeAlias = "tuple[str, Node] | str"
Node: TypeAlias = str | Members | Union | Array | Tuple | Generic | Both | Chain
# The indent of a column in the type of a database.
_DEEPEST = 10
_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
NOTHING = Members((("[_ in never]", "never"),), open=True)


def union(*items: Node) -> Node:
    return items[0] if len(items) == 1 else Union(items)


def render(node: Node, indent: int = 0, before: int = 0, after: int = 0) -> str:
    """The type's text; `before` and `after` are the columns that share its first and its last line."""
    if isinstance(node, str):
        return node
    line = flat(node)
    if line is not None and indent + before + _width(line) + after <= WIDTH:
        return line
    margin = " " * (indent + 2)
    match node:
        case Members(entries, _, is_value):
            end = "," if is_value else ""
            lines = [entry if isinstance(entry, str) else _member(*entry, indent + 2, is_value) for entry in entries]
            return "{\n" + "".join([f"{margin}{line}{end}\n" for line in lines]) + " " * indent + "}"
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
        case Chain():
            return _chain(node, indent, before, after)
        case Both(left, right):
            return f"{render(Members(left.entries, open=True), indent)} & {right}"


def settled(key: str, node: Node) -> Member:
    """The member's line where it is sure to be one at any depth that columns have."""
    text = flat(node)
    return line if text is not None and stays_short(line := f"{key}: {text}") else (key, node)


def stays_short(line: str) -> bool:
    return _width(line) < WIDTH - _DEEPEST


def assignment(start: str, node: Node) -> str:
    """A line `start` = node."""
    text = render(node, before=_width(start) + 3)
    return f"{start} = {text}" if _stays(node, text, _width(start) + 3) else f"{start} =\n  {render(node, 2)}"


def _member(key: str, value: Node, indent: int, is_value: bool) -> str:
    if isinstance(value, str):
        fits = not is_value or _width(key) < 5 or indent + _width(key) + 2 + _width(value) < WIDTH
        return f"{key}: {value}" if fits else f"{key}:\n{' ' * (indent + 2)}{value}"
    text = render(value, indent, before=_width(key) + 2, after=int(is_value))
    if text.startswith("\n"):
        return f"{key}:{text}"
    # Under a short key, a line of its own would gain next to nothing.
    if not is_value or _width(key) < 5 or _stays(value, text, indent + _width(key) + 2, after=1):
        return f"{key}: {text}"
    return f"{key}:\n{' ' * (indent + 2)}{render(value, indent + 2, after=1)}"


def _stays(node: Node, text: str, column: int, after: int = 0) -> bool:
    """Whether what stands right of a colon or an equals sign stays on its line, which it reaches at the column."""
    first, _, more = text.partition("\n")
    return column + _width(first) + (0 if more else after) <= WIDTH and not (more and _is_poor(node))


def flat(node: Node) -> str | None:
    """The type on one line, None where it cannot be."""
    if isinstance(node, str):
        return node
    if isinstance(node, Chain):
        return None if _is_dense(node) else _flat_chain(node)
    match node:
        case Members(()):
            return "{}"
        case Members(_, True):
            return None
        case Members(entries, _, is_value):
            members = [
                entry if isinstance(entry, str) else None if (text := flat(entry[1])) is None else f"{entry[0]}: {text}"
                for entry in entries
            ]
            lines = [member for member in members if member is not None]
            return "{ " + (", " if is_value else "; ").join(lines) + " }" if len(lines) == len(members) else None
        case Union(items):
            return _joined("", items, " | ", "")
        case Array(Union() as item):
            return _joined("(", (item,), "", ")[]")
        case Array(item):
            return _joined("", (item,), "", "[]")
        case Tuple(items):
            return _joined("[", items, ", ", "]")
        case Generic(name, arguments):
            return _joined(f"{name}<", arguments, ", ", ">")
        case Both(left, right):
            return _joined("", (left, right), " & ", "")


def _flat_chain(chain: Chain) -> str | None:
    text = chain.head
    for name, items in chain.calls:
        arguments = _joined("(", items, ", ", ")")
        if arguments is None:
            return None
        text += name + arguments
    return text


def _joined(start: str, nodes: Sequence[Node], between: str, end: str) -> str | None:
    if len(nodes) == 1 and isinstance(nodes[0], str):
        return f"{start}{nodes[0]}{end}"
    texts = []
    for node in nodes:
        text = node if isinstance(node, str) else flat(node)
        if text is None:
            return None
        texts.append(text)
    return start + between.join(texts) + end


# Chains of calls. A formatter has one call a line where the chain does not fit, or where it is hard to read.


def _chain(chain: Chain, indent: int, before: int, after: int) -> str:
    joined = _joined_calls(chain)
    column = indent + before + _width(chain.head)
    if len(chain.calls) <= 1 + joined:
        return chain.head + _calls(chain.calls, indent, column, after)
    margin = "\n" + " " * (indent + 2)
    *first, last = [(call,) for call in chain.calls[joined:]]
    lines = [*(_calls(call, indent + 2, indent + 2) for call in first), _calls(last, indent + 2, indent + 2, after)]
    return chain.head + _calls(chain.calls[:joined], indent, column) + "".join(margin + line for line in lines)


def _joined_calls(chain: Chain) -> int:
    """How many calls stay beside the head: what looks like a class, and what it makes, belong together."""
    return 1 if chain.head.rpartition(".")[2][:1] in _CAPITALS else 0


def _calls(calls: tuple[tuple[str, tuple[Node, ...]], ...], indent: int, column: int, after: int = 0) -> str:
    """The calls on the line that they begin on, at a column; arguments that do not fit go on lines of their own."""
    text = ""
    for name, items in calls:
        inside = _arguments(items, indent, column + _width(text) + _width(name) + 1, after) if items else ""
        text += f"{name}({inside})"
    return text


def _arguments(items: tuple[Node, ...], indent: int, column: int, after: int) -> str:
    line = _joined("", items, ", ", "")
    if line is not None and column + _width(line) + after < WIDTH:
        return line
    *first, last = items
    start = _joined("", first, ", ", ", " if first else "")
    if _can_hug(items) and start is not None and column + _width(start) < WIDTH:
        return start + render(last, indent, before=WIDTH)
    margin = " " * (indent + 2)
    body = "".join(f"{margin}{render(item, indent + 2, after=1)},\n" for item in items)
    return f"\n{body}{' ' * indent}"


def _can_hug(items: tuple[Node, ...]) -> bool:
    """Whether the brackets of the last one may stand beside those of the call."""
    match items:
        case (*first, Members(entries) as last) if entries:
            return not (first and isinstance(first[-1], type(last)))
        case (*first, Tuple(parts) as last) if parts:
            return not (first and isinstance(first[-1], type(last)))
    return False


def _is_dense(chain: Chain) -> bool:
    """Whether a formatter breaks the chain though it would fit."""
    if len(chain.calls) <= 2:
        return False
    nodes = [item for _, items in chain.calls for item in items if not isinstance(item, str)]
    return not all(map(_is_simple, nodes))


def _is_simple(node: Node, depth: int = 0) -> bool:
    if isinstance(node, str):
        return depth < 2
    match node:
        case Tuple(items):
            inside = items
        case Members(entries):
            inside = tuple("" if isinstance(entry, str) else entry[1] for entry in entries)
        case Chain(_, calls):
            inside = tuple(item for _, items in calls for item in items)
        case _:
            inside = ()
    return depth < 2 and all(_is_simple(item, depth + 1) for item in inside)


def _is_poor(node: Node) -> bool:
    """Whether to break the chain would gain little."""
    return (
        isinstance(node, Chain)
        and len(node.calls) <= 1 + _joined_calls(node)
        and all(not items or (len(items) == 1 and _is_short(items[0])) for _, items in node.calls)
    )


def _is_short(node: Node) -> bool:
    return isinstance(node, str) and (node[:1] in "\"'" or "." not in node) and _width(node) <= WIDTH // 4


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def literal(text: str) -> str:
    """The text as a string literal on one line; all that is not plainly printable is escaped."""
    quote = "'" if '"' in text and text.count('"') > text.count("'") else '"'
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
