"""GRANT, REVOKE and ALTER DEFAULT PRIVILEGES."""

from __future__ import annotations

from collections.abc import Iterator

from kitdb.sql import operations as op
from kitdb.sql.operations import Operation, Privilege
from kitdb.sql.readers.objects import object_name
from kitdb.sql.readers.source import Node, Source, cascades, items, kind_of, roles, strings


def grant(node: Node, source: Source) -> Iterator[Operation]:
    yield _grant(node, source)


def _grant(node: Node, source: Source) -> op.Grant | op.Revoke:
    kind = kind_of(node["objtype"])
    objects = tuple(_object(kind, target, source) for target in node.get("objects", ()))
    if node["targtype"] == "ACL_TARGET_ALL_IN_SCHEMA":
        kind = f"all {kind}s in schema"
        objects = strings(node["objects"])
    privileges = tuple(_privilege(part["AccessPriv"]) for part in node.get("privileges", ())) or (Privilege("all"),)
    grantees = roles(node["grantees"])
    grant_option = node.get("grant_option", False)
    if node.get("is_grant"):
        return op.Grant(privileges, kind, objects, grantees, grant_option)
    return op.Revoke(privileges, kind, objects, grantees, grant_option, cascades(node))


def _object(kind: str, target: Node, source: Source) -> str:
    if "RangeVar" in target:
        return str(source.relation(target["RangeVar"]))
    return object_name(kind, target, source) or ""


def _privilege(node: Node) -> Privilege:
    return Privilege(node.get("priv_name", "all"), strings(node.get("cols", ())))


def grant_role(node: Node, _source: Source) -> Iterator[Operation]:
    granted = tuple(part["AccessPriv"]["priv_name"] for part in node["granted_roles"])
    grantees = roles(node["grantee_roles"])
    yield op.GrantRole(granted, grantees) if node.get("is_grant") else op.RevokeRole(granted, grantees)


def alter_default_privileges(node: Node, source: Source) -> Iterator[Operation]:
    chosen = {part["DefElem"]["defname"]: items(part["DefElem"]["arg"]) for part in node.get("options", ())}
    yield op.AlterDefaultPrivileges(
        _grant(node["action"], source),
        roles=roles(chosen.get("roles", ())),
        schemas=strings(chosen.get("schemas", ())),
    )
