"""What is wrong in a database as it is written: told by the catalog, without a request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kitdb.catalog.model import Catalog, Policy, Relation, Role
from kitdb.findings import Finding
from kitdb.rls.access import OBJECTS, signature_of, subject_of
from kitdb.rls.conditions import atoms, parse_condition, without_subqueries, written_condition
from kitdb.rls.deciding import roles_above
from kitdb.rls.hints import code_of, names_in, routines_behind
from kitdb.rls.kinds import (
    BYPASS,
    HEADER,
    HIDDEN_TABLE,
    ITSELF,
    METADATA,
    NO_EFFECT,
    NO_TABLE,
    NULL_MATCH,
    ONE_ROLE,
    REALTIME,
)
from kitdb.rls.letting import named
from kitdb.rls.matrix import Command
from kitdb.rls.rights import RightsOf
from kitdb.rls.verdicts import finding, some_of
from kitdb.sql.condition import Caller, outcomes

VERBS: tuple[Command, ...] = ("select", "insert", "update", "delete")
CLIENTS = {"anon": "anon", "authenticated": "user"}
"""The roles of clients, and what their actors are called."""

_NAME = r'(?:[^\W\d]\w*|"(?:[^"]|"")+")'
_ITSELF = re.compile(rf'(?<![\w."])((?:{_NAME}\.)?{_NAME}) = \1(?![\w."(])')
_FOLDER = re.compile(rf"foldername\(({_NAME})\.{_NAME}\)")
_METADATA = re.compile(r"(?:raw_)?user_meta_?data")
_HEADER = re.compile(r"request\.(?:headers?|cookies?)\b", re.IGNORECASE)
_ROLE_NAME = re.compile(r"\b(?:CURRENT_USER|SESSION_USER|CURRENT_ROLE)\b")
_MAY_BE_CALLERS = re.compile(r"auth\.|current_setting|\w+\(")
_EVERYTHING = ("pg_read_all_data", "pg_write_all_data")


def policy_findings(catalog: Catalog, schemas: Sequence[str], held: RightsOf) -> Iterator[Finding]:
    """Conditions that never hold, or always, and what no policy should trust."""
    yield from _metadata(catalog)
    for relation in catalog.relations:
        for policy in relation.policies:
            yield from dict.fromkeys(_trusting(relation, policy))  # USING and WITH CHECK often say the same
            if relation.row_level_security and (relation.name.schema in schemas or relation.managed):
                yield from _never(relation, policy, held)
                yield from _out_of_reach(catalog, relation, policy)
        if relation.row_level_security and relation.name.schema in schemas:
            yield from _unfindable(relation, held)


def _texts(policy: Policy) -> tuple[str, ...]:
    return tuple(filter(None, (policy.using, policy.with_check)))


def _metadata(catalog: Catalog) -> Iterator[Finding]:
    """What users write themselves, trusted by a policy, or by a function that policies ask: that is told once."""
    asking: dict[str, list[Policy]] = {}
    for policy in catalog.policies():
        text = " ".join(_texts(policy))
        if _METADATA.search(text):
            message = f"{named(policy)} trusts user_metadata, which users write themselves"
            yield finding(METADATA, message, subject_of(policy.table))
            continue
        for routine in routines_behind(catalog, names_in(text)):
            if _METADATA.search(code_of(routine.body)):
                asking.setdefault(signature_of(routine), []).append(policy)
    for function, policies in asking.items():
        every = [named(policy) for policy in policies]
        message = f"{function} trusts user_metadata, which users write themselves, and is asked by {some_of(every)}"
        yield finding(METADATA, message, function, help=f"{METADATA.help} It is asked by {', '.join(every)}.")


def _trusting(relation: Relation, policy: Policy) -> Iterator[Finding]:
    """Conditions that say less than they seem to: of a column and itself, of a header, of the name of a role."""
    own, subject = {column.name for column in relation.columns}, subject_of(relation.name)
    for text in _texts(policy):
        plain = re.sub(r"'(?:[^']|'')*'", "''", text)
        if same := _ITSELF.search(plain):
            message = f"{named(policy)} compares {same[1]} with itself: a name inside the subquery is the inner table's"
            yield finding(ITSELF, message, subject)
        if relation.name == OBJECTS and (folder := _FOLDER.search(plain)) and folder[1] != "objects":
            message = f"{named(policy)} looks at the folder of {folder[1]}.name, which is not the object's name"
            yield finding(ITSELF, message, subject)
        yield from _of_null(relation, policy, plain)
        for atom in atoms(parse_condition(text)):
            if _HEADER.search(atom) and not names_in(atom) & own:
                yield finding(HEADER, f"{named(policy)} trusts a header of the request: {atom}", subject)
            if _ROLE_NAME.search(atom) and names_in(without_subqueries(atom)) & own:
                message = f"{named(policy)} compares a column with the role's name, which all signed-in users share"
                yield finding(ONE_ROLE, message, subject)


def _of_null(relation: Relation, policy: Policy, text: str) -> Iterator[Finding]:
    """A comparison that holds for a column and a caller who both have nothing there."""
    for column in relation.columns:
        name = rf'(?:{_NAME}\.)?"?{re.escape(column.name)}"?(?:::\w+)?'
        alike = rf"NOT \(+{name} IS DISTINCT FROM (.+)|NOT \(+(.+) IS DISTINCT FROM {name}\)"
        filled = rf"COALESCE\({name}, [^()]+\) = COALESCE\((.+)|COALESCE\((.+)\) = COALESCE\({name},"
        found = re.search(f"{alike}|{filled}", text) if not column.not_null else None
        other = next(filter(None, found.groups()), "") if found else ""
        # a token of a user always says who it is
        always = set(policy.roles) == {"authenticated"} and re.match(r"\(*\s*(?:SELECT )?auth\.uid\(\)", other)
        if found and not always and policy.permissive and _MAY_BE_CALLERS.search(other):
            message = f"{named(policy)} takes NULL for NULL: who has none reaches the rows without {column.name}"
            yield finding(NULL_MATCH, message, subject_of(relation.name))


def _never(relation: Relation, policy: Policy, held: RightsOf) -> Iterator[Finding]:
    subject = subject_of(relation.name)
    # `false` is a policy that says no on purpose
    if not policy.permissive or "false" in (policy.using, policy.with_check):
        return
    for text in _texts(policy):
        if not any(True in outcomes(text, caller) for caller in _askers(policy)):
            shown = written_condition(parse_condition(text))
            yield finding(NO_EFFECT, f"{named(policy)} can never hold: {shown}", subject)
            return
    roles = [role for role in CLIENTS if role in policy.roles]
    rights = [held.get((role, relation.name)) for role in roles]
    if roles and all(rights) and not any(getattr(r, verb) for r in rights for verb in verbs_of(policy)):
        told = " and ".join(roles)
        lacking = " or ".join(verbs_of(policy))
        yield finding(NO_EFFECT, f"{named(policy)} is for {told}, who lacks the privilege to {lacking}", subject)


def verbs_of(policy: Policy) -> tuple[Command, ...]:
    """The commands that the policy is asked for."""
    return VERBS if policy.command == "all" else (policy.command,)


def _askers(policy: Policy) -> tuple[Caller, ...]:
    match policy.roles:
        case ("anon",):
            return ("nobody",)
        case ("authenticated",):
            return ("stranger", "owner")
        case _:
            return ("nobody", "stranger", "owner")


def _unfindable(relation: Relation, held: RightsOf) -> Iterator[Finding]:
    """Rows that may be changed by whoever cannot see one: a request names its rows, and so needs to read them."""
    for role, actor in CLIENTS.items():
        mine = [p for p in relation.policies if p.permissive and {role, "public"} & {*p.roles}]
        rights = held.get((role, relation.name))
        if rights is None or any("select" in verbs_of(policy) for policy in mine):
            continue
        for policy in mine:
            if policy.command in ("update", "delete") and getattr(rights, policy.command):
                told = f"{named(policy)} lets {actor} {policy.command} rows, and no policy lets it see one"
                yield finding(NO_EFFECT, f"{told}: requests find no row", subject_of(relation.name))


def _out_of_reach(catalog: Catalog, relation: Relation, policy: Policy) -> Iterator[Finding]:
    """Tables and functions that the condition needs and that the caller has no right to, or sees no row of."""
    text, subject = " ".join(_texts(policy)), subject_of(relation.name)
    for role, actor in CLIENTS.items():
        roles = {role, "public", *roles_above(catalog, role)}
        granted = relation.managed or any(_is_granted(catalog, v, str(relation.name), roles) for v in verbs_of(policy))
        if not granted or not {role, "public"} & {*policy.roles}:
            continue
        for other in _tables_in(catalog, text):
            name = subject_of(other.name)
            if not _is_granted(catalog, "select", str(other.name), roles):
                message = f"{named(policy)} reads {name}, which {actor} may not select: its statements fail"
                yield finding(NO_TABLE, message, subject)
            elif other.row_level_security and not _shows_anything(other, roles):
                message = f"{named(policy)} reads {name}, of which no policy shows {actor} a row"
                yield finding(HIDDEN_TABLE, message, subject)
        for routine in catalog.routines:
            called = re.search(rf"(?<![\w.\"]){re.escape(str(routine.name))}\(", text)
            if called and not _is_granted(catalog, "execute", routine.signature, roles):
                message = f"{named(policy)} calls {signature_of(routine)}, which {actor} may not execute"
                yield finding(NO_TABLE, f"{message}: its statements fail", subject)


_PART = r'(?:"(?:[^"]|"")*"|[^\W\d][\w$]*)'
_QUALIFIED = re.compile(rf'(?<![\w."])({_PART}\.{_PART})(?![\w."(])')


def _tables_in(catalog: Catalog, text: str) -> list[Relation]:
    """The tables that the condition reads; Postgres writes them with their schema, and only them."""
    names = set(_QUALIFIED.findall(text))
    return [r for r in catalog.relations if str(r.name) in names and (not r.managed or r.name.schema == "auth")]


def _is_granted(catalog: Catalog, privilege: str, name: str, roles: Iterable[str]) -> bool:
    return any((name, privilege, role) in catalog.granted for role in roles)


def _shows_anything(relation: Relation, roles: Iterable[str]) -> bool:
    return any(p.permissive and "select" in verbs_of(p) and {*roles} & {*p.roles} for p in relation.policies)


# ---------------------------------------------------------------- roles


def role_findings(catalog: Catalog, schemas: Sequence[str]) -> Iterator[Finding]:
    """Roles of the API for which no policy counts: by an attribute, by what they are members of, by what they own."""
    known = {role.name: role for role in catalog.roles}
    for name in CLIENTS:
        if name in known and _is_free(known[name]):
            yield finding(BYPASS, f"{name} passes by all policies: {_attribute(known[name])}", name)
        for above in sorted(roles_above(catalog, name)):
            if above in _EVERYTHING:
                yield finding(BYPASS, f"{name} is a member of {above}: no grant is needed to any table", name)
            elif above in known and _is_free(known[above]):
                yield finding(BYPASS, f"{name} is a member of {above}, for whom no policy counts", name)
    for name in sorted(roles_above(catalog, "authenticator") - {*CLIENTS, "service_role"}):
        if name in known and _is_free(known[name]) and not name.startswith(("supabase_", "pg_")):
            message = f"a token with the role {name} passes by all policies: {_attribute(known[name])}"
            yield finding(BYPASS, message, name, severity="warning")
    for relation in catalog.relations:
        exposed = relation.name.schema in schemas and relation.kind in ("table", "partitioned table")
        if exposed and relation.owner in CLIENTS and not relation.force_row_level_security:
            name = subject_of(relation.name)
            yield finding(BYPASS, f"{relation.owner} owns {name}, and policies do not count for the owner", name)


def _is_free(role: Role) -> bool:
    return role.superuser or role.bypass_rls


def _attribute(role: Role) -> str:
    return "it is superuser" if role.superuser else "it has BYPASSRLS"


# ---------------------------------------------------------------- realtime


def realtime_findings(catalog: Catalog) -> Iterator[Finding]:
    """Tables that the realtime publication carries to everybody."""
    for publication in catalog.publications:
        if publication.name != "supabase_realtime":
            continue
        listed = {name for name, _, _ in publication.tables}
        for relation in catalog.relations:
            carried = publication.all_tables or relation.name in listed or relation.name.schema in publication.schemas
            if carried and not relation.managed and relation.kind == "table" and not relation.row_level_security:
                name = subject_of(relation.name)
                message = f"every change of {name} is sent to whoever subscribes: its row level security is off"
                yield finding(REALTIME, message, name)
