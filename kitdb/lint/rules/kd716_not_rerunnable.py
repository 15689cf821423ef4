from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import (
    AddColumn,
    AddEnumValue,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropPolicy,
    DropTable,
    Operation,
)


@rule(
    "KD716",
    help="Say IF NOT EXISTS or IF EXISTS, or give it a file of its own.",
    severity="info",
    on=(AddColumn, AddEnumValue, CreateTable, DropColumn, DropConstraint, DropIndex, DropPolicy, DropTable),
    profiles=("strict",),
)
def not_rerunnable(operation: Operation, script: Script) -> Iterator[Problem]:
    """A file that runs without a transaction cannot be run again after it has stopped half-way.

    What came before the statement that failed is there already, and fails in the next run. `kitdb migrate` goes on
    where it stopped; this is for files that something else applies. The last statement of a file needs nothing.

    Bad:

        -- kitdb: no-transaction
        alter table private.task add column note text;
        create index concurrently task_note_idx on private.task (note);

    Good:

        -- kitdb: no-transaction
        alter table private.task add column if not exists note text;
        create index concurrently task_note_idx on private.task (note);

    Good:

        alter table private.task add column note text;
        alter table private.task drop column old;
    """
    if script.file.transaction or script.inner or script.statement.start >= script.file.parts[-1].statement.start:
        return
    made = getattr(operation, "if_not_exists", None)
    dropped = getattr(operation, "if_exists", None)
    if made is False or dropped is False:
        done = "is there" if made is False else "is gone"
        yield Problem(f"if a later statement fails, this one fails in the next run: what it names {done} then")
