from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.fixes import at_end
from kitdb.lint.rule import Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName, quote_identifier
from kitdb.sql.operations import AddColumn, AddConstraint, Constraint, CreateTable, ForeignKey, Operation


@rule(
    "KD703",
    help="Create an index that begins with its columns.",
    severity="warning",
    on=(AddColumn, AddConstraint, CreateTable),
    final=True,
)
def foreign_key_without_index(operation: Operation, script: Script) -> Iterator[Problem]:
    """A foreign key has no index on its own side.

    Each time a row of the other table is deleted or gets another key, the whole table is read to see whether something
    refers to it, and joins have nothing to go by.

    Bad:

        create table private.org (id bigint primary key);
        create table private.task (id bigint primary key, org_id bigint references private.org);

    Good:

        create table private.org (id bigint primary key);
        create table private.task (id bigint primary key, org_id bigint references private.org);
        create index task_org_id_idx on private.task (org_id);

    Good:

        create table private.org (id bigint primary key);
        create table private.task (org_id bigint references private.org, number int, primary key (org_id, number));
    """
    match operation:
        case CreateTable(name, constraints=constraints, temporary=False) | AddColumn(name, constraints=constraints):
            pass
        case AddConstraint(name, constraint):
            constraints = (constraint,)
        case _:
            return
    for constraint in constraints:
        if isinstance(constraint, ForeignKey):
            yield from _problem(constraint, name, script)


def _problem(key: Constraint, named_here: QualifiedName, script: Script) -> Iterator[Problem]:
    table = script.final.lookup.table_with.get(id(key))
    if table is None or table.created is None or not isinstance(key, ForeignKey):
        return
    # Its columns may have other names by now.
    named = next((made.constraint for made in table.constraints.values() if made.written is key), key)
    if not script.has_index(table.name, getattr(named, "columns", key.columns)):
        columns = ", ".join(key.columns)
        yield Problem(
            f"the foreign key ({columns}) of {table.name} to {key.references} has no index",
            str(table.name),
            key.at or None,
            fix=_indexed(named_here, key, script) if table.origin == script.file.origin else None,
        )


def _indexed(table: QualifiedName, key: ForeignKey, script: Script) -> Fix:
    """The index after the statement, while the table is empty."""
    columns = ", ".join(map(quote_identifier, key.columns))
    return Fix((at_end(script, f";\ncreate index on {table} ({columns})"),))
