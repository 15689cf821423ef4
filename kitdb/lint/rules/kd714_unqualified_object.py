from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Edit, Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName, quote_identifier
from kitdb.sql.operations import CreateEnum, CreateFunction, CreateTable, CreateView, Operation
from kitdb.sql.scan import Token, tokens

_KINDS = ("table", "view", "function", "procedure", "type")
_BETWEEN = ("if", "not", "exists")


@rule(
    "KD714",
    help="Write the schema before the name.",
    severity="info",
    on=(CreateEnum, CreateFunction, CreateTable, CreateView),
    profiles=("strict",),
)
def unqualified_object(operation: Operation, script: Script) -> Iterator[Problem]:
    """An object is made without saying in which schema.

    It goes where the search_path of whoever runs the file points to: another tool, role or setting makes it elsewhere.

    Bad:

        create table task (id bigint primary key);

    Bad:

        create or replace view "Open Tasks" as select 1 as n;

    Good:

        create table private.task (id bigint primary key);

    Good:

        create temporary table task (id bigint primary key);
    """
    made = _made(operation)
    if made is None or made.schema == "pg_temp" or script.inner:
        return
    token = _bare_name(script.statement.text)
    if token is not None:
        message = f"{quote_identifier(made.name)} is made wherever search_path points to"
        fix = Fix((Edit(token.start, token.start, f"{quote_identifier(made.schema)}."),), safe=False)
        yield Problem(message, str(made), token.start, fix=fix)


def _made(operation: Operation) -> QualifiedName | None:
    match operation:
        case CreateEnum(name) | CreateFunction(name) | CreateTable(name) | CreateView(name):
            return name
        case _:
            return None


def _bare_name(text: str) -> Token | None:
    """The name after the kind of the object, if no schema is before it."""
    following = tokens(text)
    if not any(token.word in _KINDS for token in following):
        return None
    name = next((token for token in following if token.word not in _BETWEEN), None)
    after = next(following, None)
    return name if after is None or after.word != "." else None
