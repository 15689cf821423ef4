from __future__ import annotations

from collections.abc import Iterator

from kitdb.findings import Severity
from kitdb.lint.fixes import at_end
from kitdb.lint.policies import is_called_by_policies
from kitdb.lint.rule import Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import AlterFunction, CreateFunction, Operation


@rule(
    "KD504",
    help="Move it into a schema that the API does not show; or REVOKE EXECUTE from public, anon and authenticated.",
    severity="warning",
    on=(AlterFunction, CreateFunction),
    final=True,
)
def definer_function_callable(operation: Operation, script: Script) -> Iterator[Problem]:
    """Whoever has the project's public key can call a function that has its owner's rights.

    Every function is executable by PUBLIC from the moment it is made, and the API offers those of its schemas. With
    SECURITY DEFINER no policy holds inside, so all that stands between the caller and the rows is the body.

    It is an error where the function reads the vault and returns a text. Where policies call it, whoever they are for
    has to keep EXECUTE: it is an info then. They still find it after ALTER FUNCTION … SET SCHEMA.

    Bad:

        create function public.all_tasks() returns setof bigint language sql security definer set search_path = ''
          as 'select id from public.task';

    Good:

        create function public.all_tasks() returns setof bigint language sql security definer set search_path = ''
          as 'select id from public.task';
        revoke execute on function public.all_tasks() from public, anon, authenticated;

    Good:

        create function private.all_tasks() returns setof bigint language sql security definer set search_path = ''
          as 'select id from public.task';

    Good:

        create function public.touch() returns trigger language plpgsql security definer set search_path = ''
          as $$ begin return new; end $$;
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
        if known is None or known.definer_from is not operation or not script.is_exposed(key[0]):
            continue
        definition = known.definition
        if not definition.security_definer or (definition.returns or "").lower() in ("trigger", "event_trigger"):
            continue
        callers = script.final.privileges.callers(definition.signature)
        if callers:
            message = f"{', '.join(callers)} can call {definition.signature}, which has its owner's rights"
            severity: Severity | None = None
            if _tells_secrets(definition):
                message, severity = f"{message}, and get a secret of the vault", "error"
            elif is_called_by_policies(key[0], script):
                message, severity = f"{message}; policies call it, so do not revoke that", "info"
            fix = _revoked(definition, callers, script) if severity != "info" else None
            yield Problem(message, definition.signature, severity=severity, fix=fix)


def _revoked(function: CreateFunction, callers: tuple[str, ...], script: Script) -> Fix:
    """A REVOKE after the statement. Clients that call the function fail then."""
    kind = "procedure" if function.procedure else "function"
    revoke = f";\nrevoke execute on {kind} {function.signature} from {', '.join(callers)}"
    return Fix((at_end(script, revoke),), safe=False)


def _tells_secrets(function: CreateFunction) -> bool:
    return "vault.decrypted_secrets" in function.body.lower() and function.returns in ("text", "json", "jsonb")
