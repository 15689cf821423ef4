"""Policy conditions as Postgres prints them, taken apart at AND, OR and NOT; every junction there is in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from kitdb.rls.predicate import Truth

_TOKEN = re.compile(
    r"""
      (?P<skipped>[eE]'(?:\\.|''|[^'\\])*' | '(?:''|[^'])*' | "(?:""|[^"])*")
    | (?P<open>\() | (?P<close>\))
    | (?P<word>[^\W\d][\w$]*)
    """,
    re.VERBOSE | re.DOTALL,
)

Word = Literal["AND", "OR"]


@dataclass(frozen=True, slots=True)
class Atom:
    """A condition that AND, OR and NOT do not divide."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


@dataclass(frozen=True, slots=True)
class Junction:
    word: Word
    parts: tuple[Condition, ...]


Condition = Atom | Not | Junction


def parse_condition(text: str) -> Condition:
    """The condition's structure."""
    text = _bare(text)
    words: tuple[Word, ...] = ("OR", "AND")
    for word in words:
        parts = _split(text, word)
        if len(parts) > 1:
            return Junction(word, tuple(parse_condition(part) for part in parts))
    if text[:4].upper() == "NOT " and not re.match(r"NOT\s+(IN|LIKE)\b", text, re.IGNORECASE):
        return Not(parse_condition(text[4:]))
    return Atom(text)


def written_condition(condition: Condition) -> str:
    """The condition as SQL again."""
    match condition:
        case Atom(text):
            return text
        case Not(part):
            return f"(NOT ({written_condition(part)}))"
        case Junction(word, parts):
            return "(" + f" {word} ".join(f"({written_condition(part)})" for part in parts) + ")"


def atoms(condition: Condition) -> Iterator[str]:
    match condition:
        case Atom(text):
            yield text
        case Not(part):
            yield from atoms(part)
        case Junction(_, parts):
            for part in parts:
                yield from atoms(part)


def truth_of(condition: Condition, truths: Mapping[str, Truth]) -> Truth:
    """What the whole says where its atoms say this, in SQL's logic of three values."""
    match condition:
        case Atom(text):
            return truths[text] if text in truths else text.lower() == "true"
        case Not(part):
            value = truth_of(part, truths)
            return None if value is None else not value
        case Junction(word, parts):
            deciding = word == "OR"
            values = [truth_of(part, truths) for part in parts]
            return deciding if deciding in values else None if None in values else not deciding


def alternatives(condition: Condition) -> tuple[Condition, ...]:
    """What the condition offers, any of which is enough."""
    return condition.parts if isinstance(condition, Junction) and condition.word == "OR" else (condition,)


Term = frozenset[str]
_MOST_TERMS = 64


def terms(condition: Condition) -> tuple[Term, ...]:
    """The ways in which the condition may hold: of each, the atoms that hold together. None where they are too many."""
    match condition:
        case Junction("OR", parts):
            found = [term for part in parts for term in terms(part)]
        case Junction(_, parts):
            found = [frozenset()]
            for part in parts:
                found = [one | other for one in found[:_MOST_TERMS] for other in terms(part)[:_MOST_TERMS]]
        case Not(Atom(text)):
            found = [frozenset((f"NOT {text}",))]
        case _:
            found = [frozenset((written_condition(condition),))]
    return tuple(dict.fromkeys(found)) if len(found) <= _MOST_TERMS else ()


def without_subqueries(text: str) -> str:
    """The text with whatever stands in `(SELECT …)` taken out."""
    kept, at = [], 0
    while found := re.search(r"\(\s*SELECT\b", text[at:], re.IGNORECASE):
        start = at + found.start()
        kept.append(text[at:start])
        at = closing(text, start) + 1
    return "".join((*kept, text[at:]))


def _bare(text: str) -> str:
    text = text.strip()
    while text.startswith("(") and closing(text, 0) == len(text) - 1 and not re.match(r"\(\s*SELECT\b", text, re.I):
        text = text[1:-1].strip()
    return text


def closing(text: str, start: int) -> int:
    """Where the bracket that opens at `start` closes."""
    depth = 0
    for found in _TOKEN.finditer(text, start):
        depth += (found.lastgroup == "open") - (found.lastgroup == "close")
        if depth == 0:
            return found.start()
    return len(text)


def _split(text: str, word: str) -> list[str]:
    """The parts between the words that stand outside of brackets and of CASE."""
    parts, start, depth = [], 0, 0
    for found in _TOKEN.finditer(text):
        match found.lastgroup, found[0].upper():
            case ("open", _) | ("word", "CASE"):
                depth += 1
            case ("close", _) | ("word", "END"):
                depth -= 1
            case ("word", written) if written == word and depth == 0:
                parts.append(text[start : found.start()])
                start = found.end()
    return [*parts, text[start:]]
