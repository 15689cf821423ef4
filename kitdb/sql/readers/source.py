"""A statement's text beside its parse tree: where parts stand, what was written there, what names mean.

The tree has a location for most nodes but an end for none, and it has no text. What an expression, a default or a body
looks like is therefore cut out of the statement between the key words around it; all of them are reserved, so that a
name cannot be mistaken for one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from kitdb.names import QualifiedName, quote_identifier, quote_literal
from kitdb.sql.scan import Token, closing, skip_blank, tokens, word_at

Node = dict[str, Any]


@dataclass
class Source:
    """One statement; unqualified names are taken to be in `schema`, and the tree's locations count from `base` bytes
    before it."""

    text: str
    schema: str
    base: int = 0
    _bytes: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._bytes = b"" if self.text.isascii() else self.text.encode()

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tuple(tokens(self.text))

    @cached_property
    def _starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    def offset(self, node: Node) -> int:
        """Where the node stands, in characters; the tree counts bytes."""
        location = max(node.get("location", 0) - self.base, 0)
        return len(self._bytes[:location].decode(errors="replace")) if self._bytes else int(location)

    def token_at(self, offset: int) -> int:
        return bisect_left(self._starts, offset)

    def find(self, word: str, start: int = 0, depth: int = 0) -> int | None:
        """The first such token from there on, among those inside the same brackets."""
        for index in range(start, len(self.tokens)):
            token = self.tokens[index]
            if token.depth < depth:
                return None
            if token.word == word and token.depth == depth:
                return index
        return None

    def parenthesised(self, word: str, start: int = 0) -> str | None:
        """What stands in the parentheses after a word, the first one from an offset on that is in the same brackets."""
        end = self._first(word, start)
        opening = len(self.text) if end is None else skip_blank(self.text, end)
        if not self.text.startswith("(", opening):
            return None
        return self.text[opening + 1 : closing(self.text, opening)].strip()

    def first_parenthesised(self) -> str:
        """What stands in the first parentheses of all."""
        for token in tokens(self.text):
            if token.word == "(":
                return self.text[token.end : closing(self.text, token.start)].strip()
        return ""

    def expression_after(self, word: str, start: int, stops: Collection[str]) -> str:
        """The text between a word, found alike, and one of those that may follow it."""
        found = self._first(word, start)
        if found is None:
            return ""
        first = end = skip_blank(self.text, found)
        before = ""
        for token in tokens(self.text, first):
            if token.depth < 0 or (token.depth == 0 and end > first and token.word in stops and before != "is"):
                break
            before, end = token.word, token.end
        return self.text[first:end]

    def _first(self, word: str, start: int) -> int | None:
        """Where the word ends. Often it is what stands there."""
        at = start
        if at < len(self.text) and word_at(self.text, at) == word:
            return at + len(word)
        while at < len(self.text):
            begin, at = at, len(self.text)
            for token in tokens(self.text, begin):
                if token.depth < 0:
                    return None
                if token.depth == 0 and token.word == word:
                    return token.end
                if token.word == "(":
                    at = closing(self.text, token.start) + 1
                    break
        return None

    def between(self, start: int, stop: int) -> str:
        """The text from one token up to another."""
        return self.text[self.tokens[start].start : self.tokens[stop - 1].end] if start < stop else ""

    def up_to(self, start: int, stops: Collection[str], depth: int) -> int:
        """The first token after this one that ends its part: a word in `stops`, or the end of the brackets."""
        for index in range(start + 1, len(self.tokens)):
            token = self.tokens[index]
            if token.depth < depth:
                return index
            if token.depth == depth and token.word in stops and self.tokens[index - 1].word != "is":
                return index
        return len(self.tokens)

    def past_name(self, index: int) -> int:
        """The token after a qualified name."""
        index += 1
        while index < len(self.tokens) and self.tokens[index].word == ".":
            index += 2
        return index

    def past_relation(self, node: Node) -> int:
        """Where what follows a relation's name begins."""
        following = tokens(self.text, self.offset(node))
        next(following, None)
        for token in following:
            if token.word == ".":
                next(following, None)
            elif token.word != "*":
                return token.start
        return len(self.text)

    def pieces(self, start: int, stop: int, depth: int) -> Iterator[tuple[int, int]]:
        """Spans of tokens between the commas."""
        for index in range(start, stop):
            if self.tokens[index].word == "," and self.tokens[index].depth == depth:
                yield start, index
                start = index + 1
        yield start, stop

    def element_end(self, start: int) -> int:
        """The end of the statement; inside CREATE SCHEMA, of the element that token is in."""
        if [token.word for token in self.tokens[:2]] != ["create", "schema"]:
            return len(self.tokens)
        return self.up_to(start, {"create", "grant"}, 0)

    def tag(self) -> str:
        words = [token.word for token in self.tokens[:2]]
        return words[0] if words[:1] and words[0] in _ONE_WORD else " ".join(words)

    def qualified(self, names: Iterable[str]) -> QualifiedName:
        *schema, name = names
        return QualifiedName(schema[-1] if schema else self.schema, name)

    def relation(self, node: Node) -> QualifiedName:
        if node.get("relpersistence") == "t":
            return QualifiedName("pg_temp", node["relname"])
        return QualifiedName(node.get("schemaname", self.schema), node["relname"])


# Commands of one word, after which a name or more follows.
_ONE_WORD = frozenset("prepare execute deallocate declare fetch move close listen unlisten notify load show".split())


