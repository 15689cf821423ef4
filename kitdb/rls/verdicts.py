"""From cells to findings: one for each thing that is wrong, in words, with what shows it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kitdb.errors import Place
from kitdb.findings import Finding, Severity
from kitdb.rls.access import Acceptance, Access, AccessRule
from kitdb.rls.actors import Actor
from kitdb.rls.judge import Decision
from kitdb.rls.kinds import BLIND, BROKEN, DENIED, EXPIRED, LEAK, UNUSED, VACUOUS, Kind
from kitdb.rls.line import VERBS
from kitdb.rls.matrix import Cell, Command, Event, NotCovered, Verdict
from kitdb.rls.predicate import class_names
from kitdb.rls.subject import Subject

_MOST_KINDS = 4
_WRONG: tuple[Verdict, ...] = ("leak", "denied", "broken")
_PARTIAL: tuple[Command, ...] = ("select", "update", "delete")
_KINDS: dict[Verdict, Kind] = {"leak": LEAK, "denied": DENIED, "broken": BROKEN, "vacuous": VACUOUS}
_VERBS: dict[Command, str] = {
    "select": "select", "insert": "insert into", "update": "update", "delete": "delete from", "upsert": "upsert",
    "execute": "call", "truncate": "truncate",
}  # fmt: skip


def finding(
    kind: Kind,
    message: str,
    subject: str,
    place: Place | None = None,
    evidence: str | None = None,
    *,
    help: str | None = None,  # noqa: A002  # the finding's own word
    severity: Severity | None = None,
) -> Finding:
    return Finding(
        kind.code, kind.name, severity or kind.severity, message, place, subject, help or kind.help, evidence
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding about one actor, before those that it is passed on to are put with it."""

    actor: Actor
    about: tuple[object, ...]
    finding: Finding


def folded(drafts: Iterable[Draft]) -> Iterator[Finding]:
    """The findings; what an actor has from another that it also is, is told once."""
    heads: list[tuple[Draft, list[str]]] = []
    for draft in drafts:
        above = set(draft.actor.lineage[1:])
        head = next((also for first, also in heads if first.about == draft.about and first.actor.name in above), None)
        if head is None:
            heads.append((draft, []))
        else:
            head.append(draft.actor.name)
    for draft, also in heads:
        told = f" ({' and '.join(also)} too)" if also else ""
        yield replace(draft.finding, message=draft.finding.message + told)


def findings_of(subject: Subject, actor: Actor, cells: Sequence[Cell]) -> Iterator[Draft]:
    """What is wrong in the cells of one actor on one object, one finding for each command and set of columns."""
    errors: set[str] = set()
    for verdict in _WRONG:
        for command in _VERBS:
            wrong = [cell for cell in cells if cell.verdict == verdict and cell.command == command]
            for group in _groups(wrong):
                # one error is one finding, whichever command it is that meets it first
                if verdict == "broken" and group[0].detail in errors:
                    continue
                errors.add(group[0].detail if verdict == "broken" else "")
                columns = tuple(dict.fromkeys(name for cell in group for name in cell.columns))
                told = _finding(subject, actor, verdict, command, columns, group)
                yield Draft(actor, (verdict, command, columns), told)
    yield from _vacuous(subject, actor, cells)


