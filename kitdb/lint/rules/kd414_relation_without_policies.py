from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName
from kitdb.sql.operations import AttachPartition, CreateTable, CreateView, Operation


@rule(
    "KD414",
    help="Revoke it from anon and authenticated, or move it into a schema that the API does not show.",
    on=(AttachPartition, CreateTable, CreateView),
    final=True,
    severity="warning",
)
def relation_without_policies(operation: Operation, script: Script) -> Iterator[Problem]:
    """Rows can be read by a way that no policy guards.

    A materialized view or a foreign table can have no policies, so whoever may select from it sees all of it. A
    partition or child table is an end point of its own, and the policies of its parent do not hold there.

    Bad:

        create materialized view public.task_stats as select count(*) from private.task;

    Bad:

        create foreign table public.orders (id bigint) server shop;

    Bad:

        create table public.task (id bigint, day date) partition by range (day);
        alter table public.task enable row level security;
        create table public.task_2025 partition of public.task for values from ('2025-01-01') to ('2026-01-01');

    Good:

        create materialized view public.task_stats as select count(*) from private.task;
        revoke all on public.task_stats from anon, authenticated;

    Good:

        create materialized view private.task_stats as select count(*) from private.task;
    """
    match operation:
        case CreateView(view, materialized=True) if _is_reachable(view, script) and _is_made_by(
            view, operation, script
        ):
            yield Problem(f"{view} shows all of its rows to whoever may select from it", str(view))
        case CreateTable(table, server=str()) if _is_reachable(table, script):
            yield Problem(f"{table} is a foreign table: it can have no policies", str(table))
        case CreateTable(table, inherits=(parent, *_)) | CreateTable(table, partition_of=QualifiedName() as parent):
            yield from _child(table, parent, script)
        case AttachPartition(parent, table):
            yield from _child(table, parent, script)


def _child(table: QualifiedName, parent: QualifiedName, script: Script) -> Iterator[Problem]:
    known = script.final.tables.get(table)
    if known is None or known.row_level_security or parent not in known.parents or not _is_reachable(table, script):
        return
    if script.final.known(parent).row_level_security:
        yield Problem(f"{table} can be read without the policies of {parent}", str(table))


def _is_reachable(name: QualifiedName, script: Script) -> bool:
    return script.is_exposed(name) and bool(script.final.privileges.readers(name))


def _is_made_by(name: QualifiedName, operation: Operation, script: Script) -> bool:
    known = script.final.views.get(name)
    return known is not None and known.created is operation
