"""Which columns of a view are plainly columns of the one relation it selects from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kitdb.names import QualifiedName

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>E?'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")+")|(?P<word>[^\W\d][\w$]*)|(?P<other>\S))""",
    re.VERBOSE,
)
# What may follow the relation without bringing in rows that it does not have.
_HARMLESS = frozenset({"WHERE", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", ";"})
_OTHERWISE = frozenset({"UNION", "INTERSECT", "EXCEPT", "GROUP", "HAVING", "JOIN", "WITH"})


@dataclass(frozen=True, slots=True)
class PlainColumns:
    """The relation, and its column by each name of the view that stands for one."""

    relation: QualifiedName
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Token:
    """`name` is what an identifier means; `word` is an unquoted one in capitals, or another character."""

    word: str
    name: str | None = None


def plain_columns(definition: str) -> PlainColumns | None:
    """As Postgres prints the definition; None where it is anything but a selection from one relation."""
    tokens = _tokens(definition)
    outer = [token for token, depth in zip(tokens, _depths(tokens), strict=True) if depth == 0]
    words = [token.word for token in outer]
    if words[:1] != ["SELECT"] or "FROM" not in words or _OTHERWISE & set(words) or words[1:2] == ["DISTINCT"]:
        return None
    start = words.index("FROM")
    relation = _relation(outer[start + 1 :])
    if relation is None:
        return None
    columns = dict(filter(None, map(_plain, _items(outer[1:start]))))
    return PlainColumns(relation, columns)


def _tokens(text: str) -> list[_Token]:
    tokens = []
    for found in _TOKEN.finditer(text):
        if found["quoted"]:
            tokens.append(_Token("", found["quoted"][1:-1].replace('""', '"')))
        elif found["word"]:
            tokens.append(_Token(found["word"].upper(), found["word"]))
        else:
            tokens.append(_Token(found["other"] or "'"))
    return tokens


def _depths(tokens: list[_Token]) -> list[int]:
    """How many brackets each token stands in. An opening one stands outside, so that what was called can be told."""
    depths, depth = [], 0
    for token in tokens:
        depths.append(depth)
        depth += (token.word in ("(", "[")) - (token.word in (")", "]"))
    return depths


def _relation(tokens: list[_Token]) -> QualifiedName | None:
    words = [token.word for token in tokens]
    skipped = int(words[:1] == ["ONLY"])
    match tokens[skipped : skipped + 3]:
        case [_Token(name=str() as schema), _Token(word="."), _Token(name=str() as name)]:
            rest = words[skipped + 3 :]
        case _:
            return None
    if rest and rest[0] not in _HARMLESS and tokens[skipped + 3].name is not None:
        rest = rest[1:]  # an alias
    return QualifiedName(schema, name) if not rest or rest[0] in _HARMLESS else None


def _items(tokens: list[_Token]) -> list[list[_Token]]:
    items: list[list[_Token]] = [[]]
    for token in tokens:
        if token.word == ",":
            items.append([])
        else:
            items[-1].append(token)
    return items


def _plain(item: list[_Token]) -> tuple[str, str] | None:
    match item:
        case [_Token(name=str() as column)]:
            return column, column
        case [_Token(name=str()), _Token(word="."), _Token(name=str() as column)]:
            return column, column
        case [_Token(name=str() as column), _Token(word="AS"), _Token(name=str() as name)]:
            return name, column
        case [
            _Token(name=str()),
            _Token("."),
            _Token(name=str() as column),
            _Token(word="AS"),
            _Token(name=str() as name),
        ]:
            return name, column
    return None
