"""The rights as they were seen, in a file to commit: a change of it is a change of rights to look at."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kitdb.catalog.model import Catalog
from kitdb.errors import KitdbError, Place
from kitdb.findings import Finding
from kitdb.rls.access import signature_of, subject_of
from kitdb.rls.infer import Section
from kitdb.rls.kinds import CHANGED
from kitdb.rls.predicate import EveryRow, class_names, describe_rows
from kitdb.rls.verdicts import finding

_VERSION = 2  # 1 held no facts
_KEY = "lock version"  # no object is called so: with a space it would be quoted
_FACTS = "is"
_DOES = {"select": "read", "insert": "insert", "update": "update", "delete": "delete from", "execute": "call"}


Fact = bool | str | tuple[str, ...]


class BadLock(KitdbError):
    """The file is no lock file."""

    hint = "Write it with kitdb check-rls --lock FILE."


@dataclass(frozen=True, slots=True)
class Right:
    """What one actor may do to one object by one command: these columns of these rows."""

    columns: tuple[str, ...] = ()
    rows: str = "every row"
    after: str = ""
    most: bool = False


@dataclass(frozen=True, slots=True)
class Lock:
    """By object, actor and command the right; by object and name the predicates that the rights speak of.

    `facts` are what lies beside the rights, by object and name: whether a bucket is public, say.
    """

    rights: Mapping[tuple[str, str, str], Right] = field(default_factory=dict)
    rows: Mapping[tuple[str, str], str] = field(default_factory=dict)
    facts: Mapping[tuple[str, str], Fact] = field(default_factory=dict)
    version: int = _VERSION


def lock_of(
    found: Sequence[Section],
    functions: Mapping[str, Sequence[str]],
    columns: Mapping[str, Sequence[str]],
    facts: Mapping[tuple[str, str], Fact],
) -> Lock:
    """What was seen; `columns` are all columns of each object, for the lines that mean every one."""
    rights: dict[tuple[str, str, str], Right] = {}
    rows: dict[tuple[str, str], str] = {}
    for section in found:
        name = section.watched.subject
        for actors, line in section.lines:
            whole = line.columns or (() if line.verb == "delete" else tuple(columns.get(name, ())))
            after = "" if line.after is None else describe_rows(line.after)
            for actor in actors.split(", "):
                rights[name, actor, line.verb] = Right(whole, describe_rows(line.rows), after, not line.exact)
            used = {n for part in (line.rows, line.after or EveryRow()) for n in class_names(part)}
            rows |= {(name, g.name): g.predicate for g in section.watched.guesses if g.name in used}
    for function, actors_of in functions.items():
        rights |= {(function, actor, "execute"): Right(rows="") for actor in actors_of}
    return Lock(rights, rows, facts)


def facts_of(catalog: Catalog, schemas: Sequence[str]) -> dict[tuple[str, str], Fact]:
    """Public buckets, whose rights functions and views use, and what is published."""
    found: dict[tuple[str, str], Fact] = {(f"storage.{b.id}", "public"): b.public for b in catalog.buckets}
    for routine in catalog.routines:
        if routine.name.schema in schemas and routine.security_definer:
            name = signature_of(routine)
            found |= {(name, "security_definer"): True, (name, "owner"): routine.owner}
    for relation in catalog.relations:
        if relation.name.schema in schemas and relation.kind == "view" and not relation.security_invoker:
            name = subject_of(relation.name)
            found |= {(name, "security_invoker"): False, (name, "owner"): relation.owner}
    for each in catalog.publications:
        tables = tuple(sorted(subject_of(table) for table, *_ in each.tables))
        carried = (*(["every table"] if each.all_tables else []), *(f"schema {s}" for s in each.schemas), *tables)
        found[f"publication {each.name}", "tables"] = carried
    return found


# ---------------------------------------------------------------- the file


def write_lock(lock: Lock) -> str:
    """The file: one line a right, in one order."""
    lines = ["# The rights that kitdb check-rls has seen. Written by --lock; --check-lock tells what has changed."]
    lines.append(f"{_quoted(_KEY)} = {lock.version}")
    objects = sorted({name for name, *_ in (*lock.rights, *lock.facts)})
    for name in objects:
        lines += ["", f"[{_quoted(name)}]"]
        lines += [f"{_FACTS}.{fact} = {_told(v)}" for (owner, fact), v in sorted(lock.facts.items()) if owner == name]
        for (owner, label), predicate in sorted(lock.rows.items()):
            if owner == name:
                lines.append(f"rows.{label} = {_quoted(predicate)}")
        for (owner, actor, verb), right in sorted(lock.rights.items()):
            if owner == name:
                lines.append(f"{actor}.{verb} = {_value(right)}")
    return "\n".join(lines) + "\n"


def _value(right: Right) -> str:
    parts = [f"rows = {_quoted(right.rows)}"] if right.rows else []
    parts += [f"after = {_quoted(right.after)}"] if right.after else []
    parts += ["most = true"] if right.most else []
    parts += [f"columns = [{', '.join(map(_quoted, right.columns))}]"] if right.columns else []
    return "{ " + ", ".join(parts) + " }" if parts else "{}"


def _told(fact: Fact) -> str:
    match fact:
        case bool():
            return str(fact).lower()
        case str():
            return _quoted(fact)
        case _:
            return f"[{', '.join(map(_quoted, fact))}]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_lock(text: str, path: str) -> Lock:
    """The lock in a file; raises `BadLock` with file and object."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadLock(f"not TOML: {error}", place=Place(path)) from error
    rights: dict[tuple[str, str, str], Right] = {}
    rows: dict[tuple[str, str], str] = {}
    facts: dict[tuple[str, str], Fact] = {}
    version = document.pop(_KEY, 1)
    for name, parts in document.items():
        try:
            rows |= {(name, label): str(predicate) for label, predicate in parts.get("rows", {}).items()}
            facts |= {(name, fact): _fact(value) for fact, value in parts.get(_FACTS, {}).items()}
            for actor, verbs in parts.items():
                if actor not in ("rows", _FACTS):
                    rights |= {(name, actor, verb): _right(value) for verb, value in verbs.items()}
        except (AttributeError, TypeError, ValueError) as error:
            raise BadLock(f"[{name}] is not as --lock writes it", place=Place(path)) from error
    if not isinstance(version, int) or version > _VERSION:
        raise BadLock(f"version {version} of the file is not known: a newer kitdb has written it", place=Place(path))
    return Lock(rights, rows, facts, version)


