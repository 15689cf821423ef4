from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.lint.state import State, Table, not_null_by
from kitdb.names import QualifiedName, quote_identifier
from kitdb.sql.operations import (
    DropConstraint,
    DropDefault,
    DropFunction,
    DropNotNull,
    DropPolicy,
    DropType,
    DropView,
    Operation,
    RenameEnumValue,
    SetReplicaIdentity,
)

_ON = (
    DropConstraint, DropDefault, DropFunction, DropNotNull, DropPolicy, DropType, DropView, RenameEnumValue,
    SetReplicaIdentity,
)  # fmt: skip


@rule(
    "KD204",
    help="Make sure that nothing relies on it any more, then allow it with a comment.",
    severity="warning",
    on=_ON,
)
def breaking_contract(operation: Operation, script: Script) -> Iterator[Problem]:
    """What clients could rely on is there no longer.

    A view, function or type goes; a column's default, so that inserts without it fail or get null; a NOT NULL or a
    constraint, so that readers meet what could not be there; the last policy that let somebody through; the identity
    by which updates and deletes are replicated. Where the same set of files puts it back, nothing is said.

    Bad:

        drop view open_tasks;

    Bad:

        drop function archive(bigint);

    Bad:

        alter table task alter column done drop default;

    Bad:

        alter table task replica identity nothing;

    Good:

        drop function archive(bigint);
        create function archive(id bigint) returns void language sql as 'select 1';

    Good:

        create view private.open_tasks as select 1 as n;
        drop view private.open_tasks;
    """
    match operation:
        case DropView(if_exists=True) | DropFunction(if_exists=True) if _is_unknown(operation, script.before):
            return
        case DropView(view) if not script.is_new(view) and view not in script.final.views:
            yield Problem(f"whoever reads {view} fails", str(view))
        case DropFunction(function, types, kind) if not _is_back(function, types, script):
            signature = f"{function}({', '.join(types)})" if types is not None else str(function)
            yield Problem(f"whoever calls {kind} {signature} fails", signature)
        case DropType(name) if name not in script.final.enums and not _is_new_type(name, script):
            yield Problem(f"whoever uses type {name} fails", str(name))
        case RenameEnumValue(name, value) if not _is_new_type(name, script):
            yield Problem(f"whoever writes {value!r} as {name} fails", str(name))
        case DropDefault(table, column) if not script.is_new(table):
            yield Problem(
                f"inserts that leave out {quote_identifier(column)} of {table} get no value for it", str(table)
            )
        case DropNotNull(table, column) if not script.is_new(table):
            yield Problem(
                f"readers of {quote_identifier(column)} of {table} may meet a null", str(table), severity="info"
            )
        case SetReplicaIdentity(table, "nothing") if not script.is_new(table):
            yield Problem(f"updates and deletes of {table} fail where it is published", str(table))
        case DropPolicy(name, table) if _was_the_last(name, table, script):
            yield Problem(
                f"policy {quote_identifier(name)} was the last of {table}: its rows are gone for clients", str(table)
            )
        case DropConstraint(table, name) if _column_says_it(name, script.before.known(table)):
            return
        case DropConstraint(table, name) if (
            not script.is_new(table) and name not in script.final.known(table).constraints
        ):
            yield Problem(
                f"rows of {table} need not meet {quote_identifier(name)} any more", str(table), severity="info"
            )


def _column_says_it(constraint: str, table: Table) -> bool:
    """Whether it is a check that a column is not null, which has NOT NULL itself by now."""
    column = not_null_by(table.checks.get(constraint))
    return column is not None and column in table.columns and table.columns[column].not_null


def _is_unknown(operation: Operation, state: State) -> bool:
    """Whether nothing of the name was made by the files, which seem to be all there are."""
    match operation:
        case DropView(view):
            return state.has_history and view not in state.views
        case DropFunction(function):
            return state.has_history and not any(name == function for name, _ in state.functions)
        case _:
            return False


def _is_back(function: QualifiedName, types: tuple[str, ...] | None, script: Script) -> bool:
    final = [key for key in script.final.functions if key[0] == function]
    known = [made for key, made in script.before.functions.items() if key[0] == function and types in (None, key[1])]
    return bool(final) or any(made.origin == script.file.origin for made in known)


def _was_the_last(name: str, table: QualifiedName, script: Script) -> bool:
    """Whether clients have lost the last policy that let them through, of a table that still asks for one."""
    known = script.before.policies.get((table, name))
    if known is None or known.origin == script.file.origin or not known.definition.permissive:
        return False
    final = script.final.tables.get(table)
    if final is None or not final.row_level_security or script.is_new(table):
        return False
    left = (policy for (on, other), policy in script.before.policies.items() if on == table and other != name)
    if any(policy.definition.permissive for policy in left):
        return False
    return not any(policy.definition.permissive for policy in script.final.lookup.policies.get(table, ()))


def _is_new_type(name: QualifiedName, script: Script) -> bool:
    enum = script.before.enums.get(name)
    return name in script.before.domains or (enum is not None and enum.origin == script.file.origin)
