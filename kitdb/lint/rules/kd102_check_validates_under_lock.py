from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.fixes import not_valid
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName, quote_identifier
from kitdb.sql.operations import AddColumn, AddConstraint, AddDomainConstraint, Check, NotNull, Operation


@rule(
    "KD102",
    help="Add it NOT VALID, then validate it in a later migration.",
    on=(AddConstraint, AddColumn, AddDomainConstraint),
)
def check_validates_under_lock(operation: Operation, script: Script) -> Iterator[Problem]:
    """A check constraint is added and validated in one step.

    Postgres tries it on every row under ACCESS EXCLUSIVE, so reads and writes wait for the scan. Add it
    NOT VALID, which takes a moment, and validate it in a later migration, which lets both through.

    Bad:

        alter table task add constraint task_title_length check (char_length(title) <= 200);

    Bad:

        alter table task add column title text check (char_length(title) <= 200);

    Bad:

        create domain handle as text;
        alter table task add column author handle;
        alter domain handle add constraint short check (char_length(value) <= 20);

    Good:

        alter table task add constraint task_title_length check (char_length(title) <= 200) not valid;

    Good:

        create table private.task (id bigint primary key, title text);
        alter table private.task add constraint task_title_length check (char_length(title) <= 200);
    """
    match operation:
        case AddConstraint(table, Check(not_valid=False, not_enforced=False) as check) if not script.is_new(table):
            yield Problem(_message(table, check), str(table), fix=not_valid(script, operation, table))
        case AddColumn(table, _, constraints) if not script.is_new(table):
            for constraint in constraints:
                if isinstance(constraint, Check) and not constraint.not_enforced:
                    yield Problem(_message(table, constraint), str(table), constraint.at)
        case AddDomainConstraint(domain, Check(not_valid=False) | NotNull()):
            yield from _of_domain(domain, script)


def _of_domain(domain: QualifiedName, script: Script) -> Iterator[Problem]:
    for table, column in script.before.columns_of_type(domain):
        if not script.is_new(table.name):
            message = f"{quote_identifier(column)} is looked at in every row of {table.name} while writes to it wait"
            yield Problem(message, str(table.name))


def _message(table: QualifiedName, check: Check) -> str:
    name = f"check {check.name}" if check.name else "the check"
    return f"{name} is tried on every row of {table} while reads and writes wait"
