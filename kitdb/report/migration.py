"""Plans, events and the state of migrations: on stderr as they happen, on stdout what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from json import dumps
from pathlib import Path
from typing import Any, TextIO

from kitdb.migrate.events import (
    AlreadyApplied,
    Applied,
    Blocked,
    Event,
    IndexRebuilt,
    Notice,
    Retrying,
    Session,
    Started,
    StatementDone,
    WaitingForRunner,
)
from kitdb.migrate.files import Migration
from kitdb.migrate.plan import Plan
from kitdb.migrate.preview import Preview, preview
from kitdb.migrate.targets import Outcome
from kitdb.report.progress import Progress

_LONGEST = 100  # characters of a statement in a listing


def write_plan(plan: Plan, format: str, out: TextIO | None = None) -> None:
    """What `--dry-run` says: every statement that would run, with its place, its mode and the locks it takes."""
    out = out or sys.stdout
    previews = preview(plan)
    if format == "json":
        pending = [_preview_value(one) for one in previews]
        out.write(dumps({"pending": pending, "warnings": list(plan.warnings)}, indent=2, ensure_ascii=False) + "\n")
        return
    for warning in plan.warnings:
        out.write(f"warning: {warning}\n")
    for one in previews:
        planned = one.planned
        mode = "one transaction" if planned.mode == "transaction" else "statement by statement"
        resumed = f", {planned.done} already done" if planned.done else ""
        out.write(f"{planned.migration.path}  ({mode}{resumed})\n")
        for step in one.steps:
            out.write(f"  {step.line}:{step.column}  {_one_line(step.text)}\n")
            out.writelines(f"      {lock}\n" for lock in step.locks)
    pending_count = len(previews)
    noun = "migration" if pending_count == 1 else "migrations"
    out.write(f"{pending_count} {noun} would be applied\n" if pending_count else "nothing to do\n")


def _preview_value(one: Preview) -> dict[str, Any]:
    return {
        **_migration_value(one.planned.migration),
        "mode": one.planned.mode,
        "statements_done": one.planned.done,
        "statements": [asdict(step) for step in one.steps],
    }


def _migration_value(migration: Migration) -> dict[str, Any]:
    return {"version": migration.version, "name": migration.name, "path": str(migration.path)}


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def write_outcome(outcome: Outcome, format: str, out: TextIO | None = None) -> None:
    """One database of many, as soon as it is done."""
    out = out or sys.stdout
    if format == "json":
        out.write(dumps({"event": "target", **asdict(outcome)}, ensure_ascii=False) + "\n")
    else:
        mark = "✓" if outcome.succeeded else "✗"
        applied = f"{outcome.applied} {'migration' if outcome.applied == 1 else 'migrations'} applied"
        out.write(f"{mark} {outcome.target}: {applied}  ({outcome.seconds:.1f} s)\n")
        out.writelines(f"    {line}\n" for line in outcome.errors)
    out.flush()


def write_outcomes(outcomes: Sequence[Outcome], format: str, out: TextIO | None = None) -> None:
    """The end of a run over many databases."""
    out = out or sys.stdout
    failed = [outcome.target for outcome in outcomes if not outcome.succeeded]
    if format == "json":
        out.write(dumps({"event": "finished", "targets": len(outcomes), "failed": failed}, ensure_ascii=False) + "\n")
        return
    out.write(f"{len(outcomes) - len(failed)} of {len(outcomes)} databases are up to date\n")
    out.writelines(f"failed: {target}\n" for target in failed)


class EventWriter:
    """A run as it goes on: one JSON object a line on stdout, or lines for people on stderr and the end on stdout."""

    def __init__(self, format: str, *, quiet: bool = False, out: TextIO | None = None) -> None:
        self.json = format == "json"
        self.out = out or sys.stdout
        self.progress = Progress(quiet=quiet or self.json)
        self.applied = 0
        self.current: Started | None = None
        self.statements_done = 0

    def planned(self, plan: Plan) -> None:
        for warning in plan.warnings:
            self.progress.line(f"warning: {warning}")
            self._write({"event": "warning", "message": warning})

    def event(self, event: Event) -> None:
        self._write({"event": _event_name(event), **_event_value(event)})
        match event:
            case Started(planned, number, of):
                self.current, self.statements_done = event, planned.done
                self.progress.step(f"{number}/{of} {planned.migration.path.name}")
            case StatementDone(migration, number, of):
                self.statements_done = number
                self.progress.update(f"{migration.path.name}: {number} of {of} statements")
            case Applied(planned):
                self.applied += 1
                self.current = None
                self.progress.done(planned.migration.path.name)
            case _:
                self.progress.line(event_line(event))

    def finished(self, folder: Path) -> None:
        self.progress.clear()
        self._write({"event": "finished", "applied": self.applied})
        if not self.json:
            noun = "migration" if self.applied == 1 else "migrations"
            nothing = f"nothing to do: all of {folder} is applied\n"
            self.out.write(f"{self.applied} {noun} applied\n" if self.applied else nothing)

    def interrupted(self) -> None:
        """Ctrl-C came; say what is kept."""
        self.progress.clear()
        message = "interrupted"
        if self.current:
            planned = self.current.planned
            kept = "nothing of it was kept"
            if planned.mode == "statements":
                kept = f"{self.statements_done} of its {len(planned.runnable)} statements are done and recorded"
            message += f" in {planned.migration.path.name}: {kept}"
        self._write({"event": "interrupted", "message": message})
        sys.stderr.write(f"{message}\n")

    def _write(self, value: dict[str, Any]) -> None:
        if self.json:
            self.out.write(dumps(value, ensure_ascii=False) + "\n")
            self.out.flush()


def event_line(event: Event) -> str:
    """The event in one line."""
    match event:
        case WaitingForRunner(holder, seconds):
            who = f" ({holder}, for {_age(holder.age)})" if holder else ""
            return f"waiting for another run of kitdb{who}; {_age(seconds)} so far"
        case Blocked(_, place, wanted, blockers, seconds):
            return f"{place}: waiting for {wanted} for {_age(seconds)}; in the way: {_sessions(blockers)}"
        case Retrying(migration, reason, attempt, attempts, delay, blockers):
            who = f"; in the way: {_sessions(blockers)}" if blockers else ""
            return f"{migration.path.name}: {reason} in try {attempt} of {attempts}, again in {delay:.1f} s{who}"
        case Notice(_, severity, message, hint):
            return f"  {severity.lower()}: {message}{f' ({hint})' if hint else ''}"
        case IndexRebuilt(migration, index):
            return f"{migration.path.name}: INVALID index {index} of an interrupted run dropped; it is built again"
        case AlreadyApplied(migration):
            return f"{migration.path.name}: applied by somebody else meanwhile"
        case _:
            return _event_name(event)


def _sessions(sessions: Iterable[Session]) -> str:
    return "; ".join(
        f"{session}, transaction open for {_age(session.age)}, last query: {session.query}" for session in sessions
    )


def _age(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.0f} s"


def _event_name(event: Event) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in type(event).__name__).lstrip("_")


def _event_value(event: Event) -> dict[str, Any]:
    match event:
        case Started(planned, number, of):
            return {**_migration_value(planned.migration), "mode": planned.mode, "number": number, "of": of}
        case Applied(planned, seconds):
            return {**_migration_value(planned.migration), "seconds": round(seconds, 3)}
        case StatementDone(migration, number, of):
            return {"version": migration.version, "number": number, "of": of}
        case Notice(migration, severity, message, hint):
            return {"version": migration.version, "severity": severity, "message": message, "hint": hint}
        case IndexRebuilt(migration, index):
            return {"version": migration.version, "index": index}
        case AlreadyApplied(migration):
            return _migration_value(migration)
        case _:
            return {"message": event_line(event)}
