"""What the arguments of a function stand for: a row, a user, a value of a column, or a document of these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kitdb.catalog.model import Argument, Catalog, Relation, Routine, TypeRef
from kitdb.names import QualifiedName
from kitdb.rls.access import USERS
from kitdb.rls.conditions import closing
from kitdb.rls.hints import literals_in
from kitdb.rls.owners import Owners
from kitdb.rls.values import AMOUNTS

ABOUT_USER = re.compile(
    r"(?:^|_)(?:user|owner|uid|author|profile|member|customer|created_by)(?:_id|_uuid)?$", re.IGNORECASE
)
_AROUND = re.compile(r"^(?:p|v|in|arg|the|new|target|from|to|my|source|dest)_+(?=.)|^_+|_+$", re.IGNORECASE)
_KEY = re.compile(r"_?(?:id|uuid|key)s?$", re.IGNORECASE)
_TYPES = {
    "integer": "int4",
    "int": "int4",
    "bigint": "int8",
    "smallint": "int2",
    "boolean": "bool",
    "decimal": "numeric",
}
_DOCUMENTS = ("json", "jsonb")
_TEXTS = ("text", "varchar", "bpchar", "citext", "name")
_SAME = r"(?:(?:lower|upper|initcap|btrim|trim|coalesce|nullif)\s*\(\s*)"  # what leaves a text as it is, or nearly
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an argument stands for: a column's value, whose rows may be the caller's or others', or a user.

    `fields` are the keys that the body takes out of a document; in a `listed` one, out of each of its elements.
    `literals` are what the body compares it with.
    """

    name: str
    type: TypeRef
    relation: Relation | None = None
    column: str = ""
    user: bool = False
    fields: tuple[Meaning, ...] = ()
    listed: bool = False
    literals: tuple[str, ...] = ()

    @property
    def finds_row(self) -> bool:
        """Whether it is the key by which a row is found."""
        return self.relation is not None and not self.user and self.column in keys_of(self.relation)

    @property
    def is_number(self) -> bool:
        return self.type.name.name in AMOUNTS and not self.finds_row and not self.type.array

    @property
    def is_document(self) -> bool:
        return self.type.name.name in _DOCUMENTS and not self.type.array

    def leaves(self) -> Iterator[Meaning]:
        """Itself, or the fields of the document that it is."""
        yield from (leaf for field in self.fields for leaf in field.leaves())
        if not self.fields:
            yield self


def keys_of(relation: Relation) -> frozenset[str]:
    """The columns each of which alone tells a row from every other."""
    unique = [c.columns for c in relation.constraints if c.kind in ("primary key", "unique")]
    unique += [index.columns for index in relation.indexes if index.unique]
    return frozenset(columns[0] for columns in unique if len(columns) == 1 and columns[0])


def meanings(
    catalog: Catalog, owners: Owners, tables: Sequence[Relation], routine: Routine, wanted: Sequence[Argument]
) -> tuple[Meaning, ...]:
    """The meaning of each of the wanted arguments."""
    reader = _Reader(catalog, owners, tables)
    return tuple(reader.argument(routine, n, a) for n, a in enumerate(_taken_in(routine)) if a in wanted)


def _taken_in(routine: Routine) -> list[Argument]:
    return [a for a in routine.arguments if a.mode in ("in", "inout", "variadic")]


def given(routine: Routine) -> list[Argument]:
    """The arguments that a call has to give."""
    return [a for a in _taken_in(routine) if a.default is None]


def optional(routine: Routine) -> list[Argument]:
    """The arguments that a call may leave out, and can name."""
    return [a for a in _taken_in(routine) if a.default is not None and a.name and a.mode != "variadic"]


