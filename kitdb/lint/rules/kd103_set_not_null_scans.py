from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Edit, Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.lint.state import is_never_null
from kitdb.names import quote_identifier
from kitdb.sql.operations import AddConstraint, NotNull, Operation, SetNotNull
from kitdb.sql.scan import tokens


@rule(
    "KD103",
    help="Add CHECK (column IS NOT NULL) NOT VALID and validate it first; SET NOT NULL then needs no scan.",
    on=(SetNotNull, AddConstraint),
)
def set_not_null_scans(operation: Operation, script: Script) -> Iterator[Problem]:
    """A column becomes NOT NULL, and nothing proves that it has no nulls.

    Postgres looks at every row under ACCESS EXCLUSIVE, so reads and writes wait for the scan. It skips the scan
    when a validated check constraint says the same.

    Bad:

        alter table task alter column title set not null;

    Bad:

        alter table task add constraint task_title_given check (title is not null) not valid;
        alter table task alter column title set not null;

    Good:

        alter table task add constraint task_title_given check (title is not null) not valid;
        alter table task validate constraint task_title_given;
        alter table task alter column title set not null;

    Good:

        create table private.task (id bigint primary key, title text);
        alter table private.task alter column title set not null;
    """
    match operation:
        case SetNotNull(table, column) | AddConstraint(table, NotNull(column=column, not_valid=False)):
            if not script.is_new(table) and not is_never_null(script.before.known(table), column):
                yield Problem(
                    f"every row of {table} is searched for a null in {quote_identifier(column)} "
                    "while reads and writes wait",
                    str(table),
                    fix=_in_three_steps(operation, script),
                )


def _in_three_steps(operation: Operation, script: Script) -> Fix | None:
    """A check that is not valid yet; later it is validated, proves that the column has no nulls, and goes."""
    if not isinstance(operation, SetNotNull):
        return None
    table, column = operation.table, quote_identifier(operation.column)
    name = quote_identifier(f"{operation.table.name[:40]}_{operation.column[:12]}_given")
    start, end = _command(operation, script)
    check = f"add constraint {name} check ({column} is not null) not valid"
    later = (
        f"alter table {table} validate constraint {name}",
        f"alter table {table} alter column {column} set not null",
        f"alter table {table} drop constraint {name}",
    )
    return Fix((Edit(start, end, check),), later=later)


def _command(operation: Operation, script: Script) -> tuple[int, int]:
    """The span of the command in its ALTER TABLE."""
    text = script.statement.text
    commas = (token.start for token in tokens(text) if token.word == "," and token.depth == 0)
    return operation.at, next((comma for comma in commas if comma > operation.at), len(text))
