"""The access matrix: actors across, objects and commands down; then what is wrong, with the request that shows it."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from kitdb.report.json import finding_value
from kitdb.report.table import console_for, finding_text
from kitdb.rls.matrix import Cell, Matrix

_WRONG = {"leak": "bold red", "denied": "bold yellow", "broken": "bold magenta"}
_MOST_NOTES = 20


def write(matrix: Matrix, format: str, *, server: str = "", seconds: float = 0.0, out: TextIO | None = None) -> None:
    """Write the whole matrix as a table for people or as JSON for programs."""
    out = out or sys.stdout
    if format == "json":
        _write_json(matrix, server, seconds, out)
        return
    console = console_for(out)
    console.print(matrix_table(matrix))
    for finding in matrix.findings:
        console.print(finding_text(finding), soft_wrap=True)
    for note in matrix.not_covered[:_MOST_NOTES]:
        console.print(Text(f"not covered: {note}"), soft_wrap=True)
    if len(matrix.not_covered) > _MOST_NOTES:
        console.print(Text(f"not covered: {len(matrix.not_covered) - _MOST_NOTES} more (--format json lists all)"))
    console.print(Text(summary(matrix, server, seconds)), soft_wrap=True)


def _write_json(matrix: Matrix, server: str, seconds: float, out: TextIO) -> None:
    document = {
        "passed": matrix.passed,
        "server": server,
        "seconds": round(seconds, 3),
        "requests": matrix.probes,
        "cells": [dataclasses.asdict(cell) for cell in matrix.cells],
        "findings": [finding_value(finding) for finding in matrix.findings],
        "not_covered": [dataclasses.asdict(note) for note in matrix.not_covered],
    }
    out.write(json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n")


def matrix_table(matrix: Matrix) -> Table:
    """Who may do what: in each square the rows that the actor reaches, "–" for none."""
    actors = list(dict.fromkeys(cell.actor for cell in matrix.cells))
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("object", no_wrap=True)
    table.add_column("command", no_wrap=True)
    for actor in actors:
        table.add_column(actor, overflow="fold")
    shown = ""
    for (name, command), cells in _squares(matrix.cells).items():
        row = [_square(cells.get(actor, ())) for actor in actors]
        table.add_row(name if name != shown else "", command, *row)
        shown = name
    return table


def _squares(cells: Iterable[Cell]) -> dict[tuple[str, str], dict[str, list[Cell]]]:
    squares: dict[tuple[str, str], dict[str, list[Cell]]] = {}
    for cell in cells:
        squares.setdefault((cell.object, cell.command), {}).setdefault(cell.actor, []).append(cell)
    return squares


def _square(cells: Sequence[Cell]) -> Text:
    wrong = [cell for cell in cells if cell.verdict in _WRONG]
    if wrong:
        return Text(
            "\n".join(dict.fromkeys(f"{cell.verdict.upper()} {cell.rows}" for cell in wrong)), _WRONG[wrong[0].verdict]
        )
    allowed = [cell for cell in cells if cell.actual == "allowed"]
    if not allowed:
        return Text("–", "dim")
    rows = dict.fromkeys(cell.rows for cell in allowed if not cell.columns)
    columns = dict.fromkeys(column for cell in allowed for column in cell.columns)
    parts = ["; ".join(rows) or "yes"]
    if columns:
        parts.append(f"({', '.join(columns)})")
    return Text(" ".join(parts), "green")


def summary(matrix: Matrix, server: str, seconds: float) -> str:
    wrong = [f"{matrix.count(verdict)} {verdict}" for verdict in ("leak", "denied", "broken") if matrix.count(verdict)]
    undecided = matrix.count("vacuous") + matrix.count("undecided")
    if undecided:
        wrong.append(f"{undecided} undecided")
    verdict = "every right is as specified" if matrix.passed else "NOT as specified"
    where = f" on {server}" if server else ""
    counted = f"{len(matrix.cells)} cells, {matrix.probes} requests in {seconds:.1f} s{where}"
    return f"{verdict}: {counted}{': ' + ', '.join(wrong) if wrong else ''}"
