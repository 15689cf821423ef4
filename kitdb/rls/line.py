"""The grammar of one line of rights: `ACTORS: VERBS(COLUMNS) ROWS -> ROWS AFTER`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from kitdb.errors import KitdbError
from kitdb.names import quote_identifier, quote_literal
from kitdb.rls.predicate import AllOf, AnyOf, EveryRow, InClass, Negated, Rows

Verb = Literal["select", "insert", "update", "delete"]
VERBS: tuple[Verb, ...] = get_args(Verb)


class BadLine(KitdbError):
    """A line of rights that does not follow the grammar; `offset` is where in the line."""

    hint = 'Write it as "ACTORS: VERBS(COLUMNS) ROWS -> ROWS AFTER", for example "user: update(title) own -> own".'

    def __init__(self, message: str, offset: int) -> None:
        self.offset = offset
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class ColumnList:
    """Columns as a line gives them: `(*, -like_count)` or `(name, status)`."""

    star: bool
    named: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Right:
    """One verb of a line."""

    verb: Verb
    columns: ColumnList | None


class Comparison(NamedTuple):
    """Rows given in place (`folder[1] = :uid`): what they are called, their predicate, and where in the line."""

    label: str
    predicate: str
    offset: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of rights as written."""

    actors: tuple[str, ...]
    exact: bool
    rights: tuple[Right, ...]
    rows: Rows
    after: Rows | None
    comparisons: tuple[Comparison, ...] = ()

    @property
    def meaning(self) -> object:
        """The same for two lines that say the same."""
        return frozenset(self.actors), self.exact, frozenset(self.rights), self.rows, self.after


