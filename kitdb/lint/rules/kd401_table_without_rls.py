from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Edit, Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.lint.state import Table
from kitdb.names import QualifiedName
from kitdb.sql.operations import CreateTable, Operation


@rule(
    "KD401",
    help="Add ALTER TABLE … ENABLE ROW LEVEL SECURITY, and policies for who may do what.",
    on=(CreateTable,),
    final=True,
)
def table_without_rls(operation: Operation, script: Script) -> Iterator[Problem]:
    """A table that the API exposes has no row level security.

    Whoever holds the project's public key and a privilege on the table reads and writes all of its rows. What
    counts is how things are after the last file. Where a DO block enables row level security, nothing can be said
    without running it. A partition or child table is an end point of its own: the policies of its parent do not hold
    there.

    Bad:

        create table public.task (id bigint primary key, day date) partition by range (day);
        alter table public.task enable row level security;
        create table public.task_2025 partition of public.task for values from ('2025-01-01') to ('2026-01-01');

    Bad:

        create table public.task (id bigint primary key);

    Bad:

        create table public.task (id bigint primary key);
        alter table public.task enable row level security;
        alter table public.task disable row level security;

    Good:

        create table public.task (id bigint primary key);
        alter table public.task enable row level security;

    Good:

        create table private.task (id bigint primary key);
    """
    match operation:
        case CreateTable(table, server=None) if script.is_exposed(table):
            known = _made_by(operation, script)
            if known is None or known.row_level_security or not script.is_exposed(known.name):
                return
            if not script.may_enable_rls(known) and script.final.privileges.readers(known.name):
                message = f"{known.name} is exposed, and without row level security all of its rows are"
                yield Problem(message + _besides(known, script), str(known.name), fix=_enable(script, table))


def _made_by(operation: Operation, script: Script) -> Table | None:
    """The final table that this statement created, whatever it is called by now."""
    return script.final.lookup.table_from.get(id(operation))


def _besides(table: Table, script: Script) -> str:
    secured = [parent for parent in table.parents if script.final.known(parent).row_level_security]
    return f": the policies of {secured[0]} do not hold there" if secured else ""


def _enable(script: Script, table: QualifiedName) -> Fix:
    """Row level security after the statement. Until there are policies, nobody reads the table any more."""
    end = len(script.statement.text)
    return Fix((Edit(end, end, f";\nalter table {table} enable row level security"),), safe=False)
