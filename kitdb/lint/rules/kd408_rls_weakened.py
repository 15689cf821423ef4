from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.names import quote_identifier
from kitdb.sql.operations import (
    AlterPolicy,
    DisableRowLevelSecurity,
    DropPolicy,
    NoForceRowLevelSecurity,
    Operation,
)


@rule(
    "KD408",
    help="Say with a comment why less protection is right.",
    on=(AlterPolicy, DisableRowLevelSecurity, DropPolicy, NoForceRowLevelSecurity),
)
def rls_weakened(operation: Operation, script: Script) -> Iterator[Problem]:
    """A table that is in use is protected less than before.

    Row level security is turned off, no longer holds for the owner, a restrictive policy goes, or a policy is opened to
    everybody. What counts is how things are after the last file.

    Bad:

        alter table task disable row level security;

    Bad:

        alter policy "read" on task to public;

    Good:

        alter table task disable row level security;
        alter table task enable row level security;

    Good:

        create table private.task (id bigint primary key);
        alter table private.task enable row level security;
        alter table private.task disable row level security;
    """
    match operation:
        case DisableRowLevelSecurity(table) if (
            not script.is_new(table) and not script.final.known(table).row_level_security
        ):
            yield Problem(f"row level security of {table} is turned off", str(table))
        case NoForceRowLevelSecurity(table) if not script.is_new(table):
            yield Problem(f"the policies of {table} no longer hold for its owner", str(table), severity="warning")
        case AlterPolicy(name, table, ("public",) | ("anon", *_) | (_, "anon", *_)) if not script.is_new(table):
            before = script.before.policies.get((table, name))
            was = before.definition.roles if before else ("?",)
            if was and "anon" not in was and "public" not in was:
                yield Problem(f"policy {quote_identifier(name)} of {table} is opened to anon", str(table))
        case DropPolicy(name, table) if (known := script.before.policies.get((table, name))) is not None:
            gone = (table, name) not in script.final.policies and table in script.final.tables
            if gone and not known.definition.permissive and not script.is_new(table):
                yield Problem(f"restrictive policy {quote_identifier(name)} of {table} is gone", str(table))
