from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName
from kitdb.sql.operations import CreateTable, CreateView, Operation


@rule(
    "KD414",
    help="Revoke it from anon and authenticated, or move it into a schema that the API does not show.",
    on=(CreateTable, CreateView),
    final=True,
    severity="warning",
)
def relation_without_policies(operation: Operation, script: Script) -> Iterator[Problem]:
    """Rows can be read by a way that no policy guards.

    A materialized view or a foreign table can have no policies, so whoever may select from it sees all of it.

    Bad:

        create materialized view public.task_stats as select count(*) from private.task;

    Bad:

        create foreign table public.orders (id bigint) server shop;

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


def _is_reachable(name: QualifiedName, script: Script) -> bool:
    return script.is_exposed(name) and bool(script.final.privileges.readers(name))


def _is_made_by(name: QualifiedName, operation: Operation, script: Script) -> bool:
    known = script.final.views.get(name)
    return known is not None and known.created is operation
