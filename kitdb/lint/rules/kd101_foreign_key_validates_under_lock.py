from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.fixes import not_valid
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName
from kitdb.sql.operations import AddColumn, AddConstraint, ForeignKey, Operation


@rule("KD101", help="Add it NOT VALID, then validate it in a later migration.", on=(AddConstraint, AddColumn))
def foreign_key_validates_under_lock(operation: Operation, script: Script) -> Iterator[Problem]:
    """A foreign key is added and validated in one step.

    Postgres looks up every row under SHARE ROW EXCLUSIVE, so writes to both tables wait for the scan. Add it
    NOT VALID, which takes a moment, and validate it in a later migration, which lets writes through.

    Bad:

        alter table task add constraint task_org_fk foreign key (org_id) references org;

    Bad:

        alter table task add column org_id bigint default 1 references org;

    Good:

        alter table task add constraint task_org_fk foreign key (org_id) references org not valid;

    Good:

        alter table task add column org_id bigint references org;

    Good:

        create table private.task (id bigint primary key, org_id bigint);
        alter table private.task add constraint task_org_fk foreign key (org_id) references org;
    """
    match operation:
        case AddConstraint(table, ForeignKey(not_valid=False, not_enforced=False) as key) if not script.is_new(table):
            yield Problem(_message(table, key), str(table), fix=not_valid(script, operation, table))
        # A column that begins as null has nothing to look up.
        case AddColumn(table, column, constraints) if column.default is not None and not script.is_new(table):
            for constraint in constraints:
                if isinstance(constraint, ForeignKey) and not constraint.not_enforced:
                    yield Problem(_message(table, constraint), str(table), constraint.at)


def _message(table: QualifiedName, key: ForeignKey) -> str:
    name = f"foreign key {key.name}" if key.name else f"the foreign key ({', '.join(key.columns)})"
    return f"{name} is looked up for every row of {table} while writes to it and to {key.references} wait"
