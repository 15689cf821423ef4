"""How good a specification is: which of the ways to break the rights it notices."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import psycopg

from kitdb.catalog.model import Catalog
from kitdb.findings import Finding
from kitdb.rls.access import AccessRule, ObjectAccess
from kitdb.rls.check import EVERYTHING, Bench, Focus, Seen
from kitdb.rls.crew import in_order
from kitdb.rls.infer import Line, exact_updates, lines_of
from kitdb.rls.judge import Decision
from kitdb.rls.kinds import EXPIRED, SURVIVOR, UNUSED, VACUOUS
from kitdb.rls.line import VERBS, ColumnList, Verb
from kitdb.rls.matrix import Cell, Command
from kitdb.rls.mutants import Mutant, mutants
from kitdb.rls.predicate import EveryRow
from kitdb.rls.verdicts import finding

Fate = Literal["noticed", "survived", "no difference", "impossible"]
_MOST_TRIED = 6  # lines for one right
_WRONG = ("leak", "denied", "broken")
_Outcomes = dict[tuple[str, ...], set[str]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one mutant; `by` is what noticed it, or the right that changed and nothing noticed."""

    mutant: Mutant
    fate: Fate
    by: str = ""
    finding: Finding | None = None
    right: tuple[str, str, Verb] | None = None  # object, actor and verb whose line is not exact


@dataclass(frozen=True, slots=True)
class Score:
    """All mutants of one run."""

    verdicts: tuple[Verdict, ...]

    def count(self, fate: Fate) -> int:
        return sum(verdict.fate == fate for verdict in self.verdicts)

    @property
    def killable(self) -> int:
        return self.count("noticed") + self.count("survived")

    @property
    def survivors(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.fate == "survived")

    def __str__(self) -> str:
        share = f"{100 * self.count('noticed') / self.killable:.0f} %" if self.killable else "nothing to notice"
        return (
            f"mutation score {self.count('noticed')}/{self.killable} ({share}); {self.count('no difference')} more"
            f" made no difference to any request, {self.count('impossible')} could not be made"
        )


def mutate(bench: Bench, only: Collection[str] | None = None) -> Iterator[Verdict]:
    """Each mutant, or each about one of these objects, tried on the filled database and taken back."""
    baseline: list[Seen] = []
    events = list(bench.events(seen=baseline, focus=replace(EVERYTHING, grants=False)))
    told: set[object] = {f.key for f in _errors(events)}
    told |= {_cell_key(event) for event in events if isinstance(event, Cell)}
    before = _outcomes(baseline)
    every = mutants(bench.catalog, bench.access, bench.schemas)
    wanted = [mutant for mutant in every if only is None or mutant.objects[0] in only]
    fates = in_order(
        bench.each(), wanted, lambda one, mutant: _tried(one, mutant, before, told), lambda one: one.stop()
    )
    helps: dict[tuple[str, str, Verb], str] = {}
    for verdict in fates:
        if verdict.finding and verdict.right:
            if verdict.right not in helps:
                helps[verdict.right] = _line_help(bench, baseline, *verdict.right)
            verdict = replace(verdict, finding=replace(verdict.finding, help=helps[verdict.right]))
        yield verdict


def _line_help(bench: Bench, baseline: Sequence[Seen], subject: str, actor: str, verb: Verb) -> str:
    """The line that is exact for the actor, tried as the specification would have it; or that none of its rows is."""
    parts = [part for part in baseline if part.subject.name == subject and actor in part.actor.lineage]
    classes = [one.name for one in parts[0].subject.classes]
    line = next((line for line in lines_of(parts, classes) if line.verb == verb), None)
    if line is None:
        return f"Take {verb} out of what {actor} may: no row was there on which it worked."
    possible = [line] if line.exact else []
    possible += exact_updates(line, parts, classes)[:_MOST_TRIED] if verb == "update" else []
    exact = next((each for each in possible if _holds(bench, parts[0].subject.access, each, actor)), None)
    if exact is not None:
        text = exact.text(actor)
        every = ', and rows.every_row = "true" beside it' if "every_row" in text else ""
        return f"Write {verb} as {text!r}{every}: tried, it is exact."
    return (
        f"No rows that the section names make {verb} exact for {actor}: define rows.NAME for those that it may really"
        f" {verb}, and write them in the line, without may."
    )


def _holds(bench: Bench, told: ObjectAccess | None, line: Line, actor: str) -> bool:
    """Whether nothing is wrong where the line is in the place of what the specification says of actor and verb."""
    if told is None:
        return False
    columns = ColumnList(star=False, named=line.columns, left_out=()) if line.columns else None
    before, after = (EveryRow(), line.rows) if line.verb == "insert" else (line.rows, line.after)
    rule = AccessRule((actor,), line.verb, columns, before, after, exact=True, text=line.text(actor), place=told.place)
    kept = [_without(other, actor) if other.verb == line.verb else other for other in told.rules]
    changed = replace(told, rules=(rule, *(other for other in kept if other.actors)))
    objects = tuple(changed if found.subject() == told.subject() else found for found in bench.access.objects)
    commands: frozenset[Command] = frozenset((line.verb,))
    focus = Focus(commands, grants=False)
    events = bench.events(only={told.subject()}, access=replace(bench.access, objects=objects), focus=focus)
    return not any(isinstance(event, Cell) and event.verdict in _WRONG for event in events)


def _without(rule: AccessRule, actor: str) -> AccessRule:
    return replace(rule, actors=tuple(name for name in rule.actors if name != actor))


