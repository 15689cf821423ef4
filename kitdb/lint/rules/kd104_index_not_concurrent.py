from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kitdb.lint.fixes import concurrently
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName
from kitdb.sql.operations import CreateIndex, Operation
from kitdb.sql.scan import tokens


@rule("KD104", help="Use CREATE INDEX CONCURRENTLY, in a file of its own.", on=(CreateIndex,))
def index_not_concurrent(operation: Operation, script: Script) -> Iterator[Problem]:
    """An index is built on a table in use.

    Writes to the table wait until the index is done. CONCURRENTLY lets them through; it cannot run in a
    transaction, so it needs a file with nothing else in it.

    Bad:

        create index task_org_id_idx on task (org_id);

    Good:

        create index concurrently task_org_id_idx on task (org_id);

    Good:

        create table private.task (id bigint primary key, org_id bigint);
        create index task_org_id_idx on private.task (org_id);
    """
    match operation:
        case CreateIndex(name, table, concurrently=False, if_not_exists=there) if not script.is_new(table):
            if there and QualifiedName(table.schema, name or "") in script.before.indexes:
                return
            message = f"writes to {table} wait until {name or 'the index'} is built"
            if not script.before.known(table).partitioned:
                yield Problem(message, str(table), fix=concurrently(script, "index"))
            elif not _is_only(script):
                # A partitioned table takes no CONCURRENTLY.
                yield Problem(f"{message} on every partition: create it ON ONLY, and attach theirs", str(table))


def _is_only(script: Script) -> bool:
    words = [token.word for token in tokens(script.statement.text)]
    return any(pair == ("on", "only") for pair in pairwise(words))
