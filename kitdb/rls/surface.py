"""What lies beside the rows: functions that clients call, privileges that policies do not govern, public buckets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from psycopg import sql

from kitdb.catalog.model import Argument, Catalog, Routine
from kitdb.database import Connection
from kitdb.findings import Finding
from kitdb.names import QualifiedName, quote_identifier
from kitdb.rls import run
from kitdb.rls.access import Access, FunctionAccess, signature_of, subject_of
from kitdb.rls.actors import BUILT_IN, Actor, Principal
from kitdb.rls.as_written import role_findings
from kitdb.rls.kinds import BROKEN_FUNCTION, BUCKET, DENIED, EXCESS, LEAK
from kitdb.rls.matrix import Cell, Event, Expectation, NotCovered, Verdict
from kitdb.rls.meanings import ABOUT_USER
from kitdb.rls.rows import Data
from kitdb.rls.run import Attempt, Observation, Outcome, Runner, transcript
from kitdb.rls.statements import Statement, identifier, statement
from kitdb.rls.values import Maker, makers
from kitdb.rls.verdicts import Draft, finding, folded

_NOT_CALLABLE = ("trigger", "event_trigger", "internal", "language_handler", "fdw_handler", "index_am_handler")

_NUMBERS = (7, 12, 1)  # of arguments that are made up: what fails with one may not with another

# Policies say nothing about these; an API role needs none of them.
_UNGOVERNED = ("TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")

_TABLE_PRIVILEGES = """
select n.nspname, c.relname, r.rolname, p.privilege
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join pg_catalog.unnest(%(roles)s::text[]) as r(rolname)
cross join pg_catalog.unnest(%(privileges)s::text[]) as p(privilege)
where n.nspname = any(%(schemas)s) and c.relkind in ('r', 'p')
  and pg_catalog.has_schema_privilege(r.rolname::name, n.oid, 'USAGE')
  and pg_catalog.has_table_privilege(r.rolname::name, c.oid, p.privilege)
order by 1, 2, 3, 4
"""

_SEQUENCE_PRIVILEGES = """
select n.nspname, c.relname, r.rolname, p.privilege
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join pg_catalog.unnest(%(roles)s::text[]) as r(rolname)
cross join pg_catalog.unnest(array['UPDATE', 'USAGE', 'SELECT']) as p(privilege)
where n.nspname = any(%(schemas)s) and c.relkind = 'S'
  and pg_catalog.has_schema_privilege(r.rolname::name, n.oid, 'USAGE')
  and pg_catalog.has_sequence_privilege(r.rolname::name, c.oid, p.privilege)
order by 1, 2, 3, 4
"""

_EXECUTE = """
select p.oid::pg_catalog.regprocedure::text, r.rolname
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
cross join pg_catalog.unnest(%(roles)s::text[]) as r(rolname)
where pg_catalog.has_function_privilege(r.rolname::name, p.oid, 'EXECUTE')
  and pg_catalog.has_schema_privilege(r.rolname::name, n.oid, 'USAGE')
  and n.nspname = any(%(schemas)s)