@dataclass(frozen=True, slots=True)
class _Reader:
    catalog: Catalog
    owners: Owners
    tables: Sequence[Relation]

    def argument(self, routine: Routine, place: int, argument: Argument) -> Meaning:
        name = argument.name or ""
        texts = (name, f"{routine.name.name}.{name}", f"${place + 1}") if name else (f"${place + 1}",)
        if argument.type.name.name in _DOCUMENTS and not argument.type.array:
            listed, fields = self._unpacked(routine.body, texts)
            return Meaning(name, argument.type, fields=fields, listed=listed)
        meaning = self.value(name, argument.type, dict.fromkeys(self._columns(routine, texts, 0)))
        return replace(meaning, literals=tuple(dict.fromkeys(_compared(routine.body, texts))))

    def value(self, name: str, type_: TypeRef, columns: dict[str, None]) -> Meaning:
        """By what the body does with it, else by its name, else by what is left: the key of the first table."""
        plain = _plain(name)
        tables = [*self.tables, *(r for r in self.catalog.relations if not r.managed and r not in self.tables)]
        called = [(r, r.primary_key[0]) for r in tables if len(r.primary_key) == 1 and _is_called(r, plain)]
        places = [(r, column) for column in columns if column != "id" for r in self.tables]
        places += [*called, *((r, column) for column in (plain, name.lower()) if column != "id" for r in self.tables)]
        places += [(r, "id") for r in self.tables if "id" in columns]
        for relation, column in places:
            found = relation.column(column)
            if found is None or not _is_alike(found.type, type_):
                continue
            if column in self.owners.of(relation):
                return Meaning(name, type_, relation, column, user=True)
            parent = self._parent(relation, column)
            return Meaning(name, type_, *(parent or (relation, column)))
        return Meaning(name, type_, user=type_.name.name == "uuid" and bool(ABOUT_USER.search(name)))

    def _parent(self, relation: Relation, column: str) -> tuple[Relation, str] | None:
        for key in relation.constraints:
            if key.kind == "foreign key" and column in key.columns and key.references not in (None, USERS):
                parent = self.catalog.by_name.get(key.references) if key.references else None
                if parent is not None:
                    return parent, key.referenced_columns[key.columns.index(column)]
        return None

    # -------- what the body does with it

    def _columns(self, routine: Routine, texts: Sequence[str], depth: int) -> Iterator[str]:
        """The columns that the body compares the argument with, sets to it, or lets a function compare with it."""
        body = routine.body
        for text in texts:
            shown = rf"(?<![\w.]){re.escape(text)}(?![\w.])(?:::[\w.\"]+)?"
            column = r"(?:\w+\.)*\"?([^\W\d]\w*)\"?"
            for pattern in (
                rf"{column}\s*\)*\s*(?:=|IS NOT DISTINCT FROM)\s*(?:\(|{_SAME})*{shown}",
                rf"{shown}\s*\)*\s*=\s*(?:\(|{_SAME})*{column}",
            ):
                yield from (name.lower() for name in re.findall(pattern, body, re.IGNORECASE))
            yield from _inserted(body, re.compile(rf"{_SAME}*{shown}(?:\s*,[^()]*)?[\s)]*$", re.IGNORECASE))
            if depth < _DEPTH:
                yield from self._passed_on(body, re.compile(shown + r"$", re.IGNORECASE), depth)

    def _passed_on(self, body: str, shown: re.Pattern[str], depth: int) -> Iterator[str]:
        for name, arguments in calls_in(body):
            for place, value in enumerate(arguments):
                if not shown.match(value.strip()):
                    continue
                for other in self.catalog.routines:
                    if other.name.name == name and place < len(other.arguments):
                        inner = other.arguments[place].name or ""
                        texts = (inner, f"{name}.{inner}", f"${place + 1}") if inner else (f"${place + 1}",)
                        yield from self._columns(other, texts, depth + 1)

    def _unpacked(self, body: str, texts: Sequence[str]) -> tuple[bool, tuple[Meaning, ...]]:
        """The keys that are taken out of a document, and whether it is a list of such."""
        found: dict[str, str] = {}
        listed = False
        for text in texts:
            shown = re.escape(text)
            called = rf"json\w*_to_record(set)?\(\s*{shown}\s*\)\s*(?:as\s+)?\w*\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)"
            for several, columns in re.findall(called, body, re.IGNORECASE):
                listed = listed or bool(several)
                found |= dict(_declared(columns))
            for several, table in re.findall(
                rf"json\w*_populate_record(set)?\(\s*null::([\w.\"]+)\s*,\s*{shown}\s*\)", body, re.IGNORECASE
            ):
                listed = listed or bool(several)
                bare = table.split(".")[-1].strip('"')
                found |= {c.name: c.type.name.name for r in self.tables if r.name.name == bare for c in r.columns}
            if re.search(rf"json\w*_array_elements(?:_text)?\(\s*{shown}\s*\)", body, re.IGNORECASE):
                listed = True
                found |= dict(_taken(body, r"\w+"))
            else:
                found |= dict(_taken(body, shown))
        return listed, tuple(self._field(name, type_) for name, type_ in found.items())

    def _field(self, name: str, type_: str) -> Meaning:
        base = type_.split("(")[0].strip().lower()
        known = TypeRef(type_, QualifiedName("pg_catalog", _TYPES.get(base, base)))
        return self.value(name, known, {})


