"""Declared statements about the server, the database or the platform: no catalog is compared by them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise, takewhile

from kitdb.catalog.read import MANAGED_SCHEMAS
from kitdb.diff.declared import Declared
from kitdb.sql.split import words

_HEADS = frozenset("alter comment create drop grant revoke security".split())
_OF_THE_SERVER = frozenset("database group role system tablespace user".split())
_RIGHTS_OUTSIDE = frozenset("database foreign language large parameter tablespace".split())
_COMPARED = frozenset("policy trigger default extension".split())  # or of no effect on the platform's own objects
_WORDS, _SHOWN = 60, 70
# A glance that most statements do not pass: they say nothing of the kind, wherever it may stand.
_TELLING = re.compile(
    rf"\b(?:{'|'.join(sorted(MANAGED_SCHEMAS | _OF_THE_SERVER | _RIGHTS_OUTSIDE))}|label)\b", re.IGNORECASE
)
_ON = re.compile(r"\bon\b", re.IGNORECASE)


def outside(declared: Iterable[Declared], migrations: Iterable[str]) -> Iterator[str]:
    """What declared statements do outside of the project's schemas, but for those that a migration has word by word."""
    found = [one for one in declared if one.statement.word in _HEADS and _is_outside(one.statement.text)]
    written = [_plain(text) for text in migrations] if found else []
    for one in found:
        text = _plain(one.statement.text)
        if not any(text in migration for migration in written):
            shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            yield f"{shown} ({one.place}): it is not about the project's schemas, write it in a migration"


def _plain(text: str) -> str:
    return " ".join(text.split())


def _is_outside(text: str) -> bool:
    if not _TELLING.search(text) and _ON.search(text):
        return False
    told = list(islice(words(text), _WORDS))
    match told:
        case ["security", "label", *_]:
            return True
        case ["create", "role" | "user" | "group", *_]:
            return False  # those are held against the migrations by name
        case ["alter" | "create" | "drop", kind, *_] if kind in _OF_THE_SERVER:
            return True
        case ["comment", "on", kind, *_] if kind in _OF_THE_SERVER:
            return True
        case ["grant" | "revoke", *rest]:
            return _is_right_outside(rest)
        case ["comment", "on", *rest] | [_, *rest]:
            return _is_of_the_platform(rest)
    return False


def _is_right_outside(told: Sequence[str]) -> bool:
    if "on" not in told:
        return True  # a role's membership in another
    target = told[told.index("on") + 1 :]
    if target[:1] == ["schema"]:
        return any(word in MANAGED_SCHEMAS for word in takewhile(lambda word: word not in ("to", "from"), target))
    return target[0] in _RIGHTS_OUTSIDE or _is_of_the_platform(target)


def _is_of_the_platform(told: Sequence[str]) -> bool:
    """Whether the object that the statement is about lies in a schema that Supabase keeps."""
    if _COMPARED & {*told[:3]}:
        return False
    named = takewhile(lambda word: word not in ("(", "as", "to", "from", "is", "enable"), told)
    return any(schema in MANAGED_SCHEMAS and dot == "." for schema, dot in pairwise(named))
