from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import Delete, Operation, Update, ValidateConstraint


@rule(
    "KD117",
    help="Put the statement into a later migration, so that the lock is gone when it runs.",
    severity="warning",
    on=(Delete, Update, ValidateConstraint),
)
def work_under_exclusive_lock(operation: Operation, script: Script) -> Iterator[Problem]:
    """Work that takes time is done while the transaction keeps everybody from a table.

    A lock is held until the commit. An ALTER TABLE takes a moment, but what follows it in the same file makes that as
    long as itself. An index that is built keeps writers out by itself (index-not-concurrent).

    Bad:

        alter table task add column done boolean;
        update task set done = false where closed_at is null;

    Good:

        update task set done = false where closed_at is null;
        alter table task add column note text;

    Good:

        create table private.task (id bigint primary key, done boolean);
        alter table private.task alter column done set default false;
        update private.task set done = false where id > 1;
    """
    held = script.transaction.exclusive
    table = getattr(operation, "table", None)
    if not held or "work" in script.transaction.said or table is None or script.is_new(table):
        return
    script.transaction.said.add("work")
    name = next(iter(held))
    others = f" and {len(held) - 1} more" if len(held) > 1 else ""
    yield Problem(f"reads and writes of {name}{others} wait until this is done and the file committed", str(name))
