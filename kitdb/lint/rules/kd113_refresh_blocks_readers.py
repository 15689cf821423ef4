from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.fixes import concurrently
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import Operation, RefreshMaterializedView


@rule(
    "KD113",
    help="Use REFRESH MATERIALIZED VIEW CONCURRENTLY; the view needs a unique index.",
    severity="warning",
    on=(RefreshMaterializedView,),
)
def refresh_blocks_readers(operation: Operation, script: Script) -> Iterator[Problem]:
    """A materialized view cannot be read while it is refreshed.

    With a unique index on plain columns CONCURRENTLY lets readers go on with what was there.

    Bad:

        refresh materialized view task_stats;

    Good:

        refresh materialized view concurrently task_stats;

    Good:

        create materialized view private.task_stats as select 1 as n with no data;
        refresh materialized view private.task_stats;
    """
    match operation:
        case RefreshMaterializedView(view, concurrently=False) if not script.is_new(view):
            unique = any(index.table == view and index.unique for index in script.before.indexes.values())
            fix = concurrently(script, "view", transactional=True) if unique else None
            yield Problem(f"reads of {view} wait until it is refreshed", str(view), fix=fix)
