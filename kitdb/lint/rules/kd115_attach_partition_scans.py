from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName
from kitdb.sql.operations import AttachPartition, CreateTable, Operation


@rule(
    "KD115",
    help="Add a CHECK that says what the bounds say, NOT VALID, and validate it before the partition is attached.",
    on=(AttachPartition, CreateTable),
)
def attach_partition_scans(operation: Operation, script: Script) -> Iterator[Problem]:
    """A table with rows becomes a partition, and nothing proves that they belong there.

    Postgres reads every row of it under ACCESS EXCLUSIVE, unless a validated check constraint implies the bounds. The
    default partition, if there is one, is read as well, also where the new partition is made empty.

    Bad:

        alter table task attach partition task_2024 for values from ('2024-01-01') to ('2025-01-01');

    Good:

        alter table task_2024 add constraint bounds
          check (day is not null and day >= '2024-01-01' and day < '2025-01-01') not valid;
        alter table task_2024 validate constraint bounds;
        alter table task attach partition task_2024 for values from ('2024-01-01') to ('2025-01-01');

    Good:

        create table private.task_2025 (day date);
        alter table private.task attach partition private.task_2025 for values from ('2025-01-01') to ('2026-01-01');
    """
    match operation:
        case CreateTable(partition_of=QualifiedName() as table, default_partition=False):
            other = script.before.default_partition(table)
            if other is not None and not script.is_new(other):
                yield Problem(
                    f"every row of {other} is read to see whether it belongs into {operation.table}, while its reads "
                    "and writes wait",
                    str(other),
                )
        case AttachPartition(table, partition) if not script.is_new(partition):
            checks = script.before.known(partition).checks.values()
            if not any(not check.not_valid for check in checks):
                yield Problem(
                    f"every row of {partition} is read to see whether it belongs into {table}, while its reads and "
                    "writes wait",
                    str(partition),
                )
