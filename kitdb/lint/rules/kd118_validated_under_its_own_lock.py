from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import Operation, ValidateConstraint


@rule("KD118", help="Validate the constraint in a later migration.", on=(ValidateConstraint,))
def validated_under_its_own_lock(operation: Operation, script: Script) -> Iterator[Problem]:
    """A constraint is added NOT VALID and validated in the same transaction.

    VALIDATE lets reads and writes through, but the lock of the statement that added the constraint is still held. The
    two together are as bad as one.

    Bad:

        alter table task add constraint task_title_given check (title is not null) not valid;
        alter table task validate constraint task_title_given;

    Good:

        alter table task validate constraint task_title_given;
    """
    match operation:
        case ValidateConstraint(table, name) if (table, name) in script.transaction.unproved:
            if not script.is_new(table):
                yield Problem(
                    f"{quote_identifier(name)} is validated while the lock of adding it to {table} is held", str(table)
                )
