"""The access matrix for a terminal: actors across, objects and commands down; then what is wrong, then one line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from kitdb.report.access_view import WRONG, AccessView, Squares, is_wrong, reach
from kitdb.report.table import console_for, finding_text
from kitdb.rls.actors import Actor
from kitdb.rls.matrix import Cell, Command

_STYLES = {"leak": "bold red", "denied": "bold yellow", "broken": "bold magenta"}
_NOTHING = "–"
_UNTRIED = "?"
_MOST_NOTES = 20
_MOST_LINES = 4
_MOST_SQL = 3  # findings whose SQL is printed: the screen is for what is wrong
_NARROWEST = 12  # columns in which an actor's rights can be read
_WIDEST_NAME = 22
_PADDING = 3


def write(view: AccessView, out: TextIO) -> None:
    console = console_for(out)
    console.print(matrix(view, console.width))
    for line in _legend(view):
        console.print(Text(line, "dim"), soft_wrap=True)
    shown = 0
    for finding in view.findings:
        shown += finding.evidence is not None
        console.print(finding_text(finding if shown <= _MOST_SQL else replace(finding, evidence=None)), soft_wrap=True)
    for note in view.matrix.not_covered[:_MOST_NOTES]:
        console.print(Text(f"not covered: {note}"), soft_wrap=True)
    if len(view.matrix.not_covered) > _MOST_NOTES:
        more = len(view.matrix.not_covered) - _MOST_NOTES
        console.print(Text(f"not covered: {more} more (--format json lists all)"))
    if shown > _MOST_SQL:
        console.print(Text(f"the SQL that shows the other {shown - _MOST_SQL}: --report sql=FILE"))
    console.print(Text(view.summary), soft_wrap=True)


def matrix(view: AccessView, width: int) -> RenderableType:
    """The matrix as a table where the actors fit beside each other, else as a list."""
    opened = {name: squares for name, squares in view.objects.items() if not _is_closed(view, squares, name)}
    names = max((len(name) for name in opened), default=0)
    fixed = min(names, _WIDEST_NAME) + len("update, delete") + 2 * _PADDING
    wide = fixed + len(view.actors) * (_NARROWEST + _PADDING)
    return _table(view, opened) if wide <= width else _list(view, opened)


def _table(view: AccessView, opened: dict[str, Squares]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("object", overflow="fold", max_width=_WIDEST_NAME)
    table.add_column("command", no_wrap=True)
    for actor in view.actors:
        table.add_column(actor.name, overflow="fold")
    for name, squares in opened.items():
        shown = name
        for commands, row in _rows(view, name, squares):
            table.add_row(Text(shown, "bold"), ", ".join(commands), *row)
            shown = ""
        table.add_section()
    return table


def _list(view: AccessView, opened: dict[str, Squares]) -> Group:
    """One line a right: what nobody may do is not in it."""
    parts: list[RenderableType] = []
    for name, squares in opened.items():
        grid = Table.grid(padding=(0, 2))
        for column in ("command", "actor"):
            grid.add_column(column, no_wrap=True)
        grid.add_column("right", overflow="fold")
        for commands, row in _rows(view, name, squares):
            shown = ", ".join(commands)
            for actors, right in _together(view, row) or [("nobody", Text(_NOTHING, "dim"))]:
                grid.add_row(f"  {shown}" if shown else "", actors, right)
                shown = ""
        parts += [Text(name, "bold"), grid]
    return Group(*parts)


def _together(view: AccessView, row: list[Text]) -> list[tuple[str, Text]]:
    """The rights in a row, each with the actors that have it."""
    shown = {actor.name: right for actor, right in zip(view.actors, row, strict=True) if str(right) != _NOTHING}
    groups: dict[str, list[str]] = {}
    for name, right in shown.items():
        above = str(right).removeprefix("as ")
        groups.setdefault(str(shown.get(above, right)), []).append(name)
    return [(", ".join(names), shown[names[0]]) for names in groups.values()]


def _rows(view: AccessView, name: str, squares: Squares) -> Iterator[tuple[list[Command], list[Text]]]:
    """The squares of each command; the commands that nobody may send are together, the last of all."""
    closed: list[Command] = []
    for command, by_actor in squares.items():
        if command == "upsert" and not any(is_wrong(cells) for cells in by_actor.values()):
            continue  # an insert and an update, which are there already
        row = [square(view, name, command, actor, by_actor.get(actor.name, [])) for actor in view.actors]
        if all(str(one) == _NOTHING for one in row):
            closed.append(command)
        else:
            yield [command], row
    if closed:
        yield closed, [Text(_NOTHING, "dim") for _ in view.actors]


def _is_closed(view: AccessView, squares: Squares, name: str) -> bool:
    return all(str(one) == _NOTHING for _, row in _rows(view, name, squares) for one in row)


def square(view: AccessView, name: str, command: Command, actor: Actor, cells: list[Cell]) -> Text:
    """The rows that the actor may reach, as the specification calls them; "–" for none, "?" for not tried.

    What went wrong stands in its place; a right that could not be tried on every kind of row has a question mark.
    """
    if is_wrong(cells):
        wrong = [cell for cell in cells if cell.verdict in WRONG]
        lines = list(dict.fromkeys(f"{cell.verdict.upper()}: {reach(cell)}".removesuffix(": ") for cell in wrong))
        if len(lines) > _MOST_LINES:
            lines[_MOST_LINES - 1 :] = [f"and {len(lines) - _MOST_LINES + 1} more"]
        return Text("\n".join(lines), _STYLES[wrong[0].verdict])
    right = view.right(name, command, actor)
    if right is None:
        return Text(_UNTRIED, "yellow") if view.untried(name, command, actor, cells) else Text(_NOTHING, "dim")
    inherited = view.inherited(name, command, actor)
    return Text((f"as {inherited}" if inherited else right) + (" ?" if _is_open(cells) else ""), "green")


def _is_open(cells: list[Cell]) -> bool:
    return any(cell.verdict == "undecided" for cell in cells)


def _legend(view: AccessView) -> Iterator[str]:
    closed = [name for name, squares in view.objects.items() if _is_closed(view, squares, name)]
    if closed:
        yield f"closed to everybody: {', '.join(closed)}"
    if any(
        "?" in str(one)
        for name, squares in view.objects.items()
        for _, row in _rows(view, name, squares)
        for one in row
    ):
        yield "?  not tried, or not on every kind of row: see what is not covered"
    if any(cell.verdict == "leak" for cell in view.matrix.cells):
        yield "LEAK  more is allowed than the specification says; other: rows that are in no class of its table"
