from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.fixes import at_end
from kitdb.lint.rule import Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import DetachPartition, Operation


@rule(
    "KD114",
    help="Use DETACH PARTITION … CONCURRENTLY, in a file of its own.",
    severity="warning",
    on=(DetachPartition,),
)
def detach_partition_blocks(operation: Operation, script: Script) -> Iterator[Problem]:
    """A partition is detached from a table in use.

    DETACH takes ACCESS EXCLUSIVE on the whole partitioned table: it waits for every query there, and all that come
    later wait behind it. CONCURRENTLY lets them through; it cannot run in a transaction, and not where there is a
    default partition.

    Bad:

        alter table task detach partition task_2024;

    Good:

        alter table task detach partition task_2024 concurrently;

    Good:

        create table private.task (id bigint) partition by range (id);
        create table private.task_1 partition of private.task for values from (1) to (2);
        alter table private.task detach partition private.task_1;
    """
    match operation:
        case DetachPartition(table, partition, concurrently=False) if not script.is_new(table):
            message = f"reads and writes of {table} wait while {partition} is detached"
            if default := script.before.default_partition(table):
                yield Problem(f"{message}: CONCURRENTLY is refused as long as {default} is its default", str(table))
            else:
                yield Problem(message, str(table), fix=Fix((at_end(script, " concurrently"),), alone=True))
