from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.lint.state import Opaque
from kitdb.sql.operations import Operation


@rule("KD304", help="Run lint with --trace, or write the statements out.", severity="info", on=(Opaque,))
def opaque_statement(operation: Operation, _script: Script) -> Iterator[Problem]:
    """Code that runs with the migration puts its SQL together as it goes.

    What it does cannot be seen without running it, so nothing is known about its locks, its losses and what it opens.
    With --trace it is run, and what it does is seen.

    Bad:

        do $$
        declare name text;
        begin
          for name in select tablename from pg_tables where schemaname = 'private' loop
            execute format('drop table private.%I', name);
          end loop;
        end $$;

    Good:

        do $$
        begin
          if not exists (select from pg_roles where rolname = 'reporter') then
            create role reporter;
          end if;
        end $$;
    """
    match operation:
        case Opaque(text):
            shown = " ".join(text.split())
            yield Problem(f"what this runs is not checked: {shown[:60]}{'…' if len(shown) > 60 else ''}")
