"""The state of migrations, as a table or JSON."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC
from typing import TextIO

from rich.box import SIMPLE
from rich.table import Table

from kitdb.migrate.state import MigrationState
from kitdb.report.table import console_for

_STYLES = {
    "applied": "green",
    "pending": "yellow",
    "unfinished": "bold yellow",
    "edited": "bold red",
    "missing": "bold red",
}


def write(states: Sequence[MigrationState], format: str, out: TextIO | None = None) -> None:
    out = out or sys.stdout
    if format == "json":
        values = [dataclasses.asdict(state) for state in states]
        out.write(
            json.dumps(
                {"migrations": values, "counts": Counter(state.state for state in states)}, indent=2, default=str
            )
            + "\n"
        )
        return
    table = Table(box=SIMPLE, pad_edge=False)
    for name in ("version", "name", "state", "applied (UTC)", "by", ""):
        table.add_column(name, overflow="fold")
    for state in states:
        moment = state.applied_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if state.applied_at else ""
        table.add_row(
            state.version,
            state.name,
            state.state,
            moment,
            state.applied_by or "",
            state.note,
            style=_STYLES[state.state],
        )
    console = console_for(out)
    if states:
        console.print(table)
    counted = Counter(state.state for state in states)
    console.print(", ".join(f"{number} {state}" for state, number in counted.items()) or "no migrations")
