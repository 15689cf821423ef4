from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.lint.state import Index
from kitdb.sql.operations import AddConstraint, CreateIndex, CreateTable, Operation


@rule(
    "KD704", help="Drop one of the two.", severity="warning", on=(AddConstraint, CreateIndex, CreateTable), final=True
)
def duplicate_index(operation: Operation, script: Script) -> Iterator[Problem]:
    """An index can do nothing that another does not do.

    It is kept up by every write all the same. That is so where two have the same columns, and where one is the
    beginning of the other and neither unique nor partial.

    Bad:

        create table private.task (id bigint primary key, org_id bigint, number int);
        create index a on private.task (org_id);
        create index b on private.task (org_id, number);

    Bad:

        create table private.task (id bigint primary key);
        create index task_id_idx on private.task (id);

    Good:

        create table private.task (id bigint primary key, org_id bigint, number int);
        create index a on private.task (org_id) where number is null;
        create index b on private.task (org_id, number);

    Good:

        create table private.task (id bigint primary key, org_id bigint, number int);
        create unique index a on private.task (org_id);
        create index b on private.task (number, org_id);
    """
    for index in script.final.lookup.indexes_from.get(id(operation), ()):
        others = script.final.lookup.indexes[index.table]
        for other in others:
            if other is index:
                continue
            pair = (
                (index, other) if _is_covered(index, other) else (other, index) if _is_covered(other, index) else None
            )
            if pair and others.index(index) > others.index(other):
                less, more = pair
                yield Problem(f"index {less.name} does nothing that {more.name} does not do", str(index.table))
                break


def _is_covered(index: Index, other: Index) -> bool:
    if index.method != other.method or index.where != other.where or index.constraint:
        return False
    if index.method != "btree":
        return index.columns == other.columns and index.include == other.include
    if index.unique and not (other.unique and index.columns == other.columns):
        return False
    covered = other.columns[: len(index.columns)] == index.columns
    return covered and set(index.include) <= {*other.include, *other.columns}
