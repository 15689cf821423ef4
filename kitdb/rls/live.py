"""A database that is only read: exposure, the matrix as far as the catalog says it, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kitdb.catalog.model import Catalog, Grant, Policy, Relation
from kitdb.findings import Finding, Severity
from kitdb.names import QualifiedName, quote_identifier
from kitdb.rls.access import Access, parse_access, resolve, signature_of, subject_of
from kitdb.rls.as_written import policy_findings, realtime_findings, role_findings
from kitdb.rls.kinds import OTHERS_WRITTEN, RLS_OFF, VIEW_LEAK
from kitdb.rls.line import VERBS, Verb
from kitdb.rls.matrix import Cell, Event, NotCovered, Verdict
from kitdb.rls.owners import find_owners
from kitdb.rls.rights import Rights, RightsOf
from kitdb.rls.run import Outcome
from kitdb.rls.surface import is_callable
from kitdb.rls.verdicts import finding
from kitdb.sql.condition import Caller, outcomes

_ROLES = {"anon": "anon", "user": "authenticated"}


def look(catalog: Catalog, schemas: Sequence[str]) -> Iterator[Event]:
    """Cells and findings, without a request: where policies decide the cell stays undecided."""
    held = granted(catalog, schemas)
    for relation in _exposed(catalog, schemas):
        for actor, role in _ROLES.items():
            for verb in VERBS:
                yield _cell(relation, actor, role, verb, held[role, relation.name])
    yield from _findings(catalog, schemas, held)
    yield from _not_looked_at(catalog, schemas, held)


def _not_looked_at(catalog: Catalog, schemas: Sequence[str], held: RightsOf) -> Iterator[NotCovered]:
    """What only requests would tell."""
    for relation in _exposed(catalog, schemas):
        tried = [(role, verb) for role in _ROLES.values() for verb in VERBS]
        if any(_outcome(relation, role, verb, held[role, relation.name])[0] == "undecided" for role, verb in tried):
            yield NotCovered(subject_of(relation.name), "which rows its policies let whom reach, only --data tells")
    for routine in catalog.routines:
        if routine.name.schema in schemas and is_callable(routine):
            yield NotCovered(signature_of(routine), "who may call it, and what it does, only --data tells")
    for bucket in catalog.buckets:
        yield NotCovered(f"storage.{bucket.id}", "who reaches its objects only --data tells")


def access_seen(catalog: Catalog, schemas: Sequence[str]) -> Access:
    """The same as a specification, for reports."""
    held = granted(catalog, schemas)
    lines: list[str] = []
    for relation in _exposed(catalog, schemas):
        rights = []
        for actor, role in _ROLES.items():
            for verb in VERBS:
                outcome, _ = _outcome(relation, role, verb, held[role, relation.name])
                if outcome in ("allowed", "undecided"):
                    rights.append(f"'{actor}: may {verb}{' as_policies_say' if outcome == 'undecided' else ''}'")
        section = "views" if "view" in relation.kind else "tables"
        key = ".".join(f'"{part}"' for part in _key(relation.name))
        lines += [f"[{section}.{key}]", 'rows.as_policies_say = "true"', f"allow = [{', '.join(rights)}]"]
    return resolve(parse_access("\n".join(lines) + "\n", "(read)"), catalog, schemas=tuple(schemas))


def _key(name: QualifiedName) -> tuple[str, ...]:
    parts = (name.name,) if name.schema == "public" else (name.schema, name.name)
    return tuple(part.replace("\\", "\\\\").replace('"', '\\"') for part in parts)


def _exposed(catalog: Catalog, schemas: Sequence[str]) -> list[Relation]:
    return [r for r in catalog.relations if r.name.schema in schemas and not r.managed]


def granted(catalog: Catalog, schemas: Sequence[str]) -> RightsOf:
    """What the API roles hold on each relation, by the grants."""
    by_object: dict[str, list[Grant]] = {}
    for grant in catalog.grants:
        if grant.kind in ("table", "column"):
            by_object.setdefault(grant.object, []).append(grant)
    return {
        (role, relation.name): _rights(relation, by_object.get(str(relation.name), []), role)
        for relation in _exposed(catalog, schemas)
        for role in _ROLES.values()
    }


def _rights(relation: Relation, grants: Sequence[Grant], role: str) -> Rights:
    mine = [grant for grant in grants if grant.grantee in (role, "public")]
    every = {column.name for column in relation.columns}
    columns: dict[str, set[str]] = {"select": set(), "insert": set(), "update": set()}
    for grant in mine:
        verb = grant.privilege.lower()
        if verb in columns:
            columns[verb] |= every if grant.column is None else {grant.column}
    return Rights(
        frozenset(columns["select"]),
        frozenset(columns["insert"]),
        frozenset(columns["update"]),
        any(grant.privilege.lower() == "delete" for grant in mine),
    )


def _outcome(relation: Relation, role: str, verb: Verb, held: Rights) -> tuple[Outcome, str]:
    if not getattr(held, verb):
        return "refused", "no privilege"
    if "view" in relation.kind:
        return "undecided", "what it shows is decided below it"
    if not relation.row_level_security:
        return "allowed", "row level security is off"
    policies = [p for p in _policies(relation, role, verb) if p.permissive]
    if not policies:
        return ("refused" if verb == "insert" else "no rows"), "no policy"
    return "undecided", "as the policies say: " + ", ".join(policy.name for policy in policies)


def _policies(relation: Relation, role: str, verb: Verb) -> list[Policy]:
    return [p for p in relation.policies if p.command in ("all", verb) and {role, "public"} & {*p.roles}]


def _cell(relation: Relation, actor: str, role: str, verb: Verb, held: Rights) -> Cell:
    outcome, why = _outcome(relation, role, verb, held)
    verdict: Verdict = "undecided" if outcome == "undecided" else "ok"
    return Cell(actor, subject_of(relation.name), verb, (), "", None, "either", outcome, verdict, 0, detail=why)


def _findings(catalog: Catalog, schemas: Sequence[str], held: RightsOf) -> Iterator[Finding]:
    owners = find_owners(catalog, schemas)
    for relation in _exposed(catalog, schemas):
        if relation.kind in ("table", "partitioned table"):
            if relation.row_level_security:
                yield from _open_writes(relation, held)
            else:
                yield from _rls_off(relation, held, private=bool(owners.of(relation)))
        elif relation.kind == "view" and not relation.security_invoker:
            readers = [actor for actor, role in _ROLES.items() if held[role, relation.name].select]
            if readers:
                name = subject_of(relation.name)
                message = f"{' and '.join(readers)} can select {name}, which reads with the rights of {relation.owner}"
                yield finding(VIEW_LEAK, message, name, severity="warning")
    yield from policy_findings(catalog, schemas, held)
    yield from realtime_findings(catalog)
    yield from role_findings(catalog, schemas)


def _rls_off(relation: Relation, held: RightsOf, *, private: bool) -> Iterator[Finding]:
    rights = {a: [v for v in VERBS if getattr(held[role, relation.name], v)] for a, role in _ROLES.items()}
    told = [f"{actor} can {', '.join(verbs)}" for actor, verbs in rights.items() if verbs]
    if told:
        writes = any(set(verbs) - {"select"} for verbs in rights.values())
        severity: Severity = "error" if private or writes else "info"
        name = subject_of(relation.name)
        message = f"row level security is off on {name}: {'; '.join(told)}, whosever rows they are"
        yield finding(RLS_OFF, message, name, severity=severity)


def _open_writes(relation: Relation, held: RightsOf) -> Iterator[Finding]:
    """Policies for writes that look at nothing."""
    for actor, role in _ROLES.items():
        for verb in ("update", "delete"):
            policies = _policies(relation, role, verb) if getattr(held[role, relation.name], verb) else []
            # a restrictive policy may look where a permissive one does not
            if any(not policy.permissive for policy in policies):
                continue
            caller: Caller = "nobody" if actor == "anon" else "stranger"
            for policy in policies:
                if policy.using and outcomes(policy.using, caller) == {True}:
                    name = subject_of(relation.name)
                    message = f"{actor} can {verb} every row of {name}: policy {quote_identifier(policy.name)}"
                    yield finding(OTHERS_WRITTEN, f"{message} looks at nothing", name)
