from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import Operation, Other
from kitdb.sql.scan import tokens


@rule(
    "KD419",
    help="Give the role policies of its own, or take BYPASSRLS away.",
    severity="warning",
    on=(Other,),
    final=True,
    profiles=("strict",),
)
def role_passes_policies(operation: Operation, _script: Script) -> Iterator[Problem]:
    """A role passes by every policy.

    BYPASSRLS counts for all tables, those to come as well, and for whoever may SET ROLE to it. Supabase's own
    service_role has it, and postgres.

    Bad:

        create role reporter login bypassrls;

    Good:

        create role reporter login nobypassrls;

    Good:

        create role bypassrls;
    """
    match operation:
        case Other(text=text, tag="create role" | "create user" | "alter role" | "alter user"):
            found = list(tokens(text))
            name = text[found[2].start : found[2].end] if len(found) > 2 else ""
            if name.strip('"') not in _OF_THE_PLATFORM and any(token.word == "bypassrls" for token in found[3:]):
                yield Problem(f"no policy counts for role {name}", name)


_OF_THE_PLATFORM = frozenset(
    """
    postgres service_role supabase_admin supabase_auth_admin supabase_storage_admin supabase_realtime_admin
    supabase_read_only_user supabase_etl_admin supabase_replication_admin
    """.split()
)
