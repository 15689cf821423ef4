from __future__ import annotations

import re
from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName
from kitdb.sql.operations import Operation, Select

_CREATES = re.compile(r"\bpgmq\.create(?:_unlogged|_partitioned)?\s*\(\s*(?:queue_name\s*(?:=>|:=)\s*)?'([^']+)'")


def _may_have_one(text: str) -> bool:
    return "pgmq.create" in text


@rule(
    "KD608",
    help="Add ALTER TABLE pgmq.q_… ENABLE ROW LEVEL SECURITY, and policies for who may send and read.",
    on=(Select,),
    within=_may_have_one,
    profiles=("supabase", "strict"),
)
def queue_without_rls(_operation: Operation, script: Script) -> Iterator[Problem]:
    """A queue is in reach of clients, and its table has no row level security.

    Where the API exposes pgmq_public, clients send and read messages with rights on the queue's table: without row
    level security everybody who has them reads all messages. Nothing is said where neither pgmq nor pgmq_public is
    exposed.
    """
    if not {"pgmq", "pgmq_public"} & set(script.exposed_schemas):
        return
    for found in _CREATES.finditer(script.statement.text):
        table = QualifiedName("pgmq", f"q_{found[1].lower()}")
        if not script.final.known(table).row_level_security:
            at = 0 if script.inner else found.start()
            message = f"clients reach the queue {found[1]}, and {table} is without row level security"
            yield Problem(message, str(table), at)
