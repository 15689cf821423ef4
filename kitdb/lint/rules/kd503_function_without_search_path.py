from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.fixes import search_path
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import CreateFunction, Operation


@rule(
    "KD503",
    help="Add SET search_path = '' and qualify the names in its body.",
    severity="info",
    on=(CreateFunction,),
    final=True,
)
def function_without_search_path(operation: Operation, script: Script) -> Iterator[Problem]:
    """What the names in a function mean depends on who calls it.

    A trigger function, for one, runs with the search path of whoever writes the row: names that it does not qualify are
    found, or not, as that caller likes. (With SECURITY DEFINER it is worse, and another rule.)

    Bad:

        create function private.touch() returns trigger language plpgsql
          as $$ begin new.updated_at := clock(); return new; end $$;

    Good:

        create function private.touch() returns trigger language plpgsql set search_path = ''
          as $$ begin new.updated_at := private.clock(); return new; end $$;

    Good:

        create function private.touch() returns trigger language plpgsql
          as $$ begin new.updated_at := clock(); return new; end $$;
        alter function private.touch() set search_path = '';
    """
    match operation:
        case CreateFunction(function, types):
            known = script.final.functions.get((function, types))
            if known is None or known.definition.security_definer or known.definer_from is not operation:
                return
            definition = known.definition
            fixed = any(name.lower() == "search_path" for name, _ in definition.settings)
            # A standard body (BEGIN ATOMIC, RETURN) is bound to what its names mean when it is made.
            standard = operation.body[:6].lower() in ("begin ", "begin\n", "return") and definition.language == "sql"
            if not fixed and not standard and definition.language in ("sql", "plpgsql"):
                message = f"{definition.signature} has its caller's search_path"
                yield Problem(message, definition.signature, fix=search_path(script))
