"""Who may do what before and after, as grants, policies and flags say it, in sentences for a reviewer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from kitdb.catalog.model import Catalog, Policy, Relation
from kitdb.names import QualifiedName, quote_identifier

_ROLES = ("anon", "authenticated", "service_role")
_COMMANDS = ("select", "insert", "update", "delete")
_BYPASS = "service_role"
_MOST = 100


@dataclass(frozen=True, slots=True)
class AccessChange:
    """What is said of one role, command and relation; of a function, and of whose rights apply, only the sentence."""

    text: str
    role: str = ""
    command: str = ""
    relation: QualifiedName | None = None

    def __str__(self) -> str:
        return self.text


def access_changes(before: Catalog, after: Catalog) -> tuple[AccessChange, ...]:
    """What the API's roles may newly do, may do no more, or may do to other rows than before."""
    others = (*_functions(before, after), *_views(before, after))
    return (*_relations(before, after), *(AccessChange(text) for text in others))


def _relations(before: Catalog, after: Catalog) -> Iterator[AccessChange]:
    names = sorted({*before.by_name, *after.by_name})
    grants = _grants(before), _grants(after)
    for name in names:
        one, two = before.by_name.get(name), after.by_name.get(name)
        same = one is not None and two is not None and _rules(one) == _rules(two)
        for role in _ROLES:
            for command in _COMMANDS:
                key = (str(name), role, command)
                if same and grants[0].get(key) == grants[1].get(key):
                    continue
                for text in _command(name, one, two, role, command, grants):
                    yield AccessChange(text, role, command, name)


def new_columns(before: Catalog, after: Catalog) -> Iterator[tuple[QualifiedName, str, str, tuple[str, ...]]]:
    """Columns that a relation gets, each role that may use all of its columns, and for which command."""
    grants = _grants(after)
    for relation in after.relations:
        one = before.by_name.get(relation.name)
        known = {column.name for column in one.columns} if one else set()
        columns = tuple(column.name for column in relation.columns if column.name not in known)
        for role, command in itertools.product(_ROLES, _COMMANDS if one and columns else ()):
            whole = "" in grants.get((str(relation.name), role, command), ())
            if whole and command != "delete" and _rows(relation, role, command):
                yield relation.name, role, command, columns


Grants = dict[tuple[str, str, str], frozenset[str]]


def _grants(catalog: Catalog) -> Grants:
    """The columns that a role may use with a command, "" for all of them."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for grant in catalog.grants:
        if grant.kind in ("table", "column") and grant.privilege in _COMMANDS:
            grantees = _ROLES if grant.grantee == "public" else (grant.grantee,)
            for grantee in grantees:
                found.setdefault((grant.object, grantee, grant.privilege), set()).add(grant.column or "")
    return {key: frozenset(columns) for key, columns in found.items()}


def _command(
    name: QualifiedName,
    one: Relation | None,
    two: Relation | None,
    role: str,
    command: str,
    grants: tuple[Grants, Grants],
) -> Iterator[str]:
    key = (str(name), role, command)
    columns = tuple(held.get(key, frozenset()) for held in grants)
    rows = tuple(_rows(relation, role, command) for relation in (one, two))
    was, now = (bool(c) and bool(r) for c, r in zip(columns, rows, strict=True))
    if now and not was:
        yield f"{role} may now {command} {_what(columns[1], name)}: {rows[1]}"
    elif was and not now:
        if two is not None:
            yield f"{role} may no longer {command} {name}"
    elif now:
        more, fewer = columns[1] - columns[0], columns[0] - columns[1]
        if more and "" not in columns[0]:
            yield f"{role} may now {command} {_what(more, name)}"
        if fewer and "" not in columns[1]:
            yield f"{role} may no longer {command} {_what(fewer, name)}"
        if rows[0] != rows[1]:
            yield f"{role} may {command} other rows of {name}: {rows[1]}, no longer {rows[0]}"


def _rules(relation: Relation) -> tuple[object, ...]:
    return (relation.kind, relation.row_level_security, relation.security_invoker, relation.policies)


def _what(columns: frozenset[str], name: QualifiedName) -> str:
    if "" in columns:
        return str(name)
    return f"{name} ({', '.join(quote_identifier(column) for column in sorted(columns))})"


def _rows(relation: Relation | None, role: str, command: str) -> str:
    """Which rows, in words; empty where there are none."""
    if relation is None:
        return ""
    if "table" not in relation.kind:
        return "with the caller's rights" if relation.security_invoker else "with the rights of its owner"
    if role == _BYPASS:
        return "every row"
    if not relation.row_level_security:
        return "every row, row level security is off"
    permissive = [policy for policy in _policies(relation, role, command) if policy.permissive]
    if not permissive:
        return ""
    shown = [_policy(policy) for policy in permissive]
    restrictive = [_policy(policy) for policy in _policies(relation, role, command) if not policy.permissive]
    return " or ".join(shown) + (f" and {' and '.join(restrictive)}" if restrictive else "")


def _policies(relation: Relation, role: str, command: str) -> Iterator[Policy]:
    for policy in relation.policies:
        if policy.command in ("all", command) and {"public", role} & set(policy.roles):
            yield policy


def _policy(policy: Policy) -> str:
    parts = [f"using {policy.using}"] if policy.using is not None else []
    parts += [f"with check {policy.with_check}"] if policy.with_check is not None else []
    text = " ".join(" ".join(parts).split())
    shown = text if len(text) <= _MOST else f"{text[:_MOST]}…"
    return f"policy {quote_identifier(policy.name)} ({shown})"


def _functions(before: Catalog, after: Catalog) -> Iterator[str]:
    one, two = _callable(before), _callable(after)
    known = {routine.signature for routine in after.routines}
    for role, signature in sorted(two - one):
        yield f"{role} may now call {signature}"
    for role, signature in sorted(one - two):
        if signature in known:
            yield f"{role} may no longer call {signature}"
    definers = {routine.signature for routine in before.routines if routine.security_definer}
    for routine in after.routines:
        if routine.security_definer and routine.signature not in definers:
            yield f"{routine.signature} now runs with the rights of its owner"


def _callable(catalog: Catalog) -> set[tuple[str, str]]:
    ordinary = {r.signature for r in catalog.routines if r.returns is None or r.returns.text != "trigger"}
    found = set()
    for grant in catalog.grants:
        if grant.kind == "function" and grant.object in ordinary:
            grantees = _ROLES if grant.grantee == "public" else (grant.grantee,)
            found |= {(grantee, grant.object) for grantee in grantees if grantee in _ROLES}
    return found


def _views(before: Catalog, after: Catalog) -> Iterator[str]:
    for relation in after.relations:
        one = before.by_name.get(relation.name)
        if one and one.kind == relation.kind == "view" and one.security_invoker and not relation.security_invoker:
            yield f"view {relation.name} now reads with the rights of its owner: row level security is passed by"
