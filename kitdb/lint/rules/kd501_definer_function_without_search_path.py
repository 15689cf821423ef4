from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.fixes import search_path
from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import AlterFunction, CreateFunction, Operation


@rule(
    "KD501",
    help="Add SET search_path = '' and qualify the names in its body.",
    on=(CreateFunction, AlterFunction),
    final=True,
)
def definer_function_without_search_path(operation: Operation, script: Script) -> Iterator[Problem]:
    """A function runs with its owner's rights and its caller's search path.

    The caller decides what the unqualified names in it mean, and can have it run their own functions or read their
    own tables with the rights of the owner.

    Bad:

        create function is_admin() returns boolean language sql security definer as 'select true';

    Bad:

        create function is_admin() returns boolean language sql as 'select true';
        alter function is_admin() security definer;

    Good:

        create function is_admin() returns boolean language sql security definer set search_path = ''
          as 'select true';

    Good:

        create function is_admin() returns boolean language sql security definer as 'select true';
        alter function is_admin() set search_path = '';
    """
    match operation:
        case CreateFunction(function, types):
            keys = [(function, types)]
        case AlterFunction(function, given, security_definer=True):
            keys = [key for key in script.final.functions if key[0] == function and given in (None, key[1])]
        case _:
            return
    for key in keys:
        known = script.final.functions.get(key)
        if known is None or not known.definition.security_definer or known.definer_from is not operation:
            continue
        if all(name.lower() != "search_path" for name, _ in known.definition.settings):
            kind = "procedure" if known.definition.procedure else "function"
            signature = known.definition.signature
            yield Problem(
                f"{kind} {signature} has its owner's rights and its caller's search_path",
                signature,
                fix=search_path(script),
            )
