"""Plans, events and the state of migrations: on stderr as they happen, on stdout what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
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
from kitdb.report.progress import Progress


def migration_value(migration: Migration) -> dict[str, Any]:
    """A migration as JSON has it."""
    return {"version": migration.version, "name": migration.name, "path": str(migration.path)}


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
            return {**migration_value(planned.migration), "mode": planned.mode, "number": number, "of": of}
        case Applied(planned, seconds):
            return {**migration_value(planned.migration), "seconds": round(seconds, 3)}
        case StatementDone(migration, number, of):
            return {"version": migration.version, "number": number, "of": of}
        case Notice(migration, severity, message, hint):
            return {"version": migration.version, "severity": severity, "message": message, "hint": hint}
        case IndexRebuilt(migration, index):
            return {"version": migration.version, "index": index}
        case AlreadyApplied(migration):
            return migration_value(migration)
        case _:
            return {"message": event_line(event)}
