from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import BrokenBody, Script
from kitdb.sql.operations import Operation


@rule("KD009", help="Correct the body of the function.", on=(BrokenBody,))
def broken_function_body(operation: Operation, _script: Script) -> Iterator[Problem]:
    """The body of a function or DO block is no PL/pgSQL.

    Postgres's own parser says so. A server refuses it when the function is made, unless check_function_bodies is off:
    then when it first runs.

    Bad:

        create function private.f() returns void language plpgsql as $$ begin retrn; end $$;

    Good:

        create function private.f() returns void language plpgsql as $$ begin return; end $$;
    """
    match operation:
        case BrokenBody(message):
            yield Problem(message)
