"""Which columns a table's triggers may set before the row is checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from kitdb.catalog.model import Catalog, Relation, Routine, Trigger
from kitdb.names import QualifiedName

_BEFORE = re.compile(r"\bBEFORE (?P<events>.*?) ON .* FOR EACH ROW ", re.DOTALL)
_ARGUMENTS = re.compile(r"EXECUTE FUNCTION [^(]*\((.*)\)\Z", re.DOTALL)
_NOISE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_START = r"(?:\A|;|>>|\b(?:begin|then|else|loop|declare)\b)\s*"
_NAME = r'("(?:[^"]|"")+"|\w+)'
_ASSIGNMENT = re.compile(rf"{_START}new\s*\.\s*{_NAME}\s*(?:\[[^]]*\]\s*)?:?=", re.IGNORECASE)
_INTO = re.compile(rf"\binto\s+(?:strict\s+)?(?:[\w.]+\s*,\s*)*new\s*\.\s*{_NAME}", re.IGNORECASE)
_WHOLE = re.compile(
    rf"{_START}new\s*:?=|\binto\s+(?:strict\s+)?new\b(?!\s*\.)|\breturn\s+(?!new\b|null\b)\w", re.IGNORECASE
)


def set_by_triggers(catalog: Catalog, table: Relation, event: Literal["INSERT", "UPDATE"]) -> frozenset[str]:
    """Of a function that is not PL/pgSQL, the columns that its arguments name."""
    if not table.triggers:
        return frozenset()
    columns = {column.name for column in table.columns}
    routines = {routine.name: routine for routine in catalog.routines}
    return frozenset(
        column
        for trigger in table.triggers
        if trigger.enabled in ("origin", "always") and _fires(trigger, event)
        for column in _set_by(trigger, routines, columns)
        if column in columns
    )


def _fires(trigger: Trigger, event: str) -> bool:
    before = _BEFORE.search(trigger.definition)
    return before is not None and re.search(rf"\b{event}\b", before["events"]) is not None


def _set_by(trigger: Trigger, routines: dict[QualifiedName, Routine], columns: set[str]) -> Iterator[str]:
    routine = routines.get(trigger.function)
    if routine is None or routine.language != "plpgsql":
        arguments = _ARGUMENTS.search(trigger.definition)
        yield from re.findall(r"'((?:[^']|'')*)'", arguments[1] if arguments else "")
        return
    body = _NOISE.sub(lambda found: "''" if found[0].startswith("'") else " ", routine.body)
    if _WHOLE.search(body):
        yield from columns
    for found in (*_ASSIGNMENT.finditer(body), *_INTO.finditer(body)):
        name = found[1]
        yield name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()