_TOKEN = re.compile(
    r"""
      (?P<blank>\s+)
    | (?P<arrow>->)
    | (?P<string>'(?:''|[^'])*')
    | (?P<quoted>"(?:""|[^"])+")
    | (?P<parameter>:[A-Za-z_]\w*(?:\.\w+)*)
    | (?P<operator><>|!=|<=|>=|[=<>])
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<mark>[(),*\[\]-])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    offset: int
    touching: bool

    @property
    def name(self) -> str:
        return self.text[1:-1].replace('""', '"') if self.kind == "quoted" else self.text


def parse_line(text: str) -> Line:
    """The line's meaning; raises `BadLine`."""
    colon = _first_colon(text)
    actors = tuple(_actor(part) for part in text[:colon].split(","))
    for number, actor in enumerate(actors):
        if not actor:
            raise BadLine("an actor is missing before the colon", 0)
        if actor in actors[:number]:
            raise BadLine(f"{actor} is named twice", len(",".join(text[:colon].split(",")[:number])) + 1)
    return _Parser(list(_tokens(text, colon + 1)), len(text)).line(actors)


def _first_colon(text: str) -> int:
    if (colon := text.find(":")) < 0:
        raise BadLine("there is no colon after the actors", len(text))
    return colon


def _actor(text: str) -> str:
    return text.strip().strip('"')


def column_offset(text: str, column: str) -> int:
    """Where in the line a column is named."""
    inside = False
    for token in _tokens(text, _first_colon(text) + 1):
        if inside and token.kind in ("word", "quoted") and token.name == column:
            return token.offset
        inside = token.text == "(" or (inside and token.text != ")")
    return 0


def _tokens(text: str, at: int) -> Iterator[_Token]:
    touching = False
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise BadLine(f"unexpected {text[at]!r}", at)
        kind = found.lastgroup or ""
        if kind != "blank":
            yield _Token(kind, found[0], at, touching)
        touching = kind != "blank"
        at = found.end()


class _Parser:
    def __init__(self, tokens: list[_Token], end: int) -> None:
        self.tokens = tokens
        self.end = end
        self.at = 0
        self.comparisons: dict[str, Comparison] = {}

    def line(self, actors: tuple[str, ...]) -> Line:
        exact = not self._take("word", "may")
        rights = [self._right()]
        while self._take("mark", ","):
            at = self._offset()
            rights.append(self._right())
            if rights[-1].verb in [right.verb for right in rights[:-1]]:
                raise BadLine(f"{rights[-1].verb} is named twice", at)
        rows = self._any_of() if self._peek() and not self._is("arrow") else EveryRow()
        after = self._any_of() if self._take("arrow") else None
        if token := self._peek():
            raise BadLine(f"unexpected {token.text!r}", token.offset)
        verbs = {right.verb for right in rights}
        if after is not None and not verbs & {"insert", "update"}:
            raise BadLine(f"-> says what a row may become, which {' and '.join(sorted(verbs))} does not change", 0)
        return Line(actors, exact, tuple(rights), rows, after, tuple(self.comparisons.values()))

    def _right(self) -> Right:
        token = self._next("a verb")
        verb = next((verb for verb in VERBS if verb == token.text.lower()), None)
        if verb is None or token.kind != "word":
            known = ", ".join(VERBS)
            raise BadLine(f"unknown verb {token.text!r}; the verbs are {known}", token.offset)
        following = self._peek()
        if following and following.text == "(" and following.touching:
            self.at += 1
            if verb == "delete":
                raise BadLine("delete takes whole rows, not columns", following.offset)
            return Right(verb, self._columns())
        return Right(verb, None)

    def _columns(self) -> ColumnList:
        star = False
        named: list[str] = []
        left_out: list[str] = []
        while True:
            at = self._offset()
            if self._take("mark", "*"):
                star = True
            else:
                names = left_out if self._take("mark", "-") else named
                names.append(self._name("a column"))
                if [*named, *left_out].count(names[-1]) > 1:
                    raise BadLine(f"column {names[-1]} is named twice", at)
            if self._take("mark", ")"):
                return ColumnList(star or bool(left_out and not named), tuple(named), tuple(left_out))
            self._expect(",")

    def _any_of(self) -> Rows:
        parts = [self._all_of()]
        while self._take("word", "or"):
            parts.append(self._all_of())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all_of(self) -> Rows:
        parts = [self._negated()]
        while self._take("word", "and"):
            parts.append(self._negated())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _negated(self) -> Rows:
        if self._take("word", "not"):
            return Negated(self._negated())
        if self._take("mark", "("):
            rows = self._any_of()
            self._expect(")")
            return rows
        return self._atom()

    def _atom(self) -> Rows:
        first = self.at
        name = self._name("a row class")
        column = quote_identifier(name)
        if self._take("mark", "["):
            number = self._next("a number")
            self._expect("]")
            column = _element(name, number.text)
        if (operator := self._peek()) is None or operator.kind != "operator":
            if self.at - first > 1:
                raise BadLine("a comparison is missing after the brackets", self._offset())
            return InClass(name)
        self.at += 1
        value = self._value()
        shown = "".join(token.text for token in self.tokens[first : self.at - 2])
        label = f"{shown} {operator.text} {self.tokens[self.at - 1].text}"
        predicate = f"{column} {operator.text} {value}"
        self.comparisons[label] = Comparison(label, predicate, self.tokens[first].offset)
        return InClass(label)

    def _value(self) -> str:
        token = self._next("a value")
        match token.kind:
            case "parameter" | "number":
                return token.text
            case "string":
                return quote_literal(token.text[1:-1].replace("''", "'"))
            case "word" if token.text.lower() in ("true", "false"):
                return token.text.lower()
        raise BadLine(f"{token.text!r} is not a value to compare with", token.offset)

    def _name(self, what: str) -> str:
        token = self._next(what)
        if token.kind not in ("word", "quoted"):
            raise BadLine(f"expected {what}, found {token.text!r}", token.offset)
        return token.name

    def _next(self, what: str) -> _Token:
        token = self._peek()
        if token is None:
            raise BadLine(f"expected {what}, found the end of the line", self.end)
        self.at += 1
        return token

    def _expect(self, mark: str) -> None:
        token = self._next(f"{mark!r}")
        if token.text != mark:
            raise BadLine(f"expected {mark!r}, found {token.text!r}", token.offset)

    def _peek(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _is(self, kind: str, text: str | None = None) -> bool:
        token = self._peek()
        return token is not None and token.kind == kind and text in (None, token.text.lower())

    def _take(self, kind: str, text: str | None = None) -> bool:
        taken = self._is(kind, text)
        self.at += taken
        return taken

    def _offset(self) -> int:
        token = self._peek()
        return token.offset if token else self.end


def _element(name: str, number: str) -> str:
    # folder[1] is how a person says it; the row of storage.objects has only its full name.
    array = "storage.foldername(objects.name)" if name == "folder" else quote_identifier(name)
    return f"({array})[{number}]"