def _groups(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """Rows first; columns apart, where their rows are not wrong already."""
    whole = [cell for cell in cells if not cell.columns and cell.after is None]
    if whole:
        yield whole
    rows = {cell.rows for cell in whole}
    rest = [cell for cell in cells if cell not in whole and cell.rows not in rows]
    fixed = [cell for cell in rest if cell.after is None]
    if fixed:
        yield fixed
    moved: dict[tuple[str, ...], list[Cell]] = {}
    for cell in rest:
        if cell.after is not None:
            moved.setdefault(cell.columns, []).append(cell)
    yield from moved.values()


def _finding(
    subject: Subject,
    actor: Actor,
    verdict: Verdict,
    command: Command,
    columns: Sequence[str],
    group: Sequence[Cell],
) -> Finding:
    first = group[0]
    act = f"{_VERBS[command]} {_object(subject, columns)}"
    rows = some(_rows(cell) for cell in group) if verdict != "broken" else ""
    match verdict:
        case "leak":
            message = f"{actor.name} can {act}"
        case "broken":
            message = f"{actor.name} cannot {act} without an error"
        case _:
            message = f"{actor.name} cannot {act}"
    message += f", rows: {rows}" if rows else ""
    if verdict != "leak":
        message += f": {first.detail}" if first.detail else f" ({first.actual})"
    place = first.place or (subject.access.place if subject.access else None)
    return finding(_KINDS[verdict], message, subject.name, place, first.evidence, help=_help(verdict, command, first))


def some(kinds: Iterable[str]) -> str:
    """The first kinds of rows, and how many more there are."""
    distinct = [kind for kind in dict.fromkeys(kinds) if kind]
    more = f"; and {len(distinct) - _MOST_KINDS} more kinds" if len(distinct) > _MOST_KINDS else ""
    return "; ".join(distinct[:_MOST_KINDS]) + more


def _object(subject: Subject, columns: Sequence[str]) -> str:
    if not columns:
        return subject.name
    shown = ", ".join(columns[:6]) + (f" and {len(columns) - 6} more" if len(columns) > 6 else "")
    return f"{subject.name}.{shown}" if len(columns) == 1 else f"{subject.name} ({shown})"


def _rows(cell: Cell) -> str:
    """The rows of a cell in words; empty where there is nothing to tell them by."""
    if cell.rows in ("any", "every row", ""):
        return cell.after if cell.command == "insert" and cell.after not in (None, "any") else ""
    return f"{cell.rows} become {cell.after}" if cell.after else cell.rows


def _help(verdict: Verdict, command: Command, cell: Cell) -> str | None:
    if verdict == "denied" and cell.actual == "no rows" and command in ("update", "delete"):
        return "An UPDATE or DELETE that names its row needs SELECT on it as well: look at both policies."
    if verdict == "denied" and command == "insert" and "RETURNING" in (cell.evidence or "").upper():
        return "INSERT ... RETURNING needs SELECT on the new row: look at both policies."
    return None


def blind_finding(subject: Subject, actor: Actor, leaks: Sequence[Decision], evidence: str) -> Draft:
    """Rows that are safe only as long as every statement reads a column."""
    first = leaks[0]
    rows = some(leak.rows for leak in leaks)
    told = finding(
        BLIND,
        f"{actor.name} can {_VERBS[first.command]} {subject.name} by a statement without WHERE, rows: {rows}",
        subject.name,
        subject.access.place if subject.access else None,
        evidence,
    )
    return Draft(actor, ("blind", first.command), told)


def _vacuous(subject: Subject, actor: Actor, cells: Sequence[Cell]) -> Iterator[Draft]:
    """Rights that nothing exercised, and denials that nothing put to the test."""
    for command in _VERBS:
        mine = [cell for cell in cells if cell.command == command]
        rules = _rules(subject, actor, command)
        decided = [cell for cell in mine if cell.verdict not in ("vacuous", "undecided")]
        place = rules[0].place if rules else (subject.access.place if subject.access else None)
        act = f"{_VERBS[command]} {subject.name}"
        # a line about another actor that this one also is may well never hold for it
        named = [rule for rule in rules if actor.name in rule.actors]
        if named and not any(cell.expected != "denied" for cell in decided):
            told = finding(VACUOUS, f"nothing was built on which {actor.name} may {act}", subject.name, place)
            yield Draft(actor, ("never allowed", command), told)
        untested = [cell for cell in mine if cell.verdict == "vacuous"]
        if untested and not any(cell.expected == "denied" for cell in decided):
            message = f"nothing shows that {actor.name} is refused to {act}"
            told = finding(VACUOUS, message, subject.name, place, untested[0].evidence)
            yield Draft(actor, ("never refused", command), told)


def _rules(subject: Subject, actor: Actor, command: Command) -> tuple[AccessRule, ...]:
    verb = next((verb for verb in VERBS if verb == command), None)
    if subject.access is None or verb is None:
        return ()
    return tuple(rule for rule in subject.access.rules_for(actor, verb) if rule.exact)


def uncovered(subject: Subject, actor: Actor, cells: Sequence[Cell]) -> Iterator[NotCovered]:
    """Cells that stayed open: a constraint or a trigger fired whatever was tried, or no such row could be built."""
    decided = {(c.command, c.columns, c.rows) for c in cells if c.verdict not in ("undecided", "vacuous")}
    open_cells: dict[tuple[Command, tuple[str, ...], str], list[str]] = {}
    for cell in cells:
        if cell.verdict in ("undecided", "vacuous") and (cell.command, cell.columns, cell.rows) not in decided:
            why = cell.detail or "no row on which it could be tried"
            open_cells.setdefault((cell.command, cell.columns, why), []).append(_rows(cell))
    for (command, columns, why), rows in open_cells.items():
        what = f"{actor.name} {command} {subject.name}" + (f" ({', '.join(columns)})" if columns else "")
        kinds = some(rows)
        yield NotCovered(f"{what}, rows: {kinds}" if kinds else what, why)
    yield from _never_refused(subject, actor, cells)


def told_once(events: Iterable[Event]) -> Iterator[Event]:
    """The events; what policies lack in common, as what a function says that they all call, is one line at the end."""
    lacking: dict[str, list[str]] = {}
    for event in events:
        match event:
            case NotCovered(subject, why) if subject.startswith(("policy ", "policies ")):
                lacking.setdefault(why, []).append(subject)
            case _:
                yield event
    for why, subjects in lacking.items():
        yield NotCovered(some_of(subjects), why)


def some_of(names: Iterable[str]) -> str:
    """The first of the names, each once, and how many more there are."""
    first, *others = dict.fromkeys(names)
    match others:
        case []:
            return first
        case [other]:
            return f"{first} and {other}"
        case _:
            return f"{first} and {len(others)} more"


def _never_refused(subject: Subject, actor: Actor, cells: Sequence[Cell]) -> Iterator[NotCovered]:
    """Rules that leave rows out, where no row that they leave out was there to be refused."""
    for command in _PARTIAL:
        rules = _rules(subject, actor, command)
        mine = [cell for cell in cells if cell.command == command]
        refused = any(cell.verdict in _WRONG or (cell.expected, cell.verdict) == ("denied", "ok") for cell in mine)
        if rules and not refused and all(_looks_at_row(subject, rule) for rule in rules):
            yield NotCovered(f"{actor.name} {command} {subject.name}", "no row that the rule leaves out was refused")


def _looks_at_row(subject: Subject, rule: AccessRule) -> bool:
    """Whether the rule depends on the row, and not on the caller alone."""
    names = set(class_names(rule.before))
    words = {word for c in subject.classes if c.name in names for word in re.findall(r"\w+", c.predicate)}
    return bool(words & {*(column.name for column in subject.relation.columns), "select"})


# ---------------------------------------------------------------- written exceptions


def accepted(events: Iterable[Event], access: Access, today: datetime.date | None = None) -> Iterator[Event]:
    """The events, with the findings that somebody has accepted turned into information."""
    day = today or datetime.datetime.now(tz=datetime.UTC).date()
    used: set[Acceptance] = set()
    for event in events:
        match = next((a for a in access.accepted if isinstance(event, Finding) and _matches(a, event)), None)
        if match is None or not isinstance(event, Finding):
            yield event
            continue
        used.add(match)
        if match.until is not None and match.until < day:
            yield event
        else:
            yield replace(event, severity="info", message=f"{event.message} (accepted: {match.why})")
    for acceptance in access.accepted:
        if acceptance not in used:
            yield finding(UNUSED, f"accepted {acceptance.finding} on {acceptance.on} is not found", acceptance.on,
                          acceptance.place)  # fmt: skip
        elif acceptance.until is not None and acceptance.until < day:
            yield finding(EXPIRED, f"{acceptance.finding} on {acceptance.on} was accepted until {acceptance.until}",
                          acceptance.on, acceptance.place)  # fmt: skip


def _matches(acceptance: Acceptance, found: Finding) -> bool:
    if acceptance.finding not in (found.name, found.code):
        return False
    if acceptance.actor is not None and not found.message.startswith(f"{acceptance.actor} "):
        return False
    subject = found.subject or ""
    return acceptance.on in (subject, f"public.{subject}") or acceptance.on in found.message.replace(",", " ").split()
