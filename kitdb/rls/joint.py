"""Many decisions from one statement: on columns of a row, or on rows, none of which makes a difference to another.

Only what goes as it should is decided so; whatever else comes of a statement is tried again, one by one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from kitdb.rls.actors import Actor
from kitdb.rls.judge import Decision, Probe, decide, expect, expected_of
from kitdb.rls.probes import Change, Workshop
from kitdb.rls.rights import Rights
from kitdb.rls.run import DONE, Answer, Attempt, Observation
from kitdb.rls.several import in_halves, in_turns, rows_by_key
from kitdb.rls.statements import Key, Writer, names_caller

_WORTH_ONE = 2  # rows, for a statement about them all
_OF_A_KIND = 2  # changes, as far as the caller can tell
_NOTHING = Observation(DONE, "", "0")


def is_plain(decision: Decision | None) -> bool:
    """Whether all is as it should be, with nothing to say about it."""
    return decision is not None and decision.verdict == "ok" and not decision.detail


def by_columns(shop: Workshop, actor: Actor, probes: Sequence[Probe]) -> dict[int, Decision]:
    """What statements on several columns of a row decide, by position."""
    joint = {p.at_once.key: p.at_once for p in probes if p.at_once}
    controls = {n: shop.shared_control(attempt, "update") for n, attempt in enumerate(joint.values())}
    answers = dict(zip(joint, shop.runner.answers(list(joint.values()), controls, shop.controls), strict=True))
    found = {}
    for number, probe in enumerate(probes):
        if probe.at_once and (answer := answers[probe.at_once.key]).found.done:
            decision = decide(probe, answer, actor)
            if decision is not None and is_plain(decision) and _keeps_class(shop, probe, answer):
                found[number] = decision
    return found


def _keeps_class(shop: Workshop, probe: Probe, answer: Answer) -> bool:
    """Whether the row holds what it held, in all columns by which its classes may be told."""
    seen = answer.found.seen if answer.found.effective else answer.control and answer.control.seen
    rows = json.loads(seen) if seen else []
    names = [column.name for column in shop.subject.relation.columns]
    told = shop.read_columns()
    held = [dict(zip(names, row["values"], strict=True)) for row in rows if row["same"]]
    return len(rows) == len(held) == 1 and all(held[0][name] == probe.old[name] for name in told)


def foreseen(shop: Workshop, probes: Sequence[Probe]) -> list[Probe]:
    """The probes, those that change a row with what it becomes, as far as a superuser's statements tell."""
    if not shop.is_apart("UPDATE"):
        return list(probes)
    writer = shop.subject.writer
    changes = {n: _change(writer, probe) for n, probe in enumerate(probes) if _is_change(writer, probe)}
    _foresee(shop, {change: probes[n] for n, change in changes.items() if change not in shop.becomes})
    known = {n: truths for n, change in changes.items() if (truths := shop.becomes[change])}
    every = [
        replace(probe, known=known[n][probe.principal.name]) if n in known else probe for n, probe in enumerate(probes)
    ]
    return list(_few_of_each(shop, every, known))


def _few_of_each(shop: Workshop, probes: Sequence[Probe], known: Collection[int]) -> Iterator[Probe]:
    """Of the changes that are alike for the caller, before and after, a few: they ask the same question."""
    keys = {name for c in shop.subject.relation.constraints if c.references for name in c.columns}
    taken: Counter[tuple[object, ...]] = Counter()
    for number, probe in enumerate(probes):
        if number in known and probe.known is not None and probe.before is not None:
            caller = probe.principal
            # one row is as good as another to refer to; other values may be spoken of
            values = tuple(value for name, value in probe.changes.items() if name not in keys)
            kind = (
                caller.name,
                probe.columns,
                tuple(probe.changes),
                values,
                tuple(probe.before.values()),
                tuple(probe.known.values()),
                names_caller(probe.old, caller),
                names_caller({**probe.old, **probe.changes}, caller),
            )
            taken[kind] += 1
            if taken[kind] > _OF_A_KIND:
                continue
        yield probe


