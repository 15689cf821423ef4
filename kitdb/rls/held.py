"""What the catalog of a database decides by itself, held to a specification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kitdb.catalog.model import Catalog
from kitdb.rls.access import Access, AccessRule, subject_of
from kitdb.rls.kinds import DENIED, LEAK
from kitdb.rls.line import VERBS
from kitdb.rls.live import granted
from kitdb.rls.matrix import Cell, Event, NotCovered, Verdict
from kitdb.rls.predicate import EveryRow
from kitdb.rls.rights import Rights
from kitdb.rls.subject import Subject
from kitdb.rls.surface import buckets
from kitdb.rls.verdicts import finding


def hold(events: Iterable[Event], access: Access, catalog: Catalog, schemas: Sequence[str]) -> Iterator[Event]:
    """The events of `look`, with what cannot be as specified told; what policies decide stays open."""
    rights = granted(catalog, schemas)
    held = {
        (actor.name, subject_of(relation.name)): (Subject(relation), rights[actor.role, relation.name])
        for relation in catalog.relations
        for actor in access.actors
        if (actor.role, relation.name) in rights
    }
    for event in events:
        if isinstance(event, Cell) and (event.actor, event.object) in held:
            yield from _held_to(access, *held[event.actor, event.object], event)
        else:
            yield event
    yield from buckets(catalog, access)
    yield NotCovered(access.path, "anon and user are held to what the catalog tells of them, all else only with --data")


def _held_to(access: Access, subject: Subject, held: Rights, cell: Cell) -> Iterator[Event]:
    verb = next(verb for verb in VERBS if verb == cell.command)
    section = access.of_relation(subject.relation.name)
    rules = section.rules_for(access.actor(cell.actor), verb) if section else ()
    exact = [rule for rule in rules if rule.exact]
    place = (exact or rules or (section,))[0].place if section else None
    if not rules and cell.actual != "undecided":
        verdict: Verdict = "leak" if cell.actual == "allowed" else "ok"
        yield from _told(replace(cell, expected="denied", verdict=verdict, place=place))
    elif exact and cell.actual in ("refused", "no rows"):
        yield from _told(replace(cell, expected="allowed", verdict="denied", place=place))
    else:
        known = cell.actual == "refused" or (cell.actual == "allowed" and any(map(_is_all, exact)))
        yield replace(cell, verdict="ok" if known else "undecided", place=place)
        yield from _columns(subject, held, exact, replace(cell, place=place))


def _columns(subject: Subject, held: Rights, exact: Sequence[AccessRule], cell: Cell) -> Iterator[Event]:
    """Columns that a line gives and no grant does."""
    columns = subject.relation.columns if cell.command == "select" else subject.writable()
    wanted = [c.name for c in columns if cell.command != "delete" and any(rule.covers(c.name) for rule in exact)]
    if missing := tuple(name for name in wanted if name not in getattr(held, cell.command)):
        refused = replace(cell, columns=missing, actual="refused", detail="no privilege")
        yield from _told(replace(refused, expected="allowed", verdict="denied"))


def _is_all(rule: AccessRule) -> bool:
    return rule.columns is None and rule.before == EveryRow() and rule.after in (None, EveryRow())


def _told(cell: Cell) -> Iterator[Event]:
    yield cell
    columns = f" ({', '.join(cell.columns)})" if cell.columns else ""
    act = f"{cell.command} {cell.object}{columns}: {cell.detail}"
    if cell.verdict == "leak":
        yield finding(LEAK, f"{cell.actor} can {act}", cell.object, cell.place)
    elif cell.verdict == "denied":
        yield finding(DENIED, f"{cell.actor} cannot {act}", cell.object, cell.place)
