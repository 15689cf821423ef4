"""Migration files out of declared statements: what goes into which file, and how it reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kitdb.catalog.model import Catalog
from kitdb.diff.declared import Declared
from kitdb.diff.steps import SEGMENTS, Hazard, Segment
from kitdb.sql.operations import CreateTable, Operation
from kitdb.sql.read import read

STORAGE = "storage"
_SHOWN = 20
_LOCKS = 3_000  # of 3,840 that Postgres has for 60 connections, as the smallest hosted databases have

Operations = tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A migration that is not written yet: its name (without version) and its text."""

    name: str
    text: str


def drafts(name: str, declared: Sequence[Declared], catalog: Catalog) -> tuple[Draft, ...]:
    """The files that make an empty database the declared one: the schema, then what stands on Storage's tables.

    Storage is a service with migrations of its own, so buckets and their policies get a file apart: without the service
    it can be left out.
    """
    operations = {one: read(one.statement) for one in declared}
    storage = [one for one in declared if _is_storage(operations[one])]
    rest = [one for one in declared if not _is_storage(operations[one])]
    found: list[Draft] = []
    for number, piece in enumerate(_pieces(rest, operations), 1):
        summary = f"goes on with {name}" if found else _summary(catalog, storage=False)
        found.append(Draft(f"{name}_{number}" if found else name, _text(piece, summary)))
    if storage:
        found.append(Draft(STORAGE if rest else name, _text(storage, _summary(catalog, storage=True))))
    return tuple(found)


def _pieces(declared: Sequence[Declared], operations: Mapping[Declared, Operations]) -> Iterator[list[Declared]]:
    """The statements of one file each: a transaction holds a lock on all that it makes, and there is room for few."""
    piece: list[Declared] = []
    locks = 0
    for one in declared:
        made = sum(
            4 if isinstance(operation, CreateTable) else 1 for operation in operations[one]
        )  # with key and TOAST
        if piece and locks + made > _LOCKS:
            yield piece
            piece, locks = [], 0
        piece.append(one)
        locks += made
    if piece:
        yield piece


def _is_storage(operations: Operations) -> bool:
    tables = [getattr(operation, "table", None) for operation in operations]
    return bool(tables) and all(table is not None and table.schema == STORAGE for table in tables)


def _text(declared: Sequence[Declared], summary: str) -> str:
    header = (
        f"-- Written by kitdb generate: {summary}.\n-- Change the declared schema and generate again, not this file."
    )
    parts, last = [header], None
    for one in declared:
        if one.path != last:
            parts.append(f"\n-- {one.path.parent.name}/{one.path.name}")
            last = one.path
        parts.append(f"\n{one.text};")
    return "\n".join(parts) + "\n"


def _summary(catalog: Catalog, *, storage: bool) -> str:
    counted = Counter(_storage_kinds(catalog) if storage else _kinds(catalog))
    parts = [f"{number} {kind if number == 1 else _plural(kind)}" for kind, number in counted.items()]
    return ", ".join(parts) if parts else "no objects"


def _storage_kinds(catalog: Catalog) -> Iterator[str]:
    yield from ("bucket" for _ in catalog.buckets)
    yield from ("policy" for policy in catalog.policies() if policy.table.schema == STORAGE)


def _kinds(catalog: Catalog) -> Iterator[str]:
    relations = [relation for relation in catalog.relations if relation.name.schema != STORAGE]
    yield from (relation.kind for relation in relations if not relation.managed)
    yield from (type_.kind for type_ in catalog.types)
    yield from (routine.kind for routine in catalog.routines)
    yield from ("trigger" for relation in relations for _ in relation.triggers)
    yield from ("policy" for relation in relations for _ in relation.policies)


def _plural(noun: str) -> str:
    if noun == "statistics":
        return noun
    if noun.endswith("y"):
        return noun[:-1] + "ies"
    return f"{noun}es" if noun.endswith("x") else f"{noun}s"


_SUFFIX: Mapping[Segment, str] = {
    "labels": "_labels",
    "main": "",
    "rows": "_rows",
    "indexes": "_indexes",
    "validate": "_validate",
}
_WHY: Mapping[Segment, str] = {
    "labels": "A new enum value can be used once it is committed: what uses it is in the next file.",
    "main": "",
    "rows": "Rows may use new enum values only once these are committed.",
    "indexes": "Indexes that are built while the tables are in use: each statement runs by itself.",
    "validate": "What is there already is taken up, and rows are looked at, without a lock that others feel for long.",
}


def change_drafts(
    name: str,
    statements: Sequence[tuple[Segment, str]],
    summary: str,
    hazards: Sequence[Hazard],
    checks: Sequence[str] = (),
    access: Sequence[str] = (),
) -> tuple[Draft, ...]:
    """The files of a change, in the order in which they run; only what Postgres wants apart is apart."""
    drafts, said = [], False
    for segment in SEGMENTS:
        texts = [text for at, text in statements if at == segment]
        if not texts:
            continue
        header = [] if said else _change_header(summary, hazards, checks, access)
        said = True
        header = header or [f"-- Written by kitdb generate: goes on with {name}."]
        header += [f"-- {_WHY[segment]}"] if _WHY[segment] else []
        body = "\n\n".join(f"{text};" for text in texts)
        drafts.append(Draft(name + _SUFFIX[segment], "\n".join(header) + f"\n\n{body}\n"))
    return tuple(drafts)


def _change_header(summary: str, hazards: Sequence[Hazard], checks: Sequence[str], access: Sequence[str]) -> list[str]:
    destructive = any(hazard.destructive for hazard in hazards)
    lines = [f"-- Written by kitdb generate: {summary}" + (" DESTRUCTIVE" if destructive else "")]
    lines += [f"-- Proved on a copy: {'; '.join(checks)}."] if checks else []
    lines += [f"-- {hazard}" for hazard in hazards]
    lines += [f"-- access: {' '.join(line.split())}" for line in access[:_SHOWN]]
    lines += [f"-- access: {len(access) - _SHOWN} changes more"] if len(access) > _SHOWN else []
    return lines


def change_summary(counts: Sequence[tuple[str, str, int]], renamed: int = 0) -> str:
    """`+2 policies, -1 column, ~1 view, 1 renamed.`"""
    parts = [f"{sign}{number} {kind if number == 1 else _plural(kind)}" for sign, kind, number in counts]
    parts += [f"{renamed} renamed"] if renamed else []
    return (", ".join(parts) or "privileges and comments") + "."
