"""Postgres's regular expressions and LIKE patterns, as far as other engines can be made to agree exactly.

What is left: literals, sets of single characters, anchors, groups, alternatives and quantifiers. Refused: everything
whose meaning depends on a locale (`\\w`, `\\s`, `[[:alpha:]]`, ranges beyond ASCII, case-insensitive letters beyond
ASCII), and what other engines lack (back references, lookaround, word boundaries, embedded options).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias


class NotPortable(Exception):
    """The pattern means something that another engine would not do in the same way."""


@dataclass(frozen=True, slots=True)
class Set:
    """One character of these ranges, or (`negated`) one of all others; no range and negated is any character."""

    ranges: tuple[tuple[str, str], ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    end: bool


@dataclass(frozen=True, slots=True)
class Repeat:
    item: Node
    minimum: int
    maximum: int | None


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    items: tuple[Node, ...]


Node: TypeAlias = Set | Anchor | Repeat | Sequence | Choice

ANY = Set((), negated=True)
_DIGITS = ("0", "9")
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "b": "\b", "e": "\x1b"}
_QUANTIFIERS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_BOUNDS = re.compile(r"\{(\d+)(,(\d*))?\}")
_LARGEST_REPEAT = 255  # Postgres's own limit


def parse_regex(pattern: str, *, ignore_case: bool = False) -> Node:
    """The pattern of `~` (or `~*`). Raises `NotPortable`."""
    if pattern.startswith("***") or (pattern.startswith("(?") and not pattern.startswith("(?:")):
        raise NotPortable("it starts with embedded options")
    parser = _Parser(pattern, ignore_case)
    node = parser.choice()
    if parser.position < len(pattern):
        raise NotPortable("its parentheses do not match")
    if _size(node) > 5000:
        raise NotPortable("its repetitions multiply")
    return node


def parse_like(pattern: str, *, ignore_case: bool = False) -> Node:
    """The pattern of LIKE (or ILIKE). Raises `NotPortable`."""
    if ignore_case and re.search("[ik]", pattern, re.IGNORECASE):
        # ILIKE compares in lower case, in which the Kelvin sign is a k, and i has a relative with a dot.
        raise NotPortable("the case of i and k depends on the locale")
    items: list[Node] = [Anchor(end=False)]
    characters = iter(pattern)
    for character in characters:
        match character:
            case "%":
                items.append(Repeat(ANY, 0, None))
            case "_":
                items.append(ANY)
            case "\\":
                escaped = next(characters, None)
                if escaped is None:
                    raise NotPortable("it ends with an escape character")
                items.append(_literal(escaped, ignore_case))
            case _:
                items.append(_literal(character, ignore_case))
    return Sequence((*items, Anchor(end=True)))


def _literal(character: str, ignore_case: bool) -> Set:
    if ignore_case and not character.isascii() and character.lower() != character.upper():
        raise NotPortable(f"the case of {character!r} depends on the locale")
    cases = {character.lower(), character.upper()} if ignore_case and character.isascii() else {character}
    return Set(tuple((case, case) for case in sorted(cases)))


def _size(node: Node) -> int:
    match node:
        case Repeat(item, minimum, maximum):
            return _size(item) * max(minimum, maximum or 1, 1)
        case Sequence(items) | Choice(items):
            return sum(map(_size, items))
        case _:
            return 1


class _Parser:
    def __init__(self, pattern: str, ignore_case: bool) -> None:
        self.pattern = pattern
        self.ignore_case = ignore_case
        self.position = 0

    def ahead(self, text: str) -> bool:
        return self.pattern.startswith(text, self.position)

    def take(self) -> str:
        if self.position >= len(self.pattern):
            raise NotPortable("it ends too early")
        self.position += 1
        return self.pattern[self.position - 1]

    def choice(self) -> Node:
        items = [self.sequence()]
        while self.ahead("|"):
            self.take()
            items.append(self.sequence())
        return items[0] if len(items) == 1 else Choice(tuple(items))

    def sequence(self) -> Node:
        items: list[Node] = []
        while self.position < len(self.pattern) and not self.ahead("|") and not self.ahead(")"):
            items.append(self.quantified())
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def quantified(self) -> Node:
        node = self.atom()
        bounds = self.quantifier()
        if bounds is None:
            return node
        if isinstance(node, Anchor):
            raise NotPortable("it repeats an anchor")
        if self.ahead("?"):  # lazy: finds less, and whether it finds is the same
            self.take()
        if self.position < len(self.pattern) and (self.pattern[self.position] in "*+?" or self.bounds()):
            raise NotPortable("it repeats a repetition")
        return Repeat(node, *bounds)

    def bounds(self) -> re.Match[str] | None:
        return _BOUNDS.match(self.pattern, self.position)

    def quantifier(self) -> tuple[int, int | None] | None:
        if self.position < len(self.pattern) and self.pattern[self.position] in _QUANTIFIERS:
            return _QUANTIFIERS[self.take()]
        if not self.ahead("{"):
            return None
        found = self.bounds()
        if found is None:
            raise NotPortable("it has a brace that bounds nothing")
        self.position = found.end()
        minimum = int(found[1])
        maximum = minimum if found[2] is None else int(found[3]) if found[3] else None
        if max(minimum, maximum or 0) > _LARGEST_REPEAT or (maximum is not None and maximum < minimum):
            raise NotPortable("it repeats too often")
        return minimum, maximum

    def atom(self) -> Node:
        match self.take():
            case "^":
                return Anchor(end=False)
            case "$":
                return Anchor(end=True)
            case ".":
                return ANY
            case "(":
                return self.group()
            case "[":
                return self.bracket()
            case "\\":
                return self.escape()
            case "*" | "+" | "?" | "{" | "]" | "}" as character:
                if character in "]}":
                    return Set(((character, character),))
                raise NotPortable("it repeats nothing")
            case character:
                return _literal(character, self.ignore_case)

    def group(self) -> Node:
        if self.ahead("?"):
            if not self.ahead("?:"):
                raise NotPortable("it looks around")
            self.position += 2
        node = self.choice()
        if self.take() != ")":
            raise NotPortable("its parentheses do not match")
        return node

    def escape(self) -> Set:
        character = self.take()
        if character == "d":
            return Set((_DIGITS,))
        if character == "D":
            return Set((_DIGITS,), negated=True)
        return _literal(self.escaped(character), self.ignore_case)

    def escaped(self, character: str) -> str:
        if character in _CONTROL:
            return _CONTROL[character]
        if character.isalnum():
            raise NotPortable(f"\\{character} depends on the locale or is Postgres's own")
        return character

    def bracket(self) -> Set:
        negated = self.ahead("^")
        self.position += negated
        ranges: list[tuple[str, str]] = []
        while not ranges or not self.ahead("]"):
            ranges.extend(self.bracket_item())
        self.take()
        return Set(tuple(sorted(set(ranges))), negated)

    def bracket_item(self) -> list[tuple[str, str]]:
        first = self.bracket_character()
        if first is None:
            return [_DIGITS]
        if not (self.ahead("-") and not self.ahead("-]")):
            return self.cases(first, first)
        self.take()
        last = self.bracket_character()
        if last is None or last < first:
            raise NotPortable("it has a range that is none")
        if not (first.isascii() and last.isascii()):
            raise NotPortable("it has a range beyond ASCII, whose order depends on the locale")
        return self.cases(first, last)

    def bracket_character(self) -> str | None:
        """None for the digits' escape."""
        character = self.take()
        if character == "[" and self.position < len(self.pattern) and self.pattern[self.position] in ":.=":
            raise NotPortable("it has a character class that depends on the locale")
        if character != "\\":
            return character
        character = self.take()
        return None if character == "d" else self.escaped(character)

    def cases(self, first: str, last: str) -> list[tuple[str, str]]:
        if not self.ignore_case:
            return [(first, last)]
        if first == last:
            return list(_literal(first, ignore_case=True).ranges)
        if first.isalpha() and last.isalpha() and first.islower() == last.islower():
            return [(first.lower(), last.lower()), (first.upper(), last.upper())]
        if not any(chr(code).isalpha() for code in range(ord(first), ord(last) + 1)):
            return [(first, last)]
        raise NotPortable("it ignores the case of a range across letters")