order by 1, 2
"""


# ---------------------------------------------------------------- functions


def functions(
    runner: Runner,
    catalog: Catalog,
    access: Access,
    schemas: tuple[str, ...],
    principals: Sequence[Principal],
    data: Data,
) -> Iterator[Event]:
    """Every function of the exposed schemas, called by every actor."""
    specified = {found.signature: found for found in access.functions}
    names = {found.routine.schema for found in access.functions if found.routine}
    held = executable(runner.connection, _roles(access), tuple({*schemas, *names}))
    for routine in catalog.routines:
        told = specified.get(routine.signature)
        if (told is None and routine.name.schema not in schemas) or not is_callable(routine):
            continue
        yield from _function(runner, catalog, access, routine, told, principals, held, data)


def execution(actor: str, signature: str) -> str:
    """The right to call it, as it is named where it could not be tried."""
    return f"{actor} execute {signature}"


def is_callable(routine: Routine) -> bool:
    if routine.kind in ("aggregate", "window"):
        return False
    return not (routine.returns and routine.returns.name.name in _NOT_CALLABLE)


def callable_by(connection: Connection, catalog: Catalog, schemas: tuple[str, ...]) -> dict[str, list[str]]:
    """The functions of the exposed schemas, and which of anon and user may call each."""
    asked = Access("", actors=tuple(actor for actor in BUILT_IN if actor.name in ("anon", "user")))
    with connection.transaction():
        may_call = executable(connection, _roles(asked), schemas)
    found: dict[str, list[str]] = {}
    for routine in catalog.routines:
        if routine.name.schema in schemas and is_callable(routine):
            held = [actor.name for actor in asked.actors if (routine.signature, actor.role) in may_call]
            if held:
                found[signature_of(routine)] = held
    return found


def _roles(access: Access) -> set[str]:
    return {actor.role for actor in access.actors}


def executable(connection: Connection, roles: Collection[str], schemas: Sequence[str]) -> set[tuple[str, str]]:
    """The signatures of the functions of the schemas, each with a role that may call it."""
    # regprocedure leaves out the schemas on the search path; the catalog's signatures have them all
    with connection.transaction():
        connection.execute("set local search_path = ''")
        found = connection.execute(_EXECUTE, {"roles": sorted(roles), "schemas": list(schemas)}).fetchall()
        connection.execute("select set_config('search_path', %s, true)", (run.SEARCH_PATH,))
    return {(signature, role) for signature, role in found}


def _function(
    runner: Runner,
    catalog: Catalog,
    access: Access,
    routine: Routine,
    told: FunctionAccess | None,
    principals: Sequence[Principal],
    executable: set[tuple[str, str]],
    data: Data,
) -> Iterator[Event]:
    actors = [actor for actor in access.actors if access.mentions(actor.name) or actor.role != "service_role"]
    callers = [next(p for p in principals if p.actor == actor.name) for actor in actors]
    call, *others = dict.fromkeys(_call(catalog, data, routine, number) for number in _NUMBERS)
    tried = runner.run([Attempt(call, caller.caller, once=True) for caller in callers])
    cells: list[Cell] = []
    drafts: list[Draft] = []
    for actor, caller, found in zip(actors, callers, tried, strict=True):
        held = (routine.signature, actor.role) in executable
        allowed = told is not None and bool(set(told.actors) & set(actor.lineage))
        cell = _judged(actor, caller, routine, told, held=held, allowed=allowed, found=found, statement=call.text)
        if cell.actual == "undecided" and cell.expected == "allowed" and _is_broken(found):
            again = runner.run([Attempt(other, caller.caller, once=True) for other in others])
            # an error that is another for other arguments, or none, is theirs
            if all((one.state, one.message) == (found.state, found.message) for one in again):
                cell = replace(cell, actual="broken", verdict="broken")
        cells.append(cell)
        if cell.expected == "allowed" and cell.actual == "undecided":
            yield NotCovered(execution(actor.name, cell.object), cell.detail)
        drafts += _function_drafts(cell, actor, routine, held=held)
    yield from cells
    yield from folded(drafts)
    yield from _broken([cell for cell in cells if cell.verdict == "broken"], 1 + len(others))


def _is_broken(found: Observation) -> bool:
    """Whether what failed is the function as it is written: a class of errors of its own."""
    return found.state.startswith("42") and found.state != "42501"


def _call(catalog: Catalog, data: Data, routine: Routine, number: int) -> Statement:
    given = [argument for argument in routine.arguments if argument.mode in ("in", "inout", "variadic")]
    needed = (argument for argument in given if argument.default is None)
    values = sql.SQL(", ").join(value_for(catalog, data, argument, number) for argument in needed)
    template = "call {}({})" if routine.kind == "procedure" else "select * from {}({})"
    return statement("{}", sql.SQL(template).format(identifier(routine.name), values).as_string())


def _namesake(data: Data, argument: Argument) -> tuple[Maker, ...]:
    """What fills a column of the argument's name and type, and so passes the checks of that column."""
    name = (argument.name or "").removeprefix("p_").strip("_")
    for recipe in data.recipes.values():
        column = recipe.relation.column(name)
        if column and column.type.name == argument.type.name and column.type.array == argument.type.array:
            return recipe.fillers.get(name, ())
    return ()


def value_for(catalog: Catalog, data: Data, argument: Argument, number: int = _NUMBERS[0]) -> sql.Composable:
    if argument.type.name.name == "uuid" and not argument.type.array and ABOUT_USER.search(argument.name or ""):
        return sql.SQL("{}::uuid").format(sql.Literal(data.user))
    known = _namesake(data, argument) or makers(argument.type, catalog.type_by_name)
    value = sql.Literal(known[0](number)) if known else sql.SQL("null")
    shown = sql.SQL("{}::{}").format(value, sql.SQL(argument.type.text))
    return sql.SQL("variadic {}").format(shown) if argument.mode == "variadic" else shown


