from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script, UnusedIndex
from kitdb.lint.state import column_of
from kitdb.names import QualifiedName
from kitdb.sql.operations import ForeignKey, Operation


@rule(
    "KD717",
    help="Drop it, if the statistics are old enough to tell, on replicas too.",
    severity="info",
    on=(UnusedIndex,),
    final=True,
    profiles=("strict",),
)
def unused_index(operation: Operation, script: Script) -> Iterator[Problem]:
    """An index has never served a query.

    Every write keeps it up all the same. Counted is from when the server's statistics began, on this server alone.
    Indexes of keys and of foreign keys have another use, and small ones cost little: they are left out. Only --live
    says this.
    """
    match operation:
        case UnusedIndex(index, table, megabytes) if not _serves_foreign_key(index, table, script):
            yield Problem(f"index {index} of {table} takes {megabytes} MB and has served no query", str(table))


def _serves_foreign_key(index: QualifiedName, table: QualifiedName, script: Script) -> bool:
    made = script.final.indexes.get(index)
    first = column_of(made.columns[0]) if made and made.columns else None
    keys = (part.constraint for part in script.final.known(table).constraints.values())
    return any(isinstance(key, ForeignKey) and first in key.columns for key in keys)
