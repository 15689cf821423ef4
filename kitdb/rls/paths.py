"""Folders of storage objects: what policies compare the parts of a path with, and folders made of such values."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kitdb.catalog.model import Catalog, Relation
from kitdb.database import Connection
from kitdb.names import QualifiedName
from kitdb.rls.access import OBJECTS, Access
from kitdb.rls.actors import Principal
from kitdb.rls.equated import some_rows, some_values
from kitdb.rls.hints import names_in
from kitdb.rls.subject import STRANGE_BUCKET, object_names

_MOST_FOLDERS = 12
_MOST_TENANTS = 3
_MOST_TIED = 6
_TAKEN = r"\(*(?:storage\.foldername\([^()]*\)\)*\[(\d+)\]|split_part\([^(),]*, '/'(?:::text)?, (\d+)\))\)*"
_PART = rf"(?:[\w.]+\()?{_TAKEN}(?:::\w+)?\)*"
_COLUMN = r"\(*(?:(\w+|\"[^\"]+\")\.)?(\w+|\"[^\"]+\")\)*(?:::\w+)?\)*"
_COMPARED = re.compile(rf"{_COLUMN}\s*=\s*{_PART}|{_PART}\s*=\s*{_COLUMN}", re.IGNORECASE)
_CALLED = re.compile(rf"([\w.]+)\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*{_PART}(?:[^()]|\([^()]*\))*)\)", re.IGNORECASE)
_TENANT = re.compile(rf"{_PART}\s*=\s*\(*\s*(?:SELECT\s+)?\(*(?!auth\.uid\()\w+(?:\.\w+)?\(", re.IGNORECASE)
_CALLER = re.compile(
    rf"{_PART}\s*=\s*\(*\s*(?:SELECT\s+)?(?:auth\.uid\(\)|:uid)|:uid\)*(?:::text)?\s*=\s*{_PART}", re.I
)

_CAST = re.compile(rf"{_TAKEN}::(uuid|bigint|integer|smallint)\b", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Folder = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """What the paths of one bucket are made of: `folders` that policies look for, and the types of their parts.

    A part that a policy casts can be nothing else: nobody could add such an object, and to read one would fail.
    """

    folders: tuple[Folder, ...] = ()
    types: Mapping[int, str] = field(default_factory=dict)

    def names(self, principals: Iterable[Principal], prefix: str) -> Iterator[tuple[str, str | None]]:
        """Names of objects and their owners."""
        for name, owner in object_names(principals, prefix, self.folders):
            parts = name.split("/")[:-1]
            if all(_fits(parts[place - 1], type_) for place, type_ in self.types.items() if place <= len(parts)):
                yield name, owner


def _fits(part: str, type_: str) -> bool:
    return bool(_UUID.fullmatch(part)) if type_ == "uuid" else part.isdigit()


def paths(
    connection: Connection, catalog: Catalog, access: Access, bucket: str, principals: Sequence[Principal]
) -> Paths:
    """Folders of a bucket, of the rows' values and callers' ids that its policies and classes look for in a path."""
    texts = list(_texts(catalog, access, bucket))
    casts = [found.groups() for text in texts for found in _CAST.finditer(text)] if bucket != STRANGE_BUCKET else []
    types = {_place(found): found[-1].lower() for found in casts}
    return Paths(tuple(_folders(connection, catalog, texts, principals)), types)


def _folders(
    connection: Connection, catalog: Catalog, texts: Sequence[str], principals: Sequence[Principal]
) -> list[Folder]:
    parts: dict[int, dict[str, None]] = {}
    for place, relation, column in _looked_up(catalog, texts):
        parts.setdefault(place, {}).update(dict.fromkeys(some_values(connection, relation, column, principals)))
    claimed = list(dict.fromkeys(value for p in principals for value in p.tenants))[:_MOST_TENANTS]
    for match in (m for text in texts for m in _TENANT.finditer(text)):
        parts.setdefault(_place(match.groups()), {}).update(dict.fromkeys(claimed))
    if not any(parts.values()):
        return []
    users = [p.uid for p in principals if p.uid and p.owns][:2]
    for match in (m for text in texts for m in _CALLER.finditer(text)):
        parts.setdefault(_place(match.groups()), {}).update(dict.fromkeys(users))
    each = [tuple(parts.get(place) or {"part": None}) for place in range(1, max(parts) + 1)]
    tied = list(_tied(connection, catalog, texts, principals, len(each)))
    return list(itertools.islice(dict.fromkeys((*tied, *itertools.product(*each))), _MOST_FOLDERS))


def _tied(
    connection: Connection, catalog: Catalog, texts: Sequence[str], principals: Sequence[Principal], depth: int
) -> Iterator[Folder]:
    """Folders of which several parts are one row's: of a user, and of others."""
    done: set[tuple[QualifiedName, tuple[tuple[int, str], ...]]] = set()
    for text in texts:
        by_relation: dict[QualifiedName, dict[int, str]] = {}
        for place, relation, column in _looked_up(catalog, [text]):
            by_relation.setdefault(relation.name, {}).setdefault(place, column)
        for name, columns in by_relation.items():
            if len(columns) < 2 or (name, tuple(columns.items())) in done:
                continue
            done.add((name, tuple(columns.items())))
            found = some_rows(connection, catalog.by_name[name], tuple(columns.values()), principals, _MOST_TIED, 2)
            for values in found:
                parts = dict(zip(columns, values, strict=True))
                yield tuple(parts.get(place, "part") for place in range(1, depth + 1))