def _compared(body: str, texts: Sequence[str]) -> Iterator[str]:
    """The literals that the body compares the argument with."""
    for text in texts:
        shown = rf"(?<![\w.]){re.escape(text)}(?:::[\w.\"]+)?"
        signs = r"(?:=|<>|!=|(?:not\s+)?in\b|=\s*any\b|<>\s*all\b|is\s+(?:not\s+)?distinct\s+from)"
        for found in re.findall(rf"{shown}\s*{signs}\s*((?:[(\s]|array\s*\[)*'[^;()\]]*)", body, re.IGNORECASE):
            yield from literals_in(re.split(r"\b(?:and|or|then)\b", found, maxsplit=1, flags=re.IGNORECASE)[0])
        for found in re.findall(rf"\bcase\s+{shown}\s+(when\b[^;]*)", body, re.IGNORECASE):
            yield from (literal for part in re.findall(r"\bwhen\s+('[^']*')", found) for literal in literals_in(part))


def _is_alike(column: TypeRef, argument: TypeRef) -> bool:
    return column.name == argument.name or (
        column.name.name in _TEXTS and argument.name.name in _TEXTS and column.array == argument.array
    )


def _plain(name: str) -> str:
    while (shorter := _AROUND.sub("", name.lower())) != name.lower():
        name = shorter
    return name.lower()


def _is_called(relation: Relation, name: str) -> bool:
    """Whether the name is the table's, in the singular or the plural, with or without `_id`."""
    table = relation.name.name.lower()
    return bool(name) and (_KEY.sub("", name) or name) in (table, singular(table))


def singular(table: str) -> str:
    return table[:-3] + "y" if table.endswith("ies") else table.rstrip("s")


def _inserted(body: str, shown: re.Pattern[str]) -> Iterator[str]:
    """The columns that an INSERT gives the argument to."""
    for found in re.finditer(r"insert\s+into\s+[\w.\"]+(?:\s+as\s+\w+)?\s*\(([^()]*)\)\s*", body, re.IGNORECASE):
        names = [name.strip().strip('"').lower() for name in found[1].split(",")]
        rest = body[found.end() :]
        values = re.match(r"values\s*(?=\()", rest, re.IGNORECASE)
        if values:
            listed = rest[values.end() + 1 : closing(rest, values.end())]
        else:
            selected = re.match(r"select\s+(.*?)(?:\bfrom\b|;|$)", rest, re.IGNORECASE | re.DOTALL)
            listed = selected[1] if selected else ""
        for name, value in zip(names, _separated(listed), strict=False):
            if shown.match(value.strip()):
                yield name


def calls_in(body: str) -> Iterator[tuple[str, list[str]]]:
    """Each call in the text, and its arguments as they are written."""
    for found in re.finditer(r"(\w+)\s*\(", body):
        yield found[1].lower(), _separated(body[found.end() : closing(body, found.end() - 1)])


def _separated(text: str) -> list[str]:
    """The text cut at commas that are in no brackets and no quotes."""
    parts, depth, quoted, start = [], 0, False, 0
    for place, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted and letter in "([":
            depth += 1
        elif not quoted and letter in ")]":
            depth -= 1
        elif not quoted and letter == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _declared(columns: str) -> Iterator[tuple[str, str]]:
    """`product_id uuid, quantity integer` by name and type."""
    for column in _separated(columns):
        name, _, type_ = column.strip().partition(" ")
        if type_:
            yield name.strip('"'), type_.strip()


def _taken(body: str, document: str) -> Iterator[tuple[str, str]]:
    """`(item ->> 'product_id')::uuid` by key and type."""
    pattern = rf"(?<![\w.]){document}(?:\.\w+)?\s*->>?\s*'([^']+)'\s*\)?(?:::([\w.]+))?"
    for key, type_ in re.findall(pattern, body, re.IGNORECASE):
        yield key, type_ or "text"