def strings(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple([str(node["String"].get("sval", "")) for node in nodes])  # as `string`, which would be called often


def string(node: Node) -> str:
    return str(node["String"].get("sval", ""))


def items(node: Node) -> list[Node]:
    """The members of a List node, or the node alone."""
    return list(node["List"].get("items", ())) if "List" in node else [node]


def cascades(node: Node) -> bool:
    return node.get("behavior") == "DROP_CASCADE"


def roles(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(role(node["RoleSpec"]) for node in nodes)


def role(spec: Node) -> str:
    kind = spec["roletype"]
    return str(spec["rolename"]) if kind == "ROLESPEC_CSTRING" else kind.removeprefix("ROLESPEC_").lower()


def options(nodes: Iterable[Node]) -> tuple[tuple[str, str], ...]:
    """Storage parameters; one without a value is on."""
    found = []
    for node in nodes:
        element = node["DefElem"]
        name = ".".join(part for part in (element.get("defnamespace"), element["defname"]) if part)
        found.append((name, value(element["arg"]) if "arg" in element else "true"))
    return tuple(found)


def value(node: Node) -> str:
    """A constant as text, of a SET or a storage parameter."""
    kind, content = next(iter(node.items()))
    match kind:
        case "String":
            return str(content.get("sval", ""))
        case "Integer":
            return str(content.get("ival", 0))
        case "Float":
            return str(content["fval"])
        case "Boolean":
            return "true" if content.get("boolval") else "false"
        case "A_Const":
            return _constant(content)
        case "TypeName":
            return type_name(content)
        case "TypeCast":
            return f"{type_name(content['typeName'])} {quote_literal(value(content['arg']))}"
        case _:
            return ""


def _constant(content: Node) -> str:
    for kind in ("ival", "fval", "sval", "bsval"):
        if kind in content:
            return str(content[kind].get(kind, 0 if kind == "ival" else ""))
    if "boolval" in content:
        return "true" if content["boolval"] else "false"
    return "null"


# As format_type() spells them: what the grammar makes of the SQL names, and the short names people write.
_TYPES = {
    "int2": "smallint",
    "int4": "integer",
    "int": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "bpchar": "character",
    "varchar": "character varying",
    "varbit": "bit varying",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "timetz": "time with time zone",
}
# The bits of an interval's first modifier; https://doxygen.postgresql.org/timestamp_8h.html
_INTERVAL_FIELDS = {4: "year", 2: "month", 8: "day", 1024: "hour", 2048: "minute", 4096: "second"}
_EVERY_FIELD = 0x7FFF


def type_name(node: Node) -> str:
    """The type as `format_type` spells it, qualified where it was."""
    modifiers = tuple([_modifier(modifier) for modifier in node["typmods"]]) if "typmods" in node else ()
    text = _with_modifiers(strings(node["names"]), modifiers) + "[]" * len(node.get("arrayBounds", ()))
    if node.get("pct_type"):
        text += "%TYPE"
    return f"SETOF {text}" if node.get("setof") else text


@lru_cache(maxsize=512)
def _with_modifiers(names: tuple[str, ...], modifiers: tuple[str, ...]) -> str:
    *schema, name = names
    if schema in ([], ["pg_catalog"]):
        if name == "interval":
            return _interval(modifiers)
        if name == "bpchar" and not modifiers:
            return "bpchar"
        if schema or name in _TYPES:
            return _spelled(_TYPES.get(name, name), modifiers)
    return ".".join(quote_identifier(part) for part in (*schema, name)) + _list(modifiers)


def _spelled(name: str, modifiers: tuple[str, ...]) -> str:
    first, _, rest = name.partition(" ")
    if rest.startswith("with"):  # timestamp(3) with time zone
        return f"{first}{_list(modifiers)} {rest}"
    return name + _list(modifiers)


def _interval(modifiers: tuple[str, ...]) -> str:
    if not modifiers:
        return "interval"
    mask, precision = int(modifiers[0]), _list(modifiers[1:])
    if mask == _EVERY_FIELD:
        return f"interval{precision}"
    named = [word for bit, word in _INTERVAL_FIELDS.items() if mask & bit]
    fields = named[0] if len(named) == 1 else f"{named[0]} to {named[-1]}"
    return f"interval {fields}{precision}"


def _list(modifiers: tuple[str, ...]) -> str:
    return f"({','.join(modifiers)})" if modifiers else ""


def _modifier(node: Node) -> str:
    if "ColumnRef" in node:
        return ".".join(strings(node["ColumnRef"]["fields"]))
    return value(node)


# What the tree calls differently from SQL.
_KINDS = {
    "MATVIEW": "materialized view",
    "TABCONSTRAINT": "constraint",
    "DOMCONSTRAINT": "constraint",
    "FDW": "foreign data wrapper",
    "TSCONFIGURATION": "text search configuration",
    "TSDICTIONARY": "text search dictionary",
    "TSPARSER": "text search parser",
    "TSTEMPLATE": "text search template",
    "OPCLASS": "operator class",
    "OPFAMILY": "operator family",
    "LARGEOBJECT": "large object",
    "STATISTIC_EXT": "statistics",
    "PARAMETER_ACL": "parameter",
}


def kind_of(object_type: str) -> str:
    name = object_type.removeprefix("OBJECT_")
    return _KINDS.get(name, name.lower().replace("_", " "))


def argument_types(node: Node) -> tuple[str, ...] | None:
    if node.get("args_unspecified"):
        return None
    # An aggregate's * is an empty item.
    return tuple(type_name(argument["TypeName"]) for argument in node.get("objargs", ()) if "TypeName" in argument)
