"""What a plan would do, statement by statement, without doing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kitdb.errors import KitdbError
from kitdb.migrate.plan import Plan, PlannedMigration, is_transaction_edge, is_wrapped
from kitdb.names import quote_identifier
from kitdb.sql.split import Statement

UNKNOWN = "locks unknown: they depend on what the statement runs"


@dataclass(frozen=True, slots=True)
class Step:
    """A statement and, in words, the locks it takes on relations that were there before the plan."""

    line: int
    column: int
    text: str
    locks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    planned: PlannedMigration
    steps: tuple[Step, ...]


def preview(plan: Plan) -> tuple[Preview, ...]:
    made: set[str] = set()
    return tuple(Preview(planned, tuple(_steps(planned, made))) for planned in plan.pending)


def _steps(planned: PlannedMigration, made: set[str]) -> Iterator[Step]:
    wrapped = is_wrapped(planned.runnable)
    for statement in planned.runnable[planned.done :]:
        if not (wrapped and is_transaction_edge(statement)):
            locks = tuple(_locks(statement, made))
            yield Step(statement.line, statement.column, statement.text, locks)


def _locks(statement: Statement, made: set[str]) -> Iterator[str]:
    # The parser takes time to load, and only who asks for a preview needs it.
    from kitdb.sql import operations as op  # noqa: PLC0415
    from kitdb.sql.locks import locks, unknown  # noqa: PLC0415
    from kitdb.sql.read import read  # noqa: PLC0415

    try:
        operations = read(statement)
    except KitdbError as error:
        yield f"not readable: {error.message}"
        return
    for operation in operations:
        if unknown(operation):
            yield UNKNOWN
        for lock in locks(operation):
            if lock.relation not in made:
                yield str(lock)
        match operation:
            case op.CreateTable(table):
                made.add(str(table))
            case op.CreateView(view):
                made.add(str(view))
            case op.CreateIndex(name, table) if name:
                made.add(f"the table of {table.schema}.{name}")
            case op.Rename(_, name, to, None) if name in made:
                made.add(f"{name.rpartition('.')[0]}.{quote_identifier(to)}")
            case op.SetSchema(_, name, schema) if name in made:
                made.add(f"{quote_identifier(schema)}.{name.rpartition('.')[2]}")