def _texts(catalog: Catalog, access: Access, bucket: str) -> Iterator[str]:
    objects = catalog.by_name.get(OBJECTS)
    for policy in objects.policies if objects else ():
        yield from (text for text in (policy.using, policy.with_check) if text and _is_about(text, bucket))
    told = access.of_bucket(bucket)
    yield from (row_class.predicate for row_class in told.classes) if told else ()


def _is_about(text: str, bucket: str) -> bool:
    """Whether a policy may let objects of the bucket in: it names it, or none, or might have forgotten to."""
    return bucket == STRANGE_BUCKET or f"'{bucket}'" in text or "bucket_id" not in text


def _looked_up(catalog: Catalog, texts: Sequence[str]) -> Iterator[tuple[int, Relation, str]]:
    """The place in the path, and the column that is compared with it."""
    for text in texts:
        for match in _COMPARED.finditer(text):
            found = match.groups()
            column = (found[1] or found[-1] or "").strip('"')
            place = _place((*found[2:4], *found[4:6]))
            yield from ((place, relation, column) for relation in _having(catalog, text, column))
        for match in _CALLED.finditer(text):
            yield from _in_function(catalog, match)


def _in_function(catalog: Catalog, match: re.Match[str]) -> Iterator[tuple[int, Relation, str]]:
    """What a function that is given a part of the path compares it with."""
    name, given, place = match[1].rpartition(".")[2], match[2], _place(match.groups()[2:])
    before = re.split(_PART, given, maxsplit=1, flags=re.IGNORECASE)[0]
    number = before.count(",")
    for routine in catalog.routines:
        if routine.name.name == name and len(routine.arguments) > number:
            told = re.escape(routine.arguments[number].name or f"${number + 1}")
            argument = rf"(?:{told}|\${number + 1})(?!\w)"
            for found in re.findall(rf"(\w+)\s*=\s*{argument}|{argument}\s*=\s*(?:\w+\.)?(\w+)", routine.body, re.I):
                column = found[0] or found[1]
                yield from ((place, relation, column) for relation in _having(catalog, routine.body, column))


def _having(catalog: Catalog, text: str, column: str) -> list[Relation]:
    names = names_in(text)
    return [
        r for r in catalog.relations
        if not r.managed and r.name.name in names and r.kind in ("table", "partitioned table") and r.column(column)
    ]  # fmt: skip


def _place(found: Sequence[str | None]) -> int:
    return int(next(part for part in found if part and part.isdigit()))
