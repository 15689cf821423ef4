from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import CreateTable, Operation


@rule("KD701", help="Give it a primary key.", severity="warning", on=(CreateTable,), final=True)
def no_primary_key(operation: Operation, script: Script) -> Iterator[Problem]:
    """A table has no primary key.

    Nothing tells two equal rows apart, the API cannot address one, and replication (Realtime too) refuses updates and
    deletes.

    Bad:

        create table private.task (title text);

    Good:

        create table private.task (id bigint primary key, title text);

    Good:

        create table private.task (id bigint, title text);
        alter table private.task add primary key (id);
    """
    match operation:
        case CreateTable(temporary=False, partition_of=None, inherits=(), like=(), query=None, server=None):
            table = script.final.lookup.table_from.get(id(operation))
            # A partition has that of its parent.
            if table is not None and not table.parents and not table.primary_key():
                yield Problem(f"{table.name} has no primary key", str(table.name))
