"""What a write sets going beside itself, by triggers and foreign keys, and what that and access look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from kitdb.catalog.model import Catalog, Relation, Trigger
from kitdb.names import QualifiedName
from kitdb.rls.hints import bodies_behind, names_in

Event = Literal["INSERT", "UPDATE", "DELETE"]

# the token, however it is read, and dynamic SQL, which may read anything
_ASKS = re.compile(r"\bauth\b|\brequest\b|\bcurrent_setting\b|\bexecute\b", re.IGNORECASE)
_WRITES = re.compile(
    r"\b(?:insert\s+into|update|delete\s+from|merge\s+into|truncate)\b(.{0,200})", re.IGNORECASE | re.DOTALL
)
_CALL = re.compile(r"\bEXECUTE (?:FUNCTION|PROCEDURE) ")
_READABLE = ("sql", "plpgsql")


@dataclass(frozen=True, slots=True)
class Effects:
    """All that may run when a row is written: `names` are those in triggers, `alone` says that it stays in its table.

    Where `heeds_caller` is false, a superuser's write ends in the same way whatever the claims are.
    """

    names: frozenset[str]
    heeds_caller: bool
    alone: bool


def asks_caller(text: str) -> bool:
    """Whether the text of a default or a function may look at who calls."""
    return bool(_ASKS.search(text))


UNKNOWN = Effects(frozenset(), heeds_caller=True, alone=False)


def effects(catalog: Catalog, relation: Relation, event: Event) -> Effects:
    """The effects of the event on a table; a view's, or those of a table of the platform's, are not known."""
    if relation.kind not in ("table", "partitioned table"):
        return UNKNOWN
    run: list[str] = []
    checked: list[str] = []
    reached: set[QualifiedName] = set()
    left = [(relation, False)]
    while left:
        one, named = left.pop()
        if one.managed or one.rules:
            return UNKNOWN
        reached.add(one.name)
        checked += _own(one, defaults=named)
        mine: list[str] = []
        for trigger in one.triggers:
            if one is not relation or is_for(trigger, event):
                found = _body(catalog, trigger)
                if found is None:
                    return UNKNOWN
                mine += [_CALL.sub("", trigger.definition.partition(" FOR EACH ")[2]), found]
        mine += list(bodies_behind(catalog, _names(mine)))
        run += mine
        targets = _names(target for text in mine for target in _WRITES.findall(text))
        left += [next_one for next_one in _next(catalog, one, event, targets) if next_one[0].name not in reached]
    asked = (*run, *checked, *bodies_behind(catalog, _names(checked)))
    return Effects(_names(run), any(map(asks_caller, asked)), len(reached) == 1)


def looks_at_itself(catalog: Catalog, relation: Relation, predicates: Iterable[str]) -> bool:
    """Whether triggers, or what decides access, may look at other rows of the table, some of them just written.

    A policy's own subqueries do not see what its statement writes; functions may, and predicates asked afterwards do.
    """
    name = relation.name.name
    own = [text for policy in relation.policies for text in (policy.using, policy.with_check) if text]
    predicates = list(predicates)
    seen, left = {relation.name}, _names((*own, *predicates))
    bodies: list[str] = [found for trigger in relation.triggers if (found := _body(catalog, trigger))]
    while left:
        bodies += bodies_behind(catalog, left)
        nearby = [one for one in catalog.relations if one.name.name in _names(bodies) | left and one.name not in seen]
        seen |= {one.name for one in nearby}
        bodies += [one.definition for one in nearby if one.definition]
        left = _names(text for one in nearby for p in one.policies for text in (p.using, p.with_check) if text)
    bare = re.compile(rf'(?<!\w){re.escape(name)}(?!\w)(?!"?\s*\.)', re.IGNORECASE)  # no qualifier of a column
    return name in _names(bodies) or any(bare.search(predicate) for predicate in predicates)


def _names(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(name for text in texts for name in names_in(text))


def is_for(trigger: Trigger, event: Event) -> bool:
    """Whether the trigger fires on the event."""
    return trigger.enabled != "disabled" and event in trigger.definition.partition(" ON ")[0]


def _body(catalog: Catalog, trigger: Trigger) -> str | None:
    """What the trigger runs, where that can be read."""
    for routine in catalog.routines:
        if routine.name == trigger.function and routine.language in _READABLE:
            return routine.body
    return None


def _own(relation: Relation, *, defaults: bool) -> Iterator[str]:
    """What a table itself looks at when it is written to."""
    for column in relation.columns:
        if column.generated:
            yield column.generated
        if column.default and defaults:
            yield column.default
    for constraint in relation.constraints:
        if constraint.expression:
            yield constraint.expression


def _next(
    catalog: Catalog, relation: Relation, event: Event, targets: frozenset[str]
) -> Iterator[tuple[Relation, bool]]:
    """What is written to as well, and whether rows may be new there: what triggers may mean, partitions, cascades."""
    others = [*catalog.below.get(relation.name, ()), *(one for name in targets for one in catalog.named.get(name, ()))]
    for other in {one.name: one for one in others}.values():
        keys = [c.on_delete for c in other.constraints if c.references == relation.name] if event == "DELETE" else []
        named = other.name.name in targets and other is not relation
        if named or keys or relation.name in other.parents:
            yield other, named or "set default" in keys
