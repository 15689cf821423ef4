from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.fixes import concurrently
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import DropIndex, Operation


@rule("KD106", help="Use DROP INDEX CONCURRENTLY, in a file of its own.", severity="warning", on=(DropIndex,))
def drop_index_not_concurrent(operation: Operation, script: Script) -> Iterator[Problem]:
    """An index of a table in use is dropped.

    DROP INDEX takes ACCESS EXCLUSIVE on the table: it waits for every query that is running there, and all that come
    later wait behind it. CONCURRENTLY waits without being in the way; it cannot run in a transaction.

    Bad:

        drop index task_org_id_idx;

    Good:

        drop index concurrently task_org_id_idx;

    Good:

        create table private.task (id bigint primary key, org_id bigint);
        create index task_org_id_idx on private.task (org_id);
        drop index private.task_org_id_idx;
    """
    match operation:
        case DropIndex(index, concurrently=False):
            known = script.before.indexes.get(index)
            if known is None or not script.is_new(known.table):
                table = str(known.table) if known else None
                yield Problem(
                    f"reads and writes of {table or 'its table'} wait while {index} goes",
                    table or str(index),
                    fix=concurrently(script, "index"),
                )
