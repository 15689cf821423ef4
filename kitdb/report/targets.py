"""A run over many databases, one line a database."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from json import dumps
from typing import TextIO

from kitdb.migrate.targets import Outcome


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
