"""The access matrix: actors across, objects and commands down; then what is wrong, with the request that shows it."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from kitdb.report.json import finding_value
from kitdb.report.table import console_for, finding_text
from kitdb.rls.access import Access, AccessRule
from kitdb.rls.actors import Actor
from kitdb.rls.line import VERBS
from kitdb.rls.matrix import Cell, Matrix
from kitdb.rls.predicate import AllOf, AnyOf, EveryRow, InClass, Negated, Rows
from kitdb.rls.subject import STRANGE_BUCKET

_WRONG = {"leak": "bold red", "denied": "bold yellow", "broken": "bold magenta"}
_COMMANDS = ("select", "insert", "update", "delete", "upsert", "truncate", "execute")
_NOTHING = "–"
_MOST_NOTES = 20
_MOST_LINES = 4


def write(
    matrix: Matrix, access: Access, format: str, *, server: str = "", seconds: float = 0.0, out: TextIO | None = None
) -> None:
    """Write the whole matrix as a table for people or as JSON for programs."""
    out = out or sys.stdout
    if format == "json":
        _write_json(matrix, server, seconds, out)
        return
    console = console_for(out)
    console.print(matrix_table(matrix, access))
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


def matrix_table(matrix: Matrix, access: Access) -> Table:
    """In each square the rows that the actor may reach, as the specification calls them; "–" for none.

    What went wrong stands in its place; a right that could not be tried on every kind of row has a question mark.
    """
    actors = [actor for actor in access.actors if any(cell.actor == actor.name for cell in matrix.cells)]
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("object")
    table.add_column("command", no_wrap=True)
    for actor in actors:
        table.add_column(actor.name, overflow="fold")
    shown, closed = "", []
    for name, squares in _objects(matrix.cells).items():
        rows = {
            command: [_square(access, name, command, actor, cells) for actor in actors]
            for command, cells in squares.items()
        }
        if name == f"storage.{STRANGE_BUCKET}" and not any(
            _is_wrong(cells) for row in squares.values() for cells in row.values()
        ):
            continue
        if all(str(square) == _NOTHING for row in rows.values() for square in row):
            closed.append(name)
            continue
        for command, row in rows.items():
            if command != "upsert" or any(_is_wrong(cells) for cells in squares[command].values()):
                table.add_row(name if name != shown else "", command, *row)
                shown = name
    if closed:
        table.caption = f"closed to everybody: {', '.join(closed)}"
        table.caption_justify = "left"
    return table


def _objects(cells: Iterable[Cell]) -> dict[str, dict[str, dict[str, list[Cell]]]]:
    """Object → command → actor → cells; a bucket that was only made to be refused is left out."""
    found: dict[str, dict[str, dict[str, list[Cell]]]] = {}
    for cell in cells:
        found.setdefault(cell.object, {}).setdefault(cell.command, {}).setdefault(cell.actor, []).append(cell)
    return {name: {command: found[name][command] for command in _COMMANDS if command in found[name]} for name in found}


def _square(access: Access, name: str, command: str, actor: Actor, by_actor: dict[str, list[Cell]]) -> Text:
    cells = by_actor.get(actor.name, [])
    if _is_wrong(cells):
        wrong = [cell for cell in cells if cell.verdict in _WRONG]
        lines = dict.fromkeys(f"{cell.verdict.upper()}: {_reach(cell)}" for cell in wrong)
        return Text("\n".join(list(lines)[:_MOST_LINES]), _WRONG[wrong[0].verdict])
    right = _right(access, name, command, actor)
    if right is None:
        return Text(_NOTHING, "dim")
    inherited = next(
        (above for above in actor.lineage[1:] if _right(access, name, command, access.actor(above)) == right), None
    )
    undecided = any(cell.verdict == "undecided" for cell in cells)
    return Text(("as " + inherited if inherited else right) + (" ?" if undecided else ""), "green")


def _is_wrong(cells: Iterable[Cell]) -> bool:
    return any(cell.verdict in _WRONG for cell in cells)


def _reach(cell: Cell) -> str:
    columns = f" ({', '.join(cell.columns)})" if cell.columns else ""
    return f"{cell.rows}{f' → {cell.after}' if cell.after else ''}{columns}"


def _right(access: Access, name: str, command: str, actor: Actor) -> str | None:
    """What the specification says in this square, None where it says nothing."""
    if command == "execute":
        functions = [
            function for function in access.functions if _plain(function.signature or function.name) == _plain(name)
        ]
        return "yes" if any(set(function.actors) & set(actor.lineage) for function in functions) else None
    for found in access.objects:
        if found.subject() == name:
            rules = [rule for verb in VERBS if verb == command for rule in found.rules_for(actor, verb)]
            return " · ".join(_rule(rule) for rule in rules) or None
    return None


def _plain(signature: str) -> str:
    return signature.replace(" ", "").replace("public.", "")


def _rule(rule: AccessRule) -> str:
    """The rows of a rule, and how many columns it names: `own → own (9 columns)`."""
    before, after = _rows(rule.before), _rows(rule.after) if rule.after is not None else ""
    rows = (
        f"{before} → {after}"
        if rule.verb == "update" and after != before
        else after
        if rule.verb == "insert"
        else before
    )
    named = rule.columns.named if rule.columns else ()
    return f"{rows}{f' ({len(named)} columns)' if len(named) > 1 else f' ({named[0]})' if named else ''}"


def _rows(rows: Rows, inside: bool = False) -> str:
    """Row classes as the specification writes them."""
    match rows:
        case EveryRow():
            return "all"
        case InClass(name):
            return name
        case Negated(inner):
            return f"not {_rows(inner, inside=True)}"
        case AllOf(parts):
            text = " and ".join(_rows(part, inside=True) for part in parts)
        case AnyOf(parts):
            text = " or ".join(_rows(part, inside=True) for part in parts)
    return f"({text})" if inside else text


def summary(matrix: Matrix, server: str, seconds: float) -> str:
    wrong = [f"{matrix.count(verdict)} {verdict}" for verdict in ("leak", "denied", "broken") if matrix.count(verdict)]
    undecided = matrix.count("vacuous") + matrix.count("undecided")
    if undecided:
        wrong.append(f"{undecided} undecided")
    verdict = "every right is as specified" if matrix.passed else "NOT as specified"
    where = f" on {server}" if server else ""
    counted = f"{len(matrix.cells)} cells, {matrix.probes} requests in {seconds:.1f} s{where}"
    return f"{verdict}: {counted}{': ' + ', '.join(wrong) if wrong else ''}"
