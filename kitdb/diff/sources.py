"""The words in which an object was declared: a new object is written as its author wrote it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from kitdb.catalog.structure import ObjectId
from kitdb.diff.declared import Declared
from kitdb.diff.render import q
from kitdb.diff.state import State, member_id, table_id
from kitdb.names import QualifiedName
from kitdb.sql import operations as op
from kitdb.sql.read import read

_RENAMED = re.compile(r"^[ \t]*--[ \t]*kitdb:[ \t]*renamed from.*\n?", re.MULTILINE | re.IGNORECASE)


def sources(declared: Iterable[Declared], state: State) -> dict[ObjectId, str]:
    """The text of every object that one declared statement makes whole, with the comments above it."""
    made: defaultdict[ObjectId, list[str]] = defaultdict(list)
    changed: set[QualifiedName] = set()
    for one in declared:
        operations = read(one.statement)
        identities = [identity for operation in operations for identity in _made(operation, state)]
        if len(operations) == 1 and len(identities) == 1:
            made[identities[0]].append(_RENAMED.sub("", one.text).strip())
        for operation in operations:
            changed |= set(_changed(operation))
    return {
        identity: texts[0]
        for identity, texts in made.items()
        if len(texts) == 1 and identity in state.objects and not _is_changed(identity, changed)
    }


def _is_changed(identity: ObjectId, changed: Iterable[QualifiedName]) -> bool:
    return any(identity.name == str(name) for name in changed)


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
