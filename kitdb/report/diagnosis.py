"""What `kitdb doctor` found, as lines or JSON."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from typing import Any, Protocol, TextIO

from rich.text import Text

from kitdb.report.table import console_for

_MARKS = {"ok": ("✓", "green"), "note": ("·", "yellow"), "missing": ("✗", "bold red")}


class Check(Protocol):
    """One thing that was looked at."""

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def found(self) -> str: ...
    @property
    def remedy(self) -> str: ...


def write(checks: Sequence[Any], format: str, out: TextIO | None = None) -> None:
    out = out or sys.stdout
    if format == "json":
        out.write(json.dumps([dataclasses.asdict(check) for check in checks], indent=2) + "\n")
        return
    console = console_for(out)
    for check in checks:
        console.print(_line(check), soft_wrap=True)


def _line(check: Check) -> Text:
    mark, style = _MARKS[check.state]
    line = Text(f"{mark} ", style)
    line.append(f"{check.name}: ", "bold")
    line.append(check.found)
    if check.remedy:
        line.append(f"\n    {check.remedy}", "dim")
    return line
