from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import Operation
from kitdb.sql.transactions import may_need_no_transaction, needs_no_transaction


@rule(
    "KD301",
    help="Move it into a file of its own, or begin the file with -- kitdb: no-transaction.",
    once=True,
    within=may_need_no_transaction,
)
def non_transactional_in_transaction(_operation: Operation, script: Script) -> Iterator[Problem]:
    """A statement that must run alone shares its file with others.

    A file is applied in one transaction, and Postgres refuses CONCURRENTLY, VACUUM and the like in one. A file
    with nothing but such statements runs them one by one.

    Bad:

        create table private.task (id bigint primary key, org_id bigint);
        create index concurrently task_org_id_idx on private.task (org_id);

    Good:

        set lock_timeout = '5s';
        create index concurrently task_org_id_idx on private.task (org_id);
        drop index concurrently task_old_idx;

    Good:

        -- kitdb: no-transaction
        create index concurrently task_org_id_idx on private.task (org_id);
        comment on index task_org_id_idx is 'For the list of an organisation.';
    """
    if script.file.transaction and needs_no_transaction(script.statement.text, script.statement.word):
        title = " ".join(word.upper() for word in script.statement.text.split()[:2])
        yield Problem(f"{title} … cannot run in the transaction of the other statements")
