from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import Operation, Rename, SetSchema

# What clients and other SQL know by its name.
_KNOWN_BY_NAME = ("table", "view", "materialized view", "foreign table", "function", "procedure", "schema")


@rule(
    "KD202",
    help="Add the new name beside the old one, move the clients, and drop the old one later.",
    on=(Rename, SetSchema),
)
def breaking_rename(operation: Operation, script: Script) -> Iterator[Problem]:
    """A name that clients use changes under them.

    From the moment of the commit until every client is deployed, whoever asks for the old name gets an error.
    Bodies of functions are text, and break as well.

    Bad:

        alter table task rename to todo;

    Bad:

        alter table task rename column title to name;

    Bad:

        alter table task set schema archive;

    Good:

        alter table task rename constraint task_pkey to task_key;

    Good:

        create table private.task (id bigint primary key);
        alter table private.task rename to todo;
    """
    match operation:
        case Rename("column", name, to, part) if not _is_new(name, script):
            yield Problem(f"whoever uses column {quote_identifier(part or '')} of {name} fails once it is {to}", name)
        case Rename(kind, name, to) if kind in _KNOWN_BY_NAME and not _is_new(name, script):
            yield Problem(f"whoever uses {kind} {name} fails once it is {quote_identifier(to)}", name)
        case SetSchema(kind, name, schema) if kind in _KNOWN_BY_NAME and not _is_new(name, script):
            yield Problem(f"whoever uses {kind} {name} fails once it is in schema {quote_identifier(schema)}", name)


def _is_new(name: str, script: Script) -> bool:
    known = (*script.before.tables, *script.before.views)
    return any(script.is_new(relation) for relation in known if str(relation) == name)
