"""What `kitdb migrate --dry-run` says."""

from __future__ import annotations

import sys
from dataclasses import asdict
from json import dumps
from typing import Any, TextIO

from kitdb.migrate.plan import Plan
from kitdb.migrate.preview import Preview, preview
from kitdb.report.events import migration_value

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
        **migration_value(one.planned.migration),
        "mode": one.planned.mode,
        "statements_done": one.planned.done,
        "statements": [asdict(step) for step in one.steps],
    }


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
