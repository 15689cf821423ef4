from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import Delete, Operation, Update


@rule(
    "KD119",
    help="Say which rows, or do it in batches outside of the migration.",
    severity="warning",
    on=(Delete, Update),
)
def every_row_written(operation: Operation, script: Script) -> Iterator[Problem]:
    """An UPDATE or DELETE has no WHERE.

    It may be a slip. If it is meant, it holds a lock on every row until the commit and leaves every old version behind;
    batches with a commit after each do neither.

    Bad:

        update task set done = false;

    Bad:

        delete from task;

    Good:

        delete from task where created_at < now() - interval '1 year';

    Good:

        create table private.task (id bigint primary key, done boolean);
        insert into private.task (id) values (1);
        update private.task set done = false;
    """
    match operation:
        case Update(table, where=False) | Delete(table, where=False) if not script.is_new(table):
            verb = "changed" if isinstance(operation, Update) else "deleted"
            yield Problem(f"every row of {table} is {verb} in one go", str(table))
