from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Edit, Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.lint.transaction import blocking
from kitdb.sql.operations import Operation


@rule(
    "KD116",
    help="Begin the file with SET lock_timeout = '5s'.",
    severity="warning",
    profiles=("postgres", "strict"),
)
def missing_lock_timeout(operation: Operation, script: Script) -> Iterator[Problem]:
    """A statement may wait for its lock without limit, and everybody else behind it.

    A long query on the table is enough: the statement queues behind it, and every later query on the table queues
    behind the statement. With a lock_timeout it gives up, and can be tried again. `kitdb migrate` sets one of its own
    and tries again by itself; this is for files that something else applies.

    Bad:

        alter table task add column note text;

    Good:

        set lock_timeout = '5s';
        alter table task add column note text;

    Good:

        create table private.task (id bigint primary key);
        alter table private.task add column note text;
    """
    table = blocking(operation)
    if table is None or script.is_new(table) or script.transaction.lock_timeout or "timeout" in script.transaction.said:
        return
    script.transaction.said.add("timeout")
    fix = Fix((Edit(0, 0, "set lock_timeout = '5s';\n"),))
    yield Problem(f"the lock on {table} is waited for without limit", str(table), fix=fix)
