from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import CreateTrigger, DisableTrigger, DropTrigger, Operation


@rule(
    "KD120",
    help="Set a lock_timeout, and do it while the table is little used.",
    severity="info",
    on=(CreateTrigger, DisableTrigger, DropTrigger),
    profiles=("strict",),
)
def trigger_takes_lock(operation: Operation, script: Script) -> Iterator[Problem]:
    """A trigger of a table in use is made, dropped or disabled.

    CREATE TRIGGER and DISABLE TRIGGER keep writers out, DROP TRIGGER readers too: for a moment, once the lock is there,
    but behind a long query the wait for it is as long as that. While a trigger is disabled, what it sees to is not
    done for anybody.

    Bad:

        create trigger touch before update on task for each row execute function touch();

    Bad:

        alter table task disable trigger all;

    Good:

        create table private.task (id bigint primary key);
        create trigger touch before update on private.task for each row execute function touch();
    """
    match operation:
        case CreateTrigger(table=table) | DropTrigger(table=table) if not script.is_new(table):
            readers = "reads and writes" if isinstance(operation, DropTrigger) else "writes"
            yield Problem(f"{readers} of {table} wait for the lock of its trigger", str(table))
        case DisableTrigger(table, name) if not script.is_new(table):
            yield Problem(f"trigger {name} of {table} does nothing for anybody until it is enabled", str(table))
