"""How results are shown: the only package that draws."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from kitdb.findings import Result


def write(results: Sequence[Result], format: str, out: TextIO | None = None) -> None:
    """Write the results of a check in a format ("table" or "json")."""
    from kitdb.report import json as as_json  # noqa: PLC0415  # one format is needed, not all
    from kitdb.report import table  # noqa: PLC0415

    {"json": as_json.write, "table": table.write}[format](results, out or sys.stdout)


def write_lines(format: str, value: Any, lines: Iterable[str], out: TextIO | None = None) -> None:
    """A short answer: the value for a program, the lines for a person."""
    out = out or sys.stdout
    if format == "json":
        out.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")
        return
    for line in lines:
        out.write(f"{line}\n")
