"""A run of migrations: on stderr as it goes on, on stdout what came of it."""

from __future__ import annotations

import sys
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from kitdb.report.progress import Progress

if TYPE_CHECKING:
    from kitdb.migrate.events import Event, Started
    from kitdb.migrate.plan import Plan


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
        # A run that has nothing to do has no events, and need not load them.
        from kitdb.migrate.events import Applied, Started, StatementDone  # noqa: PLC0415
        from kitdb.report.events import event_line, event_name, event_value  # noqa: PLC0415

        self._write({"event": event_name(event), **event_value(event)})
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
