from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kitdb.lint.columns import written_columns
from kitdb.lint.rule import Edit, Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import AddColumn, CreateTable, Operation
from kitdb.sql.scan import tokens


@rule("KD702", help="Use timestamptz.", severity="warning", on=(AddColumn, CreateTable), final=True)
def timestamp_without_time_zone(operation: Operation, script: Script) -> Iterator[Problem]:
    """A column holds times that no two readers need to agree on.

    timestamp keeps no time zone: now() is stored as the wall clock of whoever wrote it, and read as that of whoever
    reads. timestamptz is a point in time, at the same eight bytes.

    Bad:

        create table private.task (id bigint primary key, created_at timestamp default now());

    Good:

        create table private.task (id bigint primary key, created_at timestamptz default now());
    """
    for table, column in written_columns(operation, script):
        if column.type.startswith("timestamp") and column.type.endswith("without time zone"):
            fix = _with_zone(column.name, script)
            yield Problem(f"{quote_identifier(column.name)} of {table} keeps no time zone", str(table), fix=fix)


def _with_zone(column: str, script: Script) -> Fix | None:
    """timestamptz in its place. Times that are there are then taken for those of the session's time zone."""
    found = list(tokens(script.statement.text))
    for index, (name, kind) in enumerate(pairwise(found)):
        if (
            kind.word == "timestamp"
            and script.statement.text[name.start : name.end].strip('"').lower() == column.lower()
        ):
            words = [token.word for token in found[index + 2 : index + 8]]
            modifiers = 3 if words[:1] == ["("] else 0
            edits = [Edit(kind.start, kind.end, "timestamptz")]
            if words[modifiers : modifiers + 3] == ["without", "time", "zone"]:
                last = found[index + modifiers + 1].end
                edits.append(Edit(last, found[index + modifiers + 4].end, ""))
            return Fix(tuple(edits), safe=False)
    return None
