"""The words in which an object was declared: a new object is written as its author wrote it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kitdb.catalog.structure import ObjectId
from kitdb.diff.declared import Declared
from kitdb.diff.render import q
from kitdb.diff.state import State, member_id, table_id
from kitdb.names import QualifiedName
from kitdb.sql import operations as op
from kitdb.sql.read import read

_RENAMED = re.compile(r"^[ \t]*--[ \t]*kitdb:[ \t]*renamed from.*\n?", re.MULTILINE | re.IGNORECASE)

# Comments that an empty line sets apart from the statement are about the file, not about the object.
_APART = re.compile(r"\A(?:(?:[ \t]*(?:--[^\n]*|/\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n)+(?:[ \t]*\n)+)+")

# What one statement makes whole.
_DECLARED = frozenset(
    ("table", "view", "materialized view", "function", "procedure", "policy", "trigger", "index", "type")
)


class Sources(Mapping[ObjectId, str]):
    """The text of every object that one declared statement makes whole, with the comments above it.

    Statements are parsed when they are asked for: of many declared objects, few change.
    """

    def __init__(self, declared: Iterable[Declared], state: State) -> None:
        self.state = state
        self.operations: dict[Declared, tuple[op.Operation, ...]] = {}
        self.by_word: defaultdict[str, list[Declared]] = defaultdict(list)
        for one in declared:
            for word in dict.fromkeys(_words(one.text)):
                self.by_word[word].append(one)

    def __getitem__(self, identity: ObjectId) -> str:
        if identity.kind not in _DECLARED:
            raise KeyError(identity)
        # Unqualified, a name is still told by its last word and, of a policy, its table's: the rarer one finds it.
        words = _words(identity.name.partition("(")[0])[-2 if identity.kind in ("policy", "trigger") else -1 :]
        found_by = min((self.by_word.get(word, []) for word in words), key=len, default=[])
        texts, changed = [], False
        for one in found_by if identity in self.state.objects else ():
            operations = self._read(one)
            made = [found for operation in operations for found in _made(operation, self.state)]
            if len(operations) == 1 and made == [identity]:
                texts.append(_RENAMED.sub("", _APART.sub("", one.text)).strip())
            changed |= any(str(name) == identity.name for operation in operations for name in _changed(operation))
        if len(texts) != 1 or changed:
            raise KeyError(identity)
        return texts[0]

    def __iter__(self) -> Iterator[ObjectId]:
        return (identity for identity in self.state.objects if identity in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return bool(self.by_word)

    def _read(self, one: Declared) -> tuple[op.Operation, ...]:
        if one not in self.operations:
            self.operations[one] = read(one.statement)
        return self.operations[one]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _made(operation: op.Operation, state: State) -> Iterator[ObjectId]:
    match operation:
        case op.CreateTable(if_not_exists=False, query=None, like=(), temporary=False, table=table):
            yield table_id(table)
        case op.CreateView(view=view):
            for kind in ("view", "materialized view"):
                if ObjectId(kind, str(view)) in state.objects:
                    yield ObjectId(kind, str(view))
        case op.CreateFunction(function=function):
            found = [
                identity for identity in state.objects
                if identity.kind in ("function", "procedure") and identity.name.partition("(")[0] == str(function)
            ]  # fmt: skip
            if len(found) == 1:
                yield found[0]
        case op.CreatePolicy(name=name, table=table):
            yield member_id("policy", table, name)
        case op.CreateTrigger(name=name, table=table):
            yield member_id("trigger", table, name)
        case op.CreateIndex(name=str() as name, table=table):
            yield ObjectId("index", f"{q(table.schema)}.{q(name)}")
        case op.CreateEnum(type=name) | op.CreateType(type=name):
            yield ObjectId("type", str(name))


def _changed(operation: op.Operation) -> Iterator[QualifiedName]:
    """The tables and views that a statement changes after they are made."""
    match operation:
        case op.CreateTable() | op.CreateIndex() | op.CreatePolicy() | op.CreateTrigger() | op.Comment() | op.Grant():
            return
        case op.EnableRowLevelSecurity() | op.ForceRowLevelSecurity():
            return
        case op.Insert() | op.Update() | op.Delete() | op.Merge() | op.Copy():
            return
        case _:
            for field in ("table", "view"):
                name = getattr(operation, field, None)
                if isinstance(name, QualifiedName) and not isinstance(operation, op.CreateView):
                    yield name


def or_replace(text: str) -> str:
    """CREATE OR REPLACE in the place of CREATE."""
    pattern = r"^([ \t]*create)[ \t]+(?!or[ \t]+replace)(?=(function|procedure|view)\b)"
    return re.sub(pattern, r"\1 or replace ", text, count=1, flags=re.MULTILINE | re.IGNORECASE)


def concurrently(text: str) -> str:
    pattern = r"^([ \t]*create[ \t]+(?:unique[ \t]+)?index)\b(?![ \t]+concurrently)"
    return re.sub(pattern, r"\1 concurrently", text, count=1, flags=re.MULTILINE | re.IGNORECASE)
