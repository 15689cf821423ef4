from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import CreateIndex, Operation


@rule(
    "KD108",
    help="Leave IF NOT EXISTS out, or drop the index concurrently first.",
    severity="warning",
    on=(CreateIndex,),
)
def concurrent_index_if_not_exists(operation: Operation, _script: Script) -> Iterator[Problem]:
    """A second try would take a broken index for a good one.

    When CREATE INDEX CONCURRENTLY fails it leaves an INVALID index behind, which costs every write and serves no
    query. IF NOT EXISTS finds it there and is content.

    Bad:

        create index concurrently if not exists task_org_id_idx on task (org_id);

    Good:

        drop index concurrently if exists task_org_id_idx;
        create index concurrently task_org_id_idx on task (org_id);
    """
    match operation:
        case CreateIndex(name, table, concurrently=True, if_not_exists=True):
            yield Problem(f"if building {name} fails, the next try passes over what it left behind", str(table))