def _judged(
    actor: Actor,
    caller: Principal,
    routine: Routine,
    told: FunctionAccess | None,
    *,
    held: bool,
    allowed: bool,
    found: Observation,
    statement: str,
) -> Cell:
    """The right to call comes from the catalog; a call shows what it is worth, for a body may refuse by itself."""
    refused = not held or found.state == "42501"
    outcome: Outcome = "refused" if refused else "allowed" if found.done else "undecided"
    expected: Expectation = "allowed" if allowed else "denied"
    verdict: Verdict = "ok" if refused != allowed else "denied" if allowed else "leak"
    if verdict == "leak" and outcome == "undecided" and found.state.startswith("P0"):
        outcome, verdict = "refused", "ok"  # it raised in its own words
    return Cell(
        actor.name,
        signature_of(routine),
        "execute",
        (),
        "",
        None,
        expected,
        outcome,
        verdict,
        1,
        caller.name,
        "" if found.done else f"{found.message} ({found.state})",
        told.place if told else None,
        transcript(caller.caller, statement) if verdict != "ok" or not found.done else None,
        statement,
    )


def _function_drafts(cell: Cell, actor: Actor, routine: Routine, *, held: bool) -> Iterator[Draft]:
    name, place, evidence = cell.object, cell.place, cell.evidence
    if cell.verdict == "leak":
        definer = ", which runs with its owner's rights" if routine.security_definer else ""
        advice = "Revoke execute from public and from the role, or add the actor under [functions]."
        message = f"{actor.name} can call {name}{definer}"
        yield Draft(actor, ("leak",), finding(LEAK, message, name, place, evidence, help=advice))
    elif cell.verdict == "denied":
        message = f"{actor.name} cannot call {name}" + (f": {cell.detail}" if held else "")
        yield Draft(actor, ("denied",), finding(DENIED, message, name, place, evidence, help="Grant execute on it."))


def _broken(cells: Sequence[Cell], calls: int) -> Iterator[Finding]:
    """A function that fails, once for all whom it fails with the same error."""
    by_error: dict[str, list[Cell]] = {}
    for cell in cells:
        by_error.setdefault(cell.detail, []).append(cell)
    for detail, mine in by_error.items():
        first, *others = mine
        names = " and ".join([*([", ".join(c.actor for c in mine[:-1])] if others else []), mine[-1].actor])
        advice = f"Mend the function: it failed in the same way with {calls} different values." if calls > 1 else None
        message = f"{first.object} fails for {names}: {detail}"
        yield finding(BROKEN_FUNCTION, message, first.object, first.place, first.evidence, help=advice)


# ---------------------------------------------------------------- privileges beside the policies


def excess(connection: Connection, catalog: Catalog, access: Access, schemas: tuple[str, ...]) -> Iterator[Finding]:
    """Privileges of API roles that no policy governs and no line of rights can mean."""
    roles = [role for role in _api_roles(access) if not bypasses(catalog, role) or access.mentions("service")]
    major = connection.info.server_version // 10000
    privileges = [name for name in _UNGOVERNED if name != "MAINTAIN" or major >= 17]
    asked: Mapping[str, Any] = {"roles": roles, "schemas": list(schemas), "privileges": privileges}
    held: dict[QualifiedName, dict[str, list[str]]] = {}
    for schema, name, role, privilege in connection.execute(_TABLE_PRIVILEGES, asked):
        held.setdefault(QualifiedName(schema, name), {}).setdefault(privilege, []).append(role)
    given = _given_by_default(catalog, privileges)
    usual: dict[str, set[str]] = {}
    for table, by_privilege in held.items():
        if catalog.by_name.get(table) is None:
            continue
        of_role = {role: {p for p in by_privilege if role in by_privilege[p]} for role in roles}
        by_default = {role for role, found in of_role.items() if found and found == given.get((role, table.schema))}
        if by_default:
            usual[subject_of(table)] = by_default
        beyond = {p: [role for role in found if role not in by_default] for p, found in by_privilege.items()}
        yield from _table_excess(access, table, {p: found for p, found in beyond.items() if found})
    yield from _usual_excess(usual, [p for p in privileges if any(p in found for found in given.values())], schemas)
    yield from _sequences(connection, catalog, access, {"roles": roles, "schemas": list(schemas)})
    yield from role_findings(catalog, schemas)


