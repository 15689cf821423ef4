from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.lint.state import Table
from kitdb.names import QualifiedName
from kitdb.sql.operations import AddEnumValue, Comment, CreateFunction, Delete, Insert, Merge, Operation, Update
from kitdb.sql.scan import tokens


@rule("KD302", help="Put the statements that use the value into a later migration.")
def enum_value_used_in_same_transaction(operation: Operation, script: Script) -> Iterator[Problem]:
    """A value is added to an enum and used before the transaction has ended.

    Postgres refuses it (55P04): a new value can be used once its transaction is committed. A type made in the
    same transaction is free of this, and so is the body of a PL/pgSQL function, which is read when it runs; that of
    an SQL function is read at once.

    Bad:

        alter type task_state add value 'archived';
        update task set state = 'archived' where done;

    Bad:

        alter type task_state add value 'archived';
        create function archived() returns task_state language sql as $$ select 'archived'::task_state $$;

    Good:

        alter type task_state add value 'archived';
        create function archived() returns task_state language plpgsql
          as $$ begin return 'archived'::task_state; end $$;

    Good:

        alter type task_state add value 'archived';
        comment on type task_state is 'From new to archived.';

    Good:

        create type task_state as enum ('new');
        alter type task_state add value 'archived';
        create table private.task (state task_state default 'archived');
    """
    added = script.before.added_values.get(script.file.origin)
    if not added or not script.file.transaction or isinstance(operation, (AddEnumValue, Comment)):
        return
    for name, value in added:
        enum = script.before.enums.get(name)
        if enum is not None and enum.origin != script.file.origin and _uses(operation, name, value, script):
            yield Problem(f"the value {value!r} of {name} is used in the transaction that adds it", str(name))


def _uses(operation: Operation, enum: QualifiedName, value: str, script: Script) -> bool:
    """Whether the statement has the value, and something of the enum's type beside it."""
    literal = "'" + value.replace("'", "''") + "'"
    if literal not in script.statement.text:
        return False
    words = [*_words(script.statement.text)]
    if isinstance(operation, CreateFunction) and operation.language == "sql":
        words += _words(operation.body)
    if literal not in words:
        return False
    names = {word.lower().strip('"') for word in words}
    typed = [table for table in script.before.tables.values() if _has(table, enum)]
    if enum.name in names or any(table.name.name in names for table in typed):
        return True
    match operation:
        case Insert(table=table) | Update(table=table) | Delete(table=table) | Merge(table=table):
            return script.before.known(table).created is None
        case _:
            return False


def _words(text: str) -> Iterator[str]:
    return (text[token.start : token.end] for token in tokens(text))


def _has(table: Table, enum: QualifiedName) -> bool:
    return any(column.type in (enum.name, str(enum)) for column in table.columns.values())
