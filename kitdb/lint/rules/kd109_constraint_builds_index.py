from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.lint.state import is_never_null
from kitdb.names import QualifiedName
from kitdb.sql.operations import AddColumn, AddConstraint, Constraint, Exclude, Operation, PrimaryKey, Unique


@rule(
    "KD109",
    help="Build a unique index CONCURRENTLY first, then add the constraint USING INDEX.",
    on=(AddConstraint, AddColumn),
)
def constraint_builds_index(operation: Operation, script: Script) -> Iterator[Problem]:
    """A constraint needs an index, which is built while nobody can read or write the table.

    UNIQUE and PRIMARY KEY can take over an index that was built CONCURRENTLY; EXCLUDE cannot. A primary key makes its
    columns NOT NULL as well, and looks at every row unless they are already.

    Bad:

        alter table task add constraint task_number_key unique (number);

    Bad:

        alter table task add primary key (id);

    Bad:

        alter table task add column number bigint unique;

    Good:

        alter table task add constraint task_number_key unique using index task_number_idx;

    Good:

        create table private.task (id bigint, number bigint);
        alter table private.task add unique (number);
    """
    match operation:
        case AddConstraint(table, constraint) if not script.is_new(table):
            yield from _problems(table, constraint, None, script)
        case AddColumn(table, _, constraints) if not script.is_new(table):
            for constraint in constraints:
                yield from _problems(table, constraint, constraint.at, script)


def _problems(table: QualifiedName, constraint: Constraint, at: int | None, script: Script) -> Iterator[Problem]:
    match constraint:
        case PrimaryKey(using_index=None) | Unique(using_index=None) | Exclude():
            kind = type(constraint).__name__.lower().replace("primarykey", "primary key")
            name = f"{kind} {constraint.name}" if constraint.name else f"the {kind} constraint"
            yield Problem(f"reads and writes of {table} wait until the index of {name} is built", str(table), at)
        case PrimaryKey(using_index=str(index)):
            known = script.before.indexes.get(QualifiedName(table.schema, index))
            columns = known.columns if known else ()
            if any(not is_never_null(script.before.known(table), column) for column in columns):
                yield Problem(
                    f"every row of {table} is searched for a null in ({', '.join(columns)}) "
                    "while reads and writes wait",
                    str(table),
                    at,
                )
