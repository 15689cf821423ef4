from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName
from kitdb.sql.operations import AddColumn, AddConstraint, Constraint, CreateTable, ForeignKey, Operation

_USERS = QualifiedName("auth", "users")


@rule(
    "KD603",
    help="Refer to auth.users (id) with ON DELETE CASCADE or SET NULL.",
    severity="warning",
    on=(AddColumn, AddConstraint, CreateTable),
    final=True,
    profiles=("supabase", "strict"),
)
def auth_reference(operation: Operation, script: Script) -> Iterator[Problem]:
    """A foreign key to the platform's tables stands in its way.

    Without ON DELETE a user who has a row here cannot be deleted any more, by nobody. Of the other tables and columns
    of the auth schema nothing is promised: an update of the platform may change or drop them.

    Bad:

        create table private.profile (id uuid primary key references auth.users);

    Bad:

        alter table private.profile add constraint by_mail foreign key (email) references auth.users (email)
          on delete cascade;

    Good:

        create table private.profile (id uuid primary key references auth.users on delete cascade);

    Good:

        create table private.entry (user_id uuid references auth.users (id) on delete restrict);
    """
    match operation:
        case CreateTable(constraints=constraints) | AddColumn(constraints=constraints):
            pass
        case AddConstraint(constraint=constraint):
            constraints = (constraint,)
        case _:
            return
    for constraint in constraints:
        table = script.final.lookup.table_with.get(id(constraint))
        problem = _problem(table.name, constraint) if table else None
        if table and problem:
            yield Problem(problem, str(table.name), constraint.at or None)


def _problem(table: QualifiedName, constraint: Constraint) -> str | None:
    match constraint:
        case ForeignKey(references=QualifiedName("auth") as references, references_columns=columns, on_delete=action):
            if references != _USERS or columns not in ((), ("id",)):
                shown = f"{references} ({', '.join(columns)})" if columns else str(references)
                return f"{table} refers to {shown}, which may change with the platform"
            if action == "no action":
                return f"a user with a row in {table} cannot be deleted"
    return None