def print_regex(node: Node, *, end: str = "$") -> str:
    """The pattern for an engine that searches, in which `^` is only the very start; `end` is the very end's anchor.

    The same text does for Rust, Python and JavaScript (with the flag u).
    """
    match node:
        case Anchor(is_end):
            return end if is_end else "^"
        case Set(ranges, negated):
            return _print_set(ranges, negated)
        case Repeat(item, minimum, maximum):
            return _atomic(item, end) + _print_bounds(minimum, maximum)
        case Sequence(items):
            return "".join(
                f"(?:{print_regex(i, end=end)})" if isinstance(i, Choice) else print_regex(i, end=end) for i in items
            )
        case Choice(items):
            return "|".join(print_regex(item, end=end) for item in items)


def _atomic(node: Node, end: str) -> str:
    text = print_regex(node, end=end)
    return text if isinstance(node, Set) else f"(?:{text})"


def _print_bounds(minimum: int, maximum: int | None) -> str:
    match minimum, maximum:
        case 0, None:
            return "*"
        case 1, None:
            return "+"
        case 0, 1:
            return "?"
        case _, None:
            return f"{{{minimum},}}"
        case _:
            return f"{{{minimum}}}" if minimum == maximum else f"{{{minimum},{maximum}}}"


def _print_set(ranges: tuple[tuple[str, str], ...], negated: bool) -> str:
    if not ranges:
        return r"[\d\D]"
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1] and not negated:
        return _print_character(ranges[0][0])
    inside = "".join(
        _print_character(first) if first == last else f"{_print_character(first)}-{_print_character(last)}"
        for first, last in ranges
    )
    return f"[{'^' if negated else ''}{inside}]"


_PLAIN = re.compile(r"[A-Za-z0-9_ !\"#%&',:;<=>@`~]|[^\x00-\x7f]")


def _print_character(character: str) -> str:
    if ord(character) < 32 or ord(character) == 127:
        return f"\\x{ord(character):02x}"
    # JavaScript's flag u forbids to escape what has no meaning; a hyphen has one only in a set, and \x2d anywhere.
    if character == "-":
        return r"\x2d"
    return character if _PLAIN.match(character) else "\\" + character
