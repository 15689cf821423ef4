from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName
from kitdb.sql.operations import Cluster, CreateTable, Operation, SetAccessMethod, SetLogged, SetTablespace, Vacuum


@rule(
    "KD112",
    help="Do it in a maintenance window, or with a tool that copies the table beside its use.",
    on=(Cluster, SetAccessMethod, SetLogged, SetTablespace, Vacuum),
)
def table_rewritten(operation: Operation, script: Script) -> Iterator[Problem]:
    """A command writes a table in use anew.

    VACUUM FULL, CLUSTER, SET LOGGED, SET TABLESPACE and SET ACCESS METHOD copy every row while reads and writes wait.

    Bad:

        vacuum full task;

    Bad:

        cluster task using task_pkey;

    Bad:

        alter table task set unlogged;

    Good:

        vacuum (analyze) task;

    Good:

        create table private.task (id bigint primary key);
        alter table private.task set unlogged;
    """
    match operation:
        case SetLogged(table, logged) if _is_so(table, logged, script):
            return
        case SetAccessMethod(table, "heap") if script.before.known(table).created is not None:
            return  # Postgres brings no other, and an extension that does has no place on a hosted project
        case Vacuum(tables, full=True):
            names = [str(table) for table in tables if not script.is_new(table)] or ["every table"] * (not tables)
        case Cluster(None):
            names = ["every clustered table"]
        case Cluster(table) | SetLogged(table) | SetTablespace(table) | SetAccessMethod(table) if table is not None:
            names = [] if script.is_new(table) else [str(table)]
        case _:
            return
    for name in names:
        yield Problem(f"{name} is written anew while reads and writes wait", name)


def _is_so(table: QualifiedName, logged: bool, script: Script) -> bool:
    """Whether the table is known to be (un)logged already."""
    match script.before.known(table).created:
        case CreateTable(unlogged=unlogged):
            return logged is not unlogged
        case _:
            return False
