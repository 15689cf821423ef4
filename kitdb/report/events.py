"""What happens while migrations are applied, as a line and as JSON has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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


def migration_value(migration: Migration) -> dict[str, Any]:
    """A migration as JSON has it."""
    return {"version": migration.version, "name": migration.name, "path": str(migration.path)}


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
            return event_name(event)


def _sessions(sessions: Iterable[Session]) -> str:
    return "; ".join(
        f"{session}, transaction open for {_age(session.age)}, last query: {session.query}" for session in sessions
    )


def _age(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.0f} s"


def event_name(event: Event) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in type(event).__name__).lstrip("_")


def event_value(event: Event) -> dict[str, Any]:
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