def _cell_key(cell: Cell) -> tuple[str, ...]:
    after = cell.after or ""
    return (cell.verdict, cell.actor, cell.object, cell.command, *cell.columns, cell.rows, after)


def _errors(events: Iterable[object]) -> Iterator[Finding]:
    return (event for event in events if isinstance(event, Finding) and event.severity == "error")


def _tried(bench: Bench, mutant: Mutant, before: _Outcomes, told: set[object]) -> Verdict:
    seen: list[Seen] = []
    try:
        with bench.connection.transaction(force_rollback=True):
            try:
                with bench.connection.transaction():
                    bench.connection.execute(mutant.sql.encode())
            except psycopg.Error as error:
                return Verdict(mutant, "impossible", str(error).splitlines()[0])
            catalog = bench.catalog_now() if "storage.buckets" in mutant.sql else bench.catalog
            for names, focus in _steps(mutant):
                known = len(seen)
                noticed = _noticed(bench, catalog, names, None if mutant.afresh else focus, seen, told)
                if noticed:
                    return Verdict(mutant, "noticed", noticed)
                # where the table shows the same rows to everybody, whoever looks at it finds the same
                is_read = names == mutant.objects and focus.verbs == _READ and not _is_function(mutant)
                if is_read and not _differs(before, seen[known:]):
                    break
    except psycopg.Error as error:
        return Verdict(mutant, "impossible", str(error).splitlines()[0])
    return _unnoticed(mutant, before, seen)


def _is_function(mutant: Mutant) -> bool:
    return " function " in mutant.sql[:32].lower() or mutant.what.startswith("function ")


_READ: frozenset[Command] = frozenset(("select",))


def _steps(mutant: Mutant) -> Iterator[tuple[tuple[str, ...], Focus]]:
    """What to look at, the likeliest first: the object itself, then what its rows decide about."""
    roles = frozenset((mutant.role,)) if mutant.role else None
    own = frozenset[Command](mutant.verbs)
    writes: frozenset[Command] = frozenset(("insert", "update", "delete"))
    if "(" in mutant.objects[0] or "storage.buckets" in mutant.sql:
        yield mutant.objects, EVERYTHING
        return
    if own & writes:
        more: frozenset[Command] = frozenset(("upsert",)) if own & {"insert", "update"} else frozenset()
        yield mutant.objects, Focus((own & writes) | more, roles, grants=mutant.grants)
    if "select" in own:
        yield mutant.objects, Focus(_READ, roles, grants=mutant.grants)
        if mutant.dependents:
            yield mutant.dependents, Focus(_READ, roles, grants=False)
        yield (*mutant.objects, *mutant.dependents), Focus(writes, roles, grants=False)


def _noticed(
    bench: Bench, catalog: Catalog, names: Sequence[str], focus: Focus | None, seen: list[Seen], told: set[object]
) -> str | None:
    events = bench.events(catalog, only=set(names), seen=seen, focus=focus)
    try:
        for event in events:
            if isinstance(event, Cell) and event.verdict in _WRONG and _cell_key(event) not in told:
                return f"{event.verdict}: {event.actor} {event.command} {event.object}"
            # of the commands that were left out nothing can be shown
            if isinstance(event, Finding) and _counts(event) and event.key not in told:
                return f"{event.name}: {event.message}"
    finally:
        events.close()
    return None


def _counts(event: Finding) -> bool:
    return event.severity != "info" and event.name not in (VACUOUS.name, UNUSED.name, EXPIRED.name)


def _differs(before: _Outcomes, seen: Sequence[Seen]) -> bool:
    return any(d.actual not in before.get(_key(part, d), {d.actual}) for part in seen for d in part.decisions)


def _outcomes(seen: Iterable[Seen]) -> _Outcomes:
    found: _Outcomes = {}
    for part in seen:
        for d in part.decisions:
            found.setdefault(_key(part, d), set()).add(d.actual)
    return found


def _key(part: Seen, d: Decision) -> tuple[str, ...]:
    row = repr(sorted((d.row or {}).items(), key=str))
    return (part.subject.name, part.actor.name, d.principal.name, d.command, *d.columns, d.rows, d.after or "", row)


def _unnoticed(mutant: Mutant, before: _Outcomes, seen: Sequence[Seen]) -> Verdict:
    for part in seen:
        for d in part.decisions:
            key = _key(part, d)
            if key in before and d.actual not in before[key] and "allowed" in {*before[key], d.actual}:
                return _survivor(mutant, part, d)
    return Verdict(mutant, "no difference")


def _survivor(mutant: Mutant, part: Seen, d: Decision) -> Verdict:
    told = part.subject.access
    can = "can now" if d.actual == "allowed" else "can no longer"
    rows = f", rows: {d.rows}" if d.rows not in ("", "any") else ""
    what = f"{part.actor.name} {can} {d.command} {part.subject.name}{rows}"
    verb = "update" if d.command == "upsert" else d.command
    rules = told.rules_for(part.actor, verb) if told and verb in VERBS else ()
    place = rules[0].place if rules else told.place if told else None
    # what an actor has from another that it also is, is for the other's line to say
    actor = next((name for name in part.actor.lineage if rules and name in rules[0].actors), part.actor.name)
    right = (part.subject.name, actor, verb) if told and verb in VERBS else None
    message = f"nothing notices: {mutant.sql}; {what}"
    shown = finding(SURVIVOR, message, part.subject.name, place, mutant.sql + ";")
    return Verdict(mutant, "survived", what, shown, right)