def _given_by_default(catalog: Catalog, privileges: Sequence[str]) -> dict[tuple[str, str], set[str]]:
    """By role and schema, what tables that postgres makes there grant to it by themselves of these privileges."""
    found: dict[tuple[str, str], set[str]] = {}
    for default in catalog.default_privileges:
        wanted = default.role == "postgres" and default.kind == "tables" and not default.revoked
        if wanted and default.schema and default.privilege.upper() in privileges:
            found.setdefault((default.grantee, default.schema), set()).add(default.privilege.upper())
    return found


def _usual_excess(
    tables: Mapping[str, set[str]], privileges: Sequence[str], schemas: Sequence[str]
) -> Iterator[Finding]:
    """One line for what the platform gives everywhere: no request of the API can use it, only SQL of one's own."""
    if not tables:
        return
    names = sorted(tables)
    roles = ", ".join(sorted(set().union(*tables.values())))
    listed = ", ".join(privileges).lower()
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    yield finding(
        EXCESS,
        f"{roles} hold {listed} by default privileges on {', '.join(names[:3])}{more}: no API request can use them",
        names[0],
        None,
        "\n".join(f"revoke {listed} on all tables in schema {quote_identifier(s)} from {roles};" for s in schemas),
        help="Revoke them, and take them out of the default privileges.",
        severity="info",
    )


def _api_roles(access: Access) -> list[str]:
    return sorted({actor.role for actor in access.actors})


def bypasses(catalog: Catalog, role: str) -> bool:
    """Whether no policy counts for the role."""
    return any(found.name == role and found.bypass_rls for found in catalog.roles)


def _table_excess(access: Access, table: QualifiedName, held: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    told = access.of_relation(table)
    name = subject_of(table)
    truncaters = held.get("TRUNCATE", ())
    if truncaters:
        yield finding(
            EXCESS,
            f"{', '.join(truncaters)} may truncate {name}: it empties the table whatever the policies say",
            name,
            told.place if told else None,
            f"revoke truncate on {table} from {', '.join(truncaters)};",
            severity="error",
        )
    others = {role: [p for p in held if p != "TRUNCATE" and role in held[p]] for p in held for role in held[p]}
    for role, privileges in others.items():
        if privileges:
            listed = ", ".join(privileges).lower()
            yield finding(
                EXCESS,
                f"{role} holds {listed} on {name}, which no client needs",
                name,
                told.place if told else None,
                f"revoke {listed} on {table} from {role};",
            )


def _sequences(connection: Connection, catalog: Catalog, access: Access, asked: Mapping[str, Any]) -> Iterator[Finding]:
    owners = {sequence.name: sequence for sequence in catalog.sequences}
    held: dict[tuple[QualifiedName, str], list[str]] = {}
    for schema, name, role, privilege in connection.execute(_SEQUENCE_PRIVILEGES, asked):
        sequence = owners.get(QualifiedName(schema, name))
        if sequence is None:
            continue
        needed = privilege == "USAGE" and not sequence.identity and _inserts(access, sequence.owned_by, role)
        if not needed:
            held.setdefault((sequence.name, role), []).append(privilege)
    for (sequence_name, role), privileges in held.items():
        listed = ", ".join(privileges).lower()
        name = subject_of(sequence_name)
        yield finding(EXCESS, f"{role} holds {listed} on sequence {name}, beyond what inserts need", name, None,
                      f"revoke {listed} on sequence {sequence_name} from {role};", severity="info")  # fmt: skip


def _inserts(access: Access, owned_by: tuple[QualifiedName, str] | None, role: str) -> bool:
    if owned_by is None or (told := access.of_relation(owned_by[0])) is None:
        return False
    return any(told.rules_for(actor, "insert") for actor in access.actors if actor.role == role)


# ---------------------------------------------------------------- buckets


def buckets(catalog: Catalog, access: Access) -> Iterator[Finding]:
    """Buckets whose objects anybody may fetch by name, and those that should be so and are not."""
    for bucket in catalog.buckets:
        told = access.of_bucket(bucket.id)
        wanted = bool(told and told.public)
        if bucket.public and not wanted:
            yield finding(
                BUCKET,
                f"bucket {bucket.id} is public: whoever knows an object's name fetches it, policies or not",
                f"storage.{bucket.id}",
                told.place if told else None,
                "select id, public from storage.buckets;",
            )
        elif wanted and not bucket.public:
            yield finding(BUCKET, f"bucket {bucket.id} is to be public and is not", f"storage.{bucket.id}",
                          told.place if told else None, "select id, public from storage.buckets;")  # fmt: skip