def _foresee(shop: Workshop, new: Mapping[Change, Probe]) -> None:
    """Let a superuser make the changes, and remember for every caller what the rows become: None where it fails."""
    writer = shop.subject.writer
    inspect = writer.inspection(shop.principals, shop.since, None)

    def run(groups: Sequence[Sequence[Change]]) -> list[Observation]:
        updates = (writer.update_each([(new[one].old, dict(one[1])) for one in group]) for group in groups)
        return shop.runner.run([Attempt(update, None, inspect=inspect) for update in updates])

    shop.becomes |= dict.fromkeys(new)
    groups = in_turns(new, lambda one: tuple(name for name, _ in one[1]), lambda one: one[0])
    for group, seen in in_halves(groups, run, lambda _, seen: seen.done):
        rows = rows_by_key(writer, seen)
        for one in group:
            if row := rows.get(one[0]):
                shop.becomes[one] = writer.named_truths(shop.principals, row["truths"])


def _is_change(writer: Writer, probe: Probe) -> bool:
    """Whether the probe changes one row and nothing else, which its key finds before and after."""
    changes = set(probe.changes)
    return probe.command == "update" and bool(changes) and not changes & set(writer.key) and _is_of_one(probe)


def _is_of_one(probe: Probe) -> bool:
    return not probe.at_once and not probe.needs and bool(probe.old)


def _change(writer: Writer, probe: Probe) -> Change:
    return (_key(writer, probe), tuple(probe.changes.items()))


def _key(writer: Writer, probe: Probe) -> Key:
    return tuple(probe.old[name] for name in writer.key)


_Kind = Literal["closed", "open"]


def together(shop: Workshop, actor: Actor, held: Rights, probes: Sequence[Probe]) -> dict[int, Observation]:
    """How the probes would have ended by themselves, as far as statements on several rows show it, by position."""
    writer = shop.subject.writer
    if not writer.key or not set(writer.key) <= held.select:
        return {}
    kinds = {n: kind for n, probe in enumerate(probes) if (kind := _kind(shop, actor, probe))}

    def sort(n: int) -> object:
        return (kinds[n], probes[n].command, probes[n].principal.name, tuple(probes[n].changes))

    groups = [g for g in in_turns(kinds, sort, lambda n: _key(writer, probes[n])) if len(g) >= _WORTH_ONE]
    tried = shop.runner.run([_attempt(shop, [probes[n] for n in group], kinds[group[0]]) for group in groups])
    found: dict[int, Observation] = {}
    for group, seen in zip(groups, tried, strict=True):
        if kinds[group[0]] == "closed":
            found |= dict.fromkeys(group if seen.done and not seen.effective else (), _NOTHING)
        elif seen.effective:
            rows = rows_by_key(writer, seen)
            of_each = ((n, rows.get(_key(writer, probes[n]))) for n in group)
            found |= {n: Observation(DONE, "", "1", json.dumps([row])) for n, row in of_each if row}
    return found


def _kind(shop: Workshop, actor: Actor, probe: Probe) -> _Kind | None:
    """Whether the row should be out of the caller's reach, or be written; not where an error would end it for all."""
    if not (probe.command == "delete" and _is_of_one(probe)) and not _is_change(shop.subject.writer, probe):
        return None
    verb: Literal["update", "delete"] = "delete" if probe.command == "delete" else "update"
    if expect(shop.subject, actor, verb, probe.written, probe.before, None).what == "denied":
        return "closed"
    if verb == "delete" or probe.known is None or not shop.is_apart("UPDATE"):
        return None
    return None if expected_of(probe, actor, probe.known).what == "denied" else "open"


def _attempt(shop: Workshop, probes: Sequence[Probe], kind: _Kind) -> Attempt:
    writer, principal = shop.subject.writer, probes[0].principal
    if probes[0].command == "delete":
        return Attempt(writer.delete_each([probe.old for probe in probes]), principal.caller)
    statement = writer.update_each([(probe.old, dict(probe.changes)) for probe in probes])
    inspect = writer.inspection((principal,), shop.since, None) if kind == "open" else None
    return Attempt(statement, principal.caller, inspect=inspect)