def _fact(value: Any) -> Fact:
    return tuple(map(str, value)) if isinstance(value, list) else value if isinstance(value, bool) else str(value)


def _right(value: dict[str, Any]) -> Right:
    return Right(
        tuple(value.get("columns", ())), value.get("rows", ""), value.get("after", ""), value.get("most", False)
    )


# ---------------------------------------------------------------- what has changed


def changes(before: Lock, now: Lock, path: str) -> Iterator[Finding]:
    """Each right that is more, less or other than in the file."""
    for key in sorted({*before.rights, *now.rights}):
        name, actor, verb = key
        for message in _changed(name, actor, verb, before.rights.get(key), now.rights.get(key)):
            yield finding(CHANGED, message, name, Place(path))
    for name, label in sorted({*before.rows} & {*now.rows}):
        if before.rows[name, label] != now.rows[name, label]:
            told = f"rows {label} of {name} are now {now.rows[name, label]} (before: {before.rows[name, label]})"
            yield finding(CHANGED, told, name, Place(path))
    if before.version < _VERSION:
        yield finding(
            CHANGED,
            "the file knows nothing yet of public buckets, owner's rights and publications: these are not compared",
            "the file of rights",
            Place(path),
            help="Write it again with --lock and commit it.",
            severity="warning",
        )
        return
    for name, fact in sorted({*before.facts, *now.facts}):
        for message in _said(name, fact, before.facts.get((name, fact)), now.facts.get((name, fact))):
            yield finding(CHANGED, message, name, Place(path))


def _said(name: str, fact: str, old: Fact | None, new: Fact | None) -> Iterator[str]:
    """What has changed beside the rights, in words; of what is there no more, rights tell."""
    match fact, old, new:
        case "public", (None | False), True:
            yield f"bucket {name.removeprefix('storage.')} is public now: whoever knows an object's name fetches it"
        case "public", True, (None | False):
            yield f"bucket {name.removeprefix('storage.')} is public no longer"
        case "security_definer", None, True:
            yield f"{name} runs with its owner's rights now"
        case "security_definer", True, None:
            yield f"{name} runs with its owner's rights no longer"
        case "security_invoker", None, False:
            yield f"{name} reads with its owner's rights now"
        case "security_invoker", False, None:
            yield f"{name} reads with its owner's rights no longer"
        case "owner", str(), str() if old != new:
            yield f"{name} has the rights of {new} now (before: {old})"
        case "tables", _, _:
            before, carried = _texts(old), _texts(new)
            yield from (f"{name} carries {each} now" for each in carried if each not in before)
            yield from (f"{name} carries {each} no longer" for each in before if each not in carried)


def _texts(fact: Fact | None) -> tuple[str, ...]:
    return fact if isinstance(fact, tuple) else ()


def _changed(name: str, actor: str, verb: str, old: Right | None, new: Right | None) -> Iterator[str]:
    act = f"{_DOES[verb]} {name}"
    if old is None and new is not None:
        yield from _columns(name, actor, verb, "may now", new.columns, f", rows: {new.rows}" if new.rows else "")
    elif new is None and old is not None:
        yield from _columns(name, actor, verb, "may no longer", old.columns, "")
    elif old is not None and new is not None:
        gained = tuple(column for column in new.columns if column not in old.columns)
        lost = tuple(column for column in old.columns if column not in new.columns)
        if gained:
            yield from _columns(name, actor, verb, "may now", gained, "")
        if lost:
            yield from _columns(name, actor, verb, "may no longer", lost, "")
        if (old.rows, old.after, old.most) != (new.rows, new.after, new.most):
            yield f"{actor} may now {act}, rows: {_rows(new)} (before: {_rows(old)})"


def _columns(name: str, actor: str, verb: str, may: str, columns: Sequence[str], rows: str) -> Iterator[str]:
    if not columns:
        yield f"{actor} {may} {_DOES[verb]} {name}{rows}"
    for column in columns:
        yield f"{actor} {may} {_DOES[verb]} {name}.{column}{rows}"


def _rows(right: Right) -> str:
    after = f" -> {right.after}" if right.after and right.after != right.rows else ""
    return f"{'at most ' if right.most else ''}{right.rows}{after}"
