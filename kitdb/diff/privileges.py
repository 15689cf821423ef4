"""Privileges that differ, as GRANT and REVOKE."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kitdb.catalog.model import Catalog, DefaultPrivilege, Grant
from kitdb.catalog.structure import ObjectId
from kitdb.diff.render import q, role
from kitdb.diff.state import relation_id

# As many as there are: all of them are written as ALL.
_ALL = {
    "sequence": frozenset({"usage", "select", "update"}),
    "function": frozenset({"execute"}),
    "schema": frozenset({"usage", "create"}),
    "type": frozenset({"usage"}),
}
_ALL_OF_TABLES = frozenset({"select", "insert", "update", "delete", "truncate", "references", "trigger"})
_PRIVILEGE_ORDER = tuple(
    "select insert update delete truncate references trigger maintain usage create execute".split()
)

Key = tuple[str, str, str | None, str, bool]  # kind, object, column, grantee, grantable


def grant_changes(before: Catalog, after: Catalog) -> Iterator[tuple[ObjectId, str]]:
    """REVOKE and GRANT, one statement for what one role holds on one object, with the object it is about."""
    if before.grants == after.grants:
        return
    one, two = _held(before), _held(after)
    objects = _objects(after)
    known = set(objects)
    revoked: defaultdict[Key, set[str]] = defaultdict(set)
    granted: defaultdict[Key, set[str]] = defaultdict(set)
    for (kind, name, column, grantee, privilege), grantable in one.items():
        if (kind, name) not in known:
            continue
        wanted = two.get((kind, name, column, grantee, privilege))
        if wanted is None:
            revoked[(kind, name, column, grantee, False)].add(privilege)
        elif grantable and not wanted:
            revoked[(kind, name, column, grantee, True)].add(privilege)
    for (kind, name, column, grantee, privilege), grantable in two.items():
        held = one.get((kind, name, column, grantee, privilege))
        if held is None or (grantable and not held):
            granted[(kind, name, column, grantee, grantable)].add(privilege)
    yield from _written(revoked, objects, after.major, revoke=True)
    yield from _written(granted, objects, after.major, revoke=False)


def _written(
    changes: dict[Key, set[str]], objects: dict[tuple[str, str], ObjectId], major: int, *, revoke: bool
) -> Iterator[tuple[ObjectId, str]]:
    for (kind, name, what, grantable), grantees in _merged(changes, major).items():
        who = ", ".join(role(grantee) for grantee in grantees)
        identity = objects[(kind, name)]
        target = name if kind == "table" else f"{_word(kind, identity)} {name}"
        if revoke:
            option = "grant option for " if grantable else ""
            yield identity, f"revoke {option}{what} on {target} from {who}"
        else:
            yield identity, f"grant {what} on {target} to {who}{' with grant option' if grantable else ''}"


def _merged(changes: dict[Key, set[str]], major: int) -> dict[tuple[str, str, str, bool], list[str]]:
    """Columns of one privilege in one statement, and grantees of the same privileges too."""
    by_grantee: defaultdict[tuple[str, str, str, bool], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for (kind, name, column, grantee, grantable), privileges in changes.items():
        for privilege in privileges:
            by_grantee[(kind, name, grantee, grantable)][privilege].add(column or "")
    merged: defaultdict[tuple[str, str, str, bool], list[str]] = defaultdict(list)
    for (kind, name, grantee, grantable), held in by_grantee.items():
        merged[(kind, name, _privileges(kind, held, major), grantable)].append(grantee)
    return {key: sorted(grantees) for key, grantees in sorted(merged.items())}


def _privileges(kind: str, held: dict[str, set[str]], major: int) -> str:
    whole = {privilege for privilege, columns in held.items() if columns == {""}}
    every = _ALL.get(kind, _ALL_OF_TABLES | ({"maintain"} if major >= 17 else frozenset()))
    if whole == set(held) and whole == every and len(whole) > 1:
        return "all"
    parts = []
    for privilege in sorted(held, key=_PRIVILEGE_ORDER.index):
        columns = sorted(column for column in held[privilege] if column)
        parts += [privilege] if "" in held[privilege] else []
        parts += [f"{privilege} ({', '.join(q(column) for column in columns)})"] if columns else []
    return ", ".join(parts)


def _held(catalog: Catalog) -> dict[tuple[str, str, str | None, str, str], bool]:
    managed = {str(relation.name) for relation in catalog.relations if relation.managed}
    found: dict[tuple[str, str, str | None, str, str], bool] = {}
    for grant in catalog.grants:
        if grant.kind == "database" or (grant.kind in ("table", "column") and grant.object in managed):
            continue
        key = _key(grant)
        found[key] = grant.grantable or found.get(key, False)
    return found


def _key(grant: Grant) -> tuple[str, str, str | None, str, str]:
    kind = "table" if grant.kind == "column" else grant.kind
    return (kind, grant.object, grant.column, grant.grantee, grant.privilege)


def _objects(catalog: Catalog) -> dict[tuple[str, str], ObjectId]:
    """The objects that privileges are on, as grants name them."""
    found: dict[tuple[str, str], ObjectId] = {}
    for relation in catalog.relations:
        found[("table", str(relation.name))] = relation_id(relation)
    for sequence in catalog.sequences:
        found[("sequence", str(sequence.name))] = ObjectId("sequence", str(sequence.name))
    for type_ in catalog.types:
        found[("type", str(type_.name))] = ObjectId("type", str(type_.name))
    for routine in catalog.routines:
        word = "procedure" if routine.kind == "procedure" else "function"
        found[("function", routine.signature)] = ObjectId(word, routine.signature)
    for schema in catalog.schemas:
        found[("schema", q(schema.name))] = ObjectId("schema", q(schema.name))
    return found


def _word(kind: str, identity: ObjectId) -> str:
    return identity.kind if identity.kind == "procedure" else kind


def default_privilege_changes(before: Catalog, after: Catalog) -> Iterator[tuple[str | None, str]]:
    """ALTER DEFAULT PRIVILEGES for what differs, with the schema that it is about."""
    one, two = set(before.default_privileges), set(after.default_privileges)
    for default in sorted(one - two, key=_sort_key):
        if not any(_same(default, other) for other in two):
            yield default.schema, _default(default, back=True)
    for default in sorted(two - one, key=_sort_key):
        yield default.schema, _default(default, back=False)


def _same(one: DefaultPrivilege, two: DefaultPrivilege) -> bool:
    return (one.role, one.schema, one.kind, one.grantee, one.privilege, one.revoked) == (
        two.role, two.schema, two.kind, two.grantee, two.privilege, two.revoked
    )  # fmt: skip


def _sort_key(default: DefaultPrivilege) -> tuple[str, str, str, str, str]:
    return (default.role, default.schema or "", default.kind, default.grantee, default.privilege)


def _default(default: DefaultPrivilege, *, back: bool) -> str:
    where = f" in schema {q(default.schema)}" if default.schema else ""
    head = f"alter default privileges for role {q(default.role)}{where}"
    if default.revoked != back:
        return f"{head} revoke {default.privilege} on {default.kind} from {role(default.grantee)}"
    option = " with grant option" if default.grantable else ""
    return f"{head} grant {default.privilege} on {default.kind} to {role(default.grantee)}{option}"
