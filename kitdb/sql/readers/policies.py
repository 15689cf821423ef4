"""CREATE POLICY and ALTER POLICY."""

from __future__ import annotations

from collections.abc import Iterator

from kitdb.sql import operations as op
from kitdb.sql.operations import Operation
from kitdb.sql.readers.expressions import keep_tree
from kitdb.sql.readers.source import Node, Source, roles


def create_policy(node: Node, source: Source) -> Iterator[Operation]:
    yield op.CreatePolicy(
        node["policy_name"],
        source.relation(node["table"]),
        command=node["cmd_name"],
        permissive=node.get("permissive", False),
        roles=_written_roles(node),
        using=_condition(node, "qual", "using", source),
        with_check=_condition(node, "with_check", "check", source),
    )


def alter_policy(node: Node, source: Source) -> Iterator[Operation]:
    yield op.AlterPolicy(
        node["policy_name"],
        source.relation(node["table"]),
        roles=roles(node["roles"]) if "roles" in node else None,
        using=_condition(node, "qual", "using", source),
        with_check=_condition(node, "with_check", "check", source),
    )


def _condition(node: Node, key: str, word: str, source: Source) -> str | None:
    if key not in node:
        return None
    text = source.parenthesised(word, source.offset(node["table"]))
    keep_tree(text, node[key])
    return text


def _written_roles(node: Node) -> tuple[str, ...]:
    """None where TO is missing: the grammar then puts a `public` in that stands nowhere."""
    match node["roles"]:
        case [{"RoleSpec": {"roletype": "ROLESPEC_PUBLIC", "location": -1}}]:
            return ()
        case written:
            return roles(written)
