from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.fixes import concurrently
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import Operation, Reindex


@rule("KD107", help="Use REINDEX … CONCURRENTLY, in a file of its own.", on=(Reindex,))
def reindex_not_concurrent(operation: Operation, script: Script) -> Iterator[Problem]:
    """An index of a table in use is built anew under a lock.

    Writes to the table wait until it is done, and so do reads that would use the index.

    Bad:

        reindex index task_org_id_idx;

    Bad:

        reindex table task;

    Good:

        reindex table concurrently task;

    Good:

        create table private.task (id bigint primary key);
        reindex table private.task;
    """
    match operation:
        case Reindex(kind, name, concurrently=False) if name is None or not _is_new(name, kind, script):
            what = f"{kind} {name}" if name else f"every index of the {kind}"
            yield Problem(
                f"writes wait until {what} is built anew", str(name) if name else None, fix=concurrently(script, kind)
            )


def _is_new(name: object, kind: str, script: Script) -> bool:
    if kind == "table":
        return any(table == name and script.is_new(table) for table in script.before.tables)
    return any(key == name and script.is_new(index.table) for key, index in script.before.indexes.items())
