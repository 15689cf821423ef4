"""Policies as they are after the last file, and which operation made them so.

A policy that is dropped or replaced later says nothing any more; one that is altered is judged where that was done.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kitdb.errors import KitdbError
from kitdb.lint.script import Script
from kitdb.lint.state import Policy
from kitdb.names import QualifiedName
from kitdb.sql.operations import CreatePolicy, Operation
from kitdb.sql.read import expression_tree, read_expression
from kitdb.sql.readers.expressions import Expression, always


def changed_policy(operation: Operation, script: Script) -> Policy | None:
    """The final policy, if any of it is from this operation."""
    # It may have another name by now.
    return script.final.lookup.policy_from.get(id(operation))


def changed_expressions(operation: Operation, script: Script) -> Iterator[tuple[CreatePolicy, str, Expression]]:
    """The final policy with the clauses that are from this operation, read."""
    for definition, clause, text in changed_clauses(operation, script):
        yield definition, clause, read(text)


def changed_clauses(operation: Operation, script: Script) -> Iterator[tuple[CreatePolicy, str, str]]:
    """The final policy with the text of each clause that is from this operation."""
    policy = changed_policy(operation, script)
    if policy is None:
        return
    definition = policy.definition
    if definition.using is not None and policy.using_from is operation:
        yield definition, "USING", definition.using
    if definition.with_check is not None and policy.with_check_from is operation:
        yield definition, "WITH CHECK", definition.with_check


# Roles that clients cannot take; the service role passes by every policy anyhow.
_TRUSTED = {"postgres", "service_role", "supabase_admin", "supabase_auth_admin", "supabase_storage_admin"}


def is_for_clients(policy: CreatePolicy) -> bool:
    return not policy.roles or not set(policy.roles) <= _TRUSTED


def relations_of(policy: CreatePolicy) -> tuple[QualifiedName, ...]:
    """The relations that the policy's conditions read."""
    clauses = [clause for clause in (policy.using, policy.with_check) if clause is not None]
    names = dict.fromkeys(name for clause in clauses for name in read(clause).relations)
    return tuple(_qualified(name) for name in names)


def _qualified(name: str) -> QualifiedName:
    schema, _, relation = name.rpartition(".")
    return QualifiedName(schema or "public", relation)


def is_called_by_policies(function: QualifiedName, script: Script) -> bool:
    names = (f"{function.schema}.{function.name}", function.name)
    clauses = (
        clause
        for policy in script.final.policies.values()
        for clause in (policy.definition.using, policy.definition.with_check)
        if clause is not None and function.name in clause
    )
    return any(call.name in names for clause in clauses for call in read(clause).calls)


def is_always_true(expression: str | None) -> bool:
    return expression is not None and _always(expression) is True


@lru_cache(maxsize=1024)
def _always(text: str) -> bool | None:
    try:
        tree = expression_tree(text)
    except KitdbError:
        return None
    return None if tree is None else always(tree)


@lru_cache(maxsize=1024)
def read(text: str) -> Expression:
    try:
        return read_expression(text)
    except KitdbError:  # it was part of a statement that parsed: nothing more can be said about it
        return Expression()
