from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import AlterPublication, CreatePublication, Operation


@rule(
    "KD602",
    help="Enable row level security on the table first, with a policy for those who may follow it.",
    on=(AlterPublication, CreatePublication),
    final=True,
    profiles=("supabase", "strict"),
)
def realtime_without_rls(operation: Operation, script: Script) -> Iterator[Problem]:
    """Changes to a table without row level security are sent to whoever listens.

    Realtime asks the policies for each subscriber. Where there are none, every new and changed row goes to everybody
    with the project's public key.

    Bad:

        create table public.task (id bigint primary key);
        alter publication supabase_realtime add table public.task;

    Good:

        create table public.task (id bigint primary key);
        alter table public.task enable row level security;
        alter publication supabase_realtime add table public.task;
    """
    match operation:
        case AlterPublication("supabase_realtime") | CreatePublication("supabase_realtime"):
            if isinstance(operation, CreatePublication) and operation.all_tables:
                yield Problem("every table is sent to whoever listens", "supabase_realtime")
        case _:
            return
    for name, made in script.final.published.items():
        table = script.final.tables.get(name)
        if made is not operation or table is None or script.may_enable_rls(table):
            continue
        if table.created is not None and not table.row_level_security:
            yield Problem(f"changes to {name} are sent to whoever listens", str(name))
