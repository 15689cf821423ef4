"""Columns as a statement writes them, of those that are still so in the end."""

from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.script import Script
from kitdb.names import QualifiedName
from kitdb.sql.operations import AddColumn, Column, CreateTable, Operation


def written_columns(operation: Operation, script: Script) -> Iterator[tuple[QualifiedName, Column]]:
    """The columns that the statement makes and that keep their type."""
    match operation:
        case CreateTable(table, columns, temporary=False):
            pass
        case AddColumn(table, column):
            columns = (column,)
        case _:
            return
    final = script.final.lookup.table_from.get(id(operation)) or script.final.tables.get(table)
    for column in columns:
        now = final.columns.get(column.name) if final else None
        if now is not None and now.type == column.type:
            yield table, column
